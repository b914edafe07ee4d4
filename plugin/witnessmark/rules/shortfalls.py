"""What falls where a window has too little supervision, by a rule's `on_shortfall`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.pieces import Piece, Source
from witnessmark.rules.rule import OnShortfall, Rule
from witnessmark.rules.telling import fallen
from witnessmark.rules.windows import Window

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

WHOLE = frozenset({OnShortfall.ZERO_WINDOW, OnShortfall.ASK})
"""Those that take a whole window: all a gate can do, which supports no part of one."""
PART = frozenset({OnShortfall.CAP_TO_SUPPORTED, OnShortfall.MAX_COMPLIANT_SUBSET})
"""Those that leave what keeps the rule: all that many windows together can do."""


@dataclass(frozen=True, slots=True)
class Short:
    """A stretch that has too little. `lacking` says what it lacks: `2 h of supervision`.

    `beyond` minutes of `cut` are more than it supports. `worthless`: without what it lacks nothing
    of it counts, whatever `on_shortfall` says. `pooled`: later windows too may still mend it.
    """

    code: str
    stretch: Stretch
    happened: str
    lacking: str
    cut: tuple[Piece, ...] = ()
    beyond: int = 0
    worthless: bool = False
    pooled: bool = False


class SupportRule(Rule):
    """A rule that asks something of each window, and lets hours fall where it is not there."""

    @property
    def falls(self) -> frozenset[OnShortfall]:
        """Which `on_shortfall` make sense for it."""
        return frozenset(OnShortfall)

    def let_fall(self, bench: Bench, short: Short) -> None:
        """Take what falls, and tell it with what would cure it."""
        period = short.stretch.period
        ends = not short.pooled and self.window is not Window.LIFETIME
        over = ends and bench.over(period)
        decided = short.worthless or self.on_shortfall not in _HELD
        fall = Fall(Bucket.VOID if over and decided else Bucket.HELD, short.code)
        if short.worthless or self.on_shortfall in WHOLE:
            taken = bench.take_all(self, short.stretch.pieces, fall=fall)
        else:
            taken = bench.take_latest(self, short.cut, minutes=short.beyond, fall=fall)
        happened = short.happened + fallen(taken, fall.bucket)
        by_when = period.last if ends and not over else None
        where = "" if short.stretch.setting is None else " in this setting"
        until = f" by {by_when}" if by_when else ""
        cure = f"{short.lacking}{where}{until} would mend it."
        if over:
            cure = _DECIDE if not decided else "It is over: supervision after it mends nothing."
        bench.find(
            self, fall.code, where=short.stretch, minutes=taken, said=Said(happened, cure, by_when)
        )

    @model_validator(mode="after")
    def _makes_sense(self) -> SupportRule:
        if self.window is Window.ROLLING7:
            raise PydanticCustomError(
                "wrong_value", "rolling7 is for maxima; what a window needs is counted by week"
            )
        if self.on_shortfall not in self.falls:
            there = ", ".join(sorted(self.falls))
            what = f"on_shortfall here is one of {there}, not {self.on_shortfall.value}"
            raise PydanticCustomError("wrong_value", "{what}", {"what": what})
        return self


_HELD = frozenset({OnShortfall.CAP_TO_SUPPORTED, OnShortfall.ASK})
_DECIDE = "It is over: your supervisor and you decide which of its hours to claim."


def lengths(bench: Bench) -> Mapping[str, int]:
    """Return the minutes of each session, over midnight too."""
    found: Counter[str] = Counter()
    for piece in bench.pieces:
        if piece.source is Source.SESSION:  # an entry may be called like a session
            found[piece.of] += piece.minutes
    return found
