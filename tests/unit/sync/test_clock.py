"""A clock that is set back strands no job of the loop."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from witnessmark.sync.loop import Job, Loop
from witnessmark.testing import StandingClock


def test_a_clock_set_back_by_a_day_makes_a_job_wait_no_longer_than_its_interval() -> None:
    clock, waited, ran = StandingClock(), list[float](), list[int]()

    async def run() -> None:
        ran.append(len(waited))
        if len(ran) == 1:
            clock.advance(seconds=-86_400)

    async def wait(seconds: float) -> bool:
        waited.append(seconds)
        clock.instant += timedelta(seconds=seconds)
        return len(ran) >= 3

    jobs = [Job("deliver", 30, run)]
    asyncio.run(Loop(jobs, clock, wait, lambda _job, error: pytest.fail(str(error))).run())
    assert waited == [0, 30, 30, 30]
