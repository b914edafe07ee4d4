"""Checks of a licence at its source: what was asked, what it said, and a digest of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from witnessmark.domain.ids import PersonId, VerificationId


class VerificationMethod(StrEnum):
    """How the source was asked."""

    REGISTRY = "registry"
    LOOKED = "looked"


class VerificationOutcome(StrEnum):
    """What the source said of the licence, held against ours."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Verification:
    """One check of one licence; it is never changed, the next check is a new one.

    `source` names the registry or board in words; `evidence` is the SHA-256 of what was seen;
    `differences` name elements, never values; `next_due` is when it should be checked again;
    `recorded_at` is when it was written down, where that is not `at`.
    """

    id: VerificationId
    person: PersonId
    board: str
    number: str
    method: VerificationMethod
    source: str
    outcome: VerificationOutcome
    at: datetime
    by: str
    evidence: str
    differences: tuple[str, ...] = ()
    next_due: date | None = None
    recorded_at: datetime | None = None
