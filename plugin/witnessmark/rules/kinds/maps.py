"""How a board names what was done: activities by category, sessions by who attended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.pieces import Piece, Source
from witnessmark.rules.reasons import Reason, tell
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.words import Many, Name, Section

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class CategoryMap(Rule):
    """Activity to category. What is not named counts toward nothing; the modality never decides."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["category_map"]
    activities: Mapping[Name, Name] = Field(description="The category of each activity.")

    def judge(self, bench: Bench) -> None:
        """Void what has no category here; hold supervision whose session is not recorded."""
        tell(bench, self, self._found(bench))

    def _found(self, bench: Bench) -> Iterator[tuple[Reason, Piece]]:
        for piece in bench.of(self):
            if piece.activity not in self.activities:
                yield _not_counted(piece.activity), piece
            elif piece.source is Source.CLAIMED:
                yield NO_SESSION, piece


NO_SESSION = Reason(
    "no_session",
    Bucket.HELD,
    Said(
        "Supervision is logged, and no session of that day stands behind it.",
        "Record the session: who led it, who was there, and for how long.",
    ),
)


def _not_counted(activity: str) -> Reason:
    said = Said(
        f"No hours of {activity.replace('-', ' ')} are counted here.",
        "Nothing is to be done; the hours stay in the log.",
    )
    return Reason("not_counted", Bucket.VOID, said)


class Band(Section):
    """From how many to how many supervisees a session is of a class."""

    supervision: Name = Field(description="The class: individual, triadic, group.")
    at_least: Annotated[int, Field(ge=1)] = Field(description="Supervisees at the least.")
    at_most: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Supervisees at the most; none: no end."
    )


class SupervisionClass(Rule):
    """Individual, triadic or group, by how many supervisees were there."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["supervision_class"]
    bands: Many[Band] = Field(description="The first that fits is the session's class.")

    def of(self, piece: Piece) -> str | None:
        """Return the class of a session; None for other work, or where no band fits."""
        return next(
            (
                band.supervision
                for band in self.bands
                if band.at_least <= piece.together
                and (band.at_most is None or piece.together <= band.at_most)
            ),
            None,
        )

    def judge(self, bench: Bench) -> None:
        """Take nothing: a group that is too large is told by `group_size`."""
