"""The store as the plugin knows it: transactions bound to one clinic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, select

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.ids import ClinicId
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.requests import Request, StrayNote
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import Verification
from witnessmark.ports.audit import Audit
from witnessmark.ports.calendar import Calendar
from witnessmark.ports.deliveries import Connections, Cursors, Deliveries, Receipts, Staff
from witnessmark.ports.events import Inbox
from witnessmark.ports.locks import GateRows, TokenRows
from witnessmark.ports.secrets import Seal
from witnessmark.ports.store import Attestations, Batches, Clinic, Logs, Scans, Shelf, Values, Work
from witnessmark.store import kinds, tables
from witnessmark.store.audit_chain import SqlAudit
from witnessmark.store.batches import SqlBatches, SqlValues
from witnessmark.store.bound import Bound, replacing
from witnessmark.store.calendar import SqlCalendar
from witnessmark.store.connections import SqlConnections, SqlCursors
from witnessmark.store.deliveries import SqlDeliveries
from witnessmark.store.gate import SqlGates
from witnessmark.store.inbox import SqlInbox
from witnessmark.store.receipts import SqlReceipts
from witnessmark.store.scans import SqlScans
from witnessmark.store.shelves import SqlAttestations, SqlLogs, SqlShelf
from witnessmark.store.staff import SqlStaff
from witnessmark.store.tokens import SqlTokens
from witnessmark.store.transactions import Transactions

_CLINICS = select(tables.clinic).order_by(tables.clinic.c.id)


_MARK_DIGITS = 32
"""128 bits tell everything on a shelf apart, and an id of it can be typed."""


class SqlWork:
    """One transaction of one clinic."""

    def __init__(self, bound: Bound) -> None:
        self.clinic: ClinicId = bound.clinic
        self.people: Shelf[Person] = SqlShelf(kinds.PERSON, bound)
        self.settings: Shelf[Setting] = SqlShelf(kinds.SETTING, bound)
        self.agreements: Shelf[Agreement] = SqlShelf(kinds.AGREEMENT, bound)
        self.groups: Shelf[StandingGroup] = SqlShelf(kinds.STANDING_GROUP, bound)
        self.sessions: Shelf[Session] = SqlShelf(kinds.SESSION, bound)
        self.consultations: Shelf[Consultation] = SqlShelf(kinds.CONSULTATION, bound)
        self.leaves: Shelf[Leave] = SqlShelf(kinds.LEAVE, bound)
        self.candidacies: Shelf[Candidacy] = SqlShelf(kinds.CANDIDACY, bound)
        self.forms: Shelf[Form] = SqlShelf(kinds.FORM, bound)
        self.logs: Logs = SqlLogs(bound)
        self.attestations: Attestations = SqlAttestations(bound)
        self.scans: Scans = SqlScans(bound)
        self.verifications: Shelf[Verification] = SqlShelf(kinds.VERIFICATION, bound)
        self.requests: Shelf[Request] = SqlShelf(kinds.REQUEST, bound)
        self.stray_notes: Shelf[StrayNote] = SqlShelf(kinds.STRAY_NOTE, bound)
        self.connections: Connections = SqlConnections(bound)
        receipts = SqlReceipts(bound)
        self.receipts: Receipts = receipts
        self.deliveries: Deliveries = SqlDeliveries(bound, receipts)
        self.staff: Staff = SqlStaff(bound)
        self.cursors: Cursors = SqlCursors(bound)
        self.inbox: Inbox = SqlInbox(bound)
        self.calendar: Calendar = SqlCalendar(bound)
        self.batches: Batches = SqlBatches(bound)
        self.values: Values = SqlValues(bound)
        self.audit: Audit = SqlAudit(bound)
        self._seal = bound.seal

    def mark(self, shelf: str, text: str) -> str:
        """Return an id that tells this text again on that shelf, without holding it."""
        return self._seal.mark(text, f"{self.clinic}|{shelf}")[:_MARK_DIGITS]


class SqlStore:
    """Opens transactions on one database. `close` it in the end."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        """Take an engine whose tables are up to date; `opening.open_store` makes one."""
        self.engine = engine
        self._transactions = Transactions(engine)
        self._seal = seal
        self.tokens: TokenRows = SqlTokens(self._transactions, seal)
        self.gates: GateRows = SqlGates(self._transactions)

    @contextmanager
    def change(self, clinic: ClinicId) -> Iterator[Work]:
        """Open a writing transaction; commits on a clean exit. Raises StoreError."""
        with self._transactions.writing() as connection:
            yield SqlWork(Bound(connection, clinic, self._seal))

    @contextmanager
    def look(self, clinic: ClinicId) -> Iterator[Work]:
        """Open a reading transaction: it sees one state, and writing in it is a StoreError."""
        with self._transactions.reading() as connection:
            yield SqlWork(Bound(connection, clinic, self._seal))

    def clinics(self) -> tuple[Clinic, ...]:
        """Return every clinic in the store. Raises StoreError if its key is another."""
        with self._transactions.reading() as connection:
            rows = connection.execute(_CLINICS).all()
        for row in rows:
            self._seal.open(row.sealed, _place(row.id))
        return tuple(Clinic(ClinicId(row.id), row.name, row.time_zone) for row in rows)

    @contextmanager
    def found(self, clinic: Clinic) -> Iterator[Work]:
        """Open a writing transaction in which this clinic is added, or renamed."""
        row = {
            "id": clinic.id,
            "name": clinic.name,
            "time_zone": clinic.time_zone,
            "sealed": self._seal.close(clinic.id, _place(clinic.id)),
        }
        with self._transactions.writing() as connection:
            connection.execute(replacing(connection.dialect.name, tables.clinic), row)
            yield SqlWork(Bound(connection, clinic.id, self._seal))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _place(clinic: str) -> str:
    return f"{clinic}|clinic|{clinic}"
