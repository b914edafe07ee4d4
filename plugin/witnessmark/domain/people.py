"""People, their licences and their supervisor training. Holds no birth date and no home address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from witnessmark.domain.ids import LeaveId, PersonId


class LicenceStatus(StrEnum):
    """What a licensing board says of a licence or registration."""

    LICENSED = "licensed"
    REGISTERED = "registered"
    PROBATION = "probation"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    SURRENDERED = "surrendered"
    REVOKED = "revoked"


GOOD_STANDING = frozenset({LicenceStatus.LICENSED, LicenceStatus.REGISTERED})


@dataclass(frozen=True, slots=True)
class StatusChange:
    """From `since` on (board's local date) the licence has this status."""

    since: date
    status: LicenceStatus


@dataclass(frozen=True, slots=True)
class Credential:
    """One licence or registration.

    `board` is a short stable slug (`us-ca-bbs-lmft`), `jurisdiction` an ISO 3166-2 code (`US-CA`);
    `expires` is the last day on which it holds; `history` is in order of `since`.
    """

    licence_type: str
    number: str
    board: str
    board_name: str
    jurisdiction: str
    issued: date
    expires: date | None
    history: tuple[StatusChange, ...]
    training_licence: bool = False

    def status_on(self, day: date) -> LicenceStatus | None:
        """Return the status on a day; None before it was issued. Past `expires` it is lapsed."""
        if day < self.issued:
            return None
        if self.expires is not None and day > self.expires:
            return LicenceStatus.LAPSED
        said = [change.status for change in self.history if change.since <= day]
        return said[-1] if said else None

    def in_good_standing_on(self, day: date) -> bool:
        """Whether it is licensed or registered, and nothing less, on that day."""
        return self.status_on(day) in GOOD_STANDING


@dataclass(frozen=True, slots=True)
class SupervisorTraining:
    """A course in supervision that a supervisor completed."""

    title: str
    minutes: int
    completed: date


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the clinic's staff, or a supervisor from outside.

    `registered_name` is what the board has; `chosen_name` is what the person goes by here.
    """

    id: PersonId
    registered_name: str
    chosen_name: str | None = None
    npi: str | None = None
    credentials: tuple[Credential, ...] = ()
    training: tuple[SupervisorTraining, ...] = ()

    def in_good_standing_on(self, day: date) -> bool:
        """Whether any licence or registration is in good standing on that day."""
        return any(held.in_good_standing_on(day) for held in self.credentials)


@dataclass(frozen=True, slots=True)
class Leave:
    """A dated absence. The reason is nobody's business and has no field."""

    id: LeaveId
    person: PersonId
    first_day: date
    last_day: date
    approved_in_writing_on: date | None = None
