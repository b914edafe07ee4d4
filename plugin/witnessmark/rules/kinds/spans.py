"""Which stretch of time counts: the best of so many months, and nothing that is too old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.candidacies import Milestone
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Phase, Rule, Scope
from witnessmark.rules.selecting import Hours
from witnessmark.rules.telling import days, hours
from witnessmark.rules.windows import Period, Window, last_of, years_before
from witnessmark.rules.words import Minutes, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class MaxSpan(Rule):
    """All hours must lie within so many months in a row: the stretch with the most is taken.

    With `window: month` it begins with a calendar month, otherwise on any day.
    """

    PHASE: ClassVar[Phase] = Phase.SPANS

    rule: Literal["max_span"]
    months: Annotated[int, Field(ge=1)]

    def judge(self, bench: Bench) -> None:
        """Void what lies outside the stretch with the most hours, the earliest of equal ones."""
        for stretch in bench.stretches(self, window=Window.LIFETIME):
            there = [piece for piece in stretch.pieces if bench.left(piece)]
            if not there:
                continue
            best = self._best(bench, there)
            outside = [piece for piece in there if piece.day not in best]
            if not outside:
                continue
            beyond = bench.minutes(outside)
            fall = Fall(Bucket.VOID, "outside_span")
            minutes = bench.take_all(self, outside, fall=fall)
            said = Said(
                f"Hours count within {self.months} months in a row, and most of them are in"
                f" {days(best)}. Outside, and not counted: {hours(beyond)}.",
                "Nothing is to be done; as hours are added another stretch may hold more.",
            )
            where = replace(stretch, period=Period(outside[0].day, outside[-1].day))
            bench.find(self, fall.code, where=where, minutes=minutes, said=said)

    def _best(self, bench: Bench, pieces: Sequence[Piece]) -> Period:
        """Find it in one walk: `here` is left from this piece to the stretch's end, at `come`."""
        found: list[tuple[int, Period]] = []
        here, come = 0, 0
        for piece in pieces:
            period = self._from(piece.day)
            while come < len(pieces) and pieces[come].day in period:
                here += bench.left(pieces[come])
                come += 1
            found.append((here, period))
            here -= bench.left(piece)
        return max(found, key=lambda one: one[0])[1]

    def _from(self, day: date) -> Period:
        first = day.replace(day=1) if self.window is Window.MONTH else day
        return Period(first, last_of(first, self.months))


class Lookback(Rule):
    """Hours of more than so many years before a day no longer count; the day itself does."""

    PHASE: ClassVar[Phase] = Phase.SPANS

    rule: Literal["lookback"]
    years: Annotated[int, Field(ge=1)]
    from_milestone: Word[Milestone] = Field(
        default=Milestone.APPLICATION_RECEIVED,
        description="Years are counted back from it; while it is not known, from today.",
    )
    exempt: Hours | None = Field(default=None, description="Hours that may be older.")
    exempt_at_most: Minutes | None = Field(default=None, description="Not given: all of them.")

    def judge(self, bench: Bench) -> None:
        """Void what is too old, beyond what is exempt."""
        since = years_before(bench.day_of(self.from_milestone) or bench.on, self.years)
        old = [piece for piece in bench.of(self) if piece.day < since and bench.left(piece)]
        exempt = [piece for piece in old if self.exempt and bench.is_in(piece, self.exempt)]
        kept = logged = bench.minutes(exempt)
        if self.exempt_at_most is not None:
            kept = min(logged, self.exempt_at_most)
        expired = bench.minutes(old) - kept
        if not expired:
            return
        fall = Fall(Bucket.VOID, "too_old")
        spared = {piece.id for piece in exempt}
        taken = bench.take_latest(self, exempt, minutes=logged - kept, fall=fall)
        taken += bench.take_all(self, [one for one in old if one.id not in spared], fall=fall)
        more = f" As old and exempt: {hours(kept)}." if kept else ""
        said = Said(
            f"From before {since}, and too old to count: {hours(expired)}.{more}",
            "Nothing is to be done for these; hand the application in before more hours expire.",
        )
        where = Period(old[0].day, old[-1].day)
        bench.find(self, fall.code, where=where, minutes=taken, said=said)


def weeks_of(bench: Bench, pieces: Iterable[Piece]) -> set[Period]:
    """Return the weeks these are in, by the main setting's week, so that none counts twice."""
    return {bench.period_of(Window.WEEK, piece, scope=Scope.ALL) for piece in pieces}
