"""What all examples share, so that one costs little: a loop in one thread, a store to copy."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Self

from sqlalchemy import create_engine

from tests.model.mortal import AtOnce
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.transactions import take_over_sqlite
from witnessmark.store.work import SqlStore

SEAL = AesGcmSeal(b"an invented key of 32 bytes here")


class Stage:
    """What all examples of one process share: an event loop, and a store that was filled once."""

    def __init__(self, fill: Callable[[Stage, SqlStore], None]) -> None:
        shared = Path("/dev/shm")  # noqa: S108 - the folder below has a name of its own
        self.folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
        self.runner = asyncio.Runner()
        self.runner.get_loop().set_default_executor(AtOnce())
        self._file = self.folder / "store.db"
        self._template = self.folder / "template.db"
        self.engine = create_engine(f"sqlite:///{self._file}")
        take_over_sqlite(self.engine)
        store = open_store(self._template, SEAL)
        fill(self, store)
        store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()
        self.runner.close()
        shutil.rmtree(self.folder)

    def fresh_store(self) -> SqlStore:
        """Return a store as it was when the clinic had just connected; the last one is gone."""
        self.engine.dispose()
        for left in self.folder.glob("store.db*"):
            left.unlink()
        shutil.copy(self._template, self._file)
        return SqlStore(self.engine, SEAL)
