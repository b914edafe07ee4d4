"""So much supervision in every window, empty ones too; written leave may exempt (Texas)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.judging import Stretch
from witnessmark.rules.rule import OnShortfall, Phase
from witnessmark.rules.selecting import Hours
from witnessmark.rules.shortfalls import WHOLE, Short, SupportRule
from witnessmark.rules.telling import during, hours, kind_of
from witnessmark.rules.windows import Period, last_of
from witnessmark.rules.words import Minutes

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class HoursPerWindowMin(SupportRule):
    """A floor of supervision for every window from the first work to the last.

    With `averaged`, windows together have so much each; where they have not, by `on_shortfall` the
    latest windows beyond those it is enough for wait, or all of them.
    """

    PHASE: ClassVar[Phase] = Phase.SUPPORT

    rule: Literal["hours_per_window_min"]
    supervision: Hours = Field(description="The supervision that is counted.")
    minutes: Annotated[Minutes, Field(gt=0)] = Field(description="How much each window needs.")
    load: Hours | None = Field(
        default=None, description="Only windows with these hours need it; not given, all."
    )
    load_at_least: Annotated[Minutes, Field(gt=0)] = Field(
        default="1 min",
        validate_default=True,
        description="How much of `load` a window has that needs it.",
    )
    leave_exempts: bool = Field(
        default=False, description="Whether a window within leave approved in writing needs none."
    )
    leave_months: int = Field(default=0, ge=0, description="How long such leave is at least.")
    averaged: bool = Field(default=False, description="Over all windows, not in each of them.")

    @property
    def turn(self) -> tuple[int, int, str]:
        """Return its place: a window that has no floor asks for no rate."""
        return self.PHASE, -1, self.id

    @property
    def falls(self) -> frozenset[OnShortfall]:
        """Return those that take a whole window; all of them for an average."""
        return frozenset(OnShortfall) if self.averaged else WHOLE

    def judge(self, bench: Bench) -> None:
        """Take windows with too little supervision."""
        for stretches in self._lives(bench):
            asked = [stretch for stretch in stretches if self._asks(bench, stretch)]
            if self.averaged:
                self._together(bench, stretches, asked)
                continue
            for stretch in asked:
                have = self._have(bench, stretch)
                if have < self.minutes:
                    self._short(bench, stretch, have=have)

    def _lives(self, bench: Bench) -> Iterator[list[Stretch]]:
        """Return, for each setting or structure, all windows from its first work to its last."""
        lives: dict[tuple[str, str], list[Stretch]] = defaultdict(list)
        for stretch in bench.stretches(self):
            lives[stretch.setting or "", stretch.structure or ""].append(stretch)
        for _, held in sorted(lives.items()):
            days = [
                piece.day
                for stretch in held
                for piece in stretch.pieces
                if bench.left(piece) and not bench.is_in(piece, self.supervision)
            ]
            if days:
                known = {stretch.period: stretch for stretch in held}
                periods = bench.every_period(
                    self.window, Period(days[0], days[-1]), setting=held[0].setting
                )
                empty = replace(held[0], pieces=())
                yield [known.get(one, replace(empty, period=one)) for one in periods]

    def _asks(self, bench: Bench, stretch: Stretch) -> bool:
        if self.leave_exempts and self._on_leave(bench, stretch.period):
            return False
        if self.load is None:
            return True
        worked = (
            piece
            for piece in stretch.pieces
            if bench.is_in(piece, self.load) and not bench.is_in(piece, self.supervision)
        )
        return bench.minutes(worked) >= self.load_at_least

    def _on_leave(self, bench: Bench, period: Period) -> bool:
        return any(
            one.first <= period.first
            and period.last <= one.last
            and last_of(one.first, self.leave_months) <= one.last
            for one in _away(bench)
        )

    @property
    def _kind(self) -> str:
        return kind_of(self.supervision) if self.supervision.supervision else "supervision"

    def _have(self, bench: Bench, stretch: Stretch) -> int:
        return bench.minutes(
            piece for piece in stretch.pieces if bench.is_in(piece, self.supervision)
        )

    def _short(self, bench: Bench, stretch: Stretch, *, have: int) -> None:
        short = Short(
            code="hours_short",
            stretch=stretch,
            happened=f"{during(self.window)}: {hours(have)} of {self._kind};"
            f" needed: {hours(self.minutes)}.",
            lacking=f"{hours(self.minutes - have)} of {self._kind}",
        )
        self.let_fall(bench, short)

    def _together(self, bench: Bench, stretches: list[Stretch], asked: list[Stretch]) -> None:
        have = sum(self._have(bench, stretch) for stretch in stretches)
        need = self.minutes * len(asked)
        if have >= need:
            return
        waiting = [piece for one in asked[have // self.minutes :] for piece in one.pieces]
        cut = tuple(one for one in waiting if not bench.is_in(one, self.supervision))
        life = Period(stretches[0].period.first, stretches[-1].period.last)
        every = tuple(piece for stretch in stretches for piece in stretch.pieces)
        short = Short(
            code="hours_short",
            stretch=replace(stretches[0], period=life, pieces=every),
            happened=f"On average: {hours(have)} of {self._kind}; needed for {len(asked)} windows:"
            f" {hours(need)}.",
            lacking=f"{hours(need - have)} of {self._kind}",
            cut=cut,
            beyond=bench.minutes(cut),
            pooled=True,
        )
        self.let_fall(bench, short)


def _away(bench: Bench) -> list[Period]:
    """Return the leave approved in writing; leave that goes on without a day between is one."""
    away: list[Period] = []
    approved = (
        Period(one.first_day, one.last_day)
        for one in bench.case.leaves
        if one.person == bench.case.person and one.approved_in_writing_on is not None
    )
    for one in sorted(approved):
        if away and one.first <= away[-1].last + timedelta(days=1):
            away[-1] = Period(away[-1].first, max(one.last, away[-1].last))
        else:
            away.append(one)
    return away
