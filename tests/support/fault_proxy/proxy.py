"""The proxy itself: listens, asks its plan, notes what passed. Speaks plain http to its host."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Self
from urllib.parse import urlsplit

from tests.support.fault_proxy.faults import Fault
from tests.support.fault_proxy.messages import (
    Answer,
    Seen,
    close,
    forward,
    read_request,
    reset,
    send,
)
from tests.support.fault_proxy.plans import Plan, honest

_TEXTS = ("json", "text", "xml", "javascript")
_MOST_HEAD = 2**20


@dataclass(slots=True)
class Passage:
    """What passed: no query value, header or body. Instants by the proxy's clock.

    `reached_host` is set once the host's whole answer is there; `status` is what was answered (0:
    the connection was reset) and `answered` when, both None until its first byte goes out.
    """

    number: int
    method: str
    path: str
    asked: tuple[str, ...]
    at: float
    fault: Fault | None
    reached_host: bool = False
    status: int | None = None
    answered: float | None = None

    def __str__(self) -> str:
        """Return `METHOD path`."""
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class _Behind:
    """The host, on behalf of one request (messages.Host)."""

    proxy: FaultProxy
    passage: Passage

    @property
    def base_url(self) -> str:
        return self.proxy.base_url

    async def ask(self, seen: Seen) -> Answer:
        kept = self.proxy.kept.get(seen.target)
        if kept is not None:
            return kept
        found = await forward(seen, self.proxy.host, self.proxy.host_port)
        self.passage.reached_host = True
        return self.proxy.led_here(found)

    def keep(self, answer: Answer) -> str:
        target = f"{self.proxy.base_path}/_kept/{len(self.proxy.kept) + 1}"
        self.proxy.kept[target] = answer
        return f"{self.proxy.origin}{target}"


class FaultProxy:
    """Stands in front of one http host while used as a context. Set `plan` at any time."""

    def __init__(self, upstream: str, plan: Plan, *, clock: Callable[[], float]) -> None:
        base = urlsplit(upstream)
        # asyncio switches Nagle's delay off only for sockets that say they are TCP.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self.host = base.hostname or ""
        self.host_port = base.port or 80
        self.base_path = base.path.rstrip("/")
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.base_url = f"{self.origin}{self.base_path}"
        self.plan = plan
        self.log: list[Passage] = []
        self.kept: dict[str, Answer] = {}
        self._clock = clock
        self._upstream = re.compile(re.escape(f"{base.scheme}://{base.netloc}") + r"(?![\w.:])")
        self._numbers = count(1)
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="fault-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        if self._errors:
            raise self._errors[0]

    @property
    def targets(self) -> list[str]:
        """All that reached the proxy, as `METHOD path`."""
        return [str(passage) for passage in self.log]

    def led_here(self, answer: Answer) -> Answer:
        """Have the host's own addresses in an answer lead to the proxy."""
        headers = tuple(
            (name, self._upstream.sub(self.origin, told)) for name, told in answer.headers
        )
        kind, body = answer.header("content-type"), answer.body
        if any(word in kind for word in _TEXTS):
            # latin-1 keeps every byte as it is.
            body = self._upstream.sub(self.origin, body.decode("latin-1")).encode("latin-1")
        return replace(answer, headers=headers, body=body)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        talks: set[asyncio.Task[None]] = set()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.create_task(self._talk(reader, writer))
            talks.add(talk)
            talk.add_done_callback(talks.discard)

        server = await asyncio.start_server(begin, sock=self._listener, limit=_MOST_HEAD)
        self._started.set()
        await self._stopping.wait()
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, EOFError):
            # The client left, or the host did not answer: the other side is to see it break.
            reset(writer)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must fail the test, not hide
            self._errors.append(error)
            reset(writer)
        finally:
            await close(writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        seen = await read_request(reader, next(self._numbers), self.base_path)
        if seen is None:
            return False
        fault = None if seen.target in self.kept else self.plan(seen)
        passage = Passage(
            seen.number, seen.method, seen.path, tuple(seen.query), self._clock(), fault
        )
        self.log.append(passage)
        behind = _Behind(self, passage)
        answer = await (fault.answer(seen, behind) if fault else behind.ask(seen))
        passage.answered = self._clock()
        passage.status = answer.status
        return await send(writer, answer, bodiless=seen.method == "HEAD")


def fault_proxy(
    upstream_base_url: str, plan: Plan = honest, *, clock: Callable[[], float] = time.monotonic
) -> FaultProxy:
    """Return a proxy on a port the kernel gives, to be used as a context.

    `clock` gives the log's instants, in seconds.
    """
    return FaultProxy(upstream_base_url, plan, clock=clock)
