"""Supervision of one class must alternate with another (Florida)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import hours
from witnessmark.rules.windows import Period
from witnessmark.rules.words import Minutes, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

_OUT_OF_TURN = Fall(Bucket.VOID, "not_alternating")


class Alternation(Rule):
    """After `minutes` of `supervision`, more of it counts as `after` has come between.

    Each minute of `after` makes room for one of `supervision`, never for more than `minutes`; the
    first may come first.
    """

    PHASE: ClassVar[Phase] = Phase.CONTACTS

    rule: Literal["alternation"]
    after: Name = Field(description="The class that must come between.")
    supervision: Name = Field(description="The class that may not follow on itself.")
    minutes: Annotated[Minutes, Field(gt=0)] = Field(description="How much of it is one turn.")

    @property
    def turn(self) -> tuple[int, int, str]:
        """Return its place: what is out of turn is no contact."""
        return self.PHASE, -1, self.id

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if "on_shortfall" in self.model_fields_set:
            raise PydanticCustomError(
                "wrong_value", "on_shortfall means nothing here: only what is out of turn falls"
            )
        return self

    def judge(self, bench: Bench) -> None:
        """Void what follows on itself."""
        for stretch in bench.stretches(self):
            self._walk(bench, stretch)

    def _walk(self, bench: Bench, stretch: Stretch) -> None:
        room = self.minutes
        for piece in stretch.pieces:
            supervision, left = bench.supervision(piece), bench.left(piece)
            if supervision == self.after:
                room = min(self.minutes, room + left)
            elif supervision == self.supervision:
                beyond, room = max(0, left - room), max(0, room - left)
                if beyond:
                    self._tell(bench, piece, beyond=beyond)

    def _tell(self, bench: Bench, piece: Piece, *, beyond: int) -> None:
        taken = bench.take(self, piece, minutes=beyond, fall=_OUT_OF_TURN)
        said = Said(
            f"{hours(beyond)} of {self.supervision} supervision follow on {self.supervision}"
            f" supervision, with too little {self.after} supervision between.",
            f"{hours(self.minutes)} of {self.after} supervision before the next"
            f" {self.supervision} session make room for as much of it; this one stays in the log.",
        )
        where = Stretch(Period(piece.day, piece.day), (piece,), piece.setting)
        bench.find(self, _OUT_OF_TURN.code, where=where, minutes=taken, said=said)
