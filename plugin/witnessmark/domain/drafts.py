"""Hours as the EHR's calendar proposes them. Booked minutes: nothing here counts for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from witnessmark.canonical import digest
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import EntryId, LogId, PersonId, SettingId
from witnessmark.domain.sessions import Medium
from witnessmark.domain.settings import Setting, elapsed_minutes


class Now(StrEnum):
    """What the EHR says by now of an appointment that was confirmed."""

    STANDS = "stands"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    GONE = "gone"
    NO_CLIENT = "no_client"


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment with a client that stands: its times (UTC), a code and a place.

    `mark` tells it from others and changes with its times; nobody can read from it which it is.
    """

    mark: str
    start: datetime
    end: datetime
    type_code: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """The minutes of a draft on one day of a workplace's calendar."""

    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Visits of one clinician that overlap: a group, a couple, or one alone. `start` < `end`."""

    visits: tuple[Visit, ...]
    start: datetime
    end: datetime

    @property
    def id(self) -> str:
        """Name exactly this: another as soon as a visit joins, leaves or is moved."""
        return digest(sorted(visit.mark for visit in self.visits))[:32]

    @property
    def minutes(self) -> int:
        """Whole minutes that really pass from the first start to the last end."""
        return elapsed_minutes(self.start, self.end)

    def is_covered_by(self, visit: Visit) -> bool:
        """Whether this visit alone spans the whole draft."""
        return visit.start <= self.start and self.end <= visit.end

    def lines_in(self, zone: ZoneInfo) -> tuple[DraftLine, ...]:
        """Split it at the zone's midnights: real minutes, and together exactly `minutes`."""
        return tuple(line for line in self._lines(zone) if line.minutes)

    def _lines(self, zone: ZoneInfo) -> Iterator[DraftLine]:
        day, told = self.start.astimezone(zone).date(), 0
        while told < self.minutes:
            following = day + timedelta(days=1)
            midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
            until = min(self.end, midnight, key=datetime.timestamp)
            passed = elapsed_minutes(self.start, until)
            yield DraftLine(day, passed - told)
            day, told = following, passed


def drafts_from(visits: Iterable[Visit]) -> tuple[Draft, ...]:
    """Put visits that overlap together, in order of time; those that merely touch stay apart.

    A visit without time is none, nor what is shorter than a minute. The order in which they come
    does not matter.
    """
    found: list[Draft] = []
    timed = {visit for visit in visits if visit.start < visit.end}
    for visit in sorted(timed, key=lambda one: (one.start, one.end, one.mark)):
        if found and visit.start < found[-1].end:
            last = found[-1]
            found[-1] = Draft((*last.visits, visit), last.start, max(last.end, visit.end))
        else:
            found.append(Draft((visit,), visit.start, visit.end))
    return tuple(draft for draft in found if draft.minutes)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft belongs and who answers for it, as far as agreements leave no choice."""

    setting: SettingId | None
    supervisor: PersonId | None


def place_of(draft: Draft, among: Iterable[tuple[Agreement, Setting]]) -> Place:
    """Return the setting and the supervisor, each None where a person has to choose.

    `among` are one supervisee's agreements, each with its setting; those count that are in force on
    the day on which the draft begins there.
    """
    held = [one for one, at in among if one.in_force_on(at.day_of(draft.start))]
    settings = {one.setting for one in held}
    supervisors = {one.supervisor for one in held}
    return Place(
        settings.pop() if len(settings) == 1 else None,
        supervisors.pop() if len(supervisors) == 1 else None,
    )


@dataclass(frozen=True, slots=True)
class ConfirmedLine:
    """What a person says of one day of a draft; `minutes` are those that were really worked."""

    day: date
    minutes: int
    activity: Activity
    modality: Medium
    supervisor: PersonId


@dataclass(frozen=True, slots=True)
class ConfirmedEntry:
    """The line of a week that a confirmed draft went into."""

    log: LogId
    entry: EntryId


@dataclass(frozen=True, slots=True)
class ConfirmedDraft:
    """What stays of a draft once its person said that it happened: days and minutes, no times."""

    id: str
    person: PersonId
    setting: SettingId
    proposed: tuple[DraftLine, ...]
    entries: tuple[ConfirmedEntry, ...]

    @property
    def last_day(self) -> date:
        """Return the day on which it ended, by the clocks of its setting."""
        return self.proposed[-1].day
