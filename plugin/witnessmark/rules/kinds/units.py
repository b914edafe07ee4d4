"""Units of supervision a window needs before its work counts (California)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.judging import Stretch
from witnessmark.rules.rule import Phase
from witnessmark.rules.selecting import Hours
from witnessmark.rules.shortfalls import Short, SupportRule, lengths
from witnessmark.rules.telling import during, hours
from witnessmark.rules.words import Minutes, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class UnitsPerWindow(SupportRule):
    """One unit of supervision a window, and more where there is much client work.

    A window without the base is worth nothing. One that is short of more keeps, by
    `on_shortfall`, what its units support; nothing; or waits for somebody's decision.
    """

    PHASE: ClassVar[Phase] = Phase.SUPPORT

    rule: Literal["units_per_window"]
    unit: Mapping[Name, Annotated[Minutes, Field(gt=0)]] = Field(
        description="Minutes that make one unit, by class."
    )
    shortest: Mapping[Name, Minutes] = Field(
        default_factory=dict, description="A shorter session of a class makes no unit."
    )
    base: Annotated[int, Field(ge=1)] = Field(description="Units every window needs.")
    work: Hours = Field(description="The hours the units are counted by.")
    each_unit_supports: Annotated[Minutes, Field(gt=0)] = Field(
        description="Work beyond this needs one unit more."
    )
    most: Annotated[int, Field(ge=1)] = Field(description="Never more units than this are asked.")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.most < self.base:
            raise PydanticCustomError("wrong_value", "most is less than base")
        return self

    def judge(self, bench: Bench) -> None:
        """Take what a window's units do not support."""
        length = lengths(bench)
        for stretch in bench.stretches(self):
            worked = tuple(
                piece
                for piece in stretch.pieces
                if bench.is_in(piece, self.work) and bench.supervision(piece) is None
            )
            work, have = bench.minutes(worked), self._have(bench, stretch, length)
            need = min(self.most, max(self.base, ceil(Fraction(work, self.each_unit_supports))))
            if have >= need or not bench.minutes(stretch.pieces):
                continue
            short = Short(
                code="units_missing" if have < self.base else "units_short",
                stretch=stretch,
                happened=f"{during(self.window)}: {units(have)} of supervision;"
                f" {hours(work)} of client work need {units(Fraction(need))}.",
                lacking=self._lacking(need - have),
                cut=worked,
                beyond=work - int(have) * self.each_unit_supports,
                worthless=have < self.base,
            )
            self.let_fall(bench, short)

    def _have(self, bench: Bench, stretch: Stretch, length: Mapping[str, int]) -> Fraction:
        found = Fraction(0)
        for piece in stretch.pieces:
            supervision = bench.supervision(piece) or ""
            minutes = self.unit.get(supervision)
            if minutes and length[piece.of] >= self.shortest.get(supervision, 0):
                found += Fraction(bench.left(piece), minutes)
        return found

    def _lacking(self, lack: Fraction) -> str:
        asked = {
            supervision: max(self.shortest.get(supervision, 0), ceil(lack * minutes))
            for supervision, minutes in self.unit.items()
        }
        return " or ".join(
            f"{hours(minutes)} of {supervision} supervision"
            for supervision, minutes in asked.items()
        )


def units(number: Fraction) -> str:
    """Return `1 unit` or `1 1/2 units`."""
    whole, rest = divmod(number, 1)
    text = " ".join(str(part) for part in (whole, rest) if part) or "0"
    return f"{text} unit" + ("" if number == 1 else "s")
