"""Reads one supervisee's hours through one pack. Pure: the same facts give the same evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from witnessmark.domain.ids import SettingId
from witnessmark.rules.bench import NOWHERE, Bench
from witnessmark.rules.corrections import corrections_pending
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import (
    Bucket,
    Evaluation,
    Finding,
    Judged,
    Requirement,
    Severity,
    Tally,
    WindowTally,
)
from witnessmark.rules.pack import Pack, PackStatus
from witnessmark.rules.pieces import Piece
from witnessmark.rules.reasons import tell_waiting
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import day_of
from witnessmark.rules.versions import Versions
from witnessmark.rules.windows import Period

UNCOUNTED = "uncounted"
"""The category of what the board has no category for."""


def evaluate(case: Experience, pack: Pack, *, on: date, version: str | None = None) -> Evaluation:
    """Judge an experience by a pack, as of a day.

    `version` asks for one version of the pack by name; otherwise the pack's own days decide.
    Raises DomainError for a version the pack does not have.
    """
    bench = _bench(case, pack, on=on, version=version)
    rules = _in_order(pack)
    _judge(bench, rules)
    bench.findings += _lacking_besides(bench, rules)
    bench.findings += corrections_pending(case)
    judged = tuple(_judged(bench, piece) for piece in bench.pieces)
    return Evaluation(
        person=case.person,
        pack=pack.pack,
        version=bench.versions.current,
        on=on,
        notes=_notes(bench),
        total=_sum(judged),
        by_category=_by_category(bench, judged),
        windows=_windows(bench, judged),
        judged=judged,
        findings=tuple(sorted(bench.findings, key=lambda one: (one.period, one.rule, one.code))),
        requirements=tuple(bench.requirements),
        equivalents=dict(bench.equivalents),
    )


def needs_by(
    case: Experience, pack: Pack, *, on: date, days: Iterable[date], version: str | None = None
) -> tuple[tuple[Requirement, ...], ...]:
    """Return what is done of what is needed, for each day by the hours of days before it alone.

    What counts is decided once, as of `on` and with all hours: so the difference of two days is
    what the time between them brought.
    """
    bench = _bench(case, pack, on=on, version=version)
    rules = _in_order(pack)
    _judge(bench, [rule for rule in rules if rule.PHASE <= Phase.TOTALS])
    pieces, found = bench.pieces, []
    for day in days:
        bench.pieces = tuple(piece for piece in pieces if piece.day < day)
        bench.requirements, bench.equivalents, bench.held_equivalents = [], {}, {}
        for rule in rules:
            if rule.PHASE > Phase.TOTALS:
                rule.judge(bench)
        found.append(tuple(bench.requirements))
    return tuple(found)


def _bench(case: Experience, pack: Pack, *, on: date, version: str | None) -> Bench:
    return Bench(case, pack, Versions(pack, case.candidacy(pack.pack), on, version), on)


def _in_order(pack: Pack) -> list[Rule]:
    return sorted(pack.rules, key=lambda rule: rule.turn)


def _judge(bench: Bench, rules: Iterable[Rule]) -> None:
    for rule in rules:
        if rule.PHASE > Phase.STANDING:
            tell_waiting(bench)
        rule.judge(bench)
    tell_waiting(bench)


def _lacking_besides(bench: Bench, rules: Iterable[Rule]) -> list[Finding]:
    """Return what windows that run lack beside what was found: hours held by one rule hide it.

    Who meets often enough by the month's end should know today what else it will need.
    """
    asking = {one.id: one for one in rules if Phase.CONTACTS <= one.PHASE <= Phase.FLOORS}
    found = [one for one in bench.findings if one.rule in asking]
    if not any(one.by_when and one.minutes for one in found):
        return []
    known = {(one.rule, one.period, one.setting) for one in found}
    again = Bench(bench.case, bench.pack, bench.versions, bench.on)
    telling = {"severity": Severity.WARNS}
    standing = (one for one in rules if one.PHASE is Phase.STANDING)
    _judge(again, [*standing, *(one.model_copy(update=telling) for one in asking.values())])
    return [
        replace(one, severity=asking[one.rule].severity)
        for one in again.findings
        if one.by_when and one.rule in asking and (one.rule, one.period, one.setting) not in known
    ]


def _judged(bench: Bench, piece: Piece) -> Judged:
    fallen = {bucket.value: bench.fallen([piece], bucket) for bucket in Bucket}
    tally = Tally(logged=piece.minutes, credited=bench.left(piece), **fallen)
    return Judged(piece, tally, tuple(bench.cuts.get(piece.id, ())))


def _sum(judged: Iterable[Judged]) -> Tally:
    return sum((one.tally for one in judged), start=Tally())


def _by_category(bench: Bench, judged: Iterable[Judged]) -> Mapping[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for one in judged:
        found[bench.category(one.piece) or UNCOUNTED] += one.tally
    return dict(sorted(found.items()))


def _windows(bench: Bench, judged: Iterable[Judged]) -> tuple[WindowTally, ...]:
    found: dict[tuple[Period, SettingId], list[Judged]] = defaultdict(list)
    for one in judged:
        period = bench.period_of(bench.pack.shown_by, one.piece)
        found[period, one.piece.setting or NOWHERE.id].append(one)
    return tuple(
        WindowTally(period, setting, _sum(pieces), _by_category(bench, pieces))
        for (period, setting), pieces in sorted(found.items())
    )


def _notes(bench: Bench) -> tuple[str, ...]:
    notes = []
    if bench.pack.status is PackStatus.DRAFT:
        notes.append("DRAFT: nobody has signed for these rules; no finding is legal advice.")
    if bench.pack.unread:
        notes.append("Some numbers were read by nobody; they are marked.")
    granted = bench.versions.taken_for_granted
    if granted is not None:
        notes.append(
            f"{day_of(granted)} decides the version and is not known:"
            f" version {bench.versions.current} was taken."
        )
    return tuple(notes)
