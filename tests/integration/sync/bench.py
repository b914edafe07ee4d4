"""A clinic that owes its host some sessions, and a host that does what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from tests.integration.store.practice import CEDAR

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.capabilities import Chosen, ObjectKind, Offer, Projection, Terms
from witnessmark.domain.ids import PersonId, SessionId, SettingId
from witnessmark.domain.sessions import Session
from witnessmark.errors import WitnessmarkError
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.host import Connection, Feed, HostAdapter, Page, Reading
from witnessmark.ports.records import HostRef, Part, Receipt, Record, RecordKey
from witnessmark.shipped import shipped
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
    """An adapter that does what a test says, without a request."""

    does: Callable[[Record], Receipt]
    compares: Callable[[Record, Receipt], Receipt] = lambda _record, known: known
    finds: Callable[[Record], Receipt | None] = lambda _record: None
    asked: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    def put(
        self,
        record: Record,
        how: Projection,
        known: Receipt | None,
        *,
        earlier: Sequence[Record] = (),
    ) -> Call[Receipt]:
        self.asked.append(record.key.id)
        yield from ()
        return self.does(record)

    def discover(self) -> Call[Offer]:
        raise AssertionError("never asked")

    def compare(self, record: Record, how: Projection, known: Receipt) -> Call[Receipt]:
        self.looked_at.append(record.key.id)
        yield from ()
        return self.compares(record, known)

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        yield from ()
        return self.finds(record)

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
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
    policy: OnConflict = OnConflict.ASK

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
            adapter=cast("HostAdapter", host),
            agreed=AgreedTerms("odd", Terms(frozenset(), {}), chosen, ""),
            pace=Pace(
                self.owner, IN_FLIGHT, 480, self._is_stopped, lambda one: one not in self.dead
            ),
            policy_of=lambda _row: Policy(12, self.policy, lambda: 0.5),
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


def fails(error: WitnessmarkError) -> Callable[[Record], Receipt]:
    def failing(_record: Record) -> Receipt:
        raise error

    return failing
