"""The embedded loop: runs jobs when they are due until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from witnessmark.errors import WitnessmarkError
from witnessmark.ports.clock import Clock

REST_SECONDS = 5
"""How long a job rests at the least, however often it is wanted: an EHR tells of every change."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds. A failing run is reported and tried again when due."""

    name: str
    every_seconds: int
    run: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Loop:
    """Jobs, the clock, a way to wait (seconds) that ends early on stop, and whom to tell.

    `wait` returns True when the loop shall stop; it also ends early when somebody wants a job now,
    which `wanted` then names.
    """

    jobs: Sequence[Job]
    clock: Clock
    wait: Callable[[float], Awaitable[bool]]
    failed: Callable[[Job, WitnessmarkError], None]
    wanted: Callable[[], Collection[str]] = tuple

    async def run(self) -> None:
        """Run every job at once, then each at its interval, or soon when wanted; one at a time."""
        due = {job.name: self.clock.now() for job in self.jobs}
        rested = dict(due)
        while True:
            # A clock that was set back leaves no job waiting for longer than its interval.
            due = {job.name: min(due[job.name], self._next(job)) for job in self.jobs}
            job = min(self.jobs, key=lambda one: due[one.name])
            if await self.wait(max(0.0, (due[job.name] - self.clock.now()).total_seconds())):
                return
            for name in self.wanted():
                due[name] = min(due[name], max(self.clock.now(), rested[name]))
            job = min(self.jobs, key=lambda one: due[one.name])
            if due[job.name] > self.clock.now():
                continue
            due[job.name] = self._next(job)
            try:
                await job.run()
            except WitnessmarkError as error:
                self.failed(job, error)
            rested[job.name] = self.clock.now() + timedelta(seconds=REST_SECONDS)

    def _next(self, job: Job) -> datetime:
        return self.clock.now() + timedelta(seconds=job.every_seconds)


@dataclass(slots=True)
class Bell:
    """Ends a wait early: to stop, or because a job is wanted now. Rung in the loop's own thread."""

    stopped: bool = False
    _wanted: set[str] = field(default_factory=set)
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Ask the loop to end."""
        self.stopped = True
        self._rung.set()

    def want(self, job: str) -> None:
        """Ask for a job at once; asked often, it runs once."""
        self._wanted.add(job)
        self._rung.set()

    def take_wanted(self) -> Collection[str]:
        """Return the jobs that were asked for, and forget that they were."""
        wanted, self._wanted = self._wanted, set()
        return wanted

    async def wait(self, seconds: float) -> bool:
        """Wait so many seconds, or until it is rung; return whether to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), timeout=max(seconds, 0.001))
        if not self.stopped:
            self._rung.clear()
        return self.stopped
