"""Supervision sessions: facts only. Individual, triadic or group is a rule pack's reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from witnessmark.domain.ids import GroupId, PersonId, SessionId, SettingId
from witnessmark.domain.settings import elapsed_minutes


class Medium(StrEnum):
    """How people met, or how client work was done."""

    IN_PERSON = "in-person"
    VIDEO = "video"
    PHONE = "phone"


class SessionStatus(StrEnum):
    """What became of a session."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Attendance:
    """How long one person was there. 0 minutes: expected, and absent.

    `observed` are the minutes of these in which their work with a client was watched.
    """

    person: PersonId
    minutes: int
    observed: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What stays in supervision: it leaves the store for no host, page of others, or document."""

    presenter: PersonId | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A supervision session. `start` and `end` are aware instants; minutes are int.

    `real_time` is False for supervision that was not live (recordings, written feedback).
    """

    id: SessionId
    setting: SettingId
    start: datetime
    end: datetime
    status: SessionStatus
    led_by: tuple[PersonId, ...]
    attended: tuple[Attendance, ...]
    medium: Medium = Medium.IN_PERSON
    real_time: bool = True
    group: GroupId | None = None
    said: Said = Said()

    @property
    def minutes(self) -> int:
        """Whole minutes from start to end."""
        return elapsed_minutes(self.start, self.end)

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Everyone named: who led, then who attended."""
        return (*self.led_by, *(present.person for present in self.attended))
