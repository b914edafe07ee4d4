"""The deliverer over a real store: what it does when hosts, keys and records go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from tests.integration.store.practice import CEDAR, SEAL, settle_in

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.capabilities import Chosen, ObjectKind, Offer, Projection, Terms
from witnessmark.domain.ids import PersonId, SessionId, SettingId
from witnessmark.domain.sessions import Session
from witnessmark.errors import (
    NotSupportedError,
    RefusedError,
    SecretError,
    StoreError,
    TryLaterError,
    WitnessmarkError,
)
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.host import Connection, Feed, Page
from witnessmark.ports.records import HostRef, Part, Receipt, Record, RecordKey
from witnessmark.shipped import shipped
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore
from witnessmark.sync.deliver import Deliverer, Pace
from witnessmark.sync.outcomes import Policy
from witnessmark.sync.tally import Tally
from witnessmark.testing import CountedIds, Records, StandingClock
from witnessmark.wire import Call

T = TypeVar("T")

IN_FLIGHT = 4


@dataclass
class OddHost:
    """An adapter whose `put` does what a test says, without a request."""

    does: Callable[[Record], Receipt]
    asked: list[str] = field(default_factory=list)

    def put(self, record: Record, how: Projection, known: Receipt | None) -> Call[Receipt]:
        self.asked.append(record.key.id)
        yield from ()
        return self.does(record)

    def discover(self) -> Call[Offer]:
        raise AssertionError("never asked")

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        raise AssertionError("never asked")

    def changes(self, feed: Feed, cursor: str | None) -> Call[Page]:
        raise AssertionError("never asked")


class NoWire:
    """A driver for calls that ask nothing."""

    async def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        await asyncio.sleep(0)
        try:
            next(call)
        except StopIteration as done:
            result: T = done.value
            return result
        raise AssertionError("a request was made")


def receipt(record: Record) -> Receipt:
    return (Part("session", HostRef(f"there/{record.key.id}"), "1", "d"),)


@dataclass
class Bench:
    """A clinic that owes its host some sessions."""

    store: SqlStore
    clock: StandingClock = field(default_factory=StandingClock)
    stopped: Callable[[], bool] = lambda: False
    owner: str = "here:1:a"
    dead: frozenset[str] = frozenset()

    def owe(self, count: int) -> None:
        with self.store.change(CEDAR) as work:
            setting = next(iter(work.settings.all())).id
            people = [person.id for person in work.people.all()]
            for number in range(count):
                session = _session(f"s{number:02}", setting, people)
                version = work.sessions.put(session)
                work.deliveries.want({RecordKey(ObjectKind.SESSION, session.id): version})

    def run(self, host: OddHost) -> Tally:
        tally = Tally()
        asyncio.run(self.deliverer(host).run(tally))
        return tally

    def deliverer(self, host: OddHost) -> Deliverer:
        manifest = load_manifest(shipped("manifest.yaml")).value
        with self.store.look(CEDAR) as work:
            connection = work.connections.all()[0].connection
        chosen = {kind: Chosen(Projection.STRUCTURED, {}) for kind in ObjectKind}
        return Deliverer(
            context=Context(
                CEDAR, self.store, manifest, {}, self.store.tokens, self.clock, CountedIds()
            ),
            driver=NoWire(),
            connection=connection,
            adapter=host,
            agreed=AgreedTerms("odd", Terms(frozenset(), {}), chosen, ""),
            pace=Pace(
                self.owner, IN_FLIGHT, 480, self._is_stopped, lambda one: one not in self.dead
            ),
            policy_of=lambda _row: Policy(12, OnConflict.ASK, lambda: 0.5),
            act_at=lambda at: Act(OPERATOR, at, {}),
        )

    def _is_stopped(self) -> bool:
        return self.stopped()

    def rows(self) -> dict[str, Delivery]:
        with self.store.look(CEDAR) as work:
            return {row.key.id: row for row in work.deliveries.listed()}

    def states(self) -> list[DeliveryState]:
        return [row.state for _, row in sorted(self.rows().items())]


def _session(name: str, setting: SettingId, people: list[PersonId]) -> Session:
    plain = Records({}, name).session().session
    attended = tuple(replace(one, person=people[1]) for one in plain.attended[:1])
    return replace(
        plain, id=SessionId(name), setting=setting, led_by=(people[0],), attended=attended
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(tmp_path / "store.db", SEAL)
    settle_in(store, CEDAR)
    yield Bench(store)
    store.close()


def fails(error: WitnessmarkError) -> Callable[[Record], Receipt]:
    def failing(_record: Record) -> Receipt:
        raise error

    return failing


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


def test_refusals_in_a_row_end_the_pass_before_everything_is_given_up(bench: Bench) -> None:
    bench.owe(20)
    with pytest.raises(RefusedError):
        bench.run(OddHost(fails(RefusedError("403: the app is suspended"))))
    given_up = bench.states().count(DeliveryState.QUARANTINED)
    assert IN_FLIGHT <= given_up < 2 * IN_FLIGHT


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
