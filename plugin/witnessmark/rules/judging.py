"""In which a rule speaks to the bench: a window's pieces, a fall, what people are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.domain.ids import SettingId
from witnessmark.rules.findings import Bucket
from witnessmark.rules.pieces import Piece
from witnessmark.rules.windows import Period


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pieces of one window. `setting` and `structure` are None where all are together."""

    period: Period
    pieces: tuple[Piece, ...]
    setting: SettingId | None = None
    structure: str | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """Where taken minutes go, and the finding's code."""

    bucket: Bucket
    code: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a finding tells a person: plain words, "does not count yet", never "violation".

    `by_when` is the last day on which the cure helps.
    """

    happened: str
    cure: str
    by_when: date | None = None
