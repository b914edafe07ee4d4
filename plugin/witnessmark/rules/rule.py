"""What every rule of a pack has: where it stands in the law, when it holds, what it does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from witnessmark.rules.findings import Severity
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.windows import Window
from witnessmark.rules.words import Day, Many, Name, Section, Text, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class Phase(IntEnum):
    """When a rule is judged. The order of rules in a pack decides nothing."""

    STANDING = 1
    """Whether a piece can count at all: who supervised, under which agreement, in which group."""
    CONTACTS = 2
    """Whether a window had the contacts and observations without which it counts nothing."""
    SHARES = 3
    """Which share of a window's supervision counts toward what supports its work."""
    SUPPORT = 4
    """How much of a window's work its supervision supports."""
    CEILINGS = 5
    """How much of a window counts at most."""
    FLOORS = 6
    """How much a window must hold to count at all."""
    SPANS = 7
    """Which stretch of time counts."""
    TOTALS = 8
    """How much counts at most in the end."""
    EQUIVALENTS = 9
    """What the hours come to in the board's own unit. Takes nothing away."""
    NEEDS = 10
    """What is needed in the end. Takes nothing away."""


class AppliesBy(StrEnum):
    """Which day decides whether a version or rule applies."""

    HOURS = "hours"
    APPLICATION = "application"
    REGISTRATION = "registration"
    MATRICULATION = "matriculation"


class Scope(StrEnum):
    """Whose hours are looked at together. A structure is one contract's kind in one setting."""

    SETTING = "setting"
    STRUCTURE = "structure"
    ALL = "all"


class OnShortfall(StrEnum):
    """What happens to a window that asks for more supervision than it has."""

    ZERO_WINDOW = "zero_window"
    """Nothing of it counts, its supervision neither."""
    CAP_TO_SUPPORTED = "cap_to_supported"
    """What its supervision supports counts; the rest is held, for people to decide."""
    MAX_COMPLIANT_SUBSET = "max_compliant_subset"
    """The largest part of it that keeps the rule counts; the rest does not."""
    ASK = "ask"
    """All of it is held until people decide which hours to claim."""


class Doubting(StrEnum):
    """Why a number is not sure."""

    UNREAD = "unread"
    """Written from memory: nobody has read it at its source."""
    DISPUTED = "disputed"
    """Sources say different things."""
    CHANGING = "changing"
    """The board is about to change it, or has, and the final text was not read."""
    POLICY = "policy"
    """The board is silent; this is our reading."""


class Doubt(Section):
    """A doubt about one number of a rule."""

    why: Word[Doubting]
    says: Text = Field(description="What is unsure, in plain words.")


class Rule(Section):
    """One rule. Each kind adds its own numbers and judges a bench by them."""

    PHASE: ClassVar[Phase]

    id: Name = Field(description="What findings call it; it stays when its numbers change.")
    citation: Text = Field(description="The section of the law, as the board writes it.")
    source: Name = Field(description="Where it was read: a key of the pack's sources.")
    verified_on: Day | None = Field(default=None, description="When a person read the legal text.")
    verified_by: Text | None = Field(default=None, description="Who read it.")
    versions: Many[Name] = Field(default=(), description="Versions it belongs to; none named: all.")
    applies_by: Word[AppliesBy] = Field(
        default=AppliesBy.HOURS, description="The day that valid_from and valid_to are held to."
    )
    valid_from: Day | None = Field(default=None, description="The first day; none: ever since.")
    valid_to: Day | None = Field(default=None, description="The last day; none: until further on.")
    among: Hours = Field(default=ALL, description="The hours it looks at; not given, all.")
    scope: Word[Scope] = Scope.ALL
    window: Word[Window] = Window.LIFETIME
    severity: Word[Severity] = Severity.REDUCES
    on_shortfall: Word[OnShortfall] = OnShortfall.ZERO_WINDOW
    doubts: Mapping[str, Doubt] = Field(
        default_factory=dict, description="By the name of the number that is doubted."
    )
    title: Text | None = Field(default=None, description="What it is, in the board's own words.")

    @property
    def doubt(self) -> str | None:
        """All doubts in one line; None where there are none."""
        said = [f"{one.why.value}: {one.says}" for _name, one in sorted(self.doubts.items())]
        return "; ".join(said) or None

    @property
    def takes(self) -> bool:
        """Whether it takes minutes at all, or only warns or advises."""
        return self.severity in {Severity.BLOCKS, Severity.REDUCES}

    @property
    def turn(self) -> tuple[int, int, str]:
        """Its place among a pack's rules: by phase, the smaller maximum first, then by name.

        What is within something larger is so cut before it, and no minute is cut for both.
        """
        return self.PHASE, 0, self.id

    @abstractmethod
    def judge(self, bench: Bench) -> None:
        """Take from the bench what does not count by this rule, and say why."""
