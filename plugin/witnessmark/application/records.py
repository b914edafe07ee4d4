"""Turns owed deliveries into records an adapter can take: newest version, people resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.attesting import Standing, standing
from witnessmark.domain.capabilities import Chosen, ObjectKind, Projection
from witnessmark.domain.hours import HourLog
from witnessmark.domain.people import Person
from witnessmark.domain.requests import Request
from witnessmark.domain.sessions import Session
from witnessmark.domain.verifications import Verification
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HourLogRecord,
    Receipt,
    Record,
    RecordKey,
    RequestRecord,
    SessionRecord,
    Surroundings,
    VerificationRecord,
)
from witnessmark.ports.store import Shelf, Work

SHELVES: Mapping[ObjectKind, str] = {
    ObjectKind.SESSION: "sessions",
    ObjectKind.CREDENTIALS: "people",
    ObjectKind.HOUR_LOG: "logs",
    ObjectKind.ATTESTATION: "attestations",
    ObjectKind.AGREEMENT: "agreements",
    ObjectKind.VERIFICATION: "verifications",
    ObjectKind.REQUEST: "requests",
}
"""The shelf of each kind of record, by its name in a Work."""

KIND_ON = {shelf: kind for kind, shelf in SHELVES.items()}
"""The kind of record a shelf holds; a shelf that is not here leaves the store for no host."""


def everything_owed(work: Work, connection: str) -> Mapping[RecordKey, int]:
    """Return the newest generation of every record that may go there (drafts never do).

    A request about a note of another EHR is nothing to this one, nor is one that is closed: what
    nobody has to do any more is not put on a task list.
    """
    owed = {
        RecordKey(ObjectKind.SESSION, record_id): version
        for record_id, version in work.sessions.versions().items()
    }
    versions = work.people.versions()
    for person in work.people.all():
        if has_credentials(person):
            owed[RecordKey(ObjectKind.CREDENTIALS, person.id)] = versions[person.id]
    versions = work.logs.versions()
    for log in work.logs.all():
        if log.left_the_store:
            owed[RecordKey(ObjectKind.HOUR_LOG, log.id)] = versions[log.id]
    for record_id, version in work.attestations.versions().items():
        owed[RecordKey(ObjectKind.ATTESTATION, record_id)] = version
    for record_id, version in work.agreements.versions().items():
        owed[RecordKey(ObjectKind.AGREEMENT, record_id)] = version
    for record_id, version in work.verifications.versions().items():
        owed[RecordKey(ObjectKind.VERIFICATION, record_id)] = version
    versions = work.requests.versions()
    for request in work.requests.all():
        here = request.note is None or request.note.connection == connection
        if here and request.state.is_open:
            owed[RecordKey(ObjectKind.REQUEST, request.id)] = versions[request.id]
    return owed


def has_credentials(person: Person) -> bool:
    """Whether a person has anything that a credentials record would carry."""
    return bool(person.credentials or person.training)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A claimed delivery with its record and what is known of it there, or how it ends at once."""

    row: Delivery
    record: Record | None
    known: Receipt | None = None
    settled: Settled | None = None


def load_records(work: Work, connection: str, claimed: Sequence[Delivery]) -> Sequence[Loaded]:
    """Load the records of deliveries claimed in this very transaction, and their receipts there.

    In one transaction a row's `wanted` is the newest version. A row that points at nothing ends
    in quarantine; an attestation of a week as it no longer stands is kept here (decision 0008).
    """
    loader = _Loader(work, connection)
    receipts = work.receipts.of(connection, [row.key for row in claimed])
    return [
        _loaded(work, row, loader.record(row, thing) if thing else None, receipts.get(str(row.key)))
        for row, thing in loader.things(claimed)
    ]


def earlier_records(work: Work, connection: str, row: Delivery) -> Sequence[Record]:
    """Return the versions since the delivered one that were skipped, newest first.

    Any of them may stand in the host: written, and the answer lost before it was settled.
    """
    loader = _Loader(work, connection)
    shelf = loader.shelves[row.key.kind]
    skipped = range(row.wanted - 1, row.delivered, -1)
    return [
        loader.record(replace(row, wanted=version), shelf.at(row.key.id, version))
        for version in skipped
    ]


