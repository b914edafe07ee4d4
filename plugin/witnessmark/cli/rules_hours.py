"""Whose hours a command reads, by which packs, on which day: from a case file, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from witnessmark.application.experiences import experience_in, supervisees_in
from witnessmark.application.progressing import UNREVIEWED_PACKS
from witnessmark.application.rule_packs import refuse_unread
from witnessmark.bootstrap import STORE_FILE, SystemClock, open_installation
from witnessmark.cli.desk import choose_clinic
from witnessmark.cli.talk import Everywhere
from witnessmark.domain.ids import PersonId
from witnessmark.errors import DomainError
from witnessmark.rules.experience import Experience
from witnessmark.rules.versions import Chosen
from witnessmark.surfaces.intake.case_reading import read_case_file

Flag = Annotated[bool, Parameter(negative="")]


@Parameter(name="*", group="Hours")
@dataclass(frozen=True)
class Looking:
    """Whose hours are read, from where, and how they are shown."""

    case: Path
    """A case file: `witnessmark rules case PERSON` writes one."""
    person: str = ""
    """One person of the file; not given, each in turn."""
    on: str = ""
    """The day it is looked at from, such as 2026-11-24; not given, today."""
    unreviewed: Flag = False
    """Run packs with numbers that nobody has read at their source, too."""
    all: Flag = False
    """Show each week or month, and each finding or piece by itself."""


@dataclass(frozen=True, slots=True)
class CaseHours:
    """The experiences a case file holds, as of a day."""

    cases: tuple[Experience, ...]
    on: date


def hours_in(looking: Looking) -> CaseHours:
    """Read a case file: one person's hours, or those of everybody it is about.

    Raises DeclarationError with all of the file's problems, DomainError for a person it does not
    hold or a day that is none.
    """
    contents = read_case_file(looking.case).contents
    there, person = supervisees_in(contents), looking.person
    if person and person not in there:
        raise DomainError(
            "unknown_person",
            f"The file holds no hours of {person!r}.",
            f"Choose one of: {', '.join(there)}." if there else "Check the file.",
        )
    if not there:
        raise DomainError("no_hours", "The file holds nobody's hours.", "Check the file.")
    people = (PersonId(person),) if person else there
    zone = contents.clinic.time_zone if contents.clinic else "UTC"
    return CaseHours(
        tuple(experience_in(contents, one) for one in people), day_of(looking.on, zone)
    )


def day_of(said: str, zone: str) -> date:
    """Return the day somebody said, or today in a time zone. Raises DomainError."""
    if not said:
        return SystemClock().now().astimezone(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise DomainError("not_a_day", f"{said!r} is no day.", "Write it as 2026-11-24.") from None


def allow(packs: Iterable[Chosen], everywhere: Everywhere, *, unreviewed: bool) -> None:
    """Raise DomainError for a pack with unread numbers, unless it was asked for here or there."""
    asked = unreviewed or not any(one.pack.unread for one in packs)
    refuse_unread(packs, asked=asked or unread_may_run(everywhere))


def unread_may_run(everywhere: Everywhere) -> bool:
    """Ask the clinic's setting; where there is no store, or no one clinic, nobody set it."""
    if not (everywhere.home / STORE_FILE).exists():
        return False
    with open_installation(everywhere.home, manifest=everywhere.manifest) as installation:
        clinics = installation.store.clinics()
        if not everywhere.clinic and len(clinics) != 1:
            return False
        clinic = choose_clinic(clinics, everywhere.clinic)
        with installation.store.look(clinic.id) as work:
            return installation.act().boolean(work, UNREVIEWED_PACKS)
