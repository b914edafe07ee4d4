"""Every table. The clinic is the first column of every primary and foreign key; no host body."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, key: tuple[str, ...], *items: SchemaItem) -> Table:
    """Return a table of one clinic's rows, keyed by the clinic and `key`."""
    return Table(
        name,
        metadata,
        Column("clinic", String(64), nullable=False),
        *items,
        PrimaryKeyConstraint("clinic", *key),
        ForeignKeyConstraint(["clinic"], ["clinic.id"]),
    )


def _shelf(name: str, *items: SchemaItem) -> Table:
    """Return a table of newest versions. `sealed` holds what may not stand in clear."""
    return _table(
        name,
        ("id",),
        _text("id", 64),
        Column("version", Integer, nullable=False),
        Column("document", Text, nullable=False),
        Column("sealed", LargeBinary),
        *items,
    )


def _text(name: str, length: int | None = None) -> Column[str]:
    return Column(name, String(length) if length else Text(), nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    """Refer to another shelf; checked at commit, so that an import may keep its own order."""
    return ForeignKeyConstraint(
        ["clinic", column],
        [f"{table}.clinic", f"{table}.id"],
        deferrable=True,
        initially="DEFERRED",
    )


def _of_connection(name: str, key: tuple[str, ...], *items: SchemaItem) -> Table:
    """Return a table of what one connection of a clinic has."""
    whose = ForeignKeyConstraint(["clinic", "connection"], ["connection.clinic", "connection.id"])
    return _table(name, ("connection", *key), _text("connection", 64), *items, whose)


clinic = Table(
    "clinic",
    metadata,
    _text("id", 64),
    _text("name"),
    _text("time_zone", 64),
    # The clinic's own id under the store's key: a store opened with another key says so at once.
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id"),
)

person = _shelf("person")
setting = _shelf("setting")
agreement = _shelf("agreement")
standing_group = _shelf("standing_group")
session = _shelf("session")
consultation = _shelf("consultation")
leave = _shelf("leave")
candidacy = _shelf("candidacy")
form = _shelf("form")
hour_log = _shelf(
    "hour_log",
    _text("supervisee", 64),
    _text("setting", 64),
    _text("week_start", 10),
    UniqueConstraint("clinic", "supervisee", "setting", "week_start"),
    _refers("supervisee", "person"),
    _refers("setting", "setting"),
)
attestation = _shelf(
    "attestation",
    _text("log", 64),
    _refers("log", "hour_log"),
    Index("ix_attestation_log", "clinic", "log"),
)

scan = _table(
    "scan",
    ("attestation",),
    _text("attestation", 64),
    Column("sealed", LargeBinary, nullable=False),
    _refers("attestation", "attestation"),
)

verification = _shelf("verification")
request = _shelf("request")
stray_note = _shelf("stray_note")

history = _table(
    "history",
    ("shelf", "id", "version"),
    _text("shelf", 32),
    _text("id", 64),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("sealed", LargeBinary),
)

connection = _table(
    "connection",
    ("id",),
    _text("id", 64),
    _text("document"),
    _text("offer"),
    _text("terms"),
    _number("agreed_at"),
)

delivery = _of_connection(
    "delivery",
    ("record",),
    _text("record", 96),
    _text("kind", 32),
    Column("wanted", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    _text("state", 16),
    Column("waiting_on", String(96)),
    Column("attempts", Integer, nullable=False),
    # Open rows are claimed from this instant on; a claim moves it to the end of the lease.
    _number("not_before"),
    _number("queued"),
    _text("reason"),
    Column("owner", String(96)),
    Column("fence", Integer, nullable=False),
    _number("changed_at"),
    Column("trouble", String(16), nullable=False, server_default=""),
    Column("differs", Text, nullable=False, server_default=""),
    Column("failing_since", BigInteger, nullable=False, server_default="0"),
    Index("ix_delivery_due", "clinic", "connection", "state", "not_before", "queued"),
    Index("ix_delivery_waiting", "clinic", "connection", "waiting_on"),
    Index("ix_delivery_queued", "clinic", "queued"),
)

receipt = _of_connection(
    "receipt",
    ("record", "position"),
    _text("record", 96),
    Column("position", Integer, nullable=False),
    _text("role", 64),
    _text("host_ref"),
    _text("version"),
    _text("digest", 64),
    _text("notes"),
    Column("ours", Integer, nullable=False, server_default="1"),
    # The number of the last sweep that met it.
    Column("swept", Integer, nullable=False, server_default="0"),
    Index("ix_receipt_host_ref", "clinic", "connection", "host_ref"),
)

staff_seen = _of_connection(
    "staff_seen",
    ("host_ref",),
    _text("host_ref"),
    Column("npi", String(32)),
    _text("licences"),
    _text("name"),
)

staff_match = _of_connection(
    "staff_match",
    ("person",),
    _text("person", 64),
    _text("host_ref"),
    _text("how", 32),
    _text("decided_by", 64),
)

cursor = _of_connection(
    "cursor",
    ("feed",),
    _text("feed", 160),
    _text("cursor"),
)

inbox = _of_connection(
    "inbox",
    ("id",),
    _text("id", 255),
    _text("type", 64),
    _text("version"),
    _text("digest", 64),
    _number("received_at"),
)

appointment = _of_connection(
    "appointment",
    ("person", "mark"),
    _text("person", 64),
    _text("mark", 64),  # Keyed: no reference of the host's stands here.
    _text("now", 16),
    _text("seen", 64),
    _number("starts_at"),
    _number("ends_at"),
    _text("type_code", 64),
    _text("location"),
    _text("decided", 64),
    _text("draft", 32),
    Column("covers", Integer, nullable=False),
    _number("changed_at"),
    Index("ix_appointment_person", "clinic", "person", "draft"),
    Index("ix_appointment_draft", "clinic", "draft", "starts_at"),
)

confirmed_draft = _table(
    "confirmed_draft",
    ("person", "id"),
    _text("person", 64),
    _text("id", 32),
    _text("last_day", 10),
    _text("document"),
)

token = _table(
    "token",
    ("connection",),
    _text("connection", 64),
    Column("sealed", LargeBinary),
    Column("owner", String(96)),
    _number("lease_until"),
    Column("fence", Integer, nullable=False),
)

host_gate = _table("host_gate", ("connection",), _text("connection", 64), _number("paused_until"))

batch = _table(
    "batch",
    ("id",),
    _text("id", 64),
    _text("source"),
    _text("digest", 64),
    _number("imported_at"),
    _text("imported_by", 64),
    _number("undone_at"),
    _text("lines"),
    Index("ix_batch_digest", "clinic", "digest"),
)

setting_value = _table("setting_value", ("key",), _text("key", 128), _text("value"))

audit = _table(
    "audit",
    ("number",),
    Column("number", Integer, nullable=False),
    _number("at"),
    _text("actor", 64),
    _text("action", 64),
    _text("record", 96),
    _text("detail"),
    _text("previous", 64),
    _text("hash", 64),
    Index("ix_audit_record", "clinic", "record"),
)
