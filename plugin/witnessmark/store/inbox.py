"""Events that hosts told us of. The id is kept under the store's key: it may name a chart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete

from witnessmark.ports.events import HostEvent
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound, inserting
from witnessmark.store.instants import micros

_row = tables.inbox.c
_FORGET = delete(tables.inbox).where(
    _row.clinic == OF_CLINIC, _row.received_at < bindparam("until")
)


class SqlInbox:
    """The inbox of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def take(self, connection: str, event: HostEvent, *, at: datetime) -> None:
        """Keep an event; the same is kept once."""
        place = f"{self._bound.clinic}|inbox|{connection}"
        row = {
            "clinic": self._bound.clinic,
            "connection": connection,
            "id": self._bound.seal.mark(f"{event.id}|{event.version}|{event.digest}", place),
            "type": event.type,
            "version": event.version,
            "digest": event.digest,
            "received_at": micros(at),
        }
        insert = inserting(self._bound.dialect, tables.inbox).on_conflict_do_nothing()
        self._bound.connection.execute(insert, row)

    def forget(self, *, before: datetime) -> None:
        """Forget what arrived earlier."""
        self._bound.run(_FORGET, until=micros(before))
