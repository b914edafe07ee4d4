"""The driver of the sync loop, on httpx2. Sends and reads; what it means is not its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Self, TypeVar

import httpcore2
import httpx2

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
from witnessmark.wire import Call, Response

T = TypeVar("T")

# A host's own idle limit is often 5 s: ours is shorter, so that the two do not cross.
_IDLE_SECONDS = 4.0

# Raised before the first byte of a request is written, and never after it.
_BEFORE_SENDING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)

# What httpcore2 calls the instant before that byte, in its extension `trace`.
_FIRST_BYTE = "http11.send_request_headers.started"


class _GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Dials under the guard: only checked addresses, and the peer is checked once more."""

    def __init__(self, reach: Reach, network: Network) -> None:
        self._reach = reach
        self._network = network
        self._dialer = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failure: Exception = httpcore2.ConnectError()
        for address in await self._addresses(host, port):
            try:
                found = await self._dialer.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return await self._checked(found, host)
        raise failure

    async def _checked(
        self, found: httpcore2.AsyncNetworkStream, host: str
    ) -> httpcore2.AsyncNetworkStream:
        try:
            check_address(str(found.get_extra_info("server_addr")[0]), host=host, reach=self._reach)
        except HostError:
            await found.aclose()
            raise
        return found

    async def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        try:
            return await asyncio.to_thread(
                checked_addresses, host, port, reach=self._reach, resolve=self._network.resolve
            )
        except OSError as error:
            raise httpcore2.ConnectError from error


class _Kept(httpcore2.AsyncHTTPConnection):
    """A connection that is not used again once the host has said more than an answer.

    httpcore2 would take what is left over for the answer to the next request.
    """

    def has_expired(self) -> bool:
        spoken = getattr(self._connection, "_h11_state", None)
        left_over = spoken is not None and self.is_idle() and spoken.trailing_data[0]
        return bool(left_over) or super().has_expired()


class _Pool(httpcore2.AsyncConnectionPool):
    def create_connection(self, origin: httpcore2.Origin) -> httpcore2.AsyncConnectionInterface:
        return _Kept(
            origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=self._keepalive_expiry,
            network_backend=self._network_backend,
        )


class _GuardedTransport(httpx2.AsyncHTTPTransport):
    """httpx2's own transport over a pool that dials under the guard; it retries nothing."""

    def __init__(self, reach: Reach, network: Network, *, trust: SSLContext, pool: int) -> None:
        super().__init__(verify=trust)
        # httpx2 2.16 has no argument for the backend; this is the pool its __init__ builds.
        self._pool = _Pool(
            ssl_context=trust,
            max_connections=pool,
            max_keepalive_connections=pool,
            keepalive_expiry=_IDLE_SECONDS,
            retries=0,
            network_backend=_GuardedBackend(reach, network),
        )


class ConcurrentDriver:
    """Runs many calls at once on one event loop."""

    def __init__(self, means: Means, *, limits: Limits = USUAL, network: Network = SYSTEM) -> None:
        """Open nothing yet; usable on the loop it first runs on."""
        silence(("httpx2", "httpcore2"))
        self._means = means
        self._limits = limits
        self._network = network
        self._clients: dict[Reach, httpx2.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; the driver can be used again."""
        while self._clients:
            await self._clients.popitem()[1].aclose()

    async def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        """Run a call to its end (ports.host.AsyncDriver). Raises what Driver.run does."""
        talk = converse(call, on=on, operation=operation, means=self._means)
        try:
            step = next(talk)
            while True:
                failure: Exception | None = None
                outcome: object = None
                try:
                    outcome = await self._take(step, on)
                except (FaultError, WitnessmarkError) as error:
                    failure = error
                step = talk.throw(failure) if failure else talk.send(outcome)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            talk.close()

    async def _take(self, step: Step, on: Connection) -> object:
        if isinstance(step, Sending):
            return await self._send(step, on)
        if isinstance(step, Future):
            return await asyncio.wrap_future(step)
        return await asyncio.to_thread(step)

    async def _send(self, step: Sending, on: Connection) -> Response:
        fault: FaultError
        try:
            async with asyncio.timeout(self._limits.total):
                return await self._exchange(step, self._client(Reach.of(on)))
        except httpx2.DecodingError:
            fault = AnswerUnreadableError("its compression is broken")
        except _BEFORE_SENDING as error:
            fault = NotSentError(clause(error))
        except (httpx2.HTTPError, OSError) as error:
            fault = AnswerLostError(clause(error))
        # Raised out here, it does not carry the library's error, which holds our headers.
        raise fault

    async def _exchange(self, step: Sending, client: httpx2.AsyncClient) -> Response:
        async def follow(event: str, _: object) -> None:
            if event == _FIRST_BYTE:
                step.allowed()

        request = step.request
        outgoing = client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.body,
            extensions={"trace": follow},
        )
        answer = await client.send(outgoing, stream=True)
        try:
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > self._limits.body:
                    raise AnswerUnreadableError(f"it is larger than {self._limits.body} bytes")
        finally:
            await answer.aclose()
        return Response(answer.status_code, dict(answer.headers.items()), bytes(body))

    def _client(self, reach: Reach) -> httpx2.AsyncClient:
        # A connection opened under a wider reach is never reused under a narrower one.
        client = self._clients.get(reach)
        if client is None:
            limits, trust = self._limits, self._network.trust()
            pool = limits.in_flight
            client = httpx2.AsyncClient(
                transport=_GuardedTransport(reach, self._network, trust=trust, pool=pool),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                timeout=httpx2.Timeout(limits.read, connect=limits.connect, pool=limits.total),
                follow_redirects=False,
                trust_env=False,
            )
            self._clients[reach] = client
        return client
