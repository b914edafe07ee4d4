"""The share of a window's hours that must be supervised (BACB)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Phase
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.shortfalls import Short, SupportRule
from witnessmark.rules.telling import during, hours, kind_of, percent
from witnessmark.rules.words import Exact

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class PercentPerWindow(SupportRule):
    """So much of a window is supervision; work beyond what it covers falls, the latest first."""

    PHASE: ClassVar[Phase] = Phase.SUPPORT

    rule: Literal["percent_per_window"]
    supervision: Hours = Field(description="The supervision that is counted.")
    of: Hours = Field(default=ALL, description="The hours it is a share of.")
    at_least: Annotated[Exact, Field(gt=0, lt=1)] = Field(description="The share, such as 5%.")

    def judge(self, bench: Bench) -> None:
        """Take hours beyond those that a window's supervision covers."""
        for stretch in bench.stretches(self):
            supervised = [one for one in stretch.pieces if bench.is_in(one, self.supervision)]
            counted = [one for one in stretch.pieces if bench.is_in(one, self.of)]
            have, whole = bench.minutes(supervised), bench.minutes(counted)
            if have >= self.at_least * whole:
                continue
            lack = self.at_least * whole - have
            if self._on_both_sides(bench, supervised):
                lack *= Fraction(1, 1 - self.at_least)
            short = Short(
                code="percent_short",
                stretch=stretch,
                happened=f"{during(self.window)}: {hours(have)} of {hours(whole)} are"
                f" {kind_of(self.supervision)}, {percent(Fraction(have, whole))};"
                f" needed: {percent(self.at_least)}.",
                lacking=f"{hours(ceil(lack))} of supervision",
                cut=tuple(one for one in counted if not bench.is_in(one, self.supervision)),
                beyond=whole - int(have * Fraction(1, self.at_least)),
            )
            self.let_fall(bench, short)

    def _on_both_sides(self, bench: Bench, supervised: Sequence[Piece]) -> bool:
        """Whether supervision is itself of what it is a share of; of none, by what is asked."""
        if supervised:
            return all(bench.is_in(one, self.of) for one in supervised)
        return self.of == ALL or not {*self.supervision.category}.isdisjoint(self.of.category)
