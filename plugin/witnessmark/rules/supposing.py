"""What if: weeks that are not yet lived, read through the very pack. Nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from witnessmark.domain.hours import Activity, Entry
from witnessmark.domain.ids import EntryId, PersonId, SessionId, SettingId
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.errors import DomainError
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Attested, Experience, LoggedEntry
from witnessmark.rules.findings import Evaluation
from witnessmark.rules.kinds.maps import CategoryMap
from witnessmark.rules.pack import Pack
from witnessmark.rules.projection import WEEK, Weeks
from witnessmark.rules.rule import AppliesBy, Rule
from witnessmark.rules.versions import Chosen, Versions

MOST_WEEKS = 520
"""Ten years: what takes longer is not looked for."""

PAPERWORK = frozenset({"signed_within", "evaluation_every", "supervisor_trained"})
"""Kinds of rules about papers and courses, which nobody can suppose: they are left to be done."""

SUPERVISION = "supervision"
GROUP = "group"
WORKDAYS = 5
HOUR, DAY = 60, 24 * 60
SUPPOSED = "supposed-"
OTHERS = tuple(PersonId(f"{SUPPOSED}{number}") for number in (1, 2, 3))
"""Who else is in a supposed group: nobody real."""

STATED = (
    "Supposed: every coming week holds these hours, spread over five days in the setting and under"
    " the supervisor of your last hours; supervision is live, watches work with a client, and a"
    " group has four supervisees. Licences and agreements that hold today go on, forms and courses"
    " are in time, everything is attested. The rules are those of this pack as they stand."
)


@dataclass(frozen=True, slots=True)
class Supposed:
    """The hours of each coming week: minutes by activity, `supervision` and `group` apart."""

    minutes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first week in which all requirements would be met, and the day it ends on.

    `weeks` and `last_day` are None where ten years of them do not do: `open` says what is not met.
    `counting` are the minutes of such a week that count on average, cut to whole ones.
    """

    asked: Mapping[str, int]
    weeks: int | None
    last_day: date | None
    open: tuple[str, ...]
    counting: int
    stated: str


def supposed(text: str, pack: Pack) -> Supposed:
    """Read `direct=15 h, supervision=1 h`: activities or categories of the pack, and supervision.

    Raises DomainError, naming what can be said.
    """
    names = _names(pack)
    minutes: dict[str, int] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([a-z-]+)\s*=\s*([0-9]+(?:\.[0-9]+)?)\s*(h|min)\s*", part)
        time_ = Fraction(found[2]) * (HOUR if found[3] == "h" else 1) if found else Fraction(1, 2)
        if found is None or found[1] not in names or time_.denominator != 1:
            raise DomainError(
                "not_supposable",
                f"{part.strip()!r} is not so much of something a week.",
                f'Write `--if "direct=15 h,supervision=1 h"`, with any of: {", ".join(names)}.',
            )
        activity = names[found[1]]
        minutes[activity] = minutes.get(activity, 0) + time_.numerator
    if sum(minutes.values()) > WORKDAYS * DAY:
        raise DomainError(
            "week_overfull", "Five days have no more than 120 hours.", "Suppose less a week."
        )
    return Supposed(minutes)


def _names(pack: Pack) -> dict[str, str]:
    """Return what can be said, and the activity it stands for; a category stands for its first."""
    names = {SUPERVISION: SUPERVISION, GROUP: GROUP, "direct": Activity.INDIVIDUAL_THERAPY.value}
    worked = [one.value for one in Activity if one is not Activity.SUPERVISION]
    for rule in pack.rules:
        if isinstance(rule, CategoryMap):
            for activity in (one for one in worked if one in rule.activities):
                names.setdefault(rule.activities[activity], activity)
    return names | {activity: activity for activity in worked}


def outcome(
    case: Experience, chosen: Chosen, supposed: Supposed, *, read: Evaluation
) -> Outcome | None:
    """Search the first week in which all requirements of `read` are met; None if they ask nothing.

    Weeks are doubled until it is met, then halved: at most twenty evaluations. Raises DomainError
    where there are no hours yet, so that nobody knows where and under whom.
    """
    if not read.requirements:
        return None
    first = Weeks.of(case, read.on).now + WEEK
    weeks = _Supposing(case, _papers_done(case, chosen, read.on), supposed, read.on, first)
    if not read.still_needed:
        return weeks.told(0, read)
    few, many = 0, 1
    then = weeks.read_after(many)
    while then.still_needed and many < MOST_WEEKS:
        few, many = many, min(2 * many, MOST_WEEKS)
        then = weeks.read_after(many)
    while many - few > 1 and not then.still_needed:
        middle = (few + many) // 2
        sooner = weeks.read_after(middle)
        few, many, then = (middle, many, then) if sooner.still_needed else (few, middle, sooner)
    return weeks.told(many, then)


