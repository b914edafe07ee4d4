"""How much counts at most in the end: by category, and caps within caps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Stretch
from witnessmark.rules.kinds.ceilings import Maximum, beyond
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import Hours
from witnessmark.rules.words import Minutes

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class CategoryCap(Maximum):
    """At most so many hours of a kind count; the latest are beyond."""

    PHASE: ClassVar[Phase] = Phase.TOTALS

    rule: Literal["category_cap"]

    def judge(self, bench: Bench) -> None:
        """Put what is beyond into OVERFLOW."""
        for stretch in bench.stretches(self, self.hours):
            _cap(bench, self, stretch, of=self.hours, at_most=self.at_most)


class NestedCap(Maximum):
    """A cap, and within it a smaller one on some of its hours."""

    PHASE: ClassVar[Phase] = Phase.TOTALS

    rule: Literal["nested_cap"]
    inner: Hours
    inner_at_most: Minutes

    def judge(self, bench: Bench) -> None:
        """Cut the inner hours first, so that none is cut for both."""
        for stretch in bench.stretches(self, self.hours):
            _cap(bench, self, stretch, of=self.inner, at_most=self.inner_at_most)
            _cap(bench, self, stretch, of=self.hours, at_most=self.at_most)


def _cap(bench: Bench, rule: Rule, stretch: Stretch, *, of: Hours, at_most: int) -> None:
    pieces = [piece for piece in stretch.pieces if bench.is_in(piece, of)]
    over = bench.minutes(pieces) - at_most
    if over <= 0:
        return
    fall = Fall(Bucket.OVERFLOW, "over_cap")
    taken = bench.take_latest(rule, pieces, minutes=over, fall=fall)
    said = beyond(rule.window, over, at_most=at_most, of=of)
    bench.find(rule, fall.code, where=stretch, minutes=taken, said=said)
