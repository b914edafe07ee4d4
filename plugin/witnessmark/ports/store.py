"""What the plugin asks of its store: one transaction at a time, bound to one clinic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import AttestationId, BatchId, ClinicId, LogId, PersonId, SettingId
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.requests import Request, StrayNote
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import Verification
from witnessmark.ports.audit import Audit
from witnessmark.ports.calendar import Calendar
from witnessmark.ports.deliveries import Connections, Cursors, Deliveries, Receipts, Staff
from witnessmark.ports.events import Inbox

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A tenant. Its id is part of every key."""

    id: ClinicId
    name: str
    time_zone: str


class Shelf(Protocol[T]):
    """One kind of thing of one clinic. Every version is kept."""

    def get(self, record_id: str) -> T:
        """Return the newest version. Raises UnknownRecordError."""
        ...

    def find(self, record_id: str) -> T | None:
        """Return the newest version, if there is one."""
        ...

    def at(self, record_id: str, version: int) -> T:
        """Return an earlier version. Raises UnknownRecordError."""
        ...

    def version(self, record_id: str) -> int:
        """Return the newest version's number, 0 if unknown. Versions count from 1."""
        ...

    def put(self, value: T) -> int:
        """Keep a value under its own id; return its version. An equal value is no new version."""
        ...

    def remove(self, record_id: str) -> None:
        """Forget all versions: only for an import that is undone before anything left the store."""
        ...

    def many(self, record_ids: Iterable[str]) -> Mapping[str, T]:
        """Return the newest versions of those that exist, in one statement."""
        ...

    def all(self) -> Iterator[T]:
        """Return every newest version, by id."""
        ...

    def versions(self) -> Mapping[str, int]:
        """Return the newest version number of every id."""
        ...


class Logs(Shelf[HourLog], Protocol):
    """Hour logs, one per supervisee, setting and week (a database constraint)."""

    def of_week(self, supervisee: PersonId, setting: SettingId, week_start: date) -> HourLog | None:
        """Return the log of that week, if there is one."""
        ...


class Attestations(Shelf[Attestation], Protocol):
    """Attestations, found by their log."""

    def of_log(self, log: LogId) -> tuple[Attestation, ...]:
        """Return a log's attestations, revoked ones too, oldest first."""
        ...


class Scans(Protocol):
    """Scans of what was signed on paper; they go with their attestation."""

    def put(self, attestation: AttestationId, content: bytes) -> None:
        """Keep the scan of an attestation."""
        ...

    def get(self, attestation: AttestationId) -> bytes | None:
        """Return the scan of an attestation, None where it has none."""
        ...

    def remove(self, attestation: AttestationId) -> None:
        """Forget the scan of an attestation."""
        ...


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One thing an import made or changed: shelf name, id, version before (0: new) and after."""

    shelf: str
    record_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One import. `digest` is the SHA-256 of the file: the same file is not imported twice."""

    id: BatchId
    source: str
    digest: str
    at: datetime
    by: str
    lines: tuple[BatchLine, ...]
    undone_at: datetime | None = None


class Batches(Protocol):
    """Imports, so that they can be undone."""

    def put(self, batch: Batch) -> None:
        """Keep or replace a batch."""
        ...

    def get(self, batch_id: str) -> Batch:
        """Return one. Raises UnknownRecordError."""
        ...

    def by_digest(self, digest: str) -> Batch | None:
        """Return the batch of this file that was not undone."""
        ...

    def all(self) -> tuple[Batch, ...]:
        """Return all, newest first."""
        ...


class Values(Protocol):
    """The clinic's values for settings the manifest defines."""

    def get(self, key: str) -> str | None:
        """Return the value as text, None where the manifest's default holds."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a value; a secret is a reference."""
        ...

    def all(self) -> Mapping[str, str]:
        """Return every value that was set."""
        ...


class Work(Protocol):
    """One transaction of one clinic."""

    clinic: ClinicId
    people: Shelf[Person]
    settings: Shelf[Setting]
    agreements: Shelf[Agreement]
    groups: Shelf[StandingGroup]
    sessions: Shelf[Session]
    consultations: Shelf[Consultation]
    leaves: Shelf[Leave]
    candidacies: Shelf[Candidacy]
    forms: Shelf[Form]
    logs: Logs
    attestations: Attestations
    scans: Scans
    verifications: Shelf[Verification]
    requests: Shelf[Request]
    stray_notes: Shelf[StrayNote]
    connections: Connections
    deliveries: Deliveries
    receipts: Receipts
    staff: Staff
    cursors: Cursors
    inbox: Inbox
    calendar: Calendar
    batches: Batches
    values: Values
    audit: Audit

    def mark(self, shelf: str, text: str) -> str:
        """Return an id that tells this text again on that shelf, without holding it."""
        ...


class Store(Protocol):
    """Opens transactions. Change, delivery rows and audit entry commit together or not at all."""

    def change(self, clinic: ClinicId) -> AbstractContextManager[Work]:
        """Open a writing transaction; commits on a clean exit. Raises StoreError."""
        ...

    def look(self, clinic: ClinicId) -> AbstractContextManager[Work]:
        """Open a reading transaction."""
        ...

    def clinics(self) -> tuple[Clinic, ...]:
        """Return every clinic in the store."""
        ...

    def found(self, clinic: Clinic) -> AbstractContextManager[Work]:
        """Open a writing transaction in which this clinic is added, or renamed."""
        ...
