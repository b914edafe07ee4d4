"""Delivers what is owed: claim a few, put them side by side, settle them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.records import Loaded, earlier_records, load_records
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.capabilities import Projection
from witnessmark.errors import ConflictError, StoreError, WitnessmarkError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter
from witnessmark.ports.records import Receipt, Record
from witnessmark.sync.feed import Ended, Feed
from witnessmark.sync.outcomes import Policy, is_of_the_pass, outcome_of, speaks_of_the_host
from witnessmark.sync.tally import Tally

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
        row as there are in flight, ends the pass and is raised once all in flight is settled.
        """
        await asyncio.to_thread(self.release_the_dead)
        health = _Health(self.pace.in_flight)
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

    async def _send(self, feed: Feed, health: _Health, tally: Tally) -> None:
        while (loaded := await feed.take()) is not None:
            try:
                settled = await self._deliver(loaded, tally)
                health.went_well()
            except WitnessmarkError as error:
                settled = self._after(error, loaded)
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
        return await self._put(loaded, loaded.record, chosen.projection, tally)

    async def _put(self, loaded: Loaded, record: Record, how: Projection, tally: Tally) -> Settled:
        async def put(one: Record, known: Receipt | None) -> Receipt:
            call = tally.count(self.adapter.put(one, how, known))
            return await self.driver.run(call, on=self.connection, operation=f"put {one.key}")

        try:
            receipt = await put(record, loaded.known)
        except ConflictError:
            ours = await self._written_before(loaded, put)
            if ours is None:
                raise
            receipt = await put(record, ours)
        return Settled(DeliveryState.DONE, delivered=record.generation, receipt=receipt)

    async def _written_before(
        self, loaded: Loaded, put: Callable[[Record, Receipt | None], Awaitable[Receipt]]
    ) -> Receipt | None:
        """Return the receipt of a skipped version of ours that stands there, if one does.

        A `put` of what stands there already writes nothing.
        """
        for earlier in await asyncio.to_thread(self._skipped, loaded.row):
            try:
                return await put(earlier, loaded.known)
            except ConflictError:
                continue
        return None

    def _skipped(self, row: Delivery) -> Sequence[Record]:
        with self.context.store.look(self.context.clinic) as work:
            return earlier_records(work, self.connection.id, row)

    def _after(self, error: WitnessmarkError, loaded: Loaded) -> Settled:
        if is_of_the_pass(error):
            return Settled(DeliveryState.OPEN, str(error), blameless=True)
        return outcome_of(
            error,
            loaded.row,
            known=loaded.known or (),
            policy=self.policy_of(loaded.row),
            now=self.context.clock.now(),
        )

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

    def release_the_dead(self) -> None:
        """Give back what a worker held that was killed on this machine."""
        with self.context.store.look(self.context.clinic) as work:
            owners = work.deliveries.owners(self.connection.id)
        dead = [owner for owner in owners if not self.pace.is_alive(owner)]
        if dead:
            self._release(dead)

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
                    act.write_down(
                        work,
                        f"delivery_{settled.state.value}",
                        row.key,
                        connection=row.connection,
                        generation=settled.delivered or row.wanted,
                        attempt=row.attempts + 1,
                    )
                kept.append(in_time)
            return kept


@dataclass(slots=True)
class _Health:
    """Counts a host's failures in a row: one success, and they are forgotten."""

    enough: int
    in_a_row: int = 0

    def went_well(self) -> None:
        self.in_a_row = 0

    def says_enough(self, error: WitnessmarkError) -> bool:
        self.in_a_row += speaks_of_the_host(error)
        return self.in_a_row >= self.enough


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error of a group of parallel tasks: the others followed from it."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first
