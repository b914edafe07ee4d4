"""Opens transactions: many readers, one writer. Turns every database error into StoreError."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from witnessmark.errors import StoreError
from witnessmark.store.failures import store_error

BUSY_SECONDS = 15
"""How long a writer waits for another one."""


class Transactions:
    """The one way to the database: `reading` never writes, `writing` commits on a clean exit."""

    def __init__(self, engine: Engine) -> None:
        self._writer = engine.execution_options(writes=True)
        self._reader, self._queue = engine, None
        if engine.dialect.name == "sqlite":
            # SQLite's own waiting polls; threads of one process queue here instead.
            self._queue = threading.Lock()
        else:
            # What SQLite gives by itself: one state, and no writing.
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state. Raises StoreError."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise store_error(error) from None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection; all of it is kept or nothing. Raises StoreError."""
        try:
            with self._turn(), self._writer.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise store_error(error) from None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._queue is None:
            yield
            return
        if not self._queue.acquire(timeout=BUSY_SECONDS):
            message = "The store is busy: another change has not ended. Try again."
            raise StoreError(message)
        try:
            yield
        finally:
            self._queue.release()


def take_over_sqlite(engine: Engine) -> None:
    """Make SQLite durable and let this module, not the driver, begin transactions."""

    @event.listens_for(engine, "connect")
    def _(driver: DBAPIConnection, _record: object) -> None:
        driver.isolation_level = None
        cursor = driver.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _write_ahead(cursor)
        # NORMAL may lose the last commits when the power fails.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _write_ahead(cursor: DBAPICursor) -> None:
    """Switch to WAL. SQLite does not wait by itself when another opens a new file as well."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return
