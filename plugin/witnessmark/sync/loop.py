"""The embedded loop: runs jobs when they are due until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from witnessmark.errors import WitnessmarkError
from witnessmark.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds. A failing run is reported and tried again when due."""

    name: str
    every_seconds: int
    run: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Loop:
    """Jobs, the clock, a way to wait (seconds) that ends early on stop, and whom to tell.

    `wait` returns True when the loop shall stop.
    """

    jobs: Sequence[Job]
    clock: Clock
    wait: Callable[[float], Awaitable[bool]]
    failed: Callable[[Job, WitnessmarkError], None]

    async def run(self) -> None:
        """Run every job at once, then each at its interval, one at a time."""
        due = {job.name: self.clock.now() for job in self.jobs}
        while True:
            job = min(self.jobs, key=lambda one: due[one.name])
            if await self.wait(max(0.0, (due[job.name] - self.clock.now()).total_seconds())):
                return
            due[job.name] = self._next(job)
            try:
                await job.run()
            except WitnessmarkError as error:
                self.failed(job, error)

    def _next(self, job: Job) -> datetime:
        return self.clock.now() + timedelta(seconds=job.every_seconds)


async def wait_or_stop(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so many seconds, or until told to stop; return whether to stop."""
    try:
        await asyncio.wait_for(stop.wait(), timeout=max(seconds, 0.001))
    except TimeoutError:
        return False
    return True
