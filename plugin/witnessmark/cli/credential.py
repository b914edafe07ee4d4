"""`witnessmark credential`: licences checked at their source. Changes none of our entries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from witnessmark.application.verifying import (
    Asking,
    Look,
    clinic_zone,
    licences_standing,
    looked_at_board,
    verify_credentials,
)
from witnessmark.bootstrap import installed_registries
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.licences import (
    CheckedLine,
    CredentialListResult,
    CredentialVerifyResult,
    NotChecked,
    checked_line,
    exit_after,
    line_of,
    outcome_of,
    row_of,
    show_checked,
)
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.domain.actors import Action
from witnessmark.domain.checking import Element
from witnessmark.domain.ids import PersonId
from witnessmark.domain.verifications import VerificationOutcome
from witnessmark.errors import DomainError, NotLetInError, TryLaterError, WitnessmarkError
from witnessmark.ports.registry import RegistryInfo

app = App(name="credential", help_format="plaintext")

Differing = Literal["name", "number", "jurisdiction", "type", "status", "issued", "expires"]
"""What a board's site may show otherwise: `domain.checking.Element` but for a registry's own."""


@Parameter(name="*", group="What was seen")
@dataclass(frozen=True)
class Seen:
    """Which licence was looked up, by whom, when, and what the board's site said."""

    board: str
    """The board's short name here, as `witnessmark credential list` shows it."""
    number: str
    """The licence's number here."""
    on: date
    """The day of the look (YYYY-MM-DD)."""
    by: str
    """The id of the person who looked."""
    evidence: Path
    """A picture or print of what was seen. Its SHA-256 is kept, the file itself is not: keep it."""
    outcome: Literal["confirmed", "differs", "not-found"]
    """Confirmed: the board says the same as our entry, the status too."""
    differs: Annotated[tuple[Differing, ...], Parameter(negative="")] = ()
    """What is different there; may be given several times."""


@app.command(name="list")
def list_licences(person: str = "", *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show licences: status today, last check at the source, when the next is due.

    Parameters
    ----------
    person
        The person's id here; everybody where it is left out.

    """

    def work(desk: Desk) -> int:
        act = desk.act()
        act.permit(Action.EXPLAIN)
        zone = clinic_zone(desk.context)
        with desk.context.store.look(desk.clinic.id) as store:
            standing = licences_standing(store, at=act.at, zone=zone, person=person)
        heads = ["person", "number", "board", "today", "until", "last check"]
        desk.talk.table("Licences", heads, map(row_of, standing))
        today = act.at.astimezone(zone).date()
        desk.talk.result(CredentialListResult(today, tuple(map(line_of, standing))))
        return int(Exit.FINDINGS if any(one.needs_a_person for one in standing) else Exit.OK)

    return at_desk(everywhere, work)


@app.command
def verify(
    person: str = "",
    *,
    everyone: Annotated[bool, Parameter(name="--all", negative="")] = False,
    registry: str = "nppes",
    at: str = "",
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Ask a registry about licences and keep what it states; the EHR gets it at the next sync.

    The NPI registry is sent the NPI, nothing else. No entry here changes by what comes back. Who
    could not be asked about is named, and nothing is kept of them.

    Parameters
    ----------
    person
        The person's id here.
    everyone
        Ask about everybody who holds a licence.
    registry
        Which registry is asked.
    at
        Another address of the registry, for trials; the record of the check names its host.

    """

    def work(desk: Desk) -> int:
        info = _registry(registry)
        result = _asked(desk, _wanted(desk, person, everyone=everyone), info, at.rstrip("/"))
        show_checked(desk.talk, result)
        desk.talk.result(result)
        return int(exit_after(result))

    return at_desk(everywhere, work)


@app.command
def looked(person: str, *, seen: Seen, everywhere: Everywhere = EVERYWHERE) -> int:
    """Record that somebody looked at the board's own site, and what it said of a licence.

    Parameters
    ----------
    person
        The id of the person whose licence it is.

    """

    def work(desk: Desk) -> int:
        look = Look(
            person=PersonId(person),
            board=seen.board,
            number=seen.number,
            on=seen.on,
            by=PersonId(seen.by),
            evidence=_digest(seen.evidence),
            outcome=VerificationOutcome(seen.outcome),
            differences=tuple(map(Element, dict.fromkeys(seen.differs))),
        )
        check = looked_at_board(desk.context, look=look, act=desk.act())
        desk.talk.say(f"Recorded: {check.source} on {seen.on}: {outcome_of(check)}.")
        desk.talk.say(f"Keep {seen.evidence.name}: only its digest is kept here.")
        desk.talk.result(check)
        return int(Exit.OK if check.outcome is VerificationOutcome.CONFIRMED else Exit.FINDINGS)

    return at_desk(everywhere, work)


def _registry(name: str) -> RegistryInfo:
    known = installed_registries()
    if name not in known:
        mend = f"Installed: {', '.join(sorted(known)) or 'none'}."
        raise DomainError("unknown_registry", f"No registry {name!r} is installed.", mend)
    return known[name]


def _wanted(desk: Desk, person: str, *, everyone: bool) -> Sequence[str]:
    if bool(person) is everyone:
        raise DomainError("whose_licences", "Whose licences?", "Name one person, or give --all.")
    if person:
        return [person]
    with desk.context.store.look(desk.clinic.id) as store:
        return [one.id for one in store.people.all() if one.credentials]


def _asked(
    desk: Desk, people: Sequence[str], info: RegistryInfo, at: str
) -> CredentialVerifyResult:
    """Ask about one after the other; a registry that lets nobody in is asked no more."""
    checked, failed = list[CheckedLine](), list[NotChecked]()
    shut: NotChecked | None = None
    with desk.installation.driver(desk.clinic.id) as driver:
        for person in people:
            if shut:
                failed.append(replace(shut, person=person))
                continue
            asking = Asking(info, PersonId(person), at=at)
            try:
                with desk.talk.progress(f"asking {info.title} about {person}"):
                    found = verify_credentials(desk.context, driver, asking=asking, act=desk.act())
            except WitnessmarkError as error:
                if len(people) == 1:
                    raise
                failed.append(_failed(desk, person, error))
                shut = failed[-1] if isinstance(error, TryLaterError | NotLetInError) else None
            else:
                checked.append(checked_line(found))
    if shut:
        desk.talk.say("Nobody else was asked about.")
    return CredentialVerifyResult(info.title, info.proves, tuple(checked), tuple(failed))


def _failed(desk: Desk, person: str, error: WitnessmarkError) -> NotChecked:
    desk.talk.say(f"{person}: not checked.")
    code = desk.talk.tell(error)
    # Among many, somebody without an NPI is a finding, not a command that is wrong.
    if isinstance(error, DomainError):
        code = int(Exit.FINDINGS)
    return NotChecked(person, type(error).__name__, str(error), code)


def _digest(evidence: Path) -> str:
    try:
        with evidence.open("rb") as opened:
            if not opened.read(1):
                raise DomainError("no_evidence", f"{evidence} is empty.", "Name the picture of it.")
            opened.seek(0)
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        message = f"{evidence} cannot be read: {error.strerror}."
        raise DomainError("no_evidence", message, "Name the picture of it.") from None
