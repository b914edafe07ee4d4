"""So many minutes of supervision for so many of work, exactly or in whole hours, or on average."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import OnShortfall, Phase
from witnessmark.rules.selecting import Hours
from witnessmark.rules.shortfalls import PART, Short, SupportRule
from witnessmark.rules.telling import during, hours
from witnessmark.rules.windows import Period
from witnessmark.rules.words import Minutes, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

_OVER = Fall(Bucket.OVERFLOW, "ratio_over")


@dataclass(frozen=True, slots=True)
class Load:
    """The supervision of a stretch and what it is worth in minutes; the work it is to support."""

    stretch: Stretch
    supervised: tuple[Piece, ...]
    worth: Fraction
    worked: tuple[Piece, ...]
    work: int


class RatioPerWindow(SupportRule):
    """A rate of supervision, with a floor and perhaps a ceiling. Supervision itself asks for none.

    With `averaged`, all windows of a setting that have `minutes` of supervision are one; a window
    that has less enters no average, and is worth nothing.
    """

    PHASE: ClassVar[Phase] = Phase.SUPPORT

    rule: Literal["ratio_per_window"]
    supervision: Hours = Field(description="The supervision that supports.")
    work: Hours = Field(description="The hours it supports.")
    minutes: Annotated[Minutes, Field(gt=0)] = Field(description="So much supervision is needed …")
    per: Annotated[Minutes, Field(gt=0)] = Field(description="… for so much work.")
    worth: Mapping[Name, Annotated[Minutes, Field(gt=0)]] = Field(
        default_factory=dict,
        description="Minutes of a class that make an hour; a class not named counts in full.",
    )
    whole: bool = Field(default=False, description="Begun `per` need the whole `minutes`.")
    at_most: Minutes | None = Field(
        default=None, description="Minutes of supervision that count at most for so much work."
    )
    averaged: bool = Field(default=False, description="Over all windows, not in each of them.")

    @property
    def falls(self) -> frozenset[OnShortfall]:
        """Those that leave what an average supports; all of them where each window stands alone."""
        return PART if self.averaged else frozenset(OnShortfall)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.at_most is not None and self.at_most < self.minutes:
            raise PydanticCustomError("wrong_value", "at_most is less than the minutes needed")
        return self

    def judge(self, bench: Bench) -> None:
        """Take work that supervision does not support, and supervision beyond its ceiling."""
        loads = [self._load(bench, stretch) for stretch in bench.stretches(self)]
        for load in self._pooled(bench, loads) if self.averaged else loads:
            rate = Fraction(load.work, self.per)
            need = self.minutes * (ceil(rate) if self.whole else rate)
            if load.worth < need:
                self._short(bench, load, need=Fraction(need), pooled=self.averaged)
            if self.at_most is not None:
                self._cut_over(bench, load, most=int(rate * self.at_most))

    def _load(self, bench: Bench, stretch: Stretch) -> Load:
        supervised = tuple(one for one in stretch.pieces if bench.is_in(one, self.supervision))
        worked = tuple(
            one
            for one in stretch.pieces
            if bench.is_in(one, self.work) and not bench.is_in(one, self.supervision)
        )
        worth = sum(
            (
                Fraction(60 * bench.left(one), self.worth.get(bench.supervision(one) or "", 60))
                for one in supervised
            ),
            start=Fraction(0),
        )
        return Load(stretch, supervised, worth, worked, bench.minutes(worked))

    def _pooled(self, bench: Bench, loads: Iterable[Load]) -> Iterator[Load]:
        pools: dict[tuple[str | None, str | None], list[Stretch]] = defaultdict(list)
        for load in loads:
            if load.worth >= self.minutes:
                pools[load.stretch.setting, load.stretch.structure].append(load.stretch)
            elif bench.minutes(load.stretch.pieces) > bench.minutes(load.supervised):
                self._short(bench, load, need=Fraction(self.minutes), pooled=False)
        for pool in pools.values():
            period = Period(pool[0].period.first, pool[-1].period.last)
            pieces = tuple(piece for stretch in pool for piece in stretch.pieces)
            pooled = Stretch(period, pieces, pool[0].setting, pool[0].structure)
            yield self._load(bench, pooled)

    def _short(self, bench: Bench, load: Load, *, need: Fraction, pooled: bool) -> None:
        carried = load.worth * Fraction(1, self.minutes)
        supported = int((int(carried) if self.whole else carried) * self.per)
        begin = "On average" if pooled else during(self.window)
        worthless = self.averaged and not pooled
        for_what = "needed:" if worthless else f"{hours(load.work)} of work need"
        short = Short(
            code="ratio_short",
            stretch=load.stretch,
            happened=f"{begin}: {hours(load.worth)} of supervision; {for_what}"
            f" {hours(ceil(need))}.",
            lacking=f"{hours(ceil(need - load.worth))} of supervision",
            cut=load.worked,
            beyond=load.work - supported,
            worthless=worthless,
            pooled=pooled,
        )
        self.let_fall(bench, short)

    def _cut_over(self, bench: Bench, load: Load, *, most: int) -> None:
        over = bench.minutes(load.supervised) - most
        if over > 0:
            taken = bench.take_latest(self, load.supervised, minutes=over, fall=_OVER)
            said = Said(
                f"{during(self.window)}: for this work, at most {hours(most)} of supervision count."
                f" Beyond: {hours(over)}.",
                "Nothing is to be done: what is beyond stays in the log.",
            )
            bench.find(self, _OVER.code, where=load.stretch, minutes=taken, said=said)
