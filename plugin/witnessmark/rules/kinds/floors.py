"""How much a window must hold to count at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from witnessmark.rules.judging import Fall, Said
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.telling import during, fallen, hours
from witnessmark.rules.words import Minutes

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class MinPerWindow(Rule):
    """A window with fewer hours counts nothing, its supervision neither."""

    PHASE: ClassVar[Phase] = Phase.FLOORS

    rule: Literal["min_per_window"]
    hours: Hours = ALL
    at_least: Minutes

    def judge(self, bench: Bench) -> None:
        """Take all of a window below the minimum: HELD while it runs, VOID once it is over."""
        for stretch in bench.stretches(self):
            have = bench.minutes(one for one in stretch.pieces if bench.is_in(one, self.hours))
            if have >= self.at_least or not bench.minutes(stretch.pieces):
                continue
            over = bench.over(stretch.period)
            fall = Fall(bench.unsupported(stretch.period), "below_minimum")
            minutes = bench.take_all(self, stretch.pieces, fall=fall)
            said = Said(
                f"{during(self.window)} there are {hours(have)}, and it takes"
                f" {hours(self.at_least)} to count.{fallen(minutes, fall.bucket)}",
                "It is over: later hours mend nothing."
                if over
                else f"{hours(self.at_least - have)} more by the end of it make all of it count.",
                None if over else stretch.period.last,
            )
            bench.find(self, fall.code, where=stretch, minutes=minutes, said=said)
