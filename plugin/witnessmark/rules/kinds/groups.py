"""How many supervisees may be in one group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.pieces import Piece
from witnessmark.rules.reasons import Reason, names_of, tell
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.words import Many, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class GroupSize(Rule):
    """A session of a class with too many or too few supervisees is no supervision."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["group_size"]
    supervision: Many[Name] = Field(default=("group",), description="The classes it speaks of.")
    at_least: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None

    def judge(self, bench: Bench) -> None:
        """Void the sessions that too many or too few attended."""
        tell(bench, self, self._found(bench))

    def _found(self, bench: Bench) -> Iterator[tuple[Reason, Piece]]:
        for piece in bench.of(self):
            bound = self._bound(piece.together)
            if bound is not None and bench.supervision(piece) in self.supervision:
                said = Said(
                    f"{piece.together} supervisees met with {names_of(bench, piece.supervisors)},"
                    f" and this board takes {bound}.",
                    f"Nothing cures these hours; from now on, meet with {bound}.",
                )
                yield Reason("group_size", Bucket.VOID, said), piece

    def _bound(self, together: int) -> str | None:
        if self.at_most is not None and together > self.at_most:
            return f"at most {self.at_most}"
        if self.at_least is not None and together < self.at_least:
            return f"at least {self.at_least}"
        return None
