"""The store: SQLAlchemy Core on SQLite or PostgreSQL. Knows no host and decides nothing."""
