"""What a board asks for in the end: totals. These take nothing away."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Measure, Requirement
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.words import Minutes, Name, Text

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class TotalAtLeast(Rule):
    """So many hours in the end. Rules of one `any_of` need only one of them."""

    PHASE: ClassVar[Phase] = Phase.NEEDS

    rule: Literal["total_at_least"]
    title: Text
    hours: Hours = ALL
    minutes: Minutes
    any_of: Name | None = Field(default=None, description="One met rule of this name is enough.")

    def judge(self, bench: Bench) -> None:
        """Say what is done of what is needed."""
        pieces = bench.of(self, self.hours)
        bench.need(
            Requirement(
                rule=self.id,
                title=self.title,
                measure=Measure.MINUTES,
                done=Fraction(bench.minutes(pieces)),
                needed=Fraction(self.minutes),
                citation=self.citation,
                doubt=self.doubt,
                held=Fraction(bench.held(pieces)),
                any_of=self.any_of,
            )
        )
