"""Weekly hour logs: one per supervisee, setting and week. Decisions on them stand in weeks.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from witnessmark.domain.ids import EntryId, LogId, PersonId, SettingId
from witnessmark.domain.sessions import Medium


class Activity(StrEnum):
    """What was done. A rule pack maps it to a board's category; the modality never is one."""

    INDIVIDUAL_THERAPY = "individual-therapy"
    COUPLE_FAMILY_THERAPY = "couple-family-therapy"
    CHILD_THERAPY = "child-therapy"
    GROUP_THERAPY = "group-therapy"
    CRISIS = "crisis"
    ASSESSMENT = "assessment"
    OBSERVATION = "observation"
    SUPERVISION = "supervision"
    RECORD_KEEPING = "record-keeping"
    CASE_MANAGEMENT = "case-management"
    CLIENT_ADVOCACY = "client-advocacy"
    TRAINING = "training"
    OTHER = "other"


class LogState(StrEnum):
    """Where a week stands. A log that was never submitted is a draft and never leaves the store."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CORRECTING = "correcting"
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a week. `day` is the date in the setting's zone; `supervisor` answers for it.

    `version` counts from 1 and rises with every correction of this entry.
    """

    id: EntryId
    day: date
    minutes: int
    activity: Activity
    modality: Medium
    supervisor: PersonId
    version: int = 1


@dataclass(frozen=True, slots=True)
class Return:
    """Why a supervisor sent a week back. The reason stays in the store."""

    by: PersonId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HourLog:
    """The week of one supervisee in one setting, starting on the setting's own week day.

    `corrections` counts how often it was changed after an attestation.
    """

    id: LogId
    supervisee: PersonId
    setting: SettingId
    week_start: date
    entries: tuple[Entry, ...]
    state: LogState = LogState.DRAFT
    submitted_at: datetime | None = None
    corrections: int = 0
    returned: Return | None = None

    @property
    def left_the_store(self) -> bool:
        """Whether it was ever submitted: from then on every version of it goes to the host."""
        return self.submitted_at is not None

    @property
    def minutes(self) -> int:
        """All logged minutes."""
        return sum(entry.minutes for entry in self.entries)

    def entries_under(self, supervisor: PersonId) -> tuple[Entry, ...]:
        """Return the entries that name this supervisor."""
        return tuple(entry for entry in self.entries if entry.supervisor == supervisor)
