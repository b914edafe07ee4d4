"""What two readings of the same hours differ in: which pieces, how many minutes, by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from witnessmark.rules.findings import Bucket, Cut, Evaluation, Judged, Tally
from witnessmark.rules.pieces import Piece


class Standing(StrEnum):
    """What became of some minutes: they count, or they are in one of the three buckets."""

    CREDITED = "credited"
    HELD = "held"
    OVERFLOW = "overflow"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Move:
    """So many minutes of a piece that stand elsewhere in the second reading.

    `rules_before` are the rules of the first reading that took minutes where these come from,
    `rules_after` those of the second that took minutes where they are now; empty where they count.
    """

    minutes: int
    before: Standing
    after: Standing
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One piece of logged time that the two readings judge differently."""

    piece: Piece
    before: Tally
    after: Tally
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of a comparison: a pack, its version, and the sums it comes to."""

    pack: str
    version: str
    total: Tally
    by_category: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Shift:
    """All minutes that go the same way by the same rules, and how many pieces they are of."""

    before: Standing
    after: Standing
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    minutes: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What changes when the same hours are read through another pack or version.

    `changes` are in order of time, `shifts` the largest first. What only one of the two looks at
    (a voluntary consultation) counts nothing in the other and is no change.
    """

    before: Reading
    after: Reading
    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]


def differences(before: Evaluation, after: Evaluation) -> Differences:
    """Compare two readings of the same experience on the same day."""
    there = {one.piece.id: one for one in after.judged}
    pairs = [(one, there[one.piece.id]) for one in before.judged if one.piece.id in there]
    changes = tuple(
        Change(first.piece, first.tally, second.tally, tuple(_moves(first, second)))
        for first, second in pairs
        if first.tally != second.tally
    )
    return Differences(_reading(before), _reading(after), changes, _shifts(changes))


def _reading(evaluation: Evaluation) -> Reading:
    return Reading(
        evaluation.pack, evaluation.version, evaluation.total, dict(evaluation.by_category)
    )


def _moves(before: Judged, after: Judged) -> Iterator[Move]:
    """Take what a standing lost for what another gained, in the order of `Standing`."""
    gone = {one: _of(before.tally, one) - _of(after.tally, one) for one in Standing}
    for source in Standing:
        for target in Standing:
            minutes = min(gone[source], -gone[target])
            if minutes > 0:
                gone[source] -= minutes
                gone[target] += minutes
                yield Move(
                    minutes, source, target, _rules(before.cuts, source), _rules(after.cuts, target)
                )


def _of(tally: Tally, standing: Standing) -> int:
    match standing:
        case Standing.CREDITED:
            return tally.credited
        case Standing.HELD:
            return tally.held
        case Standing.OVERFLOW:
            return tally.overflow
        case Standing.VOID:
            return tally.void


def _rules(cuts: tuple[Cut, ...], standing: Standing) -> tuple[str, ...]:
    if standing is Standing.CREDITED:
        return ()
    bucket = Bucket(standing.value)
    return tuple(sorted({cut.rule for cut in cuts if cut.bucket is bucket}))


def _shifts(changes: tuple[Change, ...]) -> tuple[Shift, ...]:
    found: dict[Move, Shift] = {}
    for move in (move for change in changes for move in change.moves):
        way = replace(move, minutes=0)
        known = found.get(way) or Shift(
            move.before, move.after, move.rules_before, move.rules_after, 0, 0
        )
        found[way] = replace(known, minutes=known.minutes + move.minutes, pieces=known.pieces + 1)
    return tuple(
        sorted(
            found.values(),
            key=lambda one: (
                -one.minutes,
                one.before,
                one.after,
                one.rules_before,
                one.rules_after,
            ),
        )
    )
