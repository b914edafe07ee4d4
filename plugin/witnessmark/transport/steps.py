"""What a conversation asks of its driver, step by step. Performs nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar, cast

from witnessmark.wire import Request, Response

T = TypeVar("T")

Chore = Callable[[], object]
"""Short blocking work (a row, a key file): called, or awaited in a thread."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A request to send. `allowed` is called right before its first byte leaves, and may raise.

    It does not block: between it and that byte nothing is waited for.
    """

    request: Request
    allowed: Callable[[], None]


Step = Sending | Chore | Future[object]
"""Send this, do this, or wait for this. The driver gives back what came of it, or throws."""

Conversation = Generator[Step, object, T]


def send(request: Request, allowed: Callable[[], None]) -> Conversation[Response]:
    """Have the driver send a request; it throws a FaultError or HostError when that fails."""
    return cast("Response", (yield Sending(request, allowed)))


def do(chore: Callable[[], T]) -> Conversation[T]:
    """Have the driver do a chore; what the chore raises is raised here."""
    return cast("T", (yield chore))


def wait_for(future: Future[object]) -> Conversation[object]:
    """Have the driver wait until another conversation of this process has set the result."""
    return (yield future)
