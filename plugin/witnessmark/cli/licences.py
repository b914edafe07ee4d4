"""What commands on licences tell: every licence, every check, and what is not confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.application.verifying import Checked, LicenceStanding
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import Talk
from witnessmark.domain.verifications import Verification, VerificationOutcome


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """One licence: `last` is the check that tells how it stands, none where nobody checked."""

    person: str
    licence: str
    number: str
    board: str
    expires: date | None
    status: str
    last: Verification | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class CredentialListResult:
    """Every licence, on this day of the clinic's calendar."""

    today: date
    licences: tuple[LicenceLine, ...]


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One person's licences after the registry was asked.

    `npi_sound`: the NPI passes its check digit; `updated`: when the entry was last changed there.
    """

    person: str
    npi_sound: bool
    updated: date | None
    checks: tuple[Verification, ...]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A person about whom nothing was found out and nothing was kept."""

    person: str
    error: str
    message: str
    exit: int


@dataclass(frozen=True, slots=True)
class CredentialVerifyResult:
    """What a registry stated; `proves` says what that means, and what it does not."""

    registry: str
    proves: str
    checked: tuple[CheckedLine, ...]
    failed: tuple[NotChecked, ...]


def show_checked(talk: Talk, result: CredentialVerifyResult) -> None:
    """Show a person what a registry stated, and what that proves."""
    rows = [
        (one.person, check.number, check.board, outcome_of(check), f"{one.updated or 'unknown'}")
        for one in result.checked
        for check in one.checks
    ]
    heads = ["person", "number", "board", "outcome", "entry last changed"]
    if not rows:
        return
    talk.table(f"\n{result.registry}", heads, rows)
    for one in result.checked:
        if not one.npi_sound:
            talk.say(f"Look at the NPI of {one.person}: its check digit is wrong.")
    talk.say(result.proves)


def exit_after(result: CredentialVerifyResult) -> Exit:
    """Return the exit code that a registry's answers ask for: the gravest of all."""
    confirmed = all(
        check.outcome is VerificationOutcome.CONFIRMED
        for one in result.checked
        for check in one.checks
    )
    found = Exit.OK if confirmed and all(one.npi_sound for one in result.checked) else Exit.FINDINGS
    return max([found, *(Exit(one.exit) for one in result.failed)])


def checked_line(found: Checked) -> CheckedLine:
    """Return what a program is told of one person who was asked about."""
    return CheckedLine(found.person.id, found.npi_sound, found.updated, found.checks)


def outcome_of(check: Verification) -> str:
    """Return a check's outcome in words, with what differs."""
    said = check.outcome.value.replace("-", " ")
    named = ", ".join(one.replace("_", " ") for one in check.differences)
    return f"{said}: {named}" if named else said


def row_of(one: LicenceStanding) -> tuple[object, ...]:
    """Return the cells of one licence in the list for people."""
    status = one.status.value if one.status else "not yet issued"
    expires = one.held.expires or "open"
    return one.person.id, one.held.number, one.held.board, status, expires, _check(one)


def _check(one: LicenceStanding) -> str:
    last = one.last
    if last is None:
        return "never"
    due = f"OVERDUE since {last.next_due}" if one.overdue else f"again by {last.next_due}"
    return f"{last.at:%Y-%m-%d} {last.source}: {outcome_of(last)}; {due}"


def line_of(one: LicenceStanding) -> LicenceLine:
    """Return what a program is told of one licence."""
    return LicenceLine(
        person=one.person.id,
        licence=one.held.licence_type,
        number=one.held.number,
        board=one.held.board,
        expires=one.held.expires,
        status=one.status.value if one.status else "",
        last=one.last,
        overdue=one.overdue,
    )
