"""A host on a real socket that says exactly the bytes it is told to. Knows no HTTP library."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over the wire. Header names are lower case."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Then(Enum):
    """What happens to the connection after the answer."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes to send at once, then bytes to send one by one, far too slowly."""

    raw: bytes = b""
    then: Then = Then.KEEP
    drip: bytes = b""


Script = Callable[[Received], Answer]

SILENT_CLOSE = Answer(then=Then.CLOSE)
SILENT_RESET = Answer(then=Then.RESET)


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
    """Return a well-formed answer; `retry_after="5"` becomes `retry-after: 5`."""
    told = {"content-type": "application/json", "content-length": str(len(body))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return Answer(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)


def in_turn(*answers: Answer) -> Script:
    """Return a script that gives one answer after another, whoever asks."""
    left = list(answers)
    return lambda _: left.pop(0)


class ScriptedHost:
    """Listens on a port the kernel gives. `closed` is set when it has closed a connection.

    With a `greeting` it says that at once and hangs up, as a host of another protocol does.
    """

    def __init__(
        self, script: Script, *, tls: ssl.SSLContext | None = None, greeting: bytes = b""
    ) -> None:
        self._script = script
        self._greeting = greeting
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.received: list[Received] = []
        self.connections = 0
        self.closed = threading.Event()
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for found in self._open:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    @property
    def targets(self) -> list[str]:
        """Every request, as `METHOD /target`."""
        return [f"{seen.method} {seen.target}" for seen in self.received]

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                found, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(found)
            thread = threading.Thread(target=self._serve, args=(found, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, found: socket.socket, number: int) -> None:
        try:
            if self._tls:
                found = self._tls.wrap_socket(found, server_side=True)
                self._open.append(found)
            if self._greeting:
                found.sendall(self._greeting)
            else:
                self._talk(found, number)
        except OSError:
            return
        finally:
            found.close()
            self.closed.set()

    def _talk(self, spoken: socket.socket, number: int) -> None:
        with spoken.makefile("rb") as lines:
            while received := _read(lines.readline, lines.read, number):
                self.received.append(received)
                answer = self._script(received)
                spoken.sendall(answer.raw)
                for byte in answer.drip:
                    if self._stopping.wait(0.02):
                        return
                    spoken.sendall(bytes([byte]))
                if answer.then is Then.RESET:
                    linger = struct.pack("ii", 1, 0)
                    spoken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                if answer.then is not Then.KEEP:
                    return


def _read(line: Callable[[], bytes], read: Callable[[int], bytes], number: int) -> Received | None:
    first = line().split()
    if not first:
        return None
    headers: dict[str, str] = {}
    while found := line().strip():
        name, _, value = found.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = read(int(headers.get("content-length", "0")))
    return Received(number, first[0].decode(), first[1].decode(), headers, body)
