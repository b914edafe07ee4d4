"""What must hold, in plain words. Knows no row, no receipt, no resource and no fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Hand(Enum):
    """What a person did in the EHR to one copy of ours."""

    EDITED = "edited"
    DELETED = "deleted"


@dataclass
class Record:
    """One record: what the EHR has to show (None: nothing), and what people did to it there."""

    id: str
    parts: tuple[str, ...]
    content: object = None
    asked: dict[str, Hand] = field(default_factory=dict)  # nobody has decided on it yet
    gone: set[str] = field(default_factory=set)  # removed there, and it was decided: left so
    theirs: bool = False  # as the EHR has it, until there is something new of ours

    def want(self, content: object) -> None:
        """Something new is to stand there; what was removed is a question once more."""
        self.content, self.theirs = content, False
        self.asked |= dict.fromkeys(self.gone, Hand.DELETED)
        self.gone = set()

    def touch(self, part: str, hand: Hand) -> None:
        self.asked[part] = hand

    def decide(self, *, ours: bool) -> None:
        removed = {part for part, hand in self.asked.items() if hand is Hand.DELETED}
        self.gone = set() if ours else self.gone | removed
        self.theirs, self.asked = not ours, {}


@dataclass
class Week(Record):
    """A week: its minutes, whether it is in, and how often its entries changed."""

    minutes: int = 0
    is_in: bool = False
    changes: int = 0


@dataclass
class Word(Record):
    """A supervisor's word for a week as it was; what was signed is never written again."""

    week: Week = field(default_factory=lambda: Week("", ()))
    covers: int = 0
    minutes: int = 0
    revoked: bool = False

    @property
    def stands(self) -> bool:
        return not self.revoked and self.covers == self.week.changes

    def want(self, content: object) -> None:
        altered = self.theirs
        super().want(content)
        self.theirs = altered
