"""The error tree, split by the caller's next step. Errors never hold a body, a name or a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a file: what is wrong, where, and how to mend it.

    `path` is dotted (`objects.session.projections[1]`); `line` and `column` count from 1.
    """

    code: str
    path: str
    message: str
    mend: str
    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return `file:line: path: message (mend) [code]`, leaving out what is unknown."""
        where = self.file + (f":{self.line}" if self.line else "")
        head = ": ".join(part for part in (where, self.path) if part)
        return f"{head}: {self.message} ({self.mend}) [{self.code}]"


class WitnessmarkError(Exception):
    """Everything Witnessmark raises on purpose.

    `arrived` is the receipt of what stands in a host although the rest of a record failed.
    """

    arrived: tuple[Any, ...] = ()


class DeclarationError(WitnessmarkError):
    """A declared file is wrong. Next step: fix the file; all problems are listed at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep every problem, in file order."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotAllowedError(WitnessmarkError):
    """The actor may not do it. Next step: tell the person."""

    def __init__(self, action: str, role: str) -> None:
        """Name the action and the role that lacks it."""
        self.action = action
        self.role = role
        super().__init__(f"{role} may not {action.replace('_', ' ')}")


class DomainError(WitnessmarkError):
    """The facts make the action impossible. Next step: tell the person what mends it."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        """Give a stable code, one plain sentence and the cure."""
        self.code = code
        self.message = message
        self.mend = mend
        super().__init__(f"{message} {mend} [{code}]")


class UnknownRecordError(DomainError):
    """Nothing with this identifier is in the store."""

    def __init__(self, kind: str, record_id: str) -> None:
        """Name the kind and the identifier that was asked for."""
        super().__init__(
            "unknown_record", f"There is no {kind} {record_id!r}.", "Check the identifier."
        )


class SecretError(WitnessmarkError):
    """A secret reference cannot be resolved. Next step: mend the reference or its source."""


class StoreError(WitnessmarkError):
    """The store cannot be read or written (disk full, locked, newer version). Nothing was kept."""


class ListenError(WitnessmarkError):
    """An address cannot be listened on (taken, or another machine's). Next step: choose another."""


class MappingError(WitnessmarkError):
    """A record cannot be said in the host's terms. Next step: quarantine."""

    def __init__(self, record: str, element: str, message: str) -> None:
        """Name the record key and the element; never the element's value."""
        self.record = record
        self.element = element
        super().__init__(f"{record}: {element}: {message}")


class HostError(WitnessmarkError):
    """The host, or the way to it, refused or failed.

    `connection` and `operation` are filled in by the driver (`at`), `request_id` by the answer.
    """

    def __init__(self, person_message: str, *, request_id: str | None = None) -> None:
        """Keep one sentence a person can act on."""
        self.person_message = person_message
        self.request_id = request_id
        self.connection = ""
        self.operation = ""
        super().__init__(person_message)

    def at(self, connection: str, operation: str) -> None:
        """Say where it happened; the first to say so wins."""
        self.connection = self.connection or connection
        self.operation = self.operation or operation


class TryLaterError(HostError):
    """The host is busy or unreachable before anything was sent. Next step: retry by policy."""

    def __init__(
        self, person_message: str, *, after: int | None = None, request_id: str | None = None
    ) -> None:
        """`after` is the host's own Retry-After in seconds, if it gave one."""
        self.after = after
        super().__init__(person_message, request_id=request_id)


class OutcomeUnknownError(HostError):
    """The request went out and no answer came. Next step: find(), then maybe retry."""


class WaitsForError(HostError):
    """Another record must be delivered first. Next step: deliver that one."""

    def __init__(self, key: str, person_message: str) -> None:
        """`key` is the record key (`hour_log/…`) or `staff/<person>` that is waited for."""
        self.key = key
        super().__init__(person_message)


class ConflictError(HostError):
    """One of our own elements differs there. Next step: re-read, tell a person.

    `expected` and `found` are digests; `differs` names elements, never values.
    """

    def __init__(
        self, person_message: str, *, expected: str, found: str, differs: Sequence[str] = ()
    ) -> None:
        """Keep both digests and the names of the elements that differ."""
        self.expected = expected
        self.found = found
        self.differs = tuple(differs)
        super().__init__(person_message)


class GoneError(ConflictError):
    """Our copy was removed there. Never silently recreated: a person decides."""

    def __init__(self, person_message: str, *, expected: str) -> None:
        """Keep the digest of what we had delivered as `expected`."""
        super().__init__(person_message, expected=expected, found="")


class MovedError(ConflictError):
    """Our copy stands under another reference there, and is no longer as we left it."""

    def __init__(
        self,
        person_message: str,
        *,
        expected: str,
        found: str,
        differs: Sequence[str] = (),
        host_ref: str,
    ) -> None:
        """Keep where it stands now as `host_ref`."""
        self.host_ref = host_ref
        super().__init__(person_message, expected=expected, found=found, differs=differs)


class LockedError(ConflictError):
    """The host has locked the resource: nothing of ours can be written there for now."""


class RefusedError(HostError):
    """The host refuses for good (400, 403, 422, a forged event). Next step: final, audited."""


class TwiceError(RefusedError):
    """Several resources there carry our identifier: none is chosen. Next step: one must go."""


class NotLetInError(RefusedError):
    """The host refuses us, whatever we ask (401, a refused key). Next step: mend the access."""


class NotSupportedError(HostError):
    """The host cannot do this at all. Next step: shrink the terms, next projection."""

    def __init__(self, capability: str, person_message: str) -> None:
        """Name the capability that turned out to be missing."""
        self.capability = capability
        super().__init__(person_message)


class UnreadableAnswerError(HostError):
    """The answer is not what the protocol says. Next step: quarantine, alert."""
