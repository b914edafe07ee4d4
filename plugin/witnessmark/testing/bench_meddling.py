"""What can go wrong between a call and its host: one request at a time, under any driver.

A call is a function of its answers, so lies alone need no host: `told` tells old answers again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from itertools import count
from typing import TypeVar

from witnessmark.errors import HostError, OutcomeUnknownError, TryLaterError
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")

Meddle = Callable[[Request], Generator[Request, Response, Response]]
"""Stands between a call and its host for one request: may send it, answer it, raise for it."""

BUSY_SECONDS = 7
PATIENCE = 3000
"""So many requests are enough for any one call of the suite."""


class KilledError(Exception):
    """The process died after a request was sent: its answer was never read."""


def honestly(request: Request) -> Generator[Request, Response, Response]:
    """Change nothing."""
    return (yield request)


def killed(request: Request) -> Generator[Request, Response, Response]:
    """Die while waiting for the answer."""
    yield request
    raise KilledError


def lost(request: Request) -> Generator[Request, Response, Response]:
    """Lose the answer, and say so as the drivers do."""
    yield request
    raise OutcomeUnknownError("lost") if request.writes else TryLaterError("lost")


def busy(request: Request) -> Generator[Request, Response, Response]:  # noqa: ARG001 - unsent
    """Be told to wait, as by a 429."""
    yield from ()
    raise TryLaterError("busy", after=BUSY_SECONDS)


def during(context: Callable[[], AbstractContextManager[object]]) -> Meddle:
    """Send inside a context, which is entered right before."""

    def meddle(request: Request) -> Generator[Request, Response, Response]:
        with context():
            return (yield request)

    return meddle


def after(act: Callable[[], object]) -> Meddle:
    """Send right after something else happened there."""

    def meddle(request: Request) -> Generator[Request, Response, Response]:
        act()
        return (yield request)

    return meddle


def only(at: int, meddle: Meddle) -> Meddle:
    """Meddle with request number `at` (from 1) alone."""
    numbers = count(1)

    def once(request: Request) -> Generator[Request, Response, Response]:
        return (yield from (meddle if next(numbers) == at else honestly)(request))

    return once


def meddled(call: Call[T], meddle: Meddle) -> Call[T]:
    """Put something between a call and whoever drives it."""
    try:
        request = next(call)
        while True:
            try:
                answer = yield from meddle(request)
            except HostError as error:
                request = call.throw(error)
            else:
                request = call.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        call.close()


def told(call: Call[T], answers: Sequence[Response], lie: Response | HostError) -> T:
    """Return what a call makes of these answers, and of one lie or error ever after."""
    try:
        request = next(call)
        for number in range(PATIENCE):
            if number < len(answers):
                request = call.send(answers[number])
            elif isinstance(lie, Response):
                request = call.send(lie)
            else:
                request = call.throw(lie)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        call.close()
    message = f"{request.operation}: it never gives up"
    raise AssertionError(message)
