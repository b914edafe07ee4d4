"""A clinic's connections, and how far each feed of theirs was read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from witnessmark.canonical import adapter_of, plain
from witnessmark.errors import StoreError, UnknownRecordError
from witnessmark.ports.deliveries import StoredConnection
from witnessmark.ports.host import Connection
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound
from witnessmark.store.instants import instant_of, micros

_row = tables.connection.c
_ALL = (
    select(_row.id, _row.document, _row.offer, _row.terms, _row.agreed_at)
    .where(_row.clinic == OF_CLINIC)
    .order_by(_row.id)
)
_ONE = _ALL.where(_row.id == bindparam("of_id"))
_AGREE = update(tables.connection).where(_row.clinic == OF_CLINIC, _row.id == bindparam("of_id"))

_cursor = tables.cursor.c
_CURSOR = select(_cursor.cursor).where(
    _cursor.clinic == OF_CLINIC,
    _cursor.connection == bindparam("of_connection"),
    _cursor.feed == bindparam("of_feed"),
)
_FORGET = delete(tables.cursor).where(
    _cursor.clinic == OF_CLINIC,
    _cursor.connection == bindparam("of_connection"),
    _cursor.feed == bindparam("of_feed"),
)


class SqlConnections:
    """The connections of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def put(self, stored: StoredConnection) -> None:
        """Keep or replace. Raises StoreError for another clinic's connection."""
        if stored.connection.clinic != self._bound.clinic:
            raise StoreError("This connection is another clinic's. Nothing was kept.")
        self._bound.keep(
            tables.connection,
            id=stored.connection.id,
            document=json.dumps(plain(stored.connection), sort_keys=True),
            offer=stored.offer,
            terms=stored.terms,
            agreed_at=micros(stored.agreed_at),
        )

    def agree(self, connection: str, *, offer: str, terms: str, at: datetime) -> None:
        """Keep the terms of one that is kept; nothing else of it. Raises UnknownRecordError."""
        values = {"offer": offer, "terms": terms, "agreed_at": micros(at)}
        if not self._bound.run(_AGREE, of_id=connection, **values).rowcount:
            raise UnknownRecordError("connection", connection)

    def get(self, connection: str) -> StoredConnection:
        """Return one. Raises UnknownRecordError."""
        row = self._bound.run(_ONE, of_id=connection).one_or_none()
        if row is None:
            raise UnknownRecordError("connection", connection)
        return _stored(row)

    def all(self) -> tuple[StoredConnection, ...]:
        """Return all, by id."""
        return tuple(map(_stored, self._bound.run(_ALL)))


class SqlCursors:
    """How far each feed was read, of one clinic."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def get(self, connection: str, feed: str) -> str | None:
        """Return the cursor, None before the first pull."""
        found = self._bound.run(_CURSOR, of_connection=connection, of_feed=feed)
        return found.scalar_one_or_none()

    def put(self, connection: str, feed: str, cursor: str) -> None:
        """Keep the cursor, in the transaction that keeps the page."""
        self._bound.keep(tables.cursor, connection=connection, feed=feed, cursor=cursor)

    def forget(self, connection: str, feed: str) -> None:
        """Have the feed read from its beginning again."""
        self._bound.run(_FORGET, of_connection=connection, of_feed=feed)


def _stored(row: Row[Any]) -> StoredConnection:
    connection: Connection = adapter_of(Connection).validate_json(row.document)
    return StoredConnection(connection, row.offer, row.terms, instant_of(row.agreed_at))
