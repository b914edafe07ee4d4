"""Opens the store at a path or a database URL, making and migrating it where that is asked."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from witnessmark.errors import StoreError
from witnessmark.ports.secrets import Seal
from witnessmark.store.migrate import migrate
from witnessmark.store.transactions import take_over_sqlite
from witnessmark.store.work import SqlStore


def open_store(where: str | Path, seal: Seal, *, create: bool = True) -> SqlStore:
    """Open a store: a file's path, or a URL (`sqlite:///…`, `postgresql+psycopg://…`).

    Makes a missing file (0600) and its directory (0700, one level) unless `create` is False.
    Raises StoreError with what is wrong and what mends it, also for another key than it was made
    with.
    """
    engine = _engine(_url(where), create=create)
    store = SqlStore(engine, seal)
    try:
        migrate(engine)
        store.clinics()
    except BaseException:
        store.close()
        raise
    return store


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        return make_url(where)
    except ArgumentError:
        # The text may hold a password.
        raise StoreError("The store's address is not a database URL. Check its spelling.") from None


def _engine(url: URL, *, create: bool) -> Engine:
    backend = url.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise StoreError(f"The store cannot be a {backend} database: use SQLite or PostgreSQL.")
    if backend == "sqlite":
        _prepare(url.database, create=create)
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ImportError, NoSuchModuleError):
        raise StoreError(
            f"The driver {url.drivername} is not installed. PostgreSQL needs the package psycopg."
        ) from None
    if backend == "sqlite":
        take_over_sqlite(engine)
    return engine


def _prepare(database: str | None, *, create: bool) -> None:
    """See to it that the file is there, and is its owner's alone if it is made here."""
    if not database or database == ":memory:":
        raise StoreError("The store must be a file: a store in memory would not last.")
    path = Path(database)
    if path.is_dir():
        raise StoreError(f"{path} is a directory. Name a file in it.")
    if path.exists():
        return
    if not create:
        raise StoreError(f"There is no store at {path}. Check the path, or make one by an import.")
    if not path.parent.parent.is_dir():
        raise StoreError(f"The directory {path.parent} is missing. Make it, or name another.")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}. Name another place.") from None
