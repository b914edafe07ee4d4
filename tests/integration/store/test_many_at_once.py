"""Several threads, several processes: each sees one state, and no change is lost or doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from tests.integration.store.practice import CEDAR, EHR, NOW, SESSION, session_key

from witnessmark.domain.ids import SessionId
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import StoreError
from witnessmark.ports.deliveries import Delivery
from witnessmark.store.work import SqlStore


def test_looking_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreError), store.look(CEDAR) as work:
        work.values.put("in_flight", "1")
    with store.change(CEDAR) as work:
        assert work.values.get("in_flight") is None
        assert work.sessions.put(SESSION) == 1


def test_a_look_sees_one_state(store: SqlStore, opened: Callable[[], SqlStore]) -> None:
    with store.look(CEDAR) as work:
        assert work.sessions.find("s1") is None
        with opened().change(CEDAR) as other:
            other.sessions.put(SESSION)
        assert work.sessions.find("s1") is None


def test_eight_writers_keep_one_chain_and_every_version(
    store: SqlStore, opened: Callable[[], SqlStore]
) -> None:
    stores, start = (store, opened()), Barrier(8)
    statuses = (SessionStatus.HELD, SessionStatus.CANCELLED)
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)

    def write(number: int) -> None:
        start.wait()
        for turn in range(5):
            with stores[number % 2].change(CEDAR) as work:
                version = work.sessions.version("s1")
                work.sessions.put(replace(SESSION, status=statuses[version % 2]))
                work.sessions.put(replace(SESSION, id=SessionId(f"s{number}-{turn}")))
                work.audit.add(actor="operator", action="x", record="session/s1", at=NOW, detail={})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with store.look(CEDAR) as work:
        verdict = work.audit.verify()
        assert (verdict.intact, verdict.entries) == (True, 40)
        assert len(work.sessions.versions()) == 41
        newest = work.sessions.version("s1")
        assert [work.sessions.at("s1", one).id for one in range(1, newest + 1)] == ["s1"] * newest


def test_eight_workers_claim_nothing_twice(store: SqlStore, opened: Callable[[], SqlStore]) -> None:
    stores, start = (store, opened()), Barrier(8)
    with store.change(CEDAR) as work:
        work.deliveries.want({session_key(f"s{n}"): 1 for n in range(100)})

    def claim(number: int) -> list[Delivery]:
        mine: list[Delivery] = []
        start.wait()
        while True:
            with stores[number % 2].change(CEDAR) as work:
                rows = work.deliveries.claim(
                    EHR, owner=str(number), now=NOW, lease_seconds=30, limit=7
                )
            if not rows:
                return mine
            mine += rows

    with ThreadPoolExecutor(8) as pool:
        claimed = [row.key.id for rows in pool.map(claim, range(8)) for row in rows]
    assert len(claimed) == 100
    assert len(set(claimed)) == 100
