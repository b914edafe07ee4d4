"""Evaluations of a supervisee, due every so many months. Never what they say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.forms import Form
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.pieces import Piece
from witnessmark.rules.reasons import Reason, tell
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import days
from witnessmark.rules.windows import Period, months_after
from witnessmark.rules.words import Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class EvaluationEvery(Rule):
    """A supervisor's written evaluation of the supervisee in every so many months of hours."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["evaluation_every"]
    form: Name = Field(description="A form of this pack.")
    months: Annotated[int, Field(ge=1)] = Field(description="Counted from the first day of hours.")

    def judge(self, bench: Bench) -> None:
        """Hold the hours of months that went by without one; tell when the running one is due."""
        pieces = bench.of(self)
        if not pieces:
            return
        held: dict[int, list[Piece]] = defaultdict(list)
        for piece in pieces:
            held[_steps(pieces[0].day, piece.day, months=self.months)].append(piece)
        done = [day for form in bench.case.forms if (day := self._day(bench, form)) is not None]
        for step, within in sorted(held.items()):
            period = Period(
                months_after(pieces[0].day, step * self.months),
                months_after(pieces[0].day, (step + 1) * self.months) - timedelta(days=1),
            )
            if not any(day in period for day in done):
                reason = self._without(bench, period)
                tell(bench, self, [(reason, piece) for piece in within])

    def _day(self, bench: Bench, form: Form) -> date | None:
        """Return the last day a signed evaluation speaks of, or else of its signature."""
        if form.form != self.form or form.supervisee != bench.case.person:
            return None
        signed = [one.on for one in form.signatures if one.person != bench.case.person]
        return (form.last_day or max(signed)) if signed else None

    def _without(self, bench: Bench, period: Period) -> Reason:
        over = bench.over(period)
        said = Said(
            f"An evaluation every {self.months} months is asked for, and none is on record for"
            f" {days(period)}.",
            "Record the evaluation, with the last day it speaks of and who signed it on which day."
            if over
            else f"Have your supervisor write and sign it by {period.last}.",
            None if over else period.last,
        )
        if over:
            return Reason("evaluation_missing", Bucket.HELD, said)
        return Reason("evaluation_due", None, said)


def _steps(first: date, day: date, *, months: int) -> int:
    """Return how many whole steps of so many months lie between two days."""
    number = (day.year - first.year) * 12 + day.month - first.month
    step = number // months
    return step if months_after(first, step * months) <= day else step - 1
