"""`witnessmark rules evaluate`: which hours of a case file count by which packs, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.application.rule_packs import packs_for, theirs
from witnessmark.cli.exits import Exit
from witnessmark.cli.page import Page
from witnessmark.cli.rules_columns import show_side_by_side
from witnessmark.cli.rules_hours import Looking, allow, hours_in
from witnessmark.cli.rules_text import Sight, show
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.errors import WitnessmarkError
from witnessmark.rules.evaluate import evaluate as evaluated
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation
from witnessmark.rules.versions import Chosen


@dataclass(frozen=True, slots=True)
class PackReading:
    """One person's hours read through one pack.

    `unreviewed` tells that some of its numbers were read by nobody: nothing here is to be relied on
    then. Minutes are whole; all other numbers are exact, as text such as `1596/2`.
    """

    title: str
    status: str
    unreviewed: bool
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class RulesEvaluateResult:
    """Every person's hours by every pack: people by id, packs as they were asked for."""

    readings: tuple[PackReading, ...]


def evaluate(
    *,
    looking: Looking,
    pack: str = "",
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Say which hours count by a board's rules, why others do not, and what cures it.

    Nothing is kept, and nothing here is legal advice. It ends with 1 where some hours do not count.

    Parameters
    ----------
    pack
        One or several, with commas: us-ca-amft, bacb-trainee@2027, ./my-board.yaml. Not given:
        those that the file says each person goes for.

    """
    talk = Talk(machine=everywhere.json)
    try:
        hours = hours_in(looking)
        packs = packs_for(pack, hours.cases)
        allow(packs, everywhere, unreviewed=looking.unreviewed)
        with talk.progress("reading the hours"):
            sights = [
                [
                    _sight(one, chosen, hours.on, whole=looking.all)
                    for chosen in (packs if pack else theirs(packs, one))
                ]
                for one in hours.cases
            ]
    except WitnessmarkError as error:
        return talk.failed(error)
    for number, of_person in enumerate(sights):
        if number:
            talk.say()
        _show(talk, of_person)
    found = [sight for of_person in sights for sight in of_person]
    talk.result(RulesEvaluateResult(tuple(_reading(one) for one in found)))
    taken = any(one.minutes for sight in found for one in sight.read.findings)
    return int(Exit.FINDINGS if taken else Exit.OK)


def _sight(case: Experience, chosen: Chosen, on: date, *, whole: bool) -> Sight:
    read = evaluated(case, chosen.pack, on=on, version=chosen.version)
    return Sight(case, chosen, read, whole=whole)


def _show(talk: Talk, sights: list[Sight]) -> None:
    if len(sights) == 1:
        show(Page(talk, unreviewed=sights[0].pack.unread), sights[0])
    else:
        show_side_by_side(talk, sights)


def _reading(sight: Sight) -> PackReading:
    pack = sight.pack
    return PackReading(pack.title, pack.status.value, pack.unread, sight.read)
