"""`witnessmark progress`: how far a supervisee is, from the store or from a case file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from witnessmark.application.progressing import Wanted, Way, see_progress, way_of
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.page import Page
from witnessmark.cli.progress_text import show_progress
from witnessmark.cli.rules_hours import Flag, Looking, day_of, hours_in, unread_may_run
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.domain.ids import PersonId
from witnessmark.errors import WitnessmarkError
from witnessmark.rules.progress import Progress


@Parameter(name="*", group="Progress")
@dataclass(frozen=True)
class Asking:
    """What is asked of somebody's progress."""

    pack: str = ""
    """One or several packs, with commas; not given, those the person goes for."""
    case: Path | None = None
    """A case file, instead of the store."""
    on: str = ""
    """The day it is looked at from, such as 2026-11-24; not given, today."""
    what_if: Annotated[str, Parameter(name="--if")] = ""
    """So much in every week to come: "direct=15 h,supervision=1 h"."""
    unreviewed: Flag = False
    """Run packs with numbers that nobody has read at their source, too."""


ASKING = Asking()
READING = "reading the hours"


@dataclass(frozen=True, slots=True)
class PackProgress:
    """One person's progress by one pack.

    `unreviewed` tells that some of its numbers were read by nobody: nothing here is to be relied on
    then. Minutes are whole; all other numbers are exact, as text such as `1596/2`.
    """

    title: str
    status: str
    unreviewed: bool
    progress: Progress


@dataclass(frozen=True, slots=True)
class ProgressResult:
    """One person's progress by every pack, as they were asked for."""

    packs: tuple[PackProgress, ...]


def progress(person: str, *, asking: Asking = ASKING, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show how far a supervisee is: done, needed, a finish date as a range, what is ahead.

    It is for the supervisee's own eyes: no role but the operator of this machine sees another's. It
    ends with 1 where hours are about to expire, or a licence or agreement ends.

    Parameters
    ----------
    person
        The supervisee's id.

    """
    if asking.case is None:
        return at_desk(everywhere, lambda desk: _from_store(desk, person, asking))
    talk = Talk(machine=everywhere.json)
    try:
        hours = hours_in(Looking(case=asking.case, person=person, on=asking.on))
        wanted = Wanted(hours.on, asking.pack, asking.what_if, asking.unreviewed)
        may = asking.unreviewed or unread_may_run(everywhere)
        with talk.progress(READING):
            way = way_of(hours.cases[0], wanted, may=may)
    except WitnessmarkError as error:
        return talk.failed(error)
    return _tell(talk, way)


def _from_store(desk: Desk, person: str, asking: Asking) -> int:
    on = day_of(asking.on, desk.clinic.time_zone)
    wanted = Wanted(on, asking.pack, asking.what_if, asking.unreviewed)
    with desk.talk.progress(READING), desk.context.store.look(desk.clinic.id) as work:
        way = see_progress(work, PersonId(person), wanted, act=desk.act())
    return _tell(desk.talk, way)


def _tell(talk: Talk, way: Way) -> int:
    both = list(zip(way.packs, way.progress, strict=True))
    for number, (chosen, found) in enumerate(both):
        if number:
            talk.say()
        page = Page(talk, unreviewed=chosen.pack.unread)
        show_progress(page, found, case=way.case, chosen=chosen)
    talk.result(
        ProgressResult(
            tuple(
                PackProgress(one.pack.title, one.pack.status.value, one.pack.unread, found)
                for one, found in both
            )
        )
    )
    ahead = any(one.expiring or one.endings for one in way.progress)
    return int(Exit.FINDINGS if ahead else Exit.OK)
