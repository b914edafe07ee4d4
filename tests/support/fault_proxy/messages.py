"""HTTP/1.1 messages as the proxy reads and writes them. Decides nothing."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl

Headers = tuple[tuple[str, str], ...]
"""Names are lower case; a name may stand twice."""

_OF_THE_HOP = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_RESET = struct.pack("ii", 1, 0)
_BODILESS = frozenset({204, 304})
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that reached the proxy; `number` counts from 1.

    `path` stands under the base (`Practitioner/1`), or from the root (`/auth/token`).
    """

    number: int
    method: str
    path: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def query(self) -> dict[str, str]:
        """The address's query; of a name that stands twice the last value."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def writes(self) -> bool:
        """Whether it asks to change something under the base; a search by form does not."""
        told = self.method in {"POST", "PUT", "PATCH", "DELETE"}
        return told and not self.path.startswith("/") and not self.path.endswith("_search")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, byte for byte. Status 0: nothing at all, the connection is reset.

    `stated` is the Content-Length that is told if not the true one; after `cut` bytes of the body
    the connection is reset; `pace` is seconds between two bytes of the body.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    stated: int | None = None
    cut: int | None = None
    pace: float = 0.0

    def header(self, name: str) -> str:
        """Return a header's last value, or nothing."""
        return dict(self.headers).get(name, "")

    def with_header(self, name: str, value: str) -> Headers:
        """Return the headers with this one in place of its like."""
        return (*(each for each in self.headers if each[0] != name), (name, value))


class Host(Protocol):
    """The host behind the proxy, as a fault may use it."""

    @property
    def base_url(self) -> str:
        """The base as clients know it."""
        ...

    async def ask(self, seen: Seen) -> Answer:
        """Forward a request; its addresses in the answer lead to the proxy. Raises OSError."""
        ...

    def keep(self, answer: Answer) -> str:
        """Keep a page at an address of the proxy, and return that address."""
        ...


async def read_request(reader: asyncio.StreamReader, number: int, base_path: str) -> Seen | None:
    """Read one request; None when the client has no more."""
    found = await _read_head(reader)
    if found is None:
        return None
    first, headers = found
    method, target, _ = first.split(" ", 2)
    path = target.partition("?")[0]
    under = path.removeprefix(f"{base_path}/")
    return Seen(
        number, method, under, target, dict(headers), await _read_body(reader, headers, whole=False)
    )


async def forward(seen: Seen, host: str, port: int) -> Answer:
    """Send a request to a host on a connection of its own and read the whole answer.

    The Host header stays as the client sent it, so that a host which looks at it links to us.
    Raises OSError or EOFError.
    """
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    try:
        headers = [each for each in seen.headers.items() if each[0] not in _OF_THE_HOP]
        headers += [("accept-encoding", "identity"), ("connection", "close")]
        if seen.body or seen.method in {"POST", "PUT", "PATCH"}:
            headers.append(("content-length", str(len(seen.body))))
        writer.write(_head(f"{seen.method} {seen.target} HTTP/1.1", headers) + seen.body)
        await writer.drain()
        found = await _read_head(reader)
        if found is None:
            raise EOFError
        first, told = found
        status = int(first.split(" ")[1])
        bodiless = seen.method == "HEAD" or status in _BODILESS
        body = b"" if bodiless else await _read_body(reader, told, whole=True)
        kept = tuple(each for each in told if each[0] not in _OF_THE_HOP)
        return Answer(status, kept, body)
    finally:
        await close(writer)


async def send(writer: asyncio.StreamWriter, answer: Answer, *, bodiless: bool) -> bool:
    """Send an answer as it is meant; whether the connection can still be used."""
    if not answer.status:
        reset(writer)
        return False
    length = len(answer.body) if answer.stated is None else answer.stated
    told = [] if answer.status in _BODILESS else [("content-length", str(length))]
    writer.write(_head(f"HTTP/1.1 {answer.status} Said", [*answer.headers, *told]))
    body = b"" if bodiless or answer.status in _BODILESS else answer.body[: answer.cut]
    if answer.pace:
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(answer.pace)
    else:
        writer.write(body)
        await writer.drain()
    if answer.cut is not None:
        reset(writer)
    return answer.cut is None and length <= len(answer.body)


def reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection off so that the other side is told (RST), unless it did so itself."""
    if writer.transport.is_closing():
        return
    found = writer.transport.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a connection and wait until it is, however the other side takes it."""
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)


def _head(first: str, headers: list[tuple[str, str]]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{first}\r\n{lines}\r\n".encode("latin-1")


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, Headers] | None:
    try:
        raw = await reader.readuntil(_HEAD_END)
    except asyncio.IncompleteReadError as short:
        if short.partial:
            raise
        return None
    first, *lines = raw[: -len(_HEAD_END)].decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


async def _read_body(reader: asyncio.StreamReader, headers: Headers, *, whole: bool) -> bytes:
    """Read what the headers tell of; `whole`: what tells no length goes on to the end."""
    told = dict(headers)
    if "chunked" in told.get("transfer-encoding", ""):
        body = bytearray()
        while size := int((await reader.readline()).partition(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        while (await reader.readline()).strip():
            pass
        return bytes(body)
    if "content-length" in told:
        return await reader.readexactly(int(told["content-length"]))
    return await reader.read() if whole else b""