def _loaded(work: Work, row: Delivery, record: Record | None, known: Receipt | None) -> Loaded:
    if record is None:
        nothing = Settled(DeliveryState.QUARANTINED, "the store holds no such record")
        return Loaded(row, None, settled=nothing)
    if isinstance(record, AttestationRecord) and not known and not record.exact:
        there = work.logs.get(record.attestation.log)
        if standing(record.attestation, there) is not Standing.STANDS:
            reason = "the week was changed, or it was taken back, before it could be sent"
            return Loaded(row, record, settled=Settled(DeliveryState.KEPT_HERE, reason))
    if isinstance(record, AttestationRecord) and not known and _is_altered(record):
        reason = "the week was changed or removed in the EHR and left so: nobody attested that"
        awaited = str(RecordKey(ObjectKind.HOUR_LOG, record.log.id))
        waits = Settled(DeliveryState.WAITING, reason, waiting_on=awaited, blameless=True)
        return Loaded(row, record, settled=waits)
    if isinstance(record, RequestRecord) and record.log is not None and not known:
        week = work.deliveries.get(row.connection, RecordKey(ObjectKind.HOUR_LOG, record.log.id))
        if week is not None and week.state is DeliveryState.KEPT_HERE:
            reason = "the week it asks about is kept here"
            return Loaded(row, record, settled=Settled(DeliveryState.KEPT_HERE, reason))
    return Loaded(row, record, known)


def why_not(record: Record, chosen: Chosen) -> str:
    """Say why a record has nothing to send in the projection of its kind; empty where it has."""
    as_document = chosen.projection is Projection.DOCUMENT
    if as_document and isinstance(record, AttestationRecord) and not record.scan:
        return "; ".join([*chosen.passed_over.values(), "no scan of it was supplied"])
    return ""


def _is_altered(record: AttestationRecord) -> bool:
    parts = (part for receipt in record.around.receipts.values() for part in receipt)
    return any(not part.ours for part in parts)


def _by_kind(claimed: Sequence[Delivery]) -> list[Delivery]:
    order = list(ObjectKind)
    return sorted(claimed, key=lambda row: order.index(row.key.kind))


class _Loader:
    """Reads each thing once for a whole batch."""

    def __init__(self, work: Work, connection: str) -> None:
        self._work = work
        self._connection = connection
        self._people = {who: one.host_ref for who, one in work.staff.matches(connection).items()}
        self._settings = {setting.id: setting for setting in work.settings.all()}
        self._nothing = Surroundings(self._people, {})
        self.shelves: Mapping[ObjectKind, Shelf[Any]] = {
            kind: getattr(work, shelf) for kind, shelf in SHELVES.items()
        }

    def things(self, claimed: Sequence[Delivery]) -> Iterator[tuple[Delivery, object | None]]:
        for kind, rows in groupby(_by_kind(claimed), key=lambda row: row.key.kind):
            of_kind = list(rows)
            values = self.shelves[kind].many(row.key.id for row in of_kind)
            for row in of_kind:
                yield row, values.get(row.key.id)

    def record(self, row: Delivery, thing: object) -> Record:
        match thing:
            case Session():
                setting = self._settings[thing.setting]
                return SessionRecord(row.key, row.wanted, thing, setting, self._nothing)
            case Person():
                return CredentialsRecord(row.key, row.wanted, thing, self._nothing)
            case HourLog():
                setting = self._settings[thing.setting]
                return HourLogRecord(row.key, row.wanted, thing, setting, self._nothing)
            case Attestation():
                return self._attestation(row, thing)
            case Agreement():
                setting = self._settings[thing.setting]
                return AgreementRecord(row.key, row.wanted, thing, setting, self._nothing)
            case Verification():
                person = self._work.people.get(thing.person)
                return VerificationRecord(row.key, row.wanted, thing, person, self._nothing)
            case Request():
                return self._request(row, thing)
            case _:
                raise TypeError(type(thing).__name__)

    def _attestation(self, row: Delivery, attestation: Attestation) -> AttestationRecord:
        log = self._work.logs.at(attestation.log, attestation.log_version)
        log_key = RecordKey(ObjectKind.HOUR_LOG, log.id)
        there = self._work.deliveries.get(self._connection, log_key)
        receipts = self._work.receipts.of(self._connection, [log_key])
        return AttestationRecord(
            key=row.key,
            generation=row.wanted,
            attestation=attestation,
            log=log,
            setting=self._settings[log.setting],
            exact=there is not None and there.delivered == attestation.log_version,
            around=Surroundings(self._people, receipts),
            scan=self._work.scans.get(attestation.id) if attestation.scan else None,
        )

    def _request(self, row: Delivery, request: Request) -> RequestRecord:
        if request.week is None:
            return RequestRecord(row.key, row.wanted, request, None, self._nothing)
        log = self._work.logs.at(request.week.log, request.week.log_version)
        receipts = self._work.receipts.of(
            self._connection, [RecordKey(ObjectKind.HOUR_LOG, log.id)]
        )
        around = Surroundings(self._people, receipts)
        return RequestRecord(row.key, row.wanted, request, log, around)
