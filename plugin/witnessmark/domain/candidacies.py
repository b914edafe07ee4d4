"""Candidacies: who goes for which licence, and the days of it that rules are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from witnessmark.domain.ids import CandidacyId, PersonId


class Milestone(StrEnum):
    """A day on the way to a licence. Boards count windows and choose versions of rules by them."""

    MATRICULATED = "matriculated"
    DEGREE = "degree"
    FINGERPRINTED = "fingerprinted"
    REGISTRATION_RECEIVED = "registration-received"
    REGISTERED = "registered"
    APPLICATION_RECEIVED = "application-received"
    LICENSED = "licensed"


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone and its day (the board's local date)."""

    milestone: Milestone
    on: date


@dataclass(frozen=True, slots=True)
class Candidacy:
    """One person's way through one rule pack (`us-ca-amft`)."""

    id: CandidacyId
    person: PersonId
    pack: str
    reached: tuple[Reached, ...] = ()

    def day_of(self, milestone: Milestone) -> date | None:
        """Return the day a milestone was reached; None while it was not, or nobody said."""
        return next((one.on for one in self.reached if one.milestone is milestone), None)
