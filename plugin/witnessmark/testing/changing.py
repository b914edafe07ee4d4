"""The next generation of an invented record, and how it looks with more or with less around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from witnessmark.domain.attestations import Revocation
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import Person
from witnessmark.domain.requests import RequestState
from witnessmark.domain.scans import scan_of
from witnessmark.domain.sessions import Session
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HourLogRecord,
    Record,
    RequestRecord,
    SessionRecord,
    Surroundings,
    VerificationRecord,
)
from witnessmark.testing.builders import SCAN, SUPERVISOR


def changed(record: Record) -> Record:
    """Return the next generation of a record, with one thing in it changed by us."""
    generation = record.generation + 1
    match record:
        case SessionRecord(session=session):
            return replace(record, generation=generation, session=_longer(session))
        case CredentialsRecord(person=person):
            return replace(record, generation=generation, person=_renewed(person))
        case HourLogRecord(log=log):
            return replace(record, generation=generation, log=_corrected(log))
        case AttestationRecord(attestation=attestation):
            revoked = Revocation(
                SUPERVISOR.id, datetime(2026, 11, 9, 8, 0, tzinfo=UTC), "canary revocation reason"
            )
            taken_back = replace(attestation, revoked=revoked)
            return replace(record, generation=generation, attestation=taken_back)
        case AgreementRecord(agreement=agreement):
            ended = replace(agreement, ends=date(2027, 6, 30))
            return replace(record, generation=generation, agreement=ended)
        case VerificationRecord(verification=verification):
            due = replace(verification, next_due=date(2027, 11, 1))
            return replace(record, generation=generation, verification=due)
        case RequestRecord(request=request):
            answered = replace(request, state=RequestState.ANSWERED)
            return replace(record, generation=generation, request=answered)


def _longer(session: Session) -> Session:
    first, *others = session.attended
    stayed = replace(first, minutes=first.minutes + 15)
    return replace(session, end=session.end + timedelta(minutes=15), attended=(stayed, *others))


def _renewed(person: Person) -> Person:
    held, *others = person.credentials
    renewed = replace(held, expires=(held.expires or held.issued) + timedelta(days=730))
    return replace(person, credentials=(renewed, *others))


def _corrected(log: HourLog) -> HourLog:
    first, *others = log.entries
    corrected = replace(first, minutes=first.minutes + 5, version=first.version + 1)
    return replace(log, entries=(corrected, *others), corrections=log.corrections + 1)


def scanned(record: AttestationRecord) -> AttestationRecord:
    """Return the attestation with the scan of its paper."""
    attestation = replace(record.attestation, scan=scan_of(SCAN))
    return replace(record, attestation=attestation, scan=SCAN)


def without(record: Record, person: PersonId) -> Record:
    """Return the record in a host whose staff does not have this person."""
    people = {who: ref for who, ref in record.around.people.items() if who != person}
    return replace(record, around=Surroundings(people, record.around.receipts))
