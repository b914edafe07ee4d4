"""Reasons why hours do not count (yet): each is told once, for all the hours it holds of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    return min(reasons, key=lambda one: _MILD_TO_HARD.index(one.bucket))


def tell_of_supervisors(
    bench: Bench, rule: Rule, against: Callable[[PersonId, Piece], Reason | None]
) -> None:
    """Take and tell the pieces that have a reason against every one of their supervisors.

    The mildest of them is told. One supervisor without any, by this rule and by those judged
    before, is enough. What nobody supervised is left alone.
    """
    found: dict[Rule, list[tuple[Reason, Piece]]] = defaultdict(list)
    for piece in bench.of(rule):
        reasons = {
            one: (rule, reason)
            for one in sorted(piece.supervisors)
            if (reason := against(one, piece)) is not None
        }
        before = bench.against[piece.id] if rule.takes and len(piece.supervisors) > 1 else {}
        known = {**before, **reasons}
        if reasons and len(known) == len(piece.supervisors):
            by, told = min(known.values(), key=lambda one: _hardness(one, rule))
            found[by.id].append((by, told, piece))
        before.update((one, said) for one, said in reasons.items() if said[1].bucket is not None)


def tell(bench: Bench, rule: Rule, found: Iterable[tuple[Reason, Piece]]) -> None:
    """Take these pieces, which stand in order, and tell each reason from first to last day.

    What may still be cured waits until every rule of the phase was judged (`tell_waiting`): of
    hours that do not count for good, nobody is asked to record anything.
    """
    pieces_by: dict[Reason, list[Piece]] = defaultdict(list)
    for reason, piece in found:
        pieces_by[reason].append(piece)
    for reason, pieces in pieces_by.items():
        if reason.bucket is Bucket.HELD:
            bench.waiting.append((rule, reason, pieces))
        else:
            _tell(bench, rule, reason, pieces=pieces)


def tell_waiting(bench: Bench) -> None:
    """Take and tell what may still be cured."""
    for rule, reason, pieces in bench.waiting:
        curable = [one for one in pieces if bench.fallen([one], Bucket.VOID) < one.minutes]
        if curable:
            _tell(bench, rule, reason, pieces=curable)
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
