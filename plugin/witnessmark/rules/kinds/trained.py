"""Whether a supervisor has learned to supervise, in time and lately enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import SupervisorTraining
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.kinds.qualified import Years
from witnessmark.rules.reasons import Reason, name_of, tell_of_supervisors
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import hours
from witnessmark.rules.windows import months_after, years_before
from witnessmark.rules.words import Minutes

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class SupervisorTrained(Rule):
    """Training in supervision before the first day of it, or soon after; then again and again.

    Done in time, all hours count; done late, those from that day on. Several courses add up. One
    that was done longer ago counts too where what is asked later on has been kept up since.
    """

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["supervisor_trained"]
    course: Minutes
    within_years_before: Years | None = Field(
        default=None, description="How old it may be on the first day; not given, any age."
    )
    grace_days: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Days after the first day in which it may still be done."
    )
    then_minutes: Minutes | None = Field(default=None, description="Training asked later on.")
    then_every_years: Years | None = Field(default=None, description="How often it is asked.")

    def judge(self, bench: Bench) -> None:
        """Hold hours of whose supervisors no training is on record; void those before a late one.

        What is asked later on is first asked so many years after the later of the first day and
        the course, and from then on of the last so many years before each day.
        """
        first: dict[PersonId, date] = {}
        for piece in bench.pieces:
            for leader in piece.supervisors:
                first.setdefault(leader, piece.day)
        tell_of_supervisors(
            bench,
            self,
            lambda leader, piece: self._against(bench, leader, day=piece.day, first=first[leader]),
        )

    def _against(self, bench: Bench, leader: PersonId, *, day: date, first: date) -> Reason | None:
        known = bench.case.people.get(leader)
        training = known.training if known else ()
        name, deadline = name_of(bench, leader), first + timedelta(days=self.grace_days)
        years = self.within_years_before
        done = self._done(training, since=years_before(first, years) if years else date.min)
        long_ago = self._done(training, since=date.min) if self.then_minutes else None
        if long_ago is not None and long_ago <= first and (done is None or done > deadline):
            # Somebody who has supervised others before.
            return self._lately(name, training, day=day, since=long_ago)
        if done is None:
            return self._missing(name, deadline=deadline, on=bench.on)
        if done > deadline:
            return self._late(name, deadline=deadline, done=done) if day < done else None
        return self._lately(name, training, day=day, since=max(first, done))

    def _done(self, training: Iterable[SupervisorTraining], *, since: date) -> date | None:
        minutes = 0
        for one in sorted(training, key=lambda one: one.completed):
            minutes += one.minutes if one.completed >= since else 0
            if minutes >= self.course:
                return one.completed
        return None

    def _missing(self, name: str, *, deadline: date, on: date) -> Reason:
        in_time = on <= deadline
        said = Said(
            f"{hours(self.course)} of training in supervision are asked of {name} by {deadline},"
            " and they are not on record.",
            f"Record the courses {name} completed"
            + (", or complete them by then." if in_time else " and the days of completion."),
            deadline if in_time else None,
        )
        return Reason(_CODE, None if in_time else Bucket.HELD, said)

    def _late(self, name: str, *, deadline: date, done: date) -> Reason:
        said = Said(
            f"{name} completed the training in supervision on {done}; it was due by {deadline}.",
            f"Hours count from {done} on; record an earlier course, if there was one.",
        )
        return Reason(_CODE, Bucket.VOID, said)

    def _lately(
        self, name: str, training: Iterable[SupervisorTraining], *, day: date, since: date
    ) -> Reason | None:
        minutes, years = self.then_minutes, self.then_every_years
        if minutes is None or years is None or day <= months_after(since, 12 * years):
            return None
        oldest = years_before(day, years)
        if sum(one.minutes for one in training if oldest <= one.completed <= day) >= minutes:
            return None
        said = Said(
            f"{hours(minutes)} of training in supervision every {years} years are asked of {name},"
            " and they are not on record.",
            f"Record the courses {name} completed in the {years} years before these hours.",
        )
        return Reason(_CODE, Bucket.HELD, said)


_CODE = "supervisor_training_missing"
