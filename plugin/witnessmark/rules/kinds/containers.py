"""Years as containers: each holds so many hours at most, and needs so many weeks to count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.kinds.ceilings import beyond
from witnessmark.rules.kinds.spans import weeks_of
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import during, fallen
from witnessmark.rules.windows import Window
from witnessmark.rules.words import Minutes, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class Container(Rule):
    """A year of experience: at most so many hours, in at least so many weeks with hours."""

    PHASE: ClassVar[Phase] = Phase.FLOORS

    rule: Literal["container"]
    window: Word[Window] = Window.YEAR
    at_most: Minutes
    weeks: Annotated[int, Field(ge=1)] = Field(description="Weeks with hours a year needs.")

    def judge(self, bench: Bench) -> None:
        """Put what is beyond into OVERFLOW; hold what is left of a past year of too few weeks."""
        for stretch in bench.stretches(self):
            # Weeks are counted first: hours beyond the maximum were worked in them all the same.
            counting = [piece for piece in stretch.pieces if bench.left(piece)]
            weeks = len(weeks_of(bench, counting))
            self._cut(bench, stretch)
            if weeks < self.weeks and bench.over(stretch.period):
                self._hold(bench, stretch, weeks=weeks)

    def _cut(self, bench: Bench, stretch: Stretch) -> None:
        over = bench.minutes(stretch.pieces) - self.at_most
        if over <= 0:
            return
        fall = Fall(Bucket.OVERFLOW, "over_maximum")
        taken = bench.take_latest(self, stretch.pieces, minutes=over, fall=fall)
        said = beyond(self.window, over, at_most=self.at_most)
        bench.find(self, fall.code, where=stretch, minutes=taken, said=said)

    def _hold(self, bench: Bench, stretch: Stretch, *, weeks: int) -> None:
        if not bench.minutes(stretch.pieces):
            return
        fall = Fall(Bucket.HELD, "container_weeks")
        taken = bench.take_all(self, stretch.pieces, fall=fall)
        said = Said(
            f"{during(self.window)} there are hours in {weeks} weeks, and it takes {self.weeks}."
            f"{fallen(taken, fall.bucket)}",
            "Log what is missing of these weeks, or ask the board how it counts such a"
            f" {self.window.value}.",
        )
        bench.find(self, fall.code, where=stretch, minutes=taken, said=said)
