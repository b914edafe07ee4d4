"""The way to an EHR in the same process, and what may go wrong on it. Reads no body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import Enum, auto

import httpx2

from tests.model.mortal import Life
from witnessmark.ports.host import Connection
from witnessmark.sandbox import Practice
from witnessmark.transport.concurrent import ConcurrentDriver
from witnessmark.transport.conversation import Means
from witnessmark.transport.gate import LONGEST_WAIT
from witnessmark.transport.guard import Reach
from witnessmark.transport.steps import Sending
from witnessmark.wire import Response

FIRST_BYTE = "http11.send_request_headers.started"
"""What httpcore2 calls the instant before the first byte of a request leaves."""

BUSY = 429
GUARDS = frozenset({"if-match", "if-none-exist"})
"""What keeps a write from doing harm that comes too late. One without any is never late here: where
an EHR makes nothing once by its tag, no client can help what lay on the wire for a whole lease."""


class Mishap(Enum):
    """What becomes of one request."""

    UNSENT = auto()
    RESET = auto()
    LOST = auto()
    BUSY = auto()
    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    STALLS_BEFORE = auto()
    STALLS_AFTER = auto()


DEADLY = frozenset({Mishap.DIES_BEFORE, Mishap.DIES_AFTER})


@dataclass
class Plan:
    """The mishaps to come, each at the n-th request from now: of all, or of those that write."""

    to_come: list[tuple[Mishap, bool, int]] = field(default_factory=list)
    detours: Iterator[int] | None = None
    wait_seconds: int = 0
    happened: int = 0

    def add(self, mishap: Mishap, *, of_writes: bool, after: int) -> None:
        self.to_come.append((mishap, of_writes, after))

    def clear(self) -> None:
        self.to_come.clear()
        self.detours = None

    def next(self, *, writes: bool) -> Mishap | None:
        """Return what happens to this request."""
        due = [one for one in self.to_come if one[2] == 0 and (writes or not one[1])]
        self.to_come = [
            (mishap, of_writes, after - (after > 0 and (writes or not of_writes)))
            for mishap, of_writes, after in self.to_come
        ]
        if not due:
            return None
        self.to_come.remove(due[0])
        self.happened += 1
        return due[0][0]


@dataclass
class Waits:
    """Until when the EHR asked one worker to wait; what started all the same is a violation.

    All by our own clock, in seconds since the epoch: it is our own send log.
    """

    until: float
    now: Callable[[], datetime]
    violations: list[str] = field(default_factory=list)

    def heard(self, answer: Response) -> None:
        if answer.status == BUSY:
            asked = min(int(answer.headers["retry-after"]), LONGEST_WAIT)
            self.until = max(self.until, self.now().timestamp() + asked)

    def started(self, what: str) -> None:
        if self.now().timestamp() < self.until:
            self.violations.append(what)


class Wire(httpx2.AsyncBaseTransport):
    """Carries one worker's requests to the practice."""

    def __init__(self, practice: Practice, plan: Plan, waits: Waits, *, life: Life) -> None:
        self._end = httpx2.ASGITransport(practice.app)
        self._host_now = practice.now
        self._plan = plan
        self._waits = waits
        self._life = life
        self.is_stalled = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        writes = request.method != "GET" and not path.startswith("/auth/")
        is_guarded = not writes or not GUARDS.isdisjoint(request.headers)
        await self._detour(suspended=is_guarded)
        mishap = None if path.startswith("/auth/") else self._plan.next(writes=writes)
        if mishap is Mishap.UNSENT:
            raise httpx2.ConnectError("refused")
        await request.extensions["trace"](FIRST_BYTE, None)
        self._waits.started(f"{request.method} {path}")
        if mishap is Mishap.BUSY:
            return self._busy()
        if mishap is not Mishap.STALLS_BEFORE or is_guarded:
            await self._before(mishap)
        answer = await self._end.handle_async_request(request)
        answer.headers["date"] = format_datetime(self._host_now(), usegmt=True)
        await self._after(mishap)
        await self._detour()
        return answer

    def go_on(self) -> None:
        """Let what is stalled go on; from now on nothing of this worker stalls."""
        self.goes_on.set()

    async def _before(self, mishap: Mishap | None) -> None:
        if mishap is Mishap.DIES_BEFORE:
            self._life.end()
        if mishap is Mishap.STALLS_BEFORE:
            await self._stall()
        if mishap is Mishap.RESET:
            raise httpx2.ReadError("reset before the host took it")

    async def _after(self, mishap: Mishap | None) -> None:
        if mishap is Mishap.DIES_AFTER:
            self._life.end()
        if mishap is Mishap.STALLS_AFTER:
            await self._stall()
        if mishap is Mishap.LOST:
            raise httpx2.ReadError("reset after the host took it")

    async def _stall(self) -> None:
        self.is_stalled.set()
        await self.goes_on.wait()

    async def _detour(self, *, suspended: bool = True) -> None:
        if self.is_stalled.is_set() and suspended:
            await self.goes_on.wait()  # the whole process is
        for _ in range(next(self._plan.detours) if self._plan.detours else 0):
            await asyncio.sleep(0)
        self._life.check()

    def _busy(self) -> httpx2.Response:
        after = str(self._plan.wait_seconds)
        date = format_datetime(self._host_now(), usegmt=True)
        return httpx2.Response(BUSY, headers={"retry-after": after, "date": date})


class InProcessDriver(ConcurrentDriver):
    """The loop's own driver; only what lies behind its client is another."""

    def __init__(self, means: Means, wire: Wire, waits: Waits) -> None:
        super().__init__(means)
        self._wire = wire
        self._waits = waits

    def _client(self, reach: Reach) -> httpx2.AsyncClient:
        if reach not in self._clients:
            self._clients[reach] = httpx2.AsyncClient(transport=self._wire, trust_env=False)
        return self._clients[reach]

    async def _send(self, step: Sending, on: Connection) -> Response:
        answer = await super()._send(step, on)
        # It has been read: from here on nothing may start before the wait is over.
        self._waits.heard(answer)
        return answer
