"""Checks licences at their source: asks a registry, or keeps what a person saw at the board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import Context
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.checking import Element, Found, compare, decisive
from witnessmark.domain.ids import PersonId, VerificationId
from witnessmark.domain.npi import npi_is_sound
from witnessmark.domain.people import Credential, LicenceStatus, Person
from witnessmark.domain.verifications import (
    Verification,
    VerificationMethod,
    VerificationOutcome,
)
from witnessmark.errors import DomainError, HostError
from witnessmark.ports.host import Connection, Driver
from witnessmark.ports.records import RecordKey
from witnessmark.ports.registry import Asked, AskedLicence, RegistryInfo
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Asking:
    """Which registry is asked about whom.

    `at` is another address than the registry's own, for trials; the record names its host. Raises
    DomainError for one that would say more than where to ask.
    """

    registry: RegistryInfo
    person: PersonId
    at: str = ""

    def __post_init__(self) -> None:
        """Refuse a question, a fragment or a login in the address: it would be kept and sent."""
        try:
            netloc = urlsplit(self.at).netloc
        except ValueError:
            netloc = "@"
        if "@" in netloc or "?" in self.at or "#" in self.at or (self.at and not netloc):
            raise DomainError(
                "registry_address",
                "That is no address of a registry.",
                "Give https, host and path alone: no ?, no #, no user and password.",
            )

    @property
    def source(self) -> str:
        """What the record calls the source."""
        asked_at = f", asked at {urlsplit(self.at).netloc}" if self.at else ""
        return f"{self.registry.title}{asked_at}"


@dataclass(frozen=True, slots=True)
class Checked:
    """One person's licences after a registry was asked, and what else a person should know.

    `npi_sound`: the NPI passes its check digit; `updated`: when the entry was last changed there.
    """

    person: Person
    checks: tuple[Verification, ...]
    npi_sound: bool
    updated: date | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a person saw of a licence at the board's site on a day, on the clinic's calendar.

    `evidence` is the SHA-256 of a picture of it; the picture is not kept.
    """

    person: PersonId
    board: str
    number: str
    on: date
    by: PersonId
    evidence: str
    outcome: VerificationOutcome
    differences: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceStanding:
    """One licence today: its status here, the check that tells, whether the next one is overdue."""

    person: Person
    held: Credential
    status: LicenceStatus | None
    last: Verification | None
    overdue: bool

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody should look: overdue, or the check did not confirm it."""
        confirmed = self.last is None or self.last.outcome is VerificationOutcome.CONFIRMED
        return self.overdue or not confirmed


def verify_credentials(context: Context, driver: Driver, *, asking: Asking, act: Act) -> Checked:
    """Ask a registry about a person and keep a check of each licence; it goes to every EHR.

    Nothing of ours is changed by what it says. Raises DomainError; HostError when the registry
    gives no usable answer: then nothing is kept.
    """
    act.permit(Action.VERIFY_CREDENTIALS)
    with context.store.look(context.clinic) as work:
        person = work.people.get(asking.person)
        on = _connection(work, context, asking)
    asked = _asked(person, asking)
    call = asking.registry.create(on.base_url).look_up(asked)
    try:
        found = driver.run(call, on=on, operation="look up licences")
    except HostError as error:
        # People know it by its name; what the link is called inside says nothing to them.
        error.connection, error.operation = asking.registry.title, ""
        raise
    checks = tuple(_checks(context, found, person=person, asking=asking, act=act))
    with context.store.change(context.clinic) as work:
        for check in checks:
            _keep(work, check, act)
    return Checked(person, checks, npi_is_sound(asked.npi), found.updated)


def looked_at_board(context: Context, *, look: Look, act: Act) -> Verification:
    """Keep what a person saw at the board's own site; it goes to every EHR. Raises DomainError."""
    act.permit(Action.VERIFY_CREDENTIALS)
    zone, today, again = clinic_zone(context), clinic_day(context, act), _again(context)
    with context.store.change(context.clinic) as work:
        seen_by = work.people.get(look.by)
        if seen_by.id == look.person:
            raise DomainError(
                "own_licence",
                f"{look.by} holds this licence: nobody checks their own.",
                "Let somebody else look at the board's site, and record that.",
            )
        held = _licence_of(work.people.get(look.person), look)
        _is_possible(look, held, today)
        # Of an earlier day no hour is known: noon is that day everywhere a board of ours could be.
        noon = datetime.combine(look.on, time(12), zone).astimezone(act.at.tzinfo)
        check = Verification(
            id=VerificationId(context.ids.new()),
            person=look.person,
            board=held.board,
            number=held.number,
            method=VerificationMethod.LOOKED,
            source=held.board_name,
            outcome=look.outcome,
            at=act.at if look.on == today else noon,
            by=seen_by.id,
            evidence=look.evidence,
            differences=tuple(element.value for element in look.differences),
            next_due=look.on + again,
            recorded_at=act.at,
        )
        _keep(work, check, act)
    return check


