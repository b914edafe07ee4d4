"""Standing groups: members, rhythm, and the ledger of who presented. The ledger stays here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from witnessmark.domain.ids import GroupId, PersonId, SettingId


@dataclass(frozen=True, slots=True)
class Membership:
    """A person belongs to a group from `since` to `until`, both days included."""

    person: PersonId
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A recurring session: wall-clock time in the setting's zone, every n weeks."""

    first_day: date
    at: time
    minutes: int
    every_weeks: int = 1
    until: date | None = None


class TurnKind(StrEnum):
    """What a member did with a turn to present."""

    PRESENTED = "presented"
    PASSED = "passed"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the presenter ledger. A pass carries no reason; a swap names the other person."""

    day: date
    person: PersonId
    kind: TurnKind
    with_person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class StandingGroup:
    """A group that meets again and again."""

    id: GroupId
    name: str
    setting: SettingId
    led_by: tuple[PersonId, ...]
    members: tuple[Membership, ...]
    rhythm: Rhythm | None = None
    ledger: tuple[Turn, ...] = ()
