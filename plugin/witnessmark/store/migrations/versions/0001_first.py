"""The first tables. Frozen: a later change is a later migration."""

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
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "clinic",
        _text("id", 64),
        _text("name"),
        _text("time_zone", 64),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    _make_shelves()
    _make_connections()
    _make_deliveries()
    _make_staff()
    _make_locks()
    _make_books()


def downgrade() -> None:
    """Refuse: there is nothing before the first tables."""
    message = "there is nothing before revision 0001"
    raise RuntimeError(message)


def _make_shelves() -> None:
    for name in ("person", "setting", "agreement", "standing_group", "session"):
        _make_shelf(name)
    for name in ("consultation", "leave"):
        _make_shelf(name)
    _make_shelf(
        "hour_log",
        _text("supervisee", 64),
        _text("setting", 64),
        _text("week_start", 10),
        UniqueConstraint("clinic", "supervisee", "setting", "week_start"),
        _refers("supervisee", "person"),
        _refers("setting", "setting"),
    )
    _make_shelf("attestation", _text("log", 64), _refers("log", "hour_log"))
    op.create_index("ix_attestation_log", "attestation", ["clinic", "log"])
    _make(
        "history",
        ("shelf", "id", "version"),
        _text("shelf", 32),
        _text("id", 64),
        _whole("version"),
        _text("document"),
        Column("sealed", LargeBinary),
    )


def _make_connections() -> None:
    _make(
        "connection",
        ("id",),
        _text("id", 64),
        _text("document"),
        _text("offer"),
        _text("terms"),
        _number("agreed_at"),
    )
    _make_of_connection("cursor", ("feed",), _text("feed", 32), _text("cursor"))
    _make_of_connection(
        "inbox",
        ("id",),
        _text("id", 255),
        _text("type", 64),
        _text("version"),
        _text("digest", 64),
        _number("received_at"),
    )


def _make_deliveries() -> None:
    _make_of_connection(
        "delivery",
        ("record",),
        _text("record", 96),
        _text("kind", 32),
        _whole("wanted"),
        _whole("delivered"),
        _text("state", 16),
        Column("waiting_on", String(96)),
        _whole("attempts"),
        _number("not_before"),
        _number("queued"),
        _text("reason"),
        Column("owner", String(96)),
        _whole("fence"),
        _number("changed_at"),
    )
    due = ["clinic", "connection", "state", "not_before", "queued"]
    op.create_index("ix_delivery_due", "delivery", due)
    op.create_index("ix_delivery_waiting", "delivery", ["clinic", "connection", "waiting_on"])
    op.create_index("ix_delivery_queued", "delivery", ["clinic", "queued"])
    _make_of_connection(
        "receipt",
        ("record", "position"),
        _text("record", 96),
        _whole("position"),
        _text("role", 64),
        _text("host_ref"),
        _text("version"),
        _text("digest", 64),
        _text("notes"),
    )
    op.create_index("ix_receipt_host_ref", "receipt", ["clinic", "connection", "host_ref"])


def _make_staff() -> None:
    _make_of_connection(
        "staff_seen",
        ("host_ref",),
        _text("host_ref"),
        Column("npi", String(32)),
        _text("licences"),
        _text("name"),
    )
    _make_of_connection(
        "staff_match",
        ("person",),
        _text("person", 64),
        _text("host_ref"),
        _text("how", 32),
        _text("decided_by", 64),
    )


def _make_locks() -> None:
    _make(
        "token",
        ("connection",),
        _text("connection", 64),
        Column("sealed", LargeBinary),
        Column("owner", String(96)),
        _number("lease_until"),
        _whole("fence"),
    )
    _make("host_gate", ("connection",), _text("connection", 64), _number("paused_until"))


def _make_books() -> None:
    _make(
        "batch",
        ("id",),
        _text("id", 64),
        _text("source"),
        _text("digest", 64),
        _number("imported_at"),
        _text("imported_by", 64),
        _number("undone_at"),
        _text("lines"),
    )
    op.create_index("ix_batch_digest", "batch", ["clinic", "digest"])
    _make("setting_value", ("key",), _text("key", 128), _text("value"))
    _make(
        "audit",
        ("number",),
        _whole("number"),
        _number("at"),
        _text("actor", 64),
        _text("action", 64),
        _text("record", 96),
        _text("detail"),
        _text("previous", 64),
        _text("hash", 64),
    )
    op.create_index("ix_audit_record", "audit", ["clinic", "record"])


def _make(name: str, key: tuple[str, ...], *items: SchemaItem) -> None:
    op.create_table(
        name,
        _text("clinic", 64),
        *items,
        PrimaryKeyConstraint("clinic", *key),
        ForeignKeyConstraint(["clinic"], ["clinic.id"]),
    )


def _make_shelf(name: str, *items: SchemaItem) -> None:
    columns = (_text("id", 64), _whole("version"), _text("document"))
    _make(name, ("id",), *columns, Column("sealed", LargeBinary), *items)


def _make_of_connection(name: str, key: tuple[str, ...], *items: SchemaItem) -> None:
    whose = ForeignKeyConstraint(["clinic", "connection"], ["connection.clinic", "connection.id"])
    _make(name, ("connection", *key), _text("connection", 64), *items, whose)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    there = [f"{table}.clinic", f"{table}.id"]
    return ForeignKeyConstraint(["clinic", column], there, deferrable=True, initially="DEFERRED")


def _text(name: str, length: int | None = None) -> Column[str]:
    return Column(name, String(length) if length else Text(), nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)
