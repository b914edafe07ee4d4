"""`witnessmark staff`: who is who among the EHR's staff; staff are never created there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from cyclopts import App, Parameter

from witnessmark.application.deciding_staff import Choice, Decided, decide_staff
from witnessmark.application.staff import StaffStanding, staff_standing
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere

app = App(name="staff", help_format="plaintext")


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person here and whom they match there; `how` is npi, licence or person.

    `notes` name what the EHR's own entries say otherwise of the same licences.
    """

    person: str
    host_ref: str
    how: str
    why_not: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffResult:
    """Everyone, matched or not."""

    connection: str
    people: tuple[StaffLine, ...]


@app.command(name="list")
def list_staff(connection: str = "", *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show everyone here and whom they match among the EHR's staff.

    Parameters
    ----------
    connection
        Which connection; may be left out while there is one.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection).id
        unmatched = show_staff(desk, link)
        with desk.context.store.look(desk.clinic.id) as store:
            standing = staff_standing(store, link)
        desk.talk.result(StaffResult(link, tuple(map(_line, standing))))
        return int(Exit.FINDINGS if unmatched else Exit.OK)

    return at_desk(everywhere, work)


@app.command
def match(
    person: str,
    host_ref: str,
    *,
    swap: Annotated[bool, Parameter(negative="")] = False,
    connection: str = "",
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Say that a person is that member of the EHR's staff.

    Where they were matched with another, our entries are taken out there at once, and what names
    the person goes out again at the next sync. What was attested is never altered.

    Parameters
    ----------
    person
        The person's id here.
    host_ref
        The reference of the member of staff, as `witnessmark staff list` shows it.
    swap
        Exchange the two: whoever is that member of staff by now takes the person's place.
    connection
        Which connection; may be left out while there is one.

    """

    def work(desk: Desk) -> int:
        link, choice = desk.connection(connection), Choice(person, host_ref, swap)
        with desk.installation.driver(desk.clinic.id) as driver:
            found = decide_staff(desk.context, driver, link, choice=choice, act=desk.act())
        for line in _told(found):
            desk.talk.say(line)
        desk.talk.result(found)
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _told(found: Decided) -> Iterator[str]:
    yield f"{found.person} is {found.host_ref}. What waited for this goes out at the next sync."
    if found.former:
        yield f"Before it was {found.former}: {found.sent_again} records go out again."
    if found.attested:
        yield (
            f"{found.attested} attestations in the EHR still name {found.former}: what was attested"
            " is never altered. Tell whoever reads them there."
        )
    if found.scans:
        yield f"So do the scans of {found.scans} of them."
    if found.entries_left:
        yield f"Our licence entries still stand at {found.former}: remove them there by hand."
    if found.exchanged:
        yield from _told(found.exchanged)


def show_staff(desk: Desk, connection: str) -> tuple[StaffLine, ...]:
    """Show everyone and whom they match; return who is unmatched."""
    with desk.context.store.look(desk.clinic.id) as store:
        standing = staff_standing(store, connection)
    rows = [
        (
            one.person.id,
            one.person.registered_name,
            one.match.host_ref if one.match else "nobody",
            f"by {one.match.how}" if one.match else one.why,
        )
        for one in standing
    ]
    desk.talk.table("\nStaff", ["person", "registered name", "in the EHR", "how"], rows)
    for one in standing:
        for note in one.notes:
            desk.talk.say(f"Look at {one.person.id}: {note}.")
    unmatched = [one for one in standing if one.match is None]
    if unmatched:
        choices = [(seen.host_ref, seen.name) for seen in unmatched[0].candidates]
        desk.talk.table("\nNot matched in the EHR", ["reference", "name"], choices)
        desk.talk.say("Decide with: witnessmark staff match PERSON REFERENCE")
    return tuple(map(_line, unmatched))


def _line(one: StaffStanding) -> StaffLine:
    host_ref, how = (one.match.host_ref, one.match.how) if one.match else ("", "")
    return StaffLine(one.person.id, host_ref, how, one.why, one.notes)
