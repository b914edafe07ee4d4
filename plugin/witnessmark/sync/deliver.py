"""Delivers what is owed: claim a few, put them side by side, settle them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.records import Loaded, load_records
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.capabilities import Projection
from witnessmark.errors import WitnessmarkError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter
from witnessmark.ports.records import Record
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
            raise feed.failure

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
        receipt = await self.driver.run(
            tally.count(self.adapter.put(record, how, loaded.known)),
            on=self.connection,
            operation=f"put {record.key}",
        )
        return Settled(DeliveryState.DONE, delivered=record.generation, receipt=receipt)

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

    def release_the_dead(self) -> None:
        """Give back what a worker held that was killed on this machine."""
        with self.context.store.look(self.context.clinic) as work:
            owners = work.deliveries.owners(self.connection.id)
        dead = [owner for owner in owners if not self.pace.is_alive(owner)]
        if dead:
            with self.context.store.change(self.context.clinic) as work:
                for owner in dead:
                    work.deliveries.release(self.connection.id, owner=owner)

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
