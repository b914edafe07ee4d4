"""Events: each once, its id under the store's key, and not for ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.store.practice import (
    BIRCH,
    CEDAR,
    EHR,
    NOW,
    REQUEST,
    SEAL,
    seconds,
    settle_in,
)

from witnessmark.ports.events import HostEvent
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

EVENT = HostEvent("a-chart-reference", "Thing", "1", "d" * 64)


def kept(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT clinic, version FROM inbox ORDER BY 1, 2").fetchall()


@pytest.fixture
def cedar(path: Path) -> Iterator[SqlStore]:
    store = open_store(path, SEAL)
    settle_in(store, CEDAR)
    yield store
    store.close()


def test_an_event_is_kept_once_and_is_forgotten_in_time(cedar: SqlStore, path: Path) -> None:
    newer = HostEvent(EVENT.id, EVENT.type, "2", "e" * 64)
    with cedar.change(CEDAR) as work:
        work.inbox.take(EHR, EVENT, at=NOW)
        work.inbox.take(EHR, EVENT, at=seconds(5))
        work.inbox.take(EHR, newer, at=seconds(6))
    assert kept(path) == [(CEDAR, "1"), (CEDAR, "2")]
    for before, left in ((NOW, ["1", "2"]), (seconds(1), ["2"])):
        with cedar.change(CEDAR) as work:
            work.inbox.forget(before=before)
        assert [version for _, version in kept(path)] == left
    with cedar.change(CEDAR) as work:
        work.inbox.take(EHR, EVENT, at=seconds(2))
    assert [version for _, version in kept(path)] == ["1", "2"]


def test_clinics_do_not_share_an_inbox(cedar: SqlStore, path: Path) -> None:
    settle_in(cedar, BIRCH)
    for clinic in (CEDAR, BIRCH):
        with cedar.change(clinic) as work:
            work.inbox.take(EHR, EVENT, at=NOW)
    with cedar.change(BIRCH) as work:
        work.inbox.forget(before=seconds(1))
    assert kept(path) == [(CEDAR, "1")]


def test_neither_an_event_nor_a_request_shows_which_chart_it_is_of(path: Path) -> None:
    store = open_store(path, SEAL)
    settle_in(store, CEDAR)
    with store.change(CEDAR) as work:
        work.inbox.take(EHR, EVENT, at=NOW)
        work.requests.put(REQUEST)
        assert work.requests.get(REQUEST.id) == REQUEST
    store.close()
    with closing(sqlite3.connect(path)) as database:
        dump = "\n".join(database.iterdump())
    assert "Thing" in dump
    assert "a-chart-reference" not in dump
