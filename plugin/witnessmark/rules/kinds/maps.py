"""How a board names what was done: activities by category, sessions by who attended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said
from witnessmark.rules.pieces import Piece, Source
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.windows import Period
from witnessmark.rules.words import Many, Name, Section

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class CategoryMap(Rule):
    """Activity to category. What is not named counts toward nothing; the modality never decides."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["category_map"]
    activities: Mapping[Name, Name] = Field(description="The category of each activity.")

    def judge(self, bench: Bench) -> None:
        """Void what the board knows no category for, and supervision that has no session."""
        unnamed: dict[str, list[Piece]] = defaultdict(list)
        for piece in bench.of(self):
            if piece.source is Source.CLAIMED or piece.activity not in self.activities:
                unnamed[piece.activity].append(piece)
        for activity, pieces in sorted(unnamed.items()):
            claimed = activity in self.activities
            fall = Fall(Bucket.VOID, "no_session" if claimed else "not_counted")
            minutes = bench.take_all(self, pieces, fall=fall)
            period = Period(pieces[0].day, pieces[-1].day)
            said = NO_SESSION if claimed else _not_counted(activity)
            bench.find(self, fall.code, where=period, minutes=minutes, said=said)


NO_SESSION = Said(
    "Supervision is logged, and no session of that day stands behind it.",
    "Record the session: who led it, who was there, and for how long.",
)


def _not_counted(activity: str) -> Said:
    named = activity.replace("-", " ")
    return Said(
        f"No hours of {named} are counted here.",
        "Nothing is to be done; the hours stay in the log.",
    )


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
