"""A host call as a value: requests out, responses in. Opens no socket and knows no host."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from witnessmark.errors import UnreadableAnswerError

T = TypeVar("T")

JsonObject = dict[str, object]

_MARK = secrets.token_hex(16)
"""Marks a decimal on its way through json.dumps: no text a host sends can look like it."""

_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")

_DECIMAL = re.compile(rf'"{_MARK}([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class DecimalText:
    """A JSON number with a fraction or exponent, kept as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request without credentials. `operation` is what explain and logs say of it."""

    method: str
    url: str
    operation: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def writes(self) -> bool:
        """Whether this request may change the host's state."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def request_id(self) -> str | None:
        """The host's own id for this request, if it sends one."""
        return self.headers.get("x-request-id") or self.headers.get("x-correlation-id")


Call = Generator[Request, Response, T]
"""An adapter's operation: yields unauthenticated requests, is sent responses, returns T."""


def watched(call: Call[T], seen: Callable[[Request], None]) -> Call[T]:
    """Run a call as it is; `seen` hears of each request first, and ends the call by raising."""
    answer: Response | None = None
    failure: Exception | None = None
    try:
        while True:
            request = _advanced(call, answer, failure)
            seen(request)
            answer, failure = None, None
            try:
                answer = yield request
            except Exception as error:  # noqa: BLE001 - handed on to the call unchanged
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        call.close()


def _advanced(call: Call[T], answer: Response | None, failure: Exception | None) -> Request:
    if failure is not None:
        return call.throw(failure)
    return next(call) if answer is None else call.send(answer)


def read_json(response: Response) -> JsonObject:
    """Return the body as a JSON object; decimals keep their text (`812.50` stays `812.50`).

    Raises UnreadableAnswerError, without the body, when it is anything else.
    """
    said = response.headers.get("content-type", "").split(";")[0]
    kind = said if _MEDIA_TYPE.fullmatch(said) else "no content type"
    readable, body = True, None
    try:
        body = json.loads(response.body, parse_float=DecimalText, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        readable = False
    # Raised out here, it does not carry the parser's error, which holds the whole body.
    if not readable:
        message = f"The host answered {response.status} with {kind}, not with readable JSON."
        raise UnreadableAnswerError(message, request_id=response.request_id)
    if not isinstance(body, dict):
        message = f"The host answered {response.status} with JSON that is not an object."
        raise UnreadableAnswerError(message, request_id=response.request_id)
    return body


def write_json(value: Mapping[str, object]) -> bytes:
    """Return JSON bytes in which every decimal stands as the text it came with."""
    text = json.dumps(value, separators=(",", ":"), default=_mark_decimal, allow_nan=False)
    return _DECIMAL.sub(r"\1", text).encode()


def _refuse_constant(name: str) -> object:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _mark_decimal(value: object) -> str:
    if isinstance(value, DecimalText):
        return f"{_MARK}{value.text}"
    message = f"{type(value).__name__} is not JSON"
    raise TypeError(message)
