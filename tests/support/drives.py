"""Both drivers behind one face, so that every case runs over each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from tests.support.installation import Installation
from witnessmark.ports.host import Connection
from witnessmark.transport.blocking import BlockingDriver
from witnessmark.transport.concurrent import ConcurrentDriver
from witnessmark.transport.guard import SYSTEM, Network
from witnessmark.transport.limits import USUAL, Limits
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")


class Drive(Protocol):
    """A driver, seen from a test."""

    def run(self, call: Call[T], on: Connection) -> T: ...

    def run_together(self, calls: Sequence[Call[T]], on: Connection) -> list[T]: ...

    def close(self) -> None: ...


class Blocking:
    def __init__(
        self, installation: Installation, limits: Limits = USUAL, network: Network = SYSTEM
    ) -> None:
        self.driver = BlockingDriver(installation.means, limits=limits, network=network)

    def run(self, call: Call[T], on: Connection) -> T:
        return self.driver.run(call, on=on, operation="test")

    def run_together(self, calls: Sequence[Call[T]], on: Connection) -> list[T]:
        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(lambda call: self.run(call, on), calls))

    def close(self) -> None:
        self.driver.close()


class Concurrent:
    def __init__(
        self, installation: Installation, limits: Limits = USUAL, network: Network = SYSTEM
    ) -> None:
        self.driver = ConcurrentDriver(installation.means, limits=limits, network=network)
        self.runner = asyncio.Runner()

    def run(self, call: Call[T], on: Connection) -> T:
        return self.runner.run(self.driver.run(call, on=on, operation="test"))

    def run_together(self, calls: Sequence[Call[T]], on: Connection) -> list[T]:
        async def together() -> list[T]:
            running = (self.driver.run(call, on=on, operation="test") for call in calls)
            return await asyncio.gather(*running)

        return self.runner.run(together())

    def close(self) -> None:
        self.runner.run(self.driver.aclose())
        self.runner.close()


DRIVES: Mapping[str, Callable[[Installation], Drive]] = {
    "requests": Blocking,
    "httpx2": Concurrent,
}


class Start(Protocol):
    """Starts the driver under test; it is closed at the end."""

    def __call__(self, limits: Limits = ..., network: Network = ...) -> Drive: ...


def read(url: str) -> Generator[Request, Response, Response]:
    """Return a call that reads one address."""
    return (yield Request("GET", url, "read"))


def write(url: str, body: bytes = b"{}") -> Generator[Request, Response, Response]:
    """Return a call that writes to one address."""
    return (yield Request("POST", url, "write", {"content-type": "application/json"}, body))
