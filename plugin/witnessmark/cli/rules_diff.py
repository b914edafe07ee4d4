"""`witnessmark rules diff`: which hours two packs, or two versions of one, judge differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.application.rule_packs import chosen
from witnessmark.cli.exits import Exit
from witnessmark.cli.page import Page
from witnessmark.cli.rules_columns import numbers
from witnessmark.cli.rules_hours import Looking, allow, hours_in
from witnessmark.cli.rules_text import WHOLE, Sight, opening, requirements
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.domain.ids import PersonId
from witnessmark.errors import WitnessmarkError
from witnessmark.rules.differences import Change, Differences, Move, Shift, Standing, differences
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Requirement
from witnessmark.rules.telling import hours as time_of
from witnessmark.rules.versions import Chosen

SHOWN = 12
"""More changed pieces than these are summed up, unless all are asked for."""

_STANDS = {
    Standing.CREDITED: "counts",
    Standing.HELD: "does not count yet",
    Standing.OVERFLOW: "is over the maximum",
    Standing.VOID: "does not count",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One person's hours by both. `unreviewed` tells that either has numbers nobody read."""

    person: PersonId
    unreviewed: bool
    differences: Differences
    requirements_before: tuple[Requirement, ...]
    requirements_after: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class RulesDiffResult:
    """Every person's hours, by id."""

    people: tuple[Compared, ...]


def diff(first: str, second: str, *, looking: Looking, everywhere: Everywhere = EVERYWHERE) -> int:
    """Say which hours another pack, or another version of it, judges differently, and why.

    It ends with 1 where something differs.

    Parameters
    ----------
    first
        The pack to begin with: us-ca-amft, bacb-trainee@2022, ./my-board.yaml.
    second
        The pack to compare with it: bacb-trainee@2027.

    """
    talk = Talk(machine=everywhere.json)
    try:
        before, after = chosen(first), chosen(second)
        allow((before, after), everywhere, unreviewed=looking.unreviewed)
        hours = hours_in(looking)
        with talk.progress("reading the hours"):
            compared = [_compared(one, before, after, on=hours.on) for one in hours.cases]
    except WitnessmarkError as error:
        return talk.failed(error)
    for number, one in enumerate(compared):
        if number:
            talk.say()
        _show(talk, one, whole=looking.all)
    talk.result(RulesDiffResult(tuple(_told(one) for one in compared)))
    return int(Exit.FINDINGS if any(one.found.changes for one in compared) else Exit.OK)


@dataclass(frozen=True, slots=True)
class _Both:
    """One person's hours by both packs, and what differs."""

    before: Sight
    after: Sight
    found: Differences

    @property
    def unreviewed(self) -> bool:
        return self.before.pack.unread or self.after.pack.unread


def _compared(case: Experience, first: Chosen, second: Chosen, *, on: date) -> _Both:
    before, after = (
        Sight(case, one, evaluate(case, one.pack, on=on, version=one.version))
        for one in (first, second)
    )
    return _Both(before, after, differences(before.read, after.read))


def _told(both: _Both) -> Compared:
    return Compared(
        both.before.case.person,
        both.unreviewed,
        both.found,
        both.before.read.requirements,
        both.after.read.requirements,
    )


def _show(talk: Talk, both: _Both, *, whole: bool) -> None:
    sides, found = (both.before, both.after), both.found
    page = Page(talk, unreviewed=both.unreviewed)
    for one in sides:
        opening(Page(talk, unreviewed=one.pack.unread), one)
    names = [one.name for one in sides]
    talk.say()
    page.table([("", names), *numbers([found.before.total, found.after.total])])
    if not found.changes:
        page.heading("Every piece is judged the same.")
    else:
        page.heading(f"What changes from {names[0]} to {names[1]}")
        for shift in found.shifts:
            _shift(page, shift, names)
        _pieces(page, found.changes, both.before, whole=whole)
    for one in sides:
        if one.read.requirements:
            own = Page(talk, unreviewed=one.pack.unread)
            own.heading(f"{one.name}: {WHOLE[0].lower()}{WHOLE[1:]}")
            requirements(own, one.read.requirements, one.read.still_needed)


def _shift(page: Page, shift: Shift, names: list[str]) -> None:
    pieces = f"{shift.pieces} piece" + ("s" if shift.pieces > 1 else "")
    page.wrapped(f"* {time_of(shift.minutes)} of {pieces}: {_way(shift, names)}", hang=2)


def _way(move: Move | Shift, names: list[str]) -> str:
    sides = ((move.before, move.rules_before), (move.after, move.rules_after))
    said = [
        f"{_STANDS[standing]} by {name}" + (f" ({', '.join(rules)})" if rules else "")
        for (standing, rules), name in zip(sides, names, strict=True)
    ]
    return f"{said[0]}; {said[1]}."


def _pieces(page: Page, changes: tuple[Change, ...], sight: Sight, *, whole: bool) -> None:
    shown = changes if whole else changes[:SHOWN]
    page.heading("Piece by piece")
    for change in shown:
        piece = change.piece
        place = sight.place(piece.setting)
        activity = piece.activity.replace("-", " ")
        ways = "; ".join(f"{time_of(move.minutes)}: {_short_way(move)}" for move in change.moves)
        where = f", {place}" if place and len(sight.case.settings) > 1 else ""
        page.wrapped(f"{piece.day} {activity}{where}, {time_of(piece.minutes)}. {ways}", hang=11)
    if len(shown) < len(changes):
        page.line(f"{len(changes) - len(shown)} more: --all shows them.")


def _short_way(move: Move) -> str:
    rules = ", ".join(dict.fromkeys((*move.rules_before, *move.rules_after)))
    return f"{_STANDS[move.before]} -> {_STANDS[move.after]} ({rules})"
