"""`python -m tests.benchmarks.host`: the sandbox practice in its own process, by its own clock.

Speaks JSON, a line each way: first where it answers, then an answer to each line it is told.
"""

from __future__ import annotations

import json
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread
from typing import Any

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from tests.benchmarks.invented import staff
from witnessmark.sandbox import Practice, seed

KEY_SCOPES = "system/*.cruds"


@dataclass(slots=True)
class Host:
    """A practice whose clock can be set forward, and that can keep what was written to it."""

    service_seconds: float
    ahead: timedelta = timedelta()
    keeps: bool = False
    written: list[dict[str, str]] = field(default_factory=list)
    practice: Practice = field(init=False)

    def __post_init__(self) -> None:
        self.practice = Practice(now=self.now, service_seconds=self.service_seconds)
        seed(self.practice, staff=staff(), patients=(), bookings=())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; `Date` tells this host's time, and what is created is kept where asked."""
        body = bytearray()

        async def receiving() -> Message:
            message = await receive()
            if self.keeps:
                body.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["date"] = format_datetime(self.now(), usegmt=True)
            await send(message)

        await self.practice.app(scope, receiving, sending)
        if self.keeps and scope["method"] == "POST":
            self._keep(scope, body.decode())

    def _keep(self, scope: Scope, body: str) -> None:
        told = Headers(scope=scope)
        names = ("accept", "content-type", "if-none-exist", "prefer")
        headers = {name: told[name] for name in names if name in told}
        self.written.append({"path": scope["path"], "body": body, **headers})

    def obey(self, order: dict[str, Any]) -> object:
        """Do what one line says and return what to answer."""
        match order:
            case {"seen": True}:
                return self.seen()
            case {"forward": int(seconds)}:
                self.ahead += timedelta(seconds=seconds)
                return None
            case {"keep": True}:
                self.keeps = True
                return None
            case {"written": True}:
                return self.written
        raise ValueError(order)

    def seen(self) -> dict[str, int]:
        """Count what was asked since the last time, and forget it."""
        log = self.practice.log
        counts = Counter(f"{one.method} {one.status}" for one in log.entries)
        log.clear()
        return dict(counts)


@contextmanager
def served(host: Host) -> Iterator[tuple[str, str]]:
    """Serve from a thread on a port of the kernel's; yield the base and a key that may do all."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    server = uvicorn.Server(
        uvicorn.Config(
            host, log_config=None, access_log=False, lifespan="off", ws="none", date_header=False
        )
    )
    serving = Thread(target=server.run, args=([listening],), daemon=True)
    serving.start()
    key = host.practice.access.issue_key(KEY_SCOPES)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/fhir", key
    finally:
        server.should_exit = True
        serving.join()


def main(service_seconds: float) -> None:
    """Serve until standard input ends."""
    host = Host(service_seconds)
    with served(host) as (url, key):
        _say({"url": url, "key": key})
        for line in sys.stdin:
            _say(host.obey(json.loads(line)))


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
