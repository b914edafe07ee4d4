"""`witnessmark import`: reads a case file, or CSV as a clinic keeps it; undoes an import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from witnessmark.application.undo_import import undo_import
from witnessmark.bootstrap import open_installation
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.reading import Kind, Reading
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.errors import DomainError, WitnessmarkError
from witnessmark.surfaces.intake.csv_columns import Answers
from witnessmark.surfaces.intake.csv_dates import DateOrder

app = App(name="import", help_format="plaintext")


Several = Annotated[tuple[str, ...], Parameter(negative="")]


@Parameter(name="*", group="For CSV")
@dataclass(frozen=True)
class Sheet:
    """What a sheet's headings and dates mean. What is not said is asked, and never guessed."""

    map: Several = ()
    """HEADING=field, for a heading that is not understood. May be given several times."""
    set: Several = ()
    """field=value, for something that is the same in every row."""
    date_order: Literal["day-first", "month-first"] | None = None
    """How dates such as 03/04/2026 are meant."""

    def answers(self) -> Answers:
        """Return what was said."""
        return Answers(
            columns=dict(_pair(text) for text in self.map),
            fixed=dict(_pair(text) for text in self.set),
            date_order=DateOrder(self.date_order) if self.date_order else None,
        )


SHEET = Sheet()


@app.default
def import_file(
    file: Path,
    *,
    kind: Kind = "guess",
    sheet: Sheet = SHEET,
    yes: Annotated[bool, Parameter(negative="")] = False,
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Import a file whole, or, where rows are refused, the rest of it after you saw it.

    Refused rows are written beside the file, each with its line, column and reason. A case file of
    a clinic that is not in the store founds it; beside other clinics, --clinic must name it.

    Parameters
    ----------
    file
        A case file (YAML or JSON), or CSV with hours or sessions.
    kind
        What the file is, if its name and headings do not say.
    yes
        Import what was accepted without asking.
    """
    talk = Talk(machine=everywhere.json)
    try:
        with open_installation(
            everywhere.home, manifest=everywhere.manifest, create=True
        ) as installation:
            reading = Reading(
                talk, installation, clinic=everywhere.clinic, answers=sheet.answers(), yes=yes
            )
            result = reading.import_file(file, kind)
    except WitnessmarkError as error:
        return talk.failed(error)
    talk.result(result)
    return int(Exit.FINDINGS if result.refused or not result.batch else Exit.OK)


@app.command
def undo(batch: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Take a whole import back, while nothing of it is signed.

    What the EHR already has is corrected there at the next sync.

    Parameters
    ----------
    batch
        The batch, as `witnessmark import` named it.
    """

    def work(desk: Desk) -> int:
        with desk.context.store.change(desk.clinic.id) as store:
            undone = undo_import(store, batch, act=desk.act())
        desk.talk.say(
            f"Undone: {undone.removed} removed, {undone.struck} struck as entered in error,"
            f" {undone.restored} set back, {undone.kept} kept because something names them."
        )
        if undone.scans_kept:
            desk.talk.say(
                f"{undone.scans_kept} scans stay: their attestations went to an EHR, and may have"
                " taken them along."
            )
        desk.talk.result(undone)
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not (left and equals and right):
        raise DomainError("not_a_pair", f"{text!r} is not NAME=VALUE.", "Write it as in the help.")
    return left, right
