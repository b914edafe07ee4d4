"""When somebody would be done at their own recent pace: a range of days, and how it was reckoned.

It supposes that what counted goes on counting; `supposing` looks at weeks that are not yet lived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from witnessmark.rules.evaluate import needs_by
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation, Measure, Requirement
from witnessmark.rules.pieces import pieces_of
from witnessmark.rules.versions import Chosen
from witnessmark.rules.windows import Period, months_after

STRETCHES = (8, 13, 26)
"""Over how many full weeks a pace is measured."""

LEAVE_DAYS = 5
"""A week with so many days of approved leave is no week of work."""

FARTHEST = 2600
"""Weeks, fifty years: what is farther has no date."""

WEEK = timedelta(days=7)

METHOD = (
    "Your own pace: what counted in the last 8, 13 and 26 full weeks before this one, as far as"
    " there are so many, without weeks that have five days or more of leave approved in writing."
    " Each requirement goes on at that pace, months pass by themselves; the earliest date is the"
    " fastest of these, the latest the slowest. What is held or beyond a maximum adds nothing;"
    " what counts today is taken to go on counting."
)


@dataclass(frozen=True, slots=True)
class Step:
    """How far one open requirement moved over a stretch, in its own measure, and its date."""

    rule: str
    moved: Fraction
    ends: date | None


@dataclass(frozen=True, slots=True)
class Pace:
    """One stretch of full weeks. `credited` are the minutes that count in it.

    `ends` is when all would be met at this pace; None where `stuck` names rules that do not move.
    """

    weeks: int
    since: date
    credited: int
    steps: tuple[Step, ...]
    ends: date | None
    stuck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """When all requirements would be met: the days are the last of a week.

    Both are None where there is no date, and `why` says why; `latest` alone is None where the
    slowest pace has none. `met` tells that nothing is open.
    """

    met: bool
    earliest: date | None
    latest: date | None
    why: str
    method: str
    paces: tuple[Pace, ...]


def finish_of(case: Experience, chosen: Chosen, *, read: Evaluation) -> Finish:
    """Project from `read`, the evaluation of this case by this pack, as of its day."""
    open_ = read.still_needed
    if not read.requirements:
        return _none("these rules ask for no total: they are a standing duty.")
    if not open_:
        return Finish(met=True, earliest=None, latest=None, why="", method=METHOD, paces=())
    weeks = Weeks.of(case, read.on)
    spans = weeks.stretches()
    if not spans:
        return _none("there is no full week of hours yet to take a pace from.")
    days = [weeks.now, *(since for _count, since in spans)]
    by_day = needs_by(case, chosen.pack, on=read.on, days=days, version=chosen.version)
    now, *then = ({one.rule: one for one in found} for found in by_day)
    paces = tuple(
        _pace(read, weeks, (count, since), open_=[(now[one.rule], past[one.rule]) for one in open_])
        for (count, since), past in zip(spans, then, strict=True)
    )
    return _finish(paces, titles={one.rule: one.title for one in open_})


def _none(why: str) -> Finish:
    return Finish(met=False, earliest=None, latest=None, why=why, method=METHOD, paces=())


def _finish(paces: Sequence[Pace], *, titles: dict[str, str]) -> Finish:
    dates = [one.ends for one in paces if one.ends is not None]
    stuck = {rule: titles[rule] for pace in paces for rule in pace.stuck}
    *others, last = [str(one.weeks) for one in paces if one.stuck] or [""]
    weeks = " and ".join([", ".join(others), last] if others else [last])
    why = f"in the last {weeks} full weeks this did not move: {'; '.join(stuck.values())}."
    return Finish(
        met=False,
        earliest=min(dates, default=None),
        latest=max(dates) if len(dates) == len(paces) else None,
        why=why if stuck else "",
        method=METHOD,
        paces=tuple(paces),
    )


def _pace(
    read: Evaluation,
    weeks: Weeks,
    span: tuple[int, date],
    *,
    open_: Sequence[tuple[Requirement, Requirement]],
) -> Pace:
    count, since = span
    steps: list[Step] = []
    ends: dict[str, list[date]] = defaultdict(list)
    for now, then in open_:
        step = Step(now.rule, now.done - then.done, _end(weeks, now, then, count=count))
        steps.append(step)
        ends[now.any_of or now.rule].extend([] if step.ends is None else [step.ends])
    stuck = tuple(
        step.rule
        for step, (now, _) in zip(steps, open_, strict=True)
        if not ends[now.any_of or now.rule]
    )
    return Pace(
        weeks=count,
        since=since,
        credited=sum(
            one.tally.credited for one in read.judged if since <= one.piece.day < weeks.now
        ),
        steps=tuple(steps),
        ends=None if stuck else max(min(days) for days in ends.values()),
        stuck=stuck,
    )


def _end(weeks: Weeks, now: Requirement, then: Requirement, *, count: int) -> date | None:
    """Return the last day of the week in which a requirement would be met."""
    missing, moved = now.needed - now.done, now.done - then.done
    if now.measure is Measure.MONTHS:
        day = months_after(weeks.now, -(-missing.numerator // missing.denominator))
        return weeks.week_of(day).last
    if moved <= 0 or now.measure is Measure.SHARE:
        return None
    needed = Fraction(missing * count, moved)
    return weeks.after(-(-needed.numerator // needed.denominator))


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of one person: where theirs start, which were worked, which are leave."""

    case: Experience
    first: date | None
    now: date
    """The first day of the week that is running."""

    @classmethod
    def of(cls, case: Experience, on: date) -> Weeks:
        """Return the weeks of a person; they start as in the setting of their first hours."""
        worked = [piece for piece in pieces_of(case) if piece.setting is not None]
        if not worked or worked[0].setting is None:
            return cls(case, None, on - timedelta(days=on.weekday()))
        setting = case.settings[worked[0].setting]
        return cls(case, setting.week_of(worked[0].day), setting.week_of(on))

    def stretches(self) -> list[tuple[int, date]]:
        """Return how many weeks, and the first day, of each stretch there are enough weeks for.

        Where there are fewer than the shortest, all there are.
        """
        worked = list(self._worked())
        longest = [count for count in STRETCHES if count <= len(worked)]
        if not longest and worked:
            longest = [len(worked)]
        return [(count, worked[count - 1]) for count in longest]

    def _worked(self) -> Iterator[date]:
        day = self.now - WEEK
        while self.first is not None and day >= self.first:
            if not self._is_leave(day):
                yield day
            day -= WEEK

    def after(self, number: Fraction | int) -> date | None:
        """Return the last day of that many weeks of work from now on; None if that is too far."""
        day, left = self.now, int(number)
        if left > FARTHEST:
            return None
        while left > 0:
            left -= not self._is_leave(day)
            day += WEEK
        return day - timedelta(days=1)

    def week_of(self, day: date) -> Period:
        """Return the week that holds a day, counted from the running one."""
        first = self.now + (day - self.now) // WEEK * WEEK
        return Period(first, first + timedelta(days=6))

    def _is_leave(self, first: date) -> bool:
        days = {
            day
            for one in self.case.leaves
            if one.person == self.case.person and one.approved_in_writing_on is not None
            for day in (first + timedelta(days=number) for number in range(7))
            if one.first_day <= day <= one.last_day
        }
        return len(days) >= LEAVE_DAYS
