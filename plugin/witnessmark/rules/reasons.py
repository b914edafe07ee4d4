"""Reasons why hours do not count (yet): each is told once, for all the hours it holds of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from witnessmark.domain.ids import PersonId
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.pieces import Piece
from witnessmark.rules.rule import Rule
from witnessmark.rules.telling import fallen
from witnessmark.rules.windows import Period

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

_MILD_TO_HARD = (None, Bucket.HELD, Bucket.OVERFLOW, Bucket.VOID)


@dataclass(frozen=True, slots=True)
class Reason:
    """Where hours go, and what people are told. `bucket` None: they count, and it is only told."""

    code: str
    bucket: Bucket | None
    said: Said


def mildest(reasons: Iterable[Reason]) -> Reason:
    """Return the reason that takes least away; the first of several."""
    return min(reasons, key=_hardness)


def _hardness(reason: Reason) -> int:
    return _MILD_TO_HARD.index(reason.bucket)


def tell_of_supervisors(
    bench: Bench, rule: Rule, against: Callable[[PersonId, Piece], Reason | None]
) -> None:
    """Take and tell the pieces that have a reason against every one of their supervisors.

    The mildest is told, by its own rule. One supervisor against whom neither this rule nor one
    judged before has any is enough. What nobody supervised is left alone.
    """
    by_rule: dict[str, tuple[Rule, list[tuple[Reason, Piece]]]] = {}
    for piece in bench.of(rule):
        reasons = {
            one: (rule, reason)
            for one in sorted(piece.supervisors)
            if (reason := against(one, piece)) is not None
        }
        before = bench.against[piece.id] if rule.takes and len(piece.supervisors) > 1 else {}
        known = {**before, **reasons}
        if reasons and len(known) == len(piece.supervisors):
            all_of_them = (*reasons.values(), *known.values())
            by, least = min(all_of_them, key=lambda one: _hardness(one[1]))
            by_rule.setdefault(by.id, (by, []))[1].append((least, piece))
        for one, (_, reason) in reasons.items():
            if _hardness(reason) > (_hardness(before[one][1]) if one in before else 0):
                before[one] = rule, reason
    for by, found in by_rule.values():
        tell(bench, by, found)


def tell(bench: Bench, rule: Rule, found: Iterable[tuple[Reason, Piece]]) -> None:
    """Take these pieces, which stand in order, and tell each reason from first to last day.

    What may still be cured, and what a rule only warns of, waits until every rule of the phase
    was judged (`tell_waiting`): of hours that do not count for good, nobody is asked to record
    anything.
    """
    pieces_by: dict[Reason, list[Piece]] = defaultdict(list)
    for reason, piece in found:
        pieces_by[reason].append(piece)
    for reason, pieces in pieces_by.items():
        if reason.bucket is Bucket.HELD or (reason.bucket and not rule.takes):
            bench.waiting.append((rule, reason, pieces))
        else:
            _tell(bench, rule, reason, pieces=pieces)


def tell_waiting(bench: Bench) -> None:
    """Take and tell what may still be cured; the same reason once for the same hours."""
    told: dict[Reason, set[str]] = defaultdict(set)
    for rule, reason, pieces in sorted(bench.waiting, key=lambda one: not one[0].takes):
        known = told[reason]
        curable = [
            one
            for one in pieces
            if one.id not in known and bench.fallen([one], Bucket.VOID) < one.minutes
        ]
        if curable:
            _tell(bench, rule, reason, pieces=curable)
            known.update(one.id for one in curable)
    bench.waiting.clear()


def _tell(bench: Bench, rule: Rule, reason: Reason, *, pieces: Sequence[Piece]) -> None:
    minutes = 0
    if reason.bucket is not None:
        minutes = bench.take_all(rule, pieces, fall=Fall(reason.bucket, reason.code))
    settings = {piece.setting for piece in pieces}
    where = Stretch(
        Period(pieces[0].day, pieces[-1].day),
        tuple(pieces),
        settings.pop() if len(settings) == 1 else None,
    )
    happened = reason.said.happened + fallen(minutes, reason.bucket)
    said = replace(reason.said, happened=happened)
    bench.find(rule, reason.code, where=where, minutes=minutes, said=said)


def name_of(bench: Bench, person: PersonId) -> str:
    """Return what a person goes by; the id of somebody nothing is known of."""
    known = bench.case.people.get(person)
    return person if known is None else known.chosen_name or known.registered_name


def names_of(bench: Bench, people: Iterable[PersonId]) -> str:
    """Return what these go by: `Ana Ortiz and Ben Cole`."""
    return " and ".join(name_of(bench, one) for one in sorted(people))
