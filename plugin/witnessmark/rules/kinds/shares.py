"""How much of some hours others of them may, or must, be: group supervision at most half."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.judging import Stretch
from witnessmark.rules.rule import OnShortfall, Phase
from witnessmark.rules.selecting import Hours
from witnessmark.rules.shortfalls import PART, Short, SupportRule
from witnessmark.rules.telling import during, hours, kind_of, percent
from witnessmark.rules.windows import Window
from witnessmark.rules.words import Exact

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

Share = Annotated[Exact, Field(gt=0, lt=1)]


class SharePerWindow(SupportRule):
    """At most, or at least, such a share; the latest of what is too much falls.

    Over a whole life nothing is lost: hours to come may still bring the share right.
    """

    PHASE: ClassVar[Phase] = Phase.SHARES

    rule: Literal["share_per_window"]
    hours: Hours = Field(description="The hours whose share is looked at.")
    of: Hours = Field(description="What they are a share of.")
    at_most: Share | None = Field(default=None, description="Their share at most.")
    at_least: Share | None = Field(default=None, description="Their share at least.")

    @property
    def turn(self) -> tuple[int, int, str]:
        """Return its place: a share of all that counts is taken when the rest is decided."""
        phase = Phase.TOTALS if self.window is Window.LIFETIME else self.PHASE
        return phase, 0, self.id

    @property
    def falls(self) -> frozenset[OnShortfall]:
        """Return all of them; over a whole life, those that leave what keeps the share."""
        return PART if self.window is Window.LIFETIME else frozenset(OnShortfall)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise PydanticCustomError("wrong_value", "write either at_most or at_least")
        return self

    def judge(self, bench: Bench) -> None:
        """Take what is too much beside the rest of each window."""
        for stretch in bench.stretches(self):
            self._weigh(bench, stretch)

    def _weigh(self, bench: Bench, stretch: Stretch) -> None:
        all_ = [piece for piece in stretch.pieces if bench.is_in(piece, self.of)]
        named = [piece for piece in all_ if bench.is_in(piece, self.hours)]
        others = [piece for piece in all_ if not bench.is_in(piece, self.hours)]
        much, rest = (others, named) if self.at_most is None else (named, others)
        beside = bench.minutes(rest)
        for_each = self._limit * Fraction(1, 1 - self._limit)
        beyond = bench.minutes(much) - int(beside * for_each)
        if beyond <= 0:
            return
        short = Short(
            code="share_over",
            stretch=stretch,
            happened=self._told(bench.minutes(named), bench.minutes(all_)),
            lacking=self._lacking(bench.minutes(much) * Fraction(1, for_each) - beside),
            cut=tuple(much),
            beyond=beyond,
        )
        self.let_fall(bench, short)

    @property
    def _limit(self) -> Fraction:
        """The share at most of what may be too much: of the hours named, or of all others."""
        return self.at_most if self.at_most is not None else 1 - (self.at_least or Fraction(0))

    def _told(self, named: int, whole: int) -> str:
        share = percent(Fraction(named, whole))
        told = f"{during(self.window)}: {hours(named)} of {hours(whole)} are {kind_of(self.hours)}"
        if self.at_least is None:
            return f"{told}, {share}; at most: {percent(self._limit)}."
        return f"{told}, {share}; at least: {percent(self.at_least)}."

    def _lacking(self, lack: Fraction) -> str:
        what = f"other {kind_of(self.of)}" if self.at_least is None else kind_of(self.hours)
        return f"{hours(ceil(lack))} of {what}"
