"""The audit chain: append-only, each entry hashed with the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line. `detail` holds identifiers, versions, counts, reason codes: no names, no bodies."""

    number: int
    at: datetime
    actor: str
    action: str
    record: str
    detail: Mapping[str, str | int]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What the verification saw. `first_broken` is the number of the first entry that is wrong."""

    entries: int
    intact: bool
    first_broken: int | None
    what: str
    head: str


class Audit(Protocol):
    """The chain of one clinic, written inside the transaction of what it records."""

    def add(
        self, *, actor: str, action: str, record: str, at: datetime, detail: Mapping[str, str | int]
    ) -> None:
        """Append one entry: hash = SHA-256(previous hash | RFC 8785 bytes of the entry)."""
        ...

    def of(self, record: str) -> tuple[AuditEntry, ...]:
        """Return a record's entries, oldest first."""
        ...

    def verify(self, anchor: str | None = None) -> AuditVerdict:
        """Recompute the chain: finds edits, gaps, reordering; a cut-off end only by an anchor."""
        ...
