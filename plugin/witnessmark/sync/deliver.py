"""Delivers what is owed: claim a few, put them side by side, settle them together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.records import load_records
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.capabilities import Projection
from witnessmark.errors import WitnessmarkError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter
from witnessmark.ports.records import Receipt, Record
from witnessmark.sync.outcomes import Policy, outcome_of
from witnessmark.sync.tally import Tally

LEASE_SECONDS = 60

Claimed = tuple[Delivery, Record, Receipt | None]


@dataclass(frozen=True, slots=True)
class Deliverer:
    """One connection's deliveries. `policy_of` is the manifest's; `owner` names this worker."""

    context: Context
    driver: AsyncDriver
    connection: Connection
    adapter: HostAdapter
    agreed: AgreedTerms
    owner: str
    in_flight: int
    policy_of: Callable[[Delivery], Policy]
    act_at: Callable[[datetime], Act]

    async def run(self, tally: Tally) -> None:
        """Deliver until nothing is due. A record that wakes others is followed by them."""
        feed = _Feed(self)
        try:
            async with asyncio.TaskGroup() as workers:
                workers.create_task(feed.settle_all(tally))
                senders = [
                    workers.create_task(self._send(feed, tally)) for _ in range(self.in_flight)
                ]
                await asyncio.gather(*senders)
                feed.finish()
        except ExceptionGroup as group:
            raise first_error(group) from group

    async def _send(self, feed: _Feed, tally: Tally) -> None:
        while (claimed := await feed.take()) is not None:
            feed.give(claimed[0], await self._deliver(claimed, tally))

    async def _deliver(self, claimed: Claimed, tally: Tally) -> Settled:
        row, record, known = claimed
        chosen = self.agreed.chosen[row.key.kind]
        if chosen.projection is Projection.LOCAL:
            return Settled(DeliveryState.KEPT_HERE, chosen.reason)
        try:
            receipt = await self.driver.run(
                tally.count(self.adapter.put(record, chosen.projection, known)),
                on=self.connection,
                operation=f"put {row.key}",
            )
        except WitnessmarkError as error:
            now = self.context.clock.now()
            return outcome_of(error, row, known=known or (), policy=self.policy_of(row), now=now)
        return Settled(DeliveryState.DONE, delivered=record.generation, receipt=receipt)

    def claim(self) -> Sequence[Claimed]:
        """Claim and load in one transaction."""
        with self.context.store.change(self.context.clinic) as work:
            rows = work.deliveries.claim(
                self.connection.id,
                owner=self.owner,
                now=self.context.clock.now(),
                lease_seconds=LEASE_SECONDS,
                limit=2 * self.in_flight,
            )
            return load_records(work, self.connection.id, rows) if rows else ()

    def settle(self, ended: Sequence[tuple[Delivery, Settled]]) -> Sequence[bool]:
        """Keep how deliveries ended, with their audit entries, in one transaction."""
        now = self.context.clock.now()
        act = self.act_at(now)
        with self.context.store.change(self.context.clinic) as work:
            kept = []
            for row, settled in ended:
                in_time = work.deliveries.settle(row, settled, now=now)
                if in_time:
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
class _Feed:
    """Hands out claimed deliveries and gathers how they ended; knows when nothing is left."""

    deliverer: Deliverer
    waiting: deque[Claimed] = field(default_factory=deque)
    ended: list[tuple[Delivery, Settled]] = field(default_factory=list)
    unsettled: int = 0
    settlements: int = 0
    empty_at: int | None = None
    claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    finished: bool = False

    async def take(self) -> Claimed | None:
        """Return the next delivery; None once nothing is due and nothing in flight wakes one."""
        while True:
            async with self.claiming:
                await self._claim()
                if self.waiting:
                    self.unsettled += 1
                    return self.waiting.popleft()
                if not self._may_be_more:
                    if not self.unsettled:
                        return None
                    self.settled.clear()
            await self.settled.wait()

    async def _claim(self) -> None:
        """Claim more when all are handed out; after a claim in vain only once more was settled."""
        if not self.waiting and self._may_be_more:
            before = self.settlements
            self.waiting.extend(await asyncio.to_thread(self.deliverer.claim))
            self.empty_at = None if self.waiting else before

    @property
    def _may_be_more(self) -> bool:
        return self.empty_at != self.settlements

    def finish(self) -> None:
        """Say that no more will come in."""
        self.finished = True
        self.arrived.set()

    def give(self, row: Delivery, settled: Settled) -> None:
        """Hand in how one ended."""
        self.ended.append((row, settled))
        self.arrived.set()

    async def settle_all(self, tally: Tally) -> None:
        """Settle whatever has come in, together, until the senders are done."""
        while not (self.finished and not self.ended):
            await self.arrived.wait()
            self.arrived.clear()
            batch, self.ended = self.ended, []
            if not batch:
                continue
            kept = await asyncio.to_thread(self.deliverer.settle, batch)
            for (row, settled), in_time in zip(batch, kept, strict=True):
                _count(tally, row, settled, in_time=in_time)
            self.unsettled -= len(batch)
            self.settlements += 1
            self.settled.set()


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error of a group of parallel tasks: the others followed from it."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first


def _count(tally: Tally, row: Delivery, settled: Settled, *, in_time: bool) -> None:
    if not in_time:
        return
    kind = row.key.kind.value
    tally.ended[kind, settled.state, settled.reason] += 1
    if settled.state is DeliveryState.DONE and settled.delivered is not None:
        tally.sent[kind] += 1
