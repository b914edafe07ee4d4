"""Workers that can be killed: what is dead sends, keeps and mends nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from witnessmark.domain.ids import ClinicId
from witnessmark.ports.store import Clinic, Work
from witnessmark.store.work import SqlStore

T = TypeVar("T")


class DiedError(BaseException):
    """A worker was killed: no code of it runs any more, least of all what handles errors."""


@dataclass
class Life:
    """Whether one worker still runs; it may be doomed to die around its n-th commit from now."""

    name: str
    is_over: bool = False
    commits_left: int = -1
    dies_after_it: bool = False

    def end(self) -> None:
        """Kill it, here."""
        self.is_over = True
        raise DiedError

    def check(self) -> None:
        """Let nothing be done by the dead."""
        if self.is_over:
            raise DiedError

    def commits(self, *, is_done: bool) -> None:
        """Die right before or right after this commit, if it is its time."""
        self.commits_left -= not is_done
        if self.commits_left == 0 and is_done == self.dies_after_it:
            self.end()


class MortalStore:
    """One worker's view of the store: a dead worker keeps nothing any more."""

    def __init__(self, store: SqlStore, life: Life) -> None:
        self._store = store
        self._life = life

    @contextmanager
    def change(self, clinic: ClinicId) -> Iterator[Work]:
        self._life.check()
        with self._store.change(clinic) as work:
            yield work
            self._life.commits(is_done=False)
        self._life.commits(is_done=True)

    @contextmanager
    def look(self, clinic: ClinicId) -> Iterator[Work]:
        self._life.check()
        with self._store.look(clinic) as work:
            yield work

    def clinics(self) -> tuple[Clinic, ...]:
        return self._store.clinics()

    @contextmanager
    def found(self, clinic: Clinic) -> Iterator[Work]:
        with self._store.found(clinic) as work:
            yield work


class AtOnce(ThreadPoolExecutor):
    """Runs everything where it is asked for: one thread, so that a run can be repeated."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **words: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **words))
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            done.set_exception(error)
        return done