def _papers_done(case: Experience, chosen: Chosen, on: date) -> Chosen:
    """Return the pack with its rules about papers held to hours up to today alone."""
    versions = Versions(chosen.pack, case.candidacy(chosen.pack.pack), on, chosen.version)
    rules: list[Rule] = []
    for rule in chosen.pack.rules:
        if getattr(rule, "rule", "") not in PAPERWORK:
            rules.append(rule)
        elif rule.applies_by is AppliesBy.HOURS:
            until = min(rule.valid_to or date.max, on)
            rules.append(rule.model_copy(update={"valid_to": until}))
        elif versions.hold(rule, on):
            by_hours = {"applies_by": AppliesBy.HOURS, "valid_from": None}
            rules.append(rule.model_copy(update={**by_hours, "valid_to": on}))
    return replace(chosen, pack=chosen.pack.model_copy(update={"rules": tuple(rules)}))


@dataclass(frozen=True, slots=True)
class _Supposing:
    case: Experience
    chosen: Chosen
    supposed: Supposed
    on: date
    first: date
    """The first day of the first supposed week: of the one after the running one."""

    def told(self, weeks: int, then: Evaluation) -> Outcome:
        still = tuple(one.title for one in then.still_needed)
        counting = sum(
            one.tally.credited for one in then.judged if one.piece.of.startswith(SUPPOSED)
        )
        return Outcome(
            asked=dict(self.supposed.minutes),
            weeks=None if still else weeks,
            last_day=None if still else self.first + weeks * WEEK - timedelta(days=1),
            open=still,
            counting=counting // max(weeks, 1),
            stated=STATED,
        )

    def read_after(self, weeks: int) -> Evaluation:
        """Evaluate the case after so many such weeks."""
        return evaluate(
            self._lived(weeks),
            self.chosen.pack,
            on=self.first + weeks * WEEK,
            version=self.chosen.version,
        )

    def _lived(self, weeks: int) -> Experience:
        setting, leader = self._where()
        firsts = [self.first + number * WEEK for number in range(weeks)]
        entries = [one for first in firsts for one in self._entries(first, setting, leader)]
        sessions = [one for first in firsts for one in self._sessions(first, setting, leader)]
        going_on = tuple(
            replace(one, ends=None) if one.in_force_on(self.on) else one
            for one in self.case.agreements
        )
        return replace(
            self.case,
            people={id_: self._licensed_on(one) for id_, one in self.case.people.items()}
            | {id_: Person(id_, "Nobody") for id_ in OTHERS},
            agreements=going_on,
            entries=(*self.case.entries, *entries),
            sessions=(*self.case.sessions, *sessions),
        )

    def _licensed_on(self, person: Person) -> Person:
        return replace(
            person,
            credentials=tuple(
                replace(one, expires=None) if one.in_good_standing_on(self.on) else one
                for one in person.credentials
            ),
        )

    def _where(self) -> tuple[SettingId, PersonId]:
        if not self.case.entries:
            raise DomainError(
                "no_hours_yet",
                "There are no hours yet, so nobody knows where and under whom others would be.",
                "Log the first ones, then suppose.",
            )
        last = max(self.case.entries, key=lambda one: (one.entry.day, one.entry.id))
        return last.setting, last.entry.supervisor

    def _entries(self, first: date, setting: SettingId, leader: PersonId) -> Iterator[LoggedEntry]:
        for activity, minutes in self.supposed.minutes.items():
            if activity in {SUPERVISION, GROUP}:
                continue
            for day, share in _spread(first, minutes, parts=WORKDAYS):
                yield LoggedEntry(
                    Entry(
                        EntryId(f"{SUPPOSED}{day}-{activity}"),
                        day,
                        share,
                        Activity(activity),
                        Medium.IN_PERSON,
                        leader,
                    ),
                    setting,
                    Attested.HERE,
                )

    def _sessions(self, first: date, setting: SettingId, leader: PersonId) -> Iterator[Session]:
        """Yield sessions of an hour or less, each on a day of its own as far as days go."""
        zone = self.case.settings[setting].zone
        for hour, (kind, others) in enumerate({SUPERVISION: (), GROUP: OTHERS}.items()):
            minutes = self.supposed.minutes.get(kind, 0)
            for day, share in _spread(first, minutes, parts=min(WORKDAYS, -(-minutes // HOUR))):
                start = datetime.combine(day, time(9 + 6 * hour), tzinfo=zone)
                here = Attendance(self.case.person, share, observed=share)
                yield Session(
                    id=SessionId(f"{SUPPOSED}{day}-{kind}"),
                    setting=setting,
                    start=start,
                    end=start + timedelta(minutes=share),
                    status=SessionStatus.HELD,
                    led_by=(leader,),
                    attended=(here, *(Attendance(one, share) for one in others)),
                )


def _spread(first: date, minutes: int, *, parts: int) -> Iterator[tuple[date, int]]:
    """Share minutes out over days, the first ones get what is over; a week's end stays free."""
    days = (first + timedelta(days=number) for number in range(7))
    workdays = [day for day in days if day.weekday() < WORKDAYS]
    each, over = divmod(minutes, parts or 1)
    for number, day in enumerate(workdays[:parts]):
        share = each + (number < over)
        if share:
            yield day, share