def licences_standing(
    work: Work, *, at: datetime, zone: ZoneInfo, person: str = ""
) -> Sequence[LicenceStanding]:
    """Return every licence of everybody, or of one person. Raises UnknownRecordError.

    `zone` is the clinic's: by it days are told.
    """
    today = at.astimezone(zone).date()
    checks: dict[tuple[str, str, str], list[Verification]] = {}
    for check in work.verifications.all():
        checks.setdefault((check.person, check.board, check.number), []).append(check)
    people = [work.people.get(person)] if person else list(work.people.all())
    return [
        LicenceStanding(
            person=one,
            held=held,
            status=held.status_on(today),
            last=(last := decisive(checks.get((one.id, held.board, held.number), ()), zone=zone)),
            overdue=last is not None and last.next_due is not None and last.next_due < today,
        )
        for one in people
        for held in one.credentials
    ]


def clinic_day(context: Context, act: Act) -> date:
    """Return the day of an act on the clinic's own calendar."""
    return act.at.astimezone(clinic_zone(context)).date()


def _asked(person: Person, asking: Asking) -> Asked:
    held = person.credentials
    if not held:
        raise _no_licence(person, "no licence")
    if person.npi is None:
        raise DomainError(
            "no_npi",
            f"{person.id} has no NPI here, and {asking.registry.title} is asked by NPI.",
            "Look at the board's site; record it with `witnessmark credential looked`.",
        )
    return Asked(person.npi, tuple(AskedLicence(one.number, one.jurisdiction) for one in held))


def _checks(
    context: Context, found: Found, *, person: Person, asking: Asking, act: Act
) -> Iterator[Verification]:
    due = clinic_day(context, act) + _again(context)
    for held in person.credentials:
        compared = compare(found, person=person, held=held)
        yield Verification(
            id=VerificationId(context.ids.new()),
            person=person.id,
            board=held.board,
            number=held.number,
            method=VerificationMethod.REGISTRY,
            source=asking.source,
            outcome=compared.outcome,
            at=act.at,
            by=act.actor.name,
            evidence=found.evidence,
            differences=tuple(element.value for element in compared.differences),
            next_due=due,
        )


def _connection(work: Work, context: Context, asking: Asking) -> Connection:
    link = Connection(
        clinic=context.clinic,
        id=f"registry/{asking.registry.name}",
        adapter=asking.registry.name,
        profile="",
        base_url=asking.at or asking.registry.base_url,
        called="registry",
    )
    return in_force(work, context.manifest, link)


def _again(context: Context) -> timedelta:
    with context.store.look(context.clinic) as work:
        values = context.manifest.values(work.values.all())
    return timedelta(days=values.integer("verify_again_days"))


def clinic_zone(context: Context) -> ZoneInfo:
    """Return the time zone of the clinic's own clock."""
    (clinic,) = (one for one in context.store.clinics() if one.id == context.clinic)
    return ZoneInfo(clinic.time_zone)


def _licence_of(person: Person, look: Look) -> Credential:
    for held in person.credentials:
        if (held.board, held.number) == (look.board, look.number):
            return held
    raise _no_licence(person, f"no licence {look.number!r} of {look.board!r}")


def _no_licence(person: Person, said: str) -> DomainError:
    mend = f"`witnessmark credential list {person.id}` shows what is."
    return DomainError("no_such_licence", f"{person.id} holds {said} here.", mend)


def _is_possible(look: Look, held: Credential, today: date) -> None:
    if look.on > today:
        raise DomainError("looked_in_future", f"{look.on} is yet to come.", "Give the day it was.")
    if look.on < held.issued:
        raise DomainError(
            "looked_before_issue", f"The licence was issued on {held.issued}.", "Check the day."
        )
    if look.differences and look.outcome is not VerificationOutcome.DIFFERS:
        raise DomainError(
            "nothing_differs",
            f"What is {look.outcome.value} has nothing that differs.",
            "Give the outcome `differs`, or leave out what differs.",
        )


def _keep(work: Work, check: Verification, act: Act) -> None:
    key = RecordKey(ObjectKind.VERIFICATION, check.id)
    version = work.verifications.put(check)
    work.deliveries.want({key: version})
    act.write_down(
        work,
        "licence_checked",
        key,
        version=version,
        person=check.person,
        method=check.method.value,
        outcome=check.outcome.value,
    )
