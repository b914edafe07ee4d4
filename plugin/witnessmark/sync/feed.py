"""Hands out claimed deliveries and gathers how they ended; knows when nothing is left."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from witnessmark.application.records import Loaded
from witnessmark.errors import WitnessmarkError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled

Ended = tuple[Delivery, Settled]


@dataclass(slots=True)
class Feed:
    """Between the senders and the store. `claim` and `settle` block: they run in threads.

    `told` hears of every batch that was settled; `stopped` is asked before anything is handed out.
    """

    claim: Callable[[], Sequence[Loaded]]
    settle: Callable[[Sequence[Ended]], Sequence[bool]]
    told: Callable[[Sequence[Ended], Sequence[bool]], None]
    stopped: Callable[[], bool]
    failure: WitnessmarkError | None = None
    waiting: deque[Loaded] = field(default_factory=deque)
    ended: list[Ended] = field(default_factory=list)
    unsettled: int = 0
    settlements: int = 0
    empty_at: int | None = None
    finished: bool = False
    claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self) -> Loaded | None:
        """Return the next delivery; None once nothing is due and nothing in flight wakes one.

        Once the pass is to end, what was claimed and not handed out is given back.
        """
        while True:
            async with self.claiming:
                if self._ends:
                    self._give_back()
                    return None
                try:
                    await self._claim()
                except WitnessmarkError as error:
                    self.fail(error)
                    return None
                if self.waiting:
                    self.unsettled += 1
                    return self.waiting.popleft()
                if not self._may_be_more:
                    if not self.unsettled:
                        return None
                    self.settled.clear()
            await self.settled.wait()

    def give(self, row: Delivery, settled: Settled) -> None:
        """Hand in how one ended."""
        self.ended.append((row, settled))
        self.arrived.set()

    def fail(self, error: WitnessmarkError) -> None:
        """End the pass: what is in flight is settled, nothing more is handed out."""
        self.failure = self.failure or error

    def finish(self) -> None:
        """Say that no more will come in."""
        self.finished = True
        self.arrived.set()

    async def settle_all(self) -> None:
        """Settle whatever has come in, together, until the senders are done."""
        while not (self.finished and not self.ended):
            await self.arrived.wait()
            self.arrived.clear()
            batch, self.ended = self.ended, []
            if not batch:
                continue
            try:
                self.told(batch, await asyncio.to_thread(self.settle, batch))
            except WitnessmarkError as error:
                # What was done there stays done: the next pass finds it, and settles it.
                self.fail(error)
            self.unsettled -= len(batch)
            self.settlements += 1
            self.settled.set()

    @property
    def _ends(self) -> bool:
        return self.failure is not None or self.stopped()

    @property
    def _may_be_more(self) -> bool:
        return self.empty_at != self.settlements

    async def _claim(self) -> None:
        """Claim more when all are handed out; after a claim in vain only once more was settled."""
        if not self.waiting and self._may_be_more:
            before = self.settlements
            self.waiting.extend(await asyncio.to_thread(self.claim))
            self.empty_at = None if self.waiting else before

    def _give_back(self) -> None:
        while self.waiting:
            row = self.waiting.popleft().row
            self.unsettled += 1
            self.give(row, as_it_was(row, row.reason))


def as_it_was(row: Delivery, reason: str) -> Settled:
    """Return how a row ends that had no part in why it was not delivered."""
    return Settled(
        DeliveryState.OPEN, reason, blameless=True, trouble=row.trouble, differs=row.differs
    )
