"""Units of supervision a window needs before its work counts (California)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.rule import OnShortfall, Phase, Rule
from witnessmark.rules.selecting import Hours
from witnessmark.rules.telling import hours
from witnessmark.rules.words import Minutes, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class UnitsPerWindow(Rule):
    """One unit of supervision a window, and a second one where there is much client work.

    A window without the base is worth nothing. One that is short of the second keeps, by
    `on_shortfall`, what its units support; nothing; or waits for somebody's decision.
    """

    PHASE: ClassVar[Phase] = Phase.SUPPORT

    rule: Literal["units_per_window"]
    unit: Mapping[Name, Minutes] = Field(description="Minutes that make one unit, by class.")
    at_least: Minutes = Field(description="A shorter session makes no unit.")
    base: Annotated[int, Field(ge=1)] = Field(description="Units every window needs.")
    work: Hours = Field(description="The hours the units are counted by.")
    each_unit_supports: Minutes = Field(description="Work beyond this needs one unit more.")
    most: Annotated[int, Field(ge=1)] = Field(description="Never more units than this are asked.")

    def judge(self, bench: Bench) -> None:
        """Take what a window's units do not support."""
        for stretch in bench.stretches(self):
            worked = [piece for piece in stretch.pieces if bench.is_in(piece, self.work)]
            direct = bench.minutes(worked)
            have, need = self._have(bench, stretch), self._needed(direct)
            if have < self.base:
                self._nothing(bench, stretch, have=have)
            elif have < need:
                self._short(bench, stretch, have=have, need=need)

    def _needed(self, work: int) -> int:
        return min(self.most, max(self.base, -(-work // self.each_unit_supports)))

    def _have(self, bench: Bench, stretch: Stretch) -> Fraction:
        units = Fraction(0)
        for piece in stretch.pieces:
            minutes = self.unit.get(bench.supervision(piece) or "")
            if minutes and piece.minutes >= self.at_least:
                units += Fraction(bench.left(piece), minutes)
        return units

    def _nothing(self, bench: Bench, stretch: Stretch, *, have: Fraction) -> None:
        fall = Fall(bench.unsupported(stretch.period), "units_missing")
        taken = bench.take_all(self, stretch.pieces, fall=fall)
        said = Said(
            f"This {self.window.value} has {units(have)} of supervision and needs"
            f" {units(Fraction(self.base))}: none of its hours count{bench.yet(stretch.period)}.",
            "Meet for supervision in the same week and setting; later meetings do not cure it.",
            stretch.period.last,
        )
        bench.find(self, fall.code, where=stretch, minutes=taken, said=said)

    def _short(self, bench: Bench, stretch: Stretch, *, have: Fraction, need: int) -> None:
        worked = [piece for piece in stretch.pieces if bench.is_in(piece, self.work)]
        strict = self.on_shortfall is OnShortfall.ZERO_WINDOW
        ask = self.on_shortfall is OnShortfall.ASK
        fall = Fall(bench.unsupported(stretch.period) if strict else Bucket.HELD, "units_short")
        if strict or ask:
            taken = bench.take_all(self, stretch.pieces, fall=fall)
        else:
            supported = int(have) * self.each_unit_supports
            beyond = bench.minutes(worked) - supported
            taken = bench.take_latest(self, worked, minutes=beyond, fall=fall)
        said = Said(
            f"{hours(bench.minutes(worked) + taken)} of client work need"
            f" {units(Fraction(need))} of supervision here, and there are {units(have)}.",
            "Supervision in the same week and setting supports them; otherwise your supervisor and"
            " you decide which hours to claim.",
            stretch.period.last,
        )
        bench.find(self, fall.code, where=stretch, minutes=taken, said=said)


def units(number: Fraction) -> str:
    """Return `1 unit` or `1 1/2 units`."""
    whole, rest = divmod(number, 1)
    text = " ".join(str(part) for part in (whole, rest) if part) or "0"
    return f"{text} unit" + ("" if number == 1 else "s")
