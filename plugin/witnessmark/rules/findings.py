"""What an evaluation says: hours in four buckets, findings, requirements. All of it is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.rules.pieces import Piece
from witnessmark.rules.windows import Period


class Bucket(StrEnum):
    """Where logged minutes are that do not count.

    HELD may still count, once something is cured or decided. OVERFLOW is beyond a maximum and kept
    visible. VOID does not count and cannot be repaired.
    """

    HELD = "held"
    OVERFLOW = "overflow"
    VOID = "void"


class Severity(StrEnum):
    """What a rule does. Nothing here ever stops a person from submitting or signing."""

    BLOCKS = "blocks"
    REDUCES = "reduces"
    WARNS = "warns"
    ADVISES = "advises"


@dataclass(frozen=True, slots=True)
class Cut:
    """Minutes of one piece that do not count, and the rule they fell by."""

    piece: str
    minutes: int
    bucket: Bucket
    rule: str
    code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not count, or needs attention: why, by which law, and what would cure it.

    `minutes` are those that do not count by it, 0 where none fall; `doubt` says what is unsure
    about the rule's numbers; `by_when` is the last day on which the cure helps.
    """

    code: str
    severity: Severity
    rule: str
    citation: str
    doubt: str | None
    period: Period
    setting: SettingId | None
    minutes: int
    happened: str
    cure: str
    by_when: date | None = None


class Measure(StrEnum):
    """What a requirement is counted in."""

    MINUTES = "minutes"
    EQUIVALENT_HOURS = "equivalent-hours"
    WEEKS = "weeks"
    MONTHS = "months"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the board asks for in the end: what is done of what is needed.

    Both are exact; `held` is the most that may come on top once what is held is cured: it may run
    into a maximum then. `of` is out of how many, where the board says so: 52 of 104 weeks.
    """

    rule: str
    title: str
    measure: Measure
    done: Fraction
    needed: Fraction
    citation: str
    doubt: str | None
    held: Fraction = Fraction(0)
    any_of: str | None = None
    of: int | None = None

    @property
    def met(self) -> bool:
        """Whether enough is done."""
        return self.done >= self.needed


@dataclass(frozen=True, slots=True)
class Tally:
    """Minutes: logged is the sum of the four others, always."""

    logged: int = 0
    credited: int = 0
    held: int = 0
    overflow: int = 0
    void: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.logged + other.logged,
            self.credited + other.credited,
            self.held + other.held,
            self.overflow + other.overflow,
            self.void + other.void,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One piece of logged time and what became of it."""

    piece: Piece
    tally: Tally
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowTally:
    """What was logged in one window of one setting, and what counts."""

    period: Period
    setting: SettingId
    tally: Tally
    by_category: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A supervisee's hours read through one pack. The same facts give the same evaluation.

    `notes` say what is to be known before any number is believed: that the pack is a draft, which
    version was taken for granted. `equivalents` are exact outputs in the board's own unit.
    """

    person: PersonId
    pack: str
    version: str
    on: date
    notes: tuple[str, ...]
    total: Tally
    by_category: Mapping[str, Tally]
    windows: tuple[WindowTally, ...]
    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    requirements: tuple[Requirement, ...]
    equivalents: Mapping[str, Fraction] = field(default_factory=dict)

    def settled(self, requirement: Requirement) -> bool:
        """Whether a requirement asks for nothing more: it is met, or another of its `any_of` is."""
        return requirement.met or any(
            other.met
            for other in self.requirements
            if other.any_of is not None and other.any_of == requirement.any_of
        )

    @property
    def still_needed(self) -> tuple[Requirement, ...]:
        """The requirements that are not settled yet."""
        return tuple(one for one in self.requirements if not self.settled(one))
