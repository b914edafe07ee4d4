"""Counts what came over the wire: method, path and status; never a body or a query."""

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that was answered."""

    method: str
    path: str
    status: int

    @property
    def is_write(self) -> bool:
        """Whether it asked to change a resource, whatever came of it."""
        return self._is_fhir and self.method in {"POST", "PUT", "DELETE"} and not self._is_search

    @property
    def is_read(self) -> bool:
        """Whether it asked to read or search resources; discovery is no read."""
        return self._is_fhir and (self.method == "GET" or self._is_search)

    @property
    def _is_search(self) -> bool:
        return self.path.endswith("/_search")

    @property
    def _is_fhir(self) -> bool:
        head, _, rest = self.path.partition("/fhir/")
        return not head and rest[:1].isupper()


class AccessLog:
    """All requests since the start or the last `clear`."""

    def __init__(self) -> None:
        """Start empty."""
        self.entries: list[Seen] = []

    @property
    def writes(self) -> int:
        """How many requests asked to change a resource."""
        return sum(entry.is_write for entry in self.entries)

    @property
    def reads(self) -> int:
        """How many requests asked to read or search resources."""
        return sum(entry.is_read for entry in self.entries)

    def clear(self) -> None:
        """Forget what was counted."""
        self.entries.clear()


class Reception:
    """The outermost layer: serves each request as slowly as wished and notes its answer."""

    def __init__(self, app: ASGIApp, *, log: AccessLog, service_seconds: float) -> None:
        """Wrap an ASGI app."""
        self._app = app
        self._log = log
        self._service_seconds = service_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen = Seen(scope["method"], scope["path"], message["status"])
                self._log.entries.append(seen)  # before the caller can know the answer
            await send(message)

        if self._service_seconds > 0:
            await asyncio.sleep(self._service_seconds)
        await self._app(scope, receive, noted)
