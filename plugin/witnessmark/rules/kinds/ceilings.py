"""How much of a window counts at most; what is beyond stays in the log, and visible."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.telling import during, hours, kind_of
from witnessmark.rules.windows import Period, Window
from witnessmark.rules.words import Many, Minutes, Name, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class Maximum(Rule):
    """At most so many minutes of some hours count."""

    hours: Hours = ALL
    at_most: Minutes

    @property
    def turn(self) -> tuple[int, int, str]:
        """Return its place: the smaller maximum first."""
        return self.PHASE, self.at_most, self.id


class MaxPerWindow(Maximum):
    """At most so many minutes of a window count: the latest go first, by category where named."""

    PHASE: ClassVar[Phase] = Phase.CEILINGS

    rule: Literal["max_per_window"]
    reduce: Many[Name] = Field(
        default=(), description="Categories in the order they are cut; those not named come last."
    )
    also_read: Word[Window] | None = Field(
        default=None, description="Another window boards read it by: told beside, never cut by."
    )

    def judge(self, bench: Bench) -> None:
        """Put what is beyond the maximum of each window into OVERFLOW."""
        otherwise = self._read_otherwise(bench)
        rolling = self.window is Window.ROLLING7
        for whole in bench.stretches(self, self.hours, window=Window.LIFETIME if rolling else None):
            left = {piece.id: bench.left(piece) for piece in whole.pieces}
            for stretch in _seven_days(whole) if rolling else (whole,):
                over = sum(left[piece.id] for piece in stretch.pieces) - self.at_most
                if over > 0:
                    taken = self._cut(bench, stretch.pieces, left, over=over)
                    said = beyond(self.window, over, at_most=self.at_most, of=self.hours)
                    told = replace(said, happened=said.happened + self._also(otherwise, stretch))
                    bench.find(self, _OVER.code, where=stretch, minutes=taken, said=told)

    def _cut(
        self, bench: Bench, pieces: Iterable[Piece], left: dict[str, int], *, over: int
    ) -> int:
        """Take `over` minutes from the bench and from `left`, which a mere warning cuts too."""
        rank = {category: place for place, category in enumerate(self.reduce)}
        latest = sorted(pieces, key=lambda one: one.place, reverse=True)
        taken = 0
        for piece in sorted(latest, key=lambda one: rank.get(bench.category(one) or "", len(rank))):
            minutes = min(over, left[piece.id])
            over -= minutes
            left[piece.id] -= minutes
            taken += bench.take(self, piece, minutes=minutes, fall=_OVER)
        return taken

    def _read_otherwise(self, bench: Bench) -> dict[str, tuple[int, int]]:
        """Return, by piece, which of the other windows it is in and what is beyond there."""
        if self.also_read is None:
            return {}
        found: dict[str, tuple[int, int]] = {}
        for place, other in enumerate(bench.stretches(self, self.hours, window=self.also_read)):
            over = max(0, bench.minutes(other.pieces) - self.at_most)
            found |= {piece.id: (place, over) for piece in other.pieces}
        return found

    def _also(self, otherwise: dict[str, tuple[int, int]], stretch: Stretch) -> str:
        if self.also_read is None:
            return ""
        over = sum(minutes for _, minutes in {otherwise[piece.id] for piece in stretch.pieces})
        return f" By the {self.also_read.value} it would be {hours(over)}."


def beyond(window: Window, over: int, *, at_most: int, of: Hours = ALL) -> Said:
    """Tell of minutes of some hours beyond a maximum of a window."""
    kind = kind_of(of)
    what = "" if kind == "hours" else f" of {kind}"
    if not at_most:
        return Said(
            f"{during(window)} there are {hours(over)}{what}; none of them count here.",
            "Nothing is to be done: they stay in the log.",
        )
    return Said(
        f"{during(window)} there are {hours(at_most + over)}{what}, and at most {hours(at_most)}"
        f" count: {hours(over)} too many.",
        "Nothing is to be done: what is too many stays in the log.",
    )


_OVER = Fall(Bucket.OVERFLOW, "over_maximum")


def _seven_days(whole: Stretch) -> Iterator[Stretch]:
    """Return the seven days that end on each day of hours, in order."""
    recent: deque[Piece] = deque()
    for day, pieces in groupby(whole.pieces, key=lambda piece: piece.day):
        period = Period(day - timedelta(days=6), day)
        recent.extend(pieces)
        while recent[0].day < period.first:
            recent.popleft()
        yield Stretch(period, tuple(recent), whole.setting, whole.structure)
