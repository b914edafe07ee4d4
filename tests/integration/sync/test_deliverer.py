"""The deliverer over a real store: what it does when hosts, keys and records go wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.integration.store.practice import CEDAR
from tests.integration.sync.bench import IN_FLIGHT, Bench, OddHost, fails, receipt

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import SessionId
from witnessmark.errors import (
    NotSupportedError,
    RefusedError,
    SecretError,
    StoreError,
    TryLaterError,
)
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.records import Receipt, Record, RecordKey
from witnessmark.sync.deliver import Deliverer
from witnessmark.sync.tally import Tally


def test_everything_owed_is_delivered_once(bench: Bench) -> None:
    bench.owe(10)
    host = OddHost(receipt)
    tally = bench.run(host)
    assert sorted(host.asked) == [f"s{n:02}" for n in range(10)]
    assert tally.sent["session"] == 10
    assert bench.states() == [DeliveryState.DONE] * 10


def test_a_host_that_is_away_ends_the_pass_and_costs_no_record_anything(bench: Bench) -> None:
    bench.owe(10)
    for _hour in range(100):
        host = OddHost(fails(TryLaterError("the EHR is away")))
        with pytest.raises(TryLaterError, match="the EHR is away"):
            bench.run(host)
        assert IN_FLIGHT <= len(host.asked) < 2 * IN_FLIGHT
        bench.clock.advance(seconds=3600)
    assert bench.states() == [DeliveryState.OPEN] * 10
    assert {row.attempts for row in bench.rows().values()} == {0}
    bench.run(OddHost(receipt))
    assert bench.states() == [DeliveryState.DONE] * 10


def test_a_missing_key_is_nobodys_record_and_gives_everything_back(bench: Bench) -> None:
    bench.owe(10)
    with pytest.raises(SecretError, match="env:KEY"):
        bench.run(OddHost(fails(SecretError("env:KEY is not set"))))
    assert bench.states() == [DeliveryState.OPEN] * 10
    bench.run(OddHost(receipt))
    assert bench.states() == [DeliveryState.DONE] * 10


def test_a_store_that_fails_while_settling_leaves_nothing_claimed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.owe(10)
    with monkeypatch.context() as failing:

        def fail(*_: object) -> None:
            raise StoreError("The disk is full.")

        failing.setattr(Deliverer, "settle", fail)
        with pytest.raises(StoreError, match="The disk is full"):
            bench.run(OddHost(receipt))
    assert bench.states() == [DeliveryState.OPEN] * 10
    bench.run(OddHost(receipt))
    assert bench.states() == [DeliveryState.DONE] * 10


def test_one_poisoned_record_blocks_no_other(bench: Bench) -> None:
    bench.owe(10)

    def poisoned(record: Record) -> Receipt:
        if record.key.id == "s03":
            raise ZeroDivisionError
        return receipt(record)

    bench.run(OddHost(poisoned))
    rows = bench.rows()
    assert rows.pop("s03").reason == (
        "something in it trips Witnessmark (ZeroDivisionError): please report it"
    )
    assert {row.state for row in rows.values()} == {DeliveryState.DONE}


def test_what_arrived_of_a_record_before_the_rest_was_refused_stays_known(bench: Bench) -> None:
    bench.owe(2)

    def partly(record: Record) -> Receipt:
        if record.key.id == "s01":
            return receipt(record)
        error = RefusedError("The EHR refuses this file.")
        error.arrived = receipt(record)
        raise error

    bench.run(OddHost(partly))
    key = RecordKey(ObjectKind.SESSION, SessionId("s00"))
    with bench.store.look(CEDAR) as work:
        (row,) = work.deliveries.listed(key=key)
        known = work.receipts.of(row.connection, [key])[str(key)]
    assert (row.state, row.delivered) == (DeliveryState.QUARANTINED, 0)
    assert [part.host_ref for part in known] == ["there/s00"]


def test_what_the_terms_promise_and_the_host_denies_is_not_quietly_kept_here(bench: Bench) -> None:
    bench.owe(1)
    for _ in range(3):
        assert bench.states() == [DeliveryState.OPEN]
        bench.run(OddHost(fails(NotSupportedError("hold_sessions", "The EHR answers 405."))))
        bench.clock.advance(seconds=60)
    assert bench.states() == [DeliveryState.QUARANTINED]


def test_a_row_that_points_at_nothing_blocks_no_other(bench: Bench) -> None:
    bench.owe(3)
    with bench.store.change(CEDAR) as work:
        work.deliveries.want({RecordKey(ObjectKind.SESSION, "nowhere"): 1})
    bench.run(OddHost(receipt))
    rows = bench.rows()
    assert rows.pop("nowhere").reason == "the store holds no such record"
    assert {row.state for row in rows.values()} == {DeliveryState.DONE}


def test_told_to_stop_it_settles_what_is_in_flight_and_gives_back_the_rest(bench: Bench) -> None:
    bench.owe(20)
    host = OddHost(receipt)
    bench.stopped = lambda: len(host.asked) >= IN_FLIGHT
    bench.run(host)
    done = bench.states().count(DeliveryState.DONE)
    assert done == len(host.asked) < 20
    bench.stopped = lambda: False
    bench.run(host)
    assert sorted(host.asked) == [f"s{n:02}" for n in range(20)]


@pytest.mark.parametrize(("dead", "delivered"), [(frozenset({"here:9:z"}), 3), (frozenset(), 0)])
def test_what_a_killed_worker_held_is_taken_over_at_once_and_a_living_ones_is_not(
    bench: Bench, dead: frozenset[str], delivered: int
) -> None:
    bench.owe(3)
    killed = replace(bench.deliverer(OddHost(receipt)))
    killed = replace(killed, pace=replace(killed.pace, owner="here:9:z"))
    assert len(killed.claim()) == 3
    bench.dead = dead
    bench.run(OddHost(receipt))
    assert bench.states().count(DeliveryState.DONE) == delivered
    bench.clock.instant += timedelta(seconds=481)
    bench.run(OddHost(receipt))
    assert bench.states() == [DeliveryState.DONE] * 3


def test_a_late_finish_of_a_worker_that_was_taken_over_changes_nothing(bench: Bench) -> None:
    bench.owe(1)
    slow = bench.deliverer(OddHost(receipt))
    (loaded,) = slow.claim()
    bench.clock.instant += timedelta(seconds=481)
    bench.run(OddHost(receipt))
    settled = asyncio.run(slow._deliver(loaded, Tally()))  # noqa: SLF001 - the worker wakes up here
    assert slow.settle([(loaded.row, settled)]) == [False]
