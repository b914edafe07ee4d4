"""The driver of synchronous callers, on requests. Sends and reads; what it means is not its own."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

from witnessmark.errors import HostError, WitnessmarkError
from witnessmark.ports.host import Connection
from witnessmark.transport.conversation import Means, converse
from witnessmark.transport.faults import (
    AnswerLostError,
    AnswerUnreadableError,
    FaultError,
    NotSentError,
    clause,
)
from witnessmark.transport.guard import SYSTEM, Network, Reach, check_address, checked_addresses
from witnessmark.transport.limits import USUAL, Limits
from witnessmark.transport.redaction import silence
from witnessmark.transport.steps import Sending, Step
from witnessmark.wire import Call, Request, Response

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

_CHUNK = 65_536


@dataclass(slots=True)
class _Attempt:
    """One request under way: what its connection may do, and whether any byte of it left."""

    allowed: Callable[[], None]
    reach: Reach
    network: Network
    limits: Limits
    deadline: float
    sent: bool = False

    def begin(self) -> None:
        """Note that sending begins, if it still may."""
        if not self.sent:
            self.allowed()
            self.sent = True

    def left(self, most: float) -> float:
        """Return the seconds one step may still take. Raises TimeoutError when none are left."""
        seconds = min(most, self.deadline - time.monotonic())
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def dial(self, host: str, port: int) -> socket.socket:
        """Connect to a checked address, and check who is there before a byte is sent."""
        failure = OSError()
        for address in checked_addresses(
            host, port, reach=self.reach, resolve=self.network.resolve
        ):
            try:
                found = create_connection((address, port), self.left(self.limits.connect))
            except OSError as error:
                failure = error
            else:
                return self._checked(found, host)
        raise failure

    def _checked(self, found: socket.socket, host: str) -> socket.socket:
        try:
            check_address(str(found.getpeername()[0]), host=host, reach=self.reach)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (HostError, OSError):
            found.close()
            raise
        return found


# urllib3 builds its connections itself; this is how they learn on whose behalf.
_attempt: ContextVar[_Attempt] = ContextVar("_attempt")


class _DeadlineReader(io.RawIOBase):
    """Reads a socket; every single read ends by the attempt's deadline."""

    def __init__(self, sock: socket.socket, attempt: _Attempt) -> None:
        self._sock = sock
        self._attempt = attempt
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(self._attempt.left(self._attempt.limits.read))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


@dataclass(frozen=True, slots=True)
class _DeadlineSocket:
    """As much of a socket as http.client reads an answer from."""

    sock: socket.socket

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self.sock, _attempt.get()), _CHUNK)


class _DeadlineResponse(http.client.HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, *, method: str | None = None
    ) -> None:
        super().__init__(cast("socket.socket", _DeadlineSocket(sock)), debuglevel, method=method)


class _Guarded(HTTPConnection):
    """A connection that dials under the guard and asks before it sends."""

    response_class = _DeadlineResponse

    def _new_conn(self) -> socket.socket:
        return _attempt.get().dial(self.host, self.port)

    def send(self, data: Any) -> None:  # noqa: ANN401 - its declared type is private
        if self.sock is None:
            self.connect()
        _attempt.get().begin()
        super().send(data)


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Guarded


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _GuardedTls


class _Adapter(HTTPAdapter):
    def __init__(self, trust: SSLContext, in_flight: int) -> None:
        super().__init__(max_retries=0)
        self.poolmanager = urllib3.PoolManager(maxsize=in_flight, ssl_context=trust)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def cert_verify(self, conn: urllib3.HTTPSConnectionPool, *_: object) -> None:
        # Ours verifies by this computer's trust; requests would add the list it ships with.
        conn.cert_reqs = "CERT_REQUIRED"


class _Session(requests.Session):
    """A session that follows nothing and remembers nothing."""

    def __init__(self, trust: SSLContext, in_flight: int) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.mount("https://", _Adapter(trust, in_flight))
        self.mount("http://", _Adapter(trust, in_flight))

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - what requests calls
        # Even with allow_redirects=False requests reads a redirect's whole body, uncapped,
        # to prepare the next request.
        return None


class BlockingDriver:
    """Runs calls one after another in the caller's thread; may be shared between threads."""

    def __init__(self, means: Means, *, limits: Limits = USUAL, network: Network = SYSTEM) -> None:
        """Open nothing yet."""
        silence(("urllib3",))
        self._means = means
        self._limits = limits
        self._network = network
        self._sessions: dict[Reach, _Session] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; the driver can be used again."""
        while self._sessions:
            self._sessions.popitem()[1].close()

    def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        """Run a call to its end (ports.host.Driver). Raises HostError, SecretError, StoreError."""
        talk = converse(call, on=on, operation=operation, means=self._means)
        try:
            step = next(talk)
            while True:
                failure: Exception | None = None
                outcome: object = None
                try:
                    outcome = self._take(step, on)
                except (FaultError, WitnessmarkError) as error:
                    failure = error
                step = talk.throw(failure) if failure else talk.send(outcome)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            talk.close()

    def _take(self, step: Step, on: Connection) -> object:
        if isinstance(step, Sending):
            return self._send(step, on)
        if isinstance(step, Future):
            return step.result()
        return step()

    def _send(self, step: Sending, on: Connection) -> Response:
        deadline = time.monotonic() + self._limits.total
        attempt = _Attempt(step.allowed, Reach.of(on), self._network, self._limits, deadline)
        mark = _attempt.set(attempt)
        fault: FaultError
        try:
            return self._exchange(step.request, attempt)
        except requests.exceptions.ContentDecodingError:
            fault = AnswerUnreadableError("its compression is broken")
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            fault = (AnswerLostError if attempt.sent else NotSentError)(clause(error))
        finally:
            _attempt.reset(mark)
        # Raised out here, it does not carry the library's error, which holds our headers.
        raise fault

    def _exchange(self, request: Request, attempt: _Attempt) -> Response:
        limits = attempt.limits
        outgoing = requests.Request(
            request.method, request.url, headers=dict(request.headers), data=request.body
        ).prepare()
        with self._session(attempt.reach).send(
            outgoing,
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect, limits.read),
            proxies={},
        ) as answer:
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                body += chunk
                if len(body) > limits.body:
                    raise AnswerUnreadableError(f"it is larger than {limits.body} bytes")
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status_code, headers, bytes(body))

    def _session(self, reach: Reach) -> _Session:
        # A connection opened under a wider reach is never reused under a narrower one.
        session = self._sessions.get(reach)
        if session is None:
            session = _Session(self._network.trust(), self._limits.in_flight)
            session = self._sessions.setdefault(reach, session)
        return session
