"""A person decides who is who among the host's staff, and mends a match that was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context, read_offer
from witnessmark.application.staff import keep_match
from witnessmark.application.terms import read_terms
from witnessmark.domain.actors import Action
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.capabilities import ObjectKind, Projection
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import PersonId
from witnessmark.errors import DomainError, GoneError
from witnessmark.ports.deliveries import DeliveryState, Settled, StaffMatch
from witnessmark.ports.host import Connection, Driver
from witnessmark.ports.records import CredentialsRecord, HostRef, RecordKey, Surroundings
from witnessmark.ports.store import Work

SENT_AGAIN = frozenset({DeliveryState.DONE, DeliveryState.QUARANTINED})
"""What waits or is open takes the new reference anyway; a conflict stays a person's to decide."""


_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """That a person here is that member of the host's staff."""

    person: str
    host_ref: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided match. `former`: whom the person was matched with before, empty for nobody.

    `sent_again` counts records that name the person and go out once more. `attested` counts those
    in the EHR that go on naming `former`: what was attested is never altered. `entries_left`: our
    licences still stand at `former`, since the terms no longer let us write there.
    """

    person: PersonId
    host_ref: HostRef
    former: str = ""
    sent_again: int = 0
    attested: int = 0
    entries_left: bool = False


def decide_staff(
    context: Context, driver: Driver, connection: Connection, *, choice: Choice, act: Act
) -> Decided:
    """Match by a person's decision; where it replaces a match, take our entries out of the former.

    Asks the host only for the latter, and changes nothing when that fails. Raises DomainError for
    staff that were never seen or are another person's, and HostError.
    """
    act.permit(Action.MATCH_STAFF)
    with context.store.look(context.clinic) as work:
        former = _former(work, connection.id, choice)
        emptied = _emptied(work, connection.id, choice, former)
    left = emptied is not None and not _withdraw(context, driver, connection, emptied)
    with context.store.change(context.clinic) as work:
        _former(work, connection.id, choice)
        person = work.people.get(choice.person).id
        decided = Decided(person, HostRef(choice.host_ref), former or "", entries_left=left)
        match = StaffMatch(person, decided.host_ref, "person", act.actor.name)
        if former is None:
            keep_match(work, connection.id, match=match, act=act)
            return decided
        decided = _send_again(work, connection.id, decided, act)
        if emptied is not None and not left:
            work.receipts.put(connection.id, emptied.key, ())
        keep_match(work, connection.id, match=match, act=act, **_in_audit(decided))
    return decided


def _in_audit(decided: Decided) -> dict[str, str | int]:
    return {
        "former": decided.former,
        "sent_again": decided.sent_again,
        "attested": decided.attested,
        "entries_left": int(decided.entries_left),
    }


def _former(work: Work, connection: str, choice: Choice) -> HostRef | None:
    """Return whom the person was matched with, if with another. Raises DomainError."""
    person = work.people.get(choice.person).id
    if choice.host_ref not in {one.host_ref for one in work.staff.seen(connection)}:
        raise DomainError(
            "unknown_staff",
            f"The EHR's staff list has no {choice.host_ref}.",
            "Run `witnessmark staff list` and take a reference from it.",
        )
    matches = work.staff.matches(connection)
    for other in matches.values():
        if other.host_ref == choice.host_ref and other.person != person:
            raise DomainError(
                "staff_taken",
                f"{choice.host_ref} is {other.person} already, by {other.how}.",
                f"If that is wrong, match {other.person} with another first.",
            )
    known = matches.get(person)
    return known.host_ref if known and known.host_ref != choice.host_ref else None


def _emptied(
    work: Work, connection: str, choice: Choice, former: HostRef | None
) -> CredentialsRecord | None:
    """Return the person's record at the former reference as it shall be: empty. None: no need."""
    person = work.people.get(choice.person)
    key = RecordKey(ObjectKind.CREDENTIALS, person.id)
    there = work.receipts.of(connection, [key]).get(str(key), ())
    if former is None or former not in {part.host_ref for part in there}:
        return None
    nothing = replace(person, credentials=(), training=())
    around = Surroundings({person.id: former}, {})
    return CredentialsRecord(key, work.people.version(person.id), nothing, around)


def _withdraw(
    context: Context, driver: Driver, connection: Connection, emptied: CredentialsRecord
) -> bool:
    """Take our entries out of the former member of staff; False where the terms forbid it."""
    with context.store.look(context.clinic) as work:
        stored = work.connections.get(connection.id)
    agreed = read_terms(stored.terms)
    how = agreed.chosen[ObjectKind.CREDENTIALS].projection if agreed else Projection.LOCAL
    if how is Projection.LOCAL:
        return False
    adapter = context.adapter(connection, read_offer(stored.offer))
    try:
        # Whatever became of our entries there, they are at the wrong person: nothing is compared.
        call = adapter.put(emptied, how, None)
        driver.run(call, on=connection, operation=f"take back {emptied.key}")
    except GoneError:
        return True
    return True


def _send_again(work: Work, connection: str, decided: Decided, act: Act) -> Decided:
    """Owe again what names the person, so that it names the right member of staff."""
    named = frozenset(_naming(work, decided.person))
    attested = {key for key in named if key.kind is ObjectKind.ATTESTATION}
    standing = work.receipts.of(connection, attested)
    rows = [
        row
        for row in work.deliveries.listed(connection=connection, states=SENT_AGAIN, limit=_ALL)
        if row.key in named and str(row.key) not in standing
    ]
    for row in rows:
        again = Settled(DeliveryState.OPEN, "somebody it names is another member of the staff")
        work.deliveries.resolve(row, again, now=act.at)
    return replace(decided, sent_again=len(rows), attested=len(standing))


def _naming(work: Work, person: PersonId) -> Iterator[RecordKey]:
    yield RecordKey(ObjectKind.CREDENTIALS, person)
    for session in work.sessions.all():
        if person in session.people:
            yield RecordKey(ObjectKind.SESSION, session.id)
    for log in work.logs.all():
        if person in _people_of_log(log):
            yield RecordKey(ObjectKind.HOUR_LOG, log.id)
    for attestation in work.attestations.all():
        if person in _people_of_attestation(attestation):
            yield RecordKey(ObjectKind.ATTESTATION, attestation.id)


def _people_of_log(log: HourLog) -> frozenset[PersonId]:
    return frozenset({log.supervisee, *(entry.supervisor for entry in log.entries)})


def _people_of_attestation(one: Attestation) -> frozenset[PersonId]:
    revoked = {one.revoked.by} if one.revoked else set()
    return frozenset({one.supervisor, one.recorded_by, *revoked})
