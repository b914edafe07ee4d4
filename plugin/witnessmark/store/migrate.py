"""Brings a database to the tables this version knows. Loads Alembic only when there is work."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from witnessmark.errors import StoreError
from witnessmark.store.transactions import Transactions

REVISION = "0003"
"""The newest migration. Revisions are numbers of four digits and compare as text."""

_VERSION_TABLE = "alembic_version"
_FOUND = text("SELECT version_num FROM alembic_version")


def migrate(engine: Engine) -> None:
    """Create or upgrade the tables in one transaction. Raises StoreError for a newer store."""
    transactions = Transactions(engine)
    with transactions.reading() as connection:
        if _revision(connection) == REVISION:
            return
    with transactions.writing() as connection:
        # Someone else may have been quicker.
        if _revision(connection) != REVISION:
            _upgrade(connection)


def _revision(connection: Connection) -> str:
    """Return the database's revision, empty for an empty database."""
    names = inspect(connection).get_table_names()
    if not names:
        return ""
    found = connection.execute(_FOUND).scalar() if _VERSION_TABLE in names else None
    if found is None:
        raise StoreError("This is a database, but not a Witnessmark store. Check the path.")
    if found > REVISION:
        raise StoreError(
            f"The store was written by a newer Witnessmark (revision {found}; this one knows "
            f"{REVISION}). Install the newer version. Nothing was changed."
        )
    return str(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, and rarely needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, REVISION)
