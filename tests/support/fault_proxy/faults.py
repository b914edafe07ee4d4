"""What a host or a gateway may do to one exchange, each kind a value."""

from __future__ import annotations

import asyncio
import re
import threading
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from tests.support.fault_proxy.messages import Answer, Headers, Host, Seen
from witnessmark.wire import Response, read_json, write_json

_MEBIBYTE = 2**20
_JSON: Headers = (("content-type", "application/json"),)


class Fault(Protocol):
    """Answers a request instead of the host; it may ask the host first."""

    async def answer(self, seen: Seen, host: Host) -> Answer: ...


@dataclass(frozen=True, slots=True)
class ResetBefore:
    """The connection breaks before the host gets the request."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        return Answer(0)


@dataclass(frozen=True, slots=True)
class ResetAfter:
    """The host does what was asked; its answer is lost."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        await host.ask(seen)
        return Answer(0)


@dataclass(frozen=True, slots=True)
class Half:
    """The head and half the body arrive, then the connection breaks."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return replace(found, cut=len(found.body) // 2)


@dataclass(frozen=True, slots=True)
class Drip:
    """The body comes byte by byte."""

    seconds_a_byte: float = 1.0

    async def answer(self, seen: Seen, host: Host) -> Answer:
        return replace(await host.ask(seen), pace=self.seconds_a_byte)


@dataclass(frozen=True, slots=True)
class Held:
    """The answer, or another fault, waits until the test says so (at the latest 20 s)."""

    until: threading.Event
    then: Fault | None = None

    async def answer(self, seen: Seen, host: Host) -> Answer:
        await asyncio.to_thread(self.until.wait, 20)
        return await (self.then.answer(seen, host) if self.then else host.ask(seen))


@dataclass(frozen=True, slots=True)
class GzipBomb:
    """A small body that unpacks to so many MiB."""

    mebibytes: int = 64

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        headers = found.with_header("content-encoding", "gzip")
        return replace(found, headers=headers, body=_bomb(self.mebibytes))


@dataclass(frozen=True, slots=True)
class WrongLength:
    """Content-Length tells of so many bytes more than come (negative: of fewer)."""

    by: int

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return replace(found, stated=max(0, len(found.body) + self.by))


@dataclass(frozen=True, slots=True)
class Said:
    """The host never gets the request; this is said in its place."""

    status: int
    body: bytes = b"{}"
    headers: Headers = _JSON

    async def answer(self, seen: Seen, host: Host) -> Answer:
        return Answer(self.status, self.headers, self.body)


def busy(status: int = 429, retry_after: str = "", *, date: str = "") -> Said:
    """Return a 429 or 503; `retry_after` and `date` stand as given (see `http_date`)."""
    told = (("retry-after", retry_after), ("date", date))
    return Said(status, headers=_JSON + tuple(each for each in told if each[1]))


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The host never gets the request; its token is said to be no good."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        challenge = ("www-authenticate", 'Bearer error="invalid_token"')
        return Answer(401, (*_JSON, challenge), b"{}")


@dataclass(frozen=True, slots=True)
class Html:
    """The host does what was asked; a page for people with status 200 comes in its answer's place.

    As the sign-in page of a gateway does.
    """

    async def answer(self, seen: Seen, host: Host) -> Answer:
        await host.ask(seen)
        page = b"<!doctype html><title>Sign in</title><p>Please sign in to go on."
        return Answer(200, (("content-type", "text/html; charset=utf-8"),), page)


@dataclass(frozen=True, slots=True)
class WrongType:
    """The host does what was asked; the resource that comes back is of another type."""

    kind: str = "Basic"

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        body = b'{"resourceType":"%b","id":"other"}' % self.kind.encode()
        return replace(found, body=body)


@dataclass(frozen=True, slots=True)
class HugePage:
    """The body is followed by so many MiB of blanks: valid JSON, if one reads it."""

    mebibytes: int = 50

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return replace(found, body=found.body + b" " * (self.mebibytes * _MEBIBYTE))


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The host's clock is off: `Date`, `Last-Modified`, every `lastUpdated`, and what it finds."""

    hours: int

    async def answer(self, seen: Seen, host: Host) -> Answer:
        by = timedelta(hours=self.hours)
        found = await host.ask(replace(seen, target=_asked_earlier(seen.target, by)))
        headers = tuple((name, _shifted(name, value, by)) for name, value in found.headers)
        body = _INSTANT.sub(lambda told: _moved(told, by), found.body)
        return replace(found, headers=headers, body=body)


_INSTANT = re.compile(rb'("lastUpdated"\s*:\s*")([^"]+)(")')
_DATES = frozenset({"date", "last-modified"})


def http_date(instant: datetime) -> str:
    """Write an aware UTC instant as HTTP does."""
    return format_datetime(instant, usegmt=True)


def page_of(answer: Answer) -> dict[str, object]:
    """Read a body as JSON; decimals keep their text."""
    return read_json(Response(answer.status, {}, answer.body))


def with_page(answer: Answer, page: dict[str, object]) -> Answer:
    """Return the answer with another JSON body."""
    return replace(answer, body=write_json(page))


def _shifted(name: str, value: str, by: timedelta) -> str:
    return http_date(parsedate_to_datetime(value) + by) if name in _DATES else value


def _moved(told: re.Match[bytes], by: timedelta) -> bytes:
    moved = datetime.fromisoformat(told[2].decode()) + by
    return told[1] + moved.isoformat(timespec="milliseconds").encode() + told[3]


def _asked_earlier(target: str, by: timedelta) -> str:
    """Say what is asked of `_lastUpdated` in the real host's time."""
    path, mark, query = target.partition("?")
    pairs = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        told = re.fullmatch(r"([a-z]{0,2})(\d{4}-.+)", value) if name == "_lastUpdated" else None
        moved = datetime.fromisoformat(told[2]) - by if told else None
        asked = f"{told[1]}{moved.isoformat(timespec='milliseconds')}" if told and moved else value
        pairs.append((name, asked))
    return f"{path}{mark}{urlencode(pairs)}"


@cache
def _bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(bytes(_MEBIBYTE)) for _ in range(mebibytes)]
    return b"".join([*parts, packer.flush()])
