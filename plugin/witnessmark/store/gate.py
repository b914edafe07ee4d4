"""Until when a host asked us to wait. Each call is its own short transaction."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, select

from witnessmark.ports.host import Connection
from witnessmark.store import tables
from witnessmark.store.bound import Insert, inserting
from witnessmark.store.transactions import Transactions

_row = tables.host_gate.c
READ = select(_row.paused_until).where(
    _row.clinic == bindparam("of_clinic"), _row.connection == bindparam("of_connection")
)


@cache
def _pause(dialect: str) -> Insert:
    insert = inserting(dialect, tables.host_gate)
    return insert.on_conflict_do_update(
        index_elements=["clinic", "connection"],
        set_={"paused_until": insert.excluded.paused_until},
        where=insert.excluded.paused_until > _row.paused_until,
    )


class SqlGates:
    """The gates of all clinics' hosts, keyed (clinic, connection)."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def paused_until(self, connection: Connection) -> int:
        """Return seconds since the epoch, 0 if not paused."""
        where = {"of_clinic": connection.clinic, "of_connection": connection.id}
        with self._transactions.reading() as reading:
            until: int | None = reading.execute(READ, where).scalar_one_or_none()
        return until or 0

    def pause(self, connection: Connection, *, until: int) -> None:
        """Keep the later of the stored and the given time."""
        row = {"clinic": connection.clinic, "connection": connection.id, "paused_until": until}
        with self._transactions.writing() as writing:
            writing.execute(_pause(writing.dialect.name), row)
