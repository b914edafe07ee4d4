"""What rules are counted from: people's ways to a licence, and the forms of their boards."""

from alembic import op
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what is new."""
    for name in ("candidacy", "form"):
        op.create_table(
            name,
            Column("clinic", String(64), nullable=False),
            Column("id", String(64), nullable=False),
            Column("version", Integer, nullable=False),
            Column("document", Text, nullable=False),
            Column("sealed", LargeBinary),
            PrimaryKeyConstraint("clinic", "id"),
            ForeignKeyConstraint(["clinic"], ["clinic.id"]),
        )


def downgrade() -> None:
    """Refuse: an older version would not know what is kept there."""
    message = "revision 0003 is not undone: what it keeps would be lost"
    raise RuntimeError(message)
