"""Checks of licences, and what supervisors are asked for; a cursor for each member of staff."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is new."""
    for name in ("verification", "request", "stray_note"):
        _make_shelf(name)
    with op.batch_alter_table("cursor") as cursor:
        cursor.alter_column("feed", type_=String(160), existing_type=String(32))
    _tell_troubles_apart()
    _make_calendar()
    _make_scans()


def downgrade() -> None:
    """Refuse: an older version would not know what is kept there."""
    message = "revision 0002 is not undone: what it keeps would be lost"
    raise RuntimeError(message)


def _tell_troubles_apart() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(Column("trouble", String(16), nullable=False, server_default=""))
        delivery.add_column(Column("differs", Text, nullable=False, server_default=""))
        delivery.add_column(Column("failing_since", BigInteger, nullable=False, server_default="0"))
    with op.batch_alter_table("receipt") as receipt:
        receipt.add_column(Column("ours", Integer, nullable=False, server_default="1"))
        receipt.add_column(Column("swept", Integer, nullable=False, server_default="0"))
    op.execute("UPDATE delivery SET trouble = 'changed' WHERE state = 'conflict'")
    # That it stays removed was known by its reason alone.
    op.execute(
        "UPDATE delivery SET trouble = 'gone'"
        " WHERE state = 'done' AND reason LIKE 'removed in the EHR, left so%'"
    )


def _make_calendar() -> None:
    op.create_table(
        "appointment",
        Column("clinic", String(64), nullable=False),
        Column("connection", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("mark", String(64), nullable=False),
        Column("now", String(16), nullable=False),
        Column("seen", String(64), nullable=False),
        Column("starts_at", BigInteger, nullable=False),
        Column("ends_at", BigInteger, nullable=False),
        Column("type_code", String(64), nullable=False),
        Column("location", Text, nullable=False),
        Column("decided", String(64), nullable=False),
        Column("draft", String(32), nullable=False),
        Column("covers", Integer, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("clinic", "connection", "person", "mark"),
        ForeignKeyConstraint(["clinic"], ["clinic.id"]),
        ForeignKeyConstraint(["clinic", "connection"], ["connection.clinic", "connection.id"]),
    )
    op.create_index("ix_appointment_person", "appointment", ["clinic", "person", "draft"])
    op.create_index("ix_appointment_draft", "appointment", ["clinic", "draft", "starts_at"])
    op.create_table(
        "confirmed_draft",
        Column("clinic", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("id", String(32), nullable=False),
        Column("last_day", String(10), nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("clinic", "person", "id"),
        ForeignKeyConstraint(["clinic"], ["clinic.id"]),
    )


def _make_scans() -> None:
    op.create_table(
        "scan",
        Column("clinic", String(64), nullable=False),
        Column("attestation", String(64), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("clinic", "attestation"),
        ForeignKeyConstraint(["clinic"], ["clinic.id"]),
        ForeignKeyConstraint(
            ["clinic", "attestation"],
            ["attestation.clinic", "attestation.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
    )


def _make_shelf(name: str) -> None:
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
