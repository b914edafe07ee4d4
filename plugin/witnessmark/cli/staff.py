"""`witnessmark staff`: who is who among the EHR's staff; staff are never created there."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import App
from rich.markup import escape

from witnessmark.application.staff import decide_staff, staff_standing
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
        lines = (
            StaffLine(
                one.person.id,
                one.match.host_ref if one.match else "",
                one.match.how if one.match else "",
                one.why,
                one.notes,
            )
            for one in standing
        )
        desk.talk.result(StaffResult(link, tuple(lines)))
        return int(Exit.FINDINGS if unmatched else Exit.OK)

    return at_desk(everywhere, work)


@app.command
def match(
    person: str, host_ref: str, *, connection: str = "", everywhere: Everywhere = EVERYWHERE
) -> int:
    """Say that a person is that member of the EHR's staff.

    Parameters
    ----------
    person
        The person's id here.
    host_ref
        The reference of the member of staff, as `witnessmark staff list` shows it.
    connection
        Which connection; may be left out while there is one.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection).id
        with desk.context.store.change(desk.clinic.id) as store:
            found = decide_staff(store, link, person=person, host_ref=host_ref, act=desk.act())
        desk.talk.say(f"{person} is {host_ref}. What waited for this goes out at the next sync.")
        desk.talk.result(found)
        return int(Exit.OK)

    return at_desk(everywhere, work)


def show_staff(desk: Desk, connection: str) -> int:
    """Show everyone and whom they match; return how many are unmatched."""
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
            desk.talk.say(f"Look at {one.person.id}: {escape(note)}.")
    unmatched = [one for one in standing if one.match is None]
    if unmatched:
        choices = [(seen.host_ref, seen.name) for seen in unmatched[0].candidates]
        desk.talk.table("\nNot matched in the EHR", ["reference", "name"], choices)
        desk.talk.say("Decide with: witnessmark staff match PERSON REFERENCE")
    return len(unmatched)
