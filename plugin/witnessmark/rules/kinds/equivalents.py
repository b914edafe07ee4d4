"""What hours come to in a board's own unit: exact, beside the minutes, never instead of them."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.pieces import Source
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.words import Exact, Many, Minutes, Name, Section, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

_HOUR = 60


class Equivalent(Rule):
    """A number of the board's hours, by its name; a later rule may ask for so many of them."""

    PHASE: ClassVar[Phase] = Phase.EQUIVALENTS

    name: Name

    def judge(self, bench: Bench) -> None:
        """Write down what the hours come to, and what would come on top by those held."""
        if not bench.applies(self, bench.on):
            return
        left = {piece.id: bench.left(piece) for piece in bench.pieces}
        more = {
            piece.id: left[piece.id] + bench.fallen([piece], Bucket.HELD) for piece in bench.pieces
        }
        worth = self.worth(bench, left)
        bench.equivalents[self.name] = worth
        bench.held_equivalents[self.name] = self.worth(bench, more) - worth

    @abstractmethod
    def worth(self, bench: Bench, minutes: Mapping[str, int]) -> Fraction:
        """Return what so many minutes of each piece come to."""


class Part(Section):
    """Hours that count by a factor."""

    hours: Hours = ALL
    factor: Exact


class Equivalence(Equivalent):
    """Hours times a factor, by the first part they are in; those in none come to nothing."""

    rule: Literal["equivalence"]
    parts: Many[Part]

    def worth(self, bench: Bench, minutes: Mapping[str, int]) -> Fraction:
        """Return hours, each multiplied by its part's factor."""
        return sum(
            (
                minutes[piece.id]
                * next((one.factor for one in self.parts if bench.is_in(piece, one.hours)), 0)
                * Fraction(1, _HOUR)
                for piece in bench.ever(self)
            ),
            start=Fraction(0),
        )


class _ByContact(Equivalent):
    """What is counted contact by contact: an entry or a session, also one past midnight."""

    hours: Hours = ALL

    def worth(self, bench: Bench, minutes: Mapping[str, int]) -> Fraction:
        """Return the sum of what each contact comes to."""
        lasted: dict[tuple[Source, str], int] = defaultdict(int)
        for piece in bench.ever(self, self.hours):
            lasted[piece.source, piece.of] += minutes[piece.id]
        return sum((self._of(one) for one in lasted.values()), start=Fraction(0))

    @abstractmethod
    def _of(self, minutes: int) -> Fraction:
        """Return what one contact of so many minutes comes to."""


class ContactHour(_ByContact):
    """A contact of so many minutes is a contact hour; a longer one counts by whole parts.

    With 45 min and parts of 15 min, 45 min are 1, 60 min 4/3; without parts, both are 1.
    """

    rule: Literal["contact_hour"]
    min_minutes: Annotated[Minutes, Field(ge=1)]
    part: Annotated[Minutes, Field(ge=1)] | None = None

    def _of(self, minutes: int) -> Fraction:
        if minutes < self.min_minutes:
            return Fraction(0)
        part = self.part or self.min_minutes
        return Fraction(minutes // part * part, self.min_minutes)


class Rounded(StrEnum):
    """Which way a board rounds; `nearest` rounds a half up."""

    DOWN = "down"
    NEAREST = "nearest"
    UP = "up"


class Rounding(_ByContact):
    """Hours of contacts, each rounded to a quantum."""

    rule: Literal["rounding"]
    quantum: Annotated[Minutes, Field(ge=1)]
    mode: Word[Rounded]

    def _of(self, minutes: int) -> Fraction:
        quantum = self.quantum
        quanta = {
            Rounded.DOWN: minutes // quantum,
            Rounded.NEAREST: (2 * minutes + quantum) // (2 * quantum),
            Rounded.UP: -(-minutes // quantum),
        }
        return Fraction(quanta[self.mode] * quantum, _HOUR)
