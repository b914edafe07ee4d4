"""When a job runs: at its interval, and soon when somebody wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import pytest

from witnessmark.sync.loop import Bell, Job, Loop
from witnessmark.testing.clock import StandingClock


def runs_of(wanted_at: Collection[int], *, until: int, takes: int = 0) -> list[tuple[str, int]]:
    """Return which job ran at which second; a pull is wanted at some of them."""
    clock = StandingClock()
    begun = clock.now()
    ran: list[tuple[str, int]] = []
    asked: set[str] = set()
    left = sorted(wanted_at)

    def second() -> int:
        return round((clock.now() - begun).total_seconds())

    def job(name: str) -> Callable[[], Awaitable[object]]:
        async def run() -> None:
            ran.append((name, second()))
            clock.advance(seconds=takes)

        return run

    async def wait(seconds: float) -> bool:
        end = clock.now() + timedelta(seconds=seconds)
        if left and begun + timedelta(seconds=left[0]) <= end:
            clock.advance(seconds=max(0, left.pop(0) - second()))
            asked.add("pull")
        else:
            clock.advance(seconds=round(seconds))
        return second() > until

    def take() -> Collection[str]:
        taken = set(asked)
        asked.clear()
        return taken

    jobs = [Job("pull", 900, job("pull")), Job("deliver", 600, job("deliver"))]
    asyncio.run(Loop(jobs, clock, wait, lambda _job, error: pytest.fail(str(error)), take).run())
    return ran


def test_each_job_runs_at_once_and_then_at_its_interval() -> None:
    assert runs_of((), until=1000) == [
        ("pull", 0),
        ("deliver", 0),
        ("deliver", 600),
        ("pull", 900),
    ]


def test_a_wanted_job_runs_before_its_interval() -> None:
    assert runs_of([100], until=700) == [
        ("pull", 0),
        ("deliver", 0),
        ("pull", 100),
        ("deliver", 600),
    ]


def test_a_job_that_is_wanted_all_the_time_rests_in_between() -> None:
    assert runs_of([1, 2, 3, 4], until=20)[2:] == [("pull", 5)]


def test_a_bell_ends_a_wait_and_forgets_what_was_taken() -> None:
    async def ring() -> None:
        bell = Bell()
        bell.want("pull")
        bell.want("pull")
        assert not await bell.wait(60)
        assert bell.take_wanted() == {"pull"}
        assert bell.take_wanted() == set()
        bell.stop()
        assert await bell.wait(60)
        assert await bell.wait(60)

    asyncio.run(ring())
