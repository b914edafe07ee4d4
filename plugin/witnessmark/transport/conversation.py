"""Runs an adapter's call: credentials, one refresh, errors told into the call. Opens no socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from witnessmark.errors import HostError, NotLetInError
from witnessmark.ports.host import Connection
from witnessmark.transport.exchange import Line, exchange
from witnessmark.transport.gate import HostGate
from witnessmark.transport.guard import same_origin
from witnessmark.transport.steps import Conversation
from witnessmark.transport.tokens import TokenSource
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")

_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Means:
    """What every conversation of an installation shares, whichever driver runs it."""

    tokens: TokenSource
    gate: HostGate


def converse(call: Call[T], *, on: Connection, operation: str, means: Means) -> Conversation[T]:
    """Run a call to its end. Every HostError is first thrown into the call, which may mend it.

    What leaves is marked with the connection's id and the operation.
    """
    line = Line(on, means.gate)
    try:
        request = next(call)
        while True:
            try:
                answer = yield from _answer(request, line, tokens=means.tokens)
            except HostError as error:
                request = call.throw(error)
            else:
                request = call.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result
    except HostError as error:
        error.at(on.id, operation)
        raise
    finally:
        call.close()


def _answer(request: Request, line: Line, *, tokens: TokenSource) -> Conversation[Response]:
    """Exchange with credentials; a 401 refreshes them exactly once."""
    on = line.on
    # The token endpoint may have another origin; a host's token never goes there.
    ours = same_origin(on.base_url, request.url)
    held = (yield from tokens.credentials(line)) if ours else None
    repeatable = not request.writes
    answer = yield from exchange(request, line, credentials=held, repeatable=repeatable)
    if answer.status != _UNAUTHORIZED:
        return answer
    if held is None:
        raise NotLetInError(
            f"The {on.called} asks who we are, and this connection has no credentials."
        )
    renewed = yield from tokens.credentials(line, rejected=held)
    if renewed != held:
        answer = yield from exchange(request, line, credentials=renewed, repeatable=repeatable)
    if answer.status == _UNAUTHORIZED:
        raise NotLetInError(
            "The EHR does not accept our credentials (401), not even fresh ones: check that this"
            " app is still approved there and which EHR the connection names.",
            request_id=answer.request_id,
        )
    return answer
