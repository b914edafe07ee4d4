"""One request, one answer: guard, gate, send, and what an answer or its loss means."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from witnessmark.errors import (
    HostError,
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    UnreadableAnswerError,
)
from witnessmark.ports.host import Connection
from witnessmark.transport.faults import (
    AnswerLostError,
    AnswerUnreadableError,
    FaultError,
    NotSentError,
)
from witnessmark.transport.gate import HostGate
from witnessmark.transport.guard import check_request
from witnessmark.transport.redaction import log_exchange
from witnessmark.transport.steps import Conversation, send
from witnessmark.wire import Request, Response

_HEADERS = {"accept-encoding": "gzip", "user-agent": "witnessmark"}
_NOT_MODIFIED = 304
_BUSY = frozenset({429, 503})
_NOT_TAKEN = frozenset({408, 425})
_NOT_IMPLEMENTED = 501
_READ_TRIES = 4
_BLINK_SECONDS = 5.0
"""A read whose answer was lost is asked again at once, unless waiting for it took this long."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one header that proves who we are; never shown."""

    header: str
    value: str

    def __repr__(self) -> str:
        """Name the header alone."""
        return f"Credentials({self.header!r})"


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one host: its connection and gate, and a clock for the log's milliseconds."""

    on: Connection
    gate: HostGate
    ticks: Callable[[], float] = time.monotonic


def exchange(
    request: Request, line: Line, *, credentials: Credentials | None = None, repeatable: bool
) -> Conversation[Response]:
    """Send a request and return the answer, if it is one for the adapter to judge.

    Answers are returned but for these. 3xx (but 304): RefusedError. 408, 425, 429, 503: the host
    did not take it, TryLaterError, and Retry-After of 429 and 503 closes the gate. Other 5xx (but
    501) and a lost answer: TryLaterError when `repeatable`, else OutcomeUnknownError. An answer
    too large or wrongly compressed: UnreadableAnswerError. A read whose answer was lost is asked
    again at once, a few times.
    """
    check_request(request, line.on)
    proof = {credentials.header: credentials.value} if credentials else {}
    outgoing = replace(request, headers={**_HEADERS, **request.headers, **proof})
    started = line.ticks()
    tries_left = 1 if request.writes else _READ_TRIES
    while True:
        tries_left -= 1
        yield from line.gate.look(line.on)
        try:
            answer = yield from _sent(outgoing, line)
        except FaultError as fault:
            blinked = isinstance(fault, AnswerLostError) and line.ticks() - started < _BLINK_SECONDS
            if blinked and tries_left:
                continue
            raise _failure(fault, request, line=line, repeatable=repeatable) from None
        yield from _judge(answer, request, line=line, repeatable=repeatable)
        return answer


def _sent(outgoing: Request, line: Line) -> Conversation[Response]:
    started = line.ticks()
    answer: Response | None = None
    lost = ""
    try:
        # Asked again at the first byte: until then a connection may have been waited for.
        answer = yield from send(outgoing, lambda: line.gate.check(line.on))
    except FaultError as fault:
        lost = type(fault).__name__
        raise
    finally:
        log_exchange(
            line.on.id,
            outgoing.operation,
            status=answer.status if answer else lost or "stopped",
            request_id=answer.request_id if answer else None,
            seconds=line.ticks() - started,
        )
    return answer


def _failure(fault: FaultError, request: Request, *, line: Line, repeatable: bool) -> HostError:
    host = _host(request, line)
    if isinstance(fault, NotSentError):
        return TryLaterError(f"The {host} cannot be reached: {fault.why}.")
    if isinstance(fault, AnswerUnreadableError):
        return UnreadableAnswerError(f"The answer of the {host} is unusable: {fault.why}.")
    if repeatable:
        return TryLaterError(f"The {host} gave no whole answer: {fault.why}.")
    return OutcomeUnknownError(f"Whether the {host} kept what we sent is not known: {fault.why}.")


def _judge(
    answer: Response, request: Request, *, line: Line, repeatable: bool
) -> Conversation[None]:
    status, host, request_id = answer.status, _host(request, line), answer.request_id
    if status in _BUSY:
        after = line.gate.seconds_asked(answer.headers)
        if after:
            yield from line.gate.pause(line.on, after)
        message = f"The {host} is busy ({status})."
        raise TryLaterError(message, after=after, request_id=request_id)
    if status in _NOT_TAKEN:
        message = f"The {host} did not take the request ({status})."
        raise TryLaterError(message, request_id=request_id)
    if status // 100 == 3 and status != _NOT_MODIFIED:  # noqa: PLR2004 - the 3xx class
        message = f"The {host} redirects ({status}). Enter the address it really has."
        raise RefusedError(message, request_id=request_id)
    if status // 100 == 5 and status != _NOT_IMPLEMENTED:  # noqa: PLR2004 - the 5xx class
        if repeatable:
            message = f"The {host} failed ({status})."
            raise TryLaterError(message, request_id=request_id)
        message = f"The {host} failed ({status}); whether it kept what we sent is not known."
        raise OutcomeUnknownError(message, request_id=request_id)


def _host(request: Request, line: Line) -> str:
    return f"{line.on.called} at {urlsplit(request.url).hostname or 'the given address'}"
