"""Delivers what is owed: claim a few, put them side by side, settle them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

from witnessmark.application.acts import Act
from witnessmark.application.conflicts import is_signed
from witnessmark.application.connecting import Context
from witnessmark.application.records import Loaded, earlier_records, load_records, why_not
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.capabilities import Capability, Projection
from witnessmark.errors import (
    ConflictError,
    HostError,
    RefusedError,
    StoreError,
    TryLaterError,
    TwiceError,
    WitnessmarkError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import LOOKED_AT, Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter
from witnessmark.ports.records import Receipt, Record, RecordKey
from witnessmark.sync.endings import there, write_down
from witnessmark.sync.feed import Ended, Feed, as_it_was
from witnessmark.sync.health import Health
from witnessmark.sync.outcomes import (
    LONGEST_WAIT_SECONDS,
    Policy,
    held_back,
    is_of_the_pass,
    is_worn_out,
    outcome_of,
    speaks_of_the_host,
)
from witnessmark.sync.tally import Tally
from witnessmark.wire import Call, Request, watched

T = TypeVar("T")

_log = logging.getLogger("witnessmark.sync")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many deliveries are in flight, and how long a claim lasts.

    `lease_seconds` is longer than the longest delivery can take. `stopped` says that the pass shall
    end; `is_alive(owner)` whether a worker that holds rows still runs.
    """

    owner: str
    in_flight: int
    lease_seconds: int
    stopped: Callable[[], bool]
    is_alive: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Deliverer:
    """One connection's deliveries. `policy_of` is the manifest's."""

    context: Context
    driver: AsyncDriver
    connection: Connection
    adapter: HostAdapter
    agreed: AgreedTerms
    pace: Pace
    policy_of: Callable[[Delivery], Policy]
    act_at: Callable[[datetime], Act]

    async def run(self, tally: Tally) -> None:
        """Deliver until nothing is due. A record that wakes others is followed by them.

        An error that is no record's (a key, the store, being shut out), or as many failures in a
        row as there are in flight, ends the pass and is raised once all in flight is settled. What
        was refused meanwhile is given up only if the host goes on taking others.
        """
        await asyncio.to_thread(self.release_the_dead)
        health, failure = Health(self.pace.in_flight), None
        try:
            await self._deliver_all(health, tally)
        except RefusedError as error:
            if is_of_the_pass(error):
                raise
            failure = error
        if health.suspects and await self._is_well(health, tally):
            health.is_sure, health.in_a_row = True, 0
            await asyncio.to_thread(self._hasten, health.suspects)
            await self._deliver_all(health, tally)
        elif failure is not None:
            raise failure

    async def _deliver_all(self, health: Health, tally: Tally) -> None:
        feed = Feed(self.claim, self.settle, tally.take, self.pace.stopped)
        try:
            async with asyncio.TaskGroup() as workers:
                workers.create_task(feed.settle_all())
                senders = [
                    workers.create_task(self._send(feed, health, tally))
                    for _ in range(self.pace.in_flight)
                ]
                await asyncio.gather(*senders)
                feed.finish()
        except ExceptionGroup as group:
            raise first_error(group) from group
        if feed.failure is not None:
            await asyncio.to_thread(self._let_go, feed.failure)

    async def _is_well(self, health: Health, tally: Tally) -> bool:
        """Whether the host still shows what it took last, in this pass or, at last, ever."""
        shown = None
        if health.went_well is not None:
            loaded, receipt = health.went_well
            shown = replace(loaded, known=receipt)
        elif health.worn_out:
            shown = await asyncio.to_thread(self._taken_before)
        if shown is None:  # it never took anything: what it refuses is not tried for ever
            return health.refused_too_long
        try:
            await self._look(shown, tally)
        except HostError as error:
            return not speaks_of_the_host(error)
        return True

    def _taken_before(self) -> Loaded | None:
        name, sent = self.connection.id, self.agreed.sent()
        with self.context.store.look(self.context.clinic) as work:
            rows = work.deliveries.listed(connection=name, states=[DeliveryState.DONE], limit=50)
            there = [row for row in rows if row.key.kind in sent and not row.trouble]
            return next((one for one in load_records(work, name, there) if one.known), None)

    async def _send(self, feed: Feed, health: Health, tally: Tally) -> None:
        while (loaded := await feed.take()) is not None:
            try:
                settled = await self._deliver(loaded, tally)
                health.took(loaded, settled.receipt)
            except WitnessmarkError as error:
                settled = self._after(error, loaded, health)
                if is_of_the_pass(error) or health.says_enough(error):
                    feed.fail(error)
            except Exception as error:  # noqa: BLE001 - one odd record blocks no other
                kind = type(error).__name__
                _log.error("record %s: %s", loaded.row.key, kind)
                reason = f"something in it trips Witnessmark ({kind}): please report it"
                settled = Settled(DeliveryState.QUARANTINED, reason)
            feed.give(loaded.row, settled)

    async def _deliver(self, loaded: Loaded, tally: Tally) -> Settled:
        if loaded.settled is not None or loaded.record is None:
            return loaded.settled or Settled(DeliveryState.OPEN)
        chosen = self.agreed.chosen[loaded.row.key.kind]
        if chosen.projection is Projection.LOCAL:
            return Settled(DeliveryState.KEPT_HERE, chosen.reason)
        takes_back = loaded.known and Capability.HOLD_ATTESTATIONS in self.agreed.terms.agreed
        if not takes_back and (reason := why_not(loaded.record, chosen)):
            return Settled(DeliveryState.KEPT_HERE, reason)
        if loaded.row.trouble in LOOKED_AT and loaded.known:
            return await self._look(loaded, tally)
        return await self._put(loaded, loaded.record, chosen.projection, tally)

    async def _put(self, loaded: Loaded, record: Record, how: Projection, tally: Tally) -> Settled:
        async def put(*earlier: Record) -> Receipt:
            call = self.adapter.put(record, how, loaded.known, earlier=earlier)
            return await self._ask(self._while_held(call, loaded.row), f"put {record.key}", tally)

        try:
            receipt = await put()
        except ConflictError:
            earlier = await asyncio.to_thread(self._skipped, loaded.row)
            if not earlier:
                raise
            receipt = await put(*earlier)
        return there(loaded, receipt, delivered=record.generation)

    async def _look(self, loaded: Loaded, tally: Tally) -> Settled:
        """See whether our copy stands as we left it; nothing is written."""
        key, known = loaded.row.key, loaded.known or ()
        if loaded.record is None:
            return Settled(DeliveryState.DONE)
        how = self.agreed.chosen[key.kind].projection
        compared = self.adapter.compare(loaded.record, how, known)
        receipt = await self._ask(compared, f"compare {key}", tally)
        if loaded.row.trouble is Trouble.TWICE:
            await self._ask(self.adapter.find(loaded.record, how), f"find {key}", tally)
        return there(loaded, receipt)

    def _while_held(self, call: Call[T], row: Delivery) -> Call[T]:
        """Run a call as it is, but write nothing once the row may be another worker's.

        A worker that was suspended for longer than its lease would write an older version over
        what that one wrote.
        """

        def in_time(request: Request) -> None:
            if request.writes and row.held_until and self.context.clock.now() > row.held_until:
                raise TryLaterError("This took so long that another worker may have gone on.")

        return watched(call, in_time)

    async def _ask(self, call: Call[T], operation: str, tally: Tally) -> T:
        return await self.driver.run(tally.count(call), on=self.connection, operation=operation)

    def _skipped(self, row: Delivery) -> Sequence[Record]:
        with self.context.store.look(self.context.clinic) as work:
            return earlier_records(work, self.connection.id, row)

    def _after(self, error: WitnessmarkError, loaded: Loaded, health: Health) -> Settled:
        row, now = loaded.row, self.context.clock.now()
        if is_of_the_pass(error):
            return as_it_was(row, str(error))
        policy = self.policy_of(row)
        if loaded.record is not None and is_signed(loaded.record, row):
            policy = replace(policy, on_conflict=OnConflict.ASK)
        known = error.arrived or loaded.known or ()
        settled = outcome_of(error, row, known=known, policy=policy, now=now)
        worn_out = is_worn_out(row, policy, now)
        if isinstance(error, HostError) and health.doubts(error, settled, is_worn_out=worn_out):
            health.suspects.add(row.key)
            settled = held_back(error, row, policy=policy, now=now)
        if error.arrived and settled.receipt is None:
            settled = replace(settled, receipt=error.arrived)
        if row.trouble in LOOKED_AT and not isinstance(error, ConflictError | TwiceError):
            settled = replace(settled, trouble=row.trouble)
        return settled

    def _let_go(self, failure: WitnessmarkError) -> NoReturn:
        """Raise what ended the pass, once nothing is claimed any more."""
        try:
            self._release([self.pace.owner])
        except StoreError:
            raise failure from None
        raise failure

    def _release(self, owners: Sequence[str]) -> None:
        with self.context.store.change(self.context.clinic) as work:
            for owner in owners:
                work.deliveries.release(self.connection.id, owner=owner)

    def _hasten(self, keys: Collection[RecordKey]) -> None:
        with self.context.store.change(self.context.clinic) as work:
            work.deliveries.hasten(self.connection.id, keys)

    def release_the_dead(self) -> None:
        """Give back what a worker held that was killed on this machine.

        No row rests longer than a lease or the longest wait: one that does was given its time by a
        clock that was set back since, and is due.
        """
        longest = max(self.pace.lease_seconds, LONGEST_WAIT_SECONDS)
        beyond = self.context.clock.now() + timedelta(seconds=longest)
        with self.context.store.look(self.context.clinic) as work:
            owners = work.deliveries.owners(self.connection.id)
            stranded = work.deliveries.stranded(self.connection.id, beyond=beyond)
        dead = [owner for owner in owners if not self.pace.is_alive(owner)]
        if dead:
            self._release(dead)
        if stranded:
            with self.context.store.change(self.context.clinic) as work:
                work.deliveries.unstrand(self.connection.id, beyond=beyond)

    def claim(self) -> Sequence[Loaded]:
        """Claim and load in one transaction."""
        with self.context.store.change(self.context.clinic) as work:
            rows = work.deliveries.claim(
                self.connection.id,
                owner=self.pace.owner,
                now=self.context.clock.now(),
                lease_seconds=self.pace.lease_seconds,
                limit=self.pace.in_flight,
            )
            return load_records(work, self.connection.id, rows) if rows else ()

    def settle(self, ended: Sequence[Ended]) -> Sequence[bool]:
        """Keep how deliveries ended, with their audit entries, in one transaction."""
        with self.context.store.change(self.context.clinic) as work:
            now = self.context.clock.now()
            act = self.act_at(now)
            kept = []
            for row, settled in ended:
                in_time = work.deliveries.settle(row, settled, now=now)
                if in_time and not settled.blameless:
                    write_down(act, work, row=row, settled=settled)
                kept.append(in_time)
            return kept


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error of a group of parallel tasks: the others followed from it."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first
