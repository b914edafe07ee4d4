"""What can go wrong on the way, told apart by whether anything was sent. Never holds a body."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator


class FaultError(Exception):
    """A driver could not bring an answer. `why` is one clause for a person, without URL or body."""

    def __init__(self, why: str) -> None:
        """Keep the clause; it goes on after "The EHR at … cannot be reached:"."""
        self.why = why
        super().__init__(why)


class NotSentError(FaultError):
    """No byte of the request left this machine."""


class AnswerLostError(FaultError):
    """The request went out, at least in part, and no whole answer came back."""


class AnswerUnreadableError(FaultError):
    """An answer came and cannot be used: too large, or its compression is broken."""


def clause(error: BaseException) -> str:
    """Say what broke, from the innermost cause either HTTP library knows; never its own text."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted here ({cause.verify_message})"
    for kind, text in _CLAUSES:
        if any(isinstance(cause, kind) for cause in causes):
            return text
    if any("timeout" in type(cause).__name__.lower() for cause in causes):
        return _NO_ANSWER
    return "the connection broke"


_NO_ANSWER = "it did not answer in time"

_CLAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, "no secure connection could be made (TLS)"),
    (socket.gaierror, "its name is not known to this computer's network"),
    (TimeoutError, _NO_ANSWER),
    (ConnectionRefusedError, "it refuses connections"),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk causes, contexts and wrapped errors, each once."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [found.__cause__, found.__context__, *found.args]
            waiting.append(getattr(found, "reason", None))
