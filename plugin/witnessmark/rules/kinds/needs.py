"""What a board asks for in the end: totals, time, shares. These take nothing away."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.findings import Bucket, Measure, Requirement
from witnessmark.rules.kinds.spans import weeks_of
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.windows import Window, last_of
from witnessmark.rules.words import Exact, Many, Minutes, Name, Text

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

_COUNTED_IN = {Window.WEEK: Measure.WEEKS, Window.MONTH: Measure.MONTHS}


@dataclass(frozen=True, slots=True)
class Count:
    """What is done of what is needed; `held` would come on top."""

    measure: Measure
    done: Fraction
    needed: Fraction
    held: Fraction


class Need(Rule):
    """Something a board asks for in the end, of all hours, whatever day they are of.

    Rules of one `any_of` need only one of them.
    """

    PHASE: ClassVar[Phase] = Phase.NEEDS

    title: Text
    any_of: Name | None = Field(default=None, description="One met rule of this name is enough.")

    def judge(self, bench: Bench) -> None:
        """Say what is done of what is needed, where the rule holds on the day of evaluation."""
        if not bench.applies(self, bench.on):
            return
        count = self.count(bench)
        bench.need(
            Requirement(
                rule=self.id,
                title=self.title,
                measure=count.measure,
                done=count.done,
                needed=count.needed,
                citation=self.citation,
                doubt=self.doubt,
                held=count.held,
                any_of=self.any_of,
                of=self.out_of,
            )
        )

    @property
    def out_of(self) -> int | None:
        """Out of how many, where the board says so."""
        return None

    @abstractmethod
    def count(self, bench: Bench) -> Count:
        """Return what is done of what is needed."""


class TotalAtLeast(Need):
    """So many minutes of some hours; or so many of an equivalent's hours, by its name."""

    rule: Literal["total_at_least"]
    hours: Hours = ALL
    minutes: Minutes | None = None
    equivalent: Name | None = Field(default=None, description="An equivalent of this pack.")
    number: Exact | None = Field(default=None, description="So many of its hours.")

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> Self:
        given = (self.minutes is not None, self.equivalent is not None, self.number is not None)
        if given not in {(True, False, False), (False, True, True)}:
            raise PydanticCustomError(
                "wrong_value", "it takes either `minutes`, or an `equivalent` and a `number` of it"
            )
        return self

    def count(self, bench: Bench) -> Count:
        """Count minutes, or read the equivalent."""
        if self.equivalent is not None:
            return Count(
                Measure.EQUIVALENT_HOURS,
                bench.equivalents.get(self.equivalent, Fraction(0)),
                self.number or Fraction(0),
                bench.held_equivalents.get(self.equivalent, Fraction(0)),
            )
        pieces = bench.ever(self, self.hours)
        done, held = bench.minutes(pieces), bench.held(pieces)
        return Count(Measure.MINUTES, Fraction(done), Fraction(self.minutes or 0), Fraction(held))


class SpanAtLeast(Need):
    """So many weeks with hours that count; or so many months from the first to the last of them."""

    rule: Literal["span_at_least"]
    weeks: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> Self:
        if (self.weeks is None) == (self.months is None):
            raise PydanticCustomError("wrong_value", "it takes either `weeks` or `months`")
        return self

    def count(self, bench: Bench) -> Count:
        """Count weeks with hours, or whole months of calendar time."""
        counting = [piece for piece in bench.ever(self) if bench.left(piece)]
        cured = [piece for piece in bench.ever(self) if bench.left(piece) or bench.held([piece])]
        done, then = self._in(bench, counting), self._in(bench, cured)
        measure = Measure.MONTHS if self.weeks is None else Measure.WEEKS
        needed = self.months if self.weeks is None else self.weeks
        return Count(measure, Fraction(done), Fraction(needed or 0), Fraction(then - done))

    def _in(self, bench: Bench, pieces: Sequence[Piece]) -> int:
        if self.weeks is not None:
            return len(weeks_of(bench, pieces))
        months = 0
        while pieces and last_of(pieces[0].day, months + 1) <= pieces[-1].day:
            months += 1
        return months


class WindowsWith(Need):
    """So many windows with so much supervision of some classes, perhaps under some licences.

    Supervision beyond a maximum was held all the same, and makes its window one of them.
    """

    rule: Literal["windows_with"]
    supervision: Many[Name]
    minutes: Annotated[Minutes, Field(ge=1)]
    at_least: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Out of how many, as the board writes it; told, not counted."
    )
    under: Many[Name] = Field(default=(), description="Licences, one of which led it that day.")

    @property
    def out_of(self) -> int | None:
        """Out of how many, where the board says so."""
        return self.of

    def count(self, bench: Bench) -> Count:
        """Count the windows."""
        sessions = bench.ever(self, Hours(supervision=self.supervision, under=self.under))
        done, cured = set(), set()
        for stretch in bench.windows(self, sessions, window=self.window):
            beyond = bench.fallen(stretch.pieces, Bucket.OVERFLOW)
            stood = bench.minutes(stretch.pieces) + beyond
            if stood >= self.minutes:
                done.add(stretch.period)
            if stood + bench.held(stretch.pieces) >= self.minutes:
                cured.add(stretch.period)
        measure, held = _COUNTED_IN.get(self.window, Measure.COUNT), len(cured) - len(done)
        return Count(measure, Fraction(len(done)), Fraction(self.at_least), Fraction(held))


class ShareNeeded(Need):
    """A share that some hours must have of others in the end; of none, there is none."""

    rule: Literal["share_needed"]
    hours: Hours
    of: Hours = ALL
    at_least: Exact

    def count(self, bench: Bench) -> Count:
        """Return the share as an exact fraction."""
        some, others = bench.ever(self, self.hours), bench.ever(self, self.of)
        done = _share(bench.minutes(some), bench.minutes(others))
        cured = _share(
            bench.minutes(some) + bench.held(some), bench.minutes(others) + bench.held(others)
        )
        return Count(Measure.SHARE, done, self.at_least, max(cured - done, Fraction(0)))


def _share(some: int, others: int) -> Fraction:
    return Fraction(some, others) if others else Fraction(0)
