"""Invented people and weeks of invented clinics, and what a delivery of them looks like."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation, Covered, Revocation
from witnessmark.domain.candidacies import Candidacy, Milestone, Reached
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form, FormSignature, SignatureKind
from witnessmark.domain.groups import Membership, StandingGroup, Turn, TurnKind
from witnessmark.domain.hours import Activity, Entry, HourLog, Return
from witnessmark.domain.ids import (
    AgreementId,
    AttestationId,
    CandidacyId,
    ClinicId,
    ConsultationId,
    EntryId,
    FormId,
    GroupId,
    LeaveId,
    LogId,
    PersonId,
    RequestId,
    SessionId,
    SettingId,
    VerificationId,
)
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.requests import NoteAsked, Request
from witnessmark.domain.sessions import Attendance, Medium, Said, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import (
    Verification,
    VerificationMethod,
    VerificationOutcome,
)
from witnessmark.ports.deliveries import StoredConnection
from witnessmark.ports.host import Connection
from witnessmark.ports.records import HostRef, Part, Receipt, RecordKey
from witnessmark.ports.store import Clinic, Store
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.work import SqlStore

SEAL = AesGcmSeal(b"an invented key of 32 bytes here")
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
CEDAR, BIRCH = ClinicId("cedar"), ClinicId("birch")
RUTH, OMAR = PersonId("ruth"), PersonId("omar")
WARD = SettingId("ward")
EHR = "ehr"

PEOPLE = (Person(RUTH, "Ruth Example", npi="1000000004"), Person(OMAR, "Omar Example"))
SETTING = Setting(WARD, "The ward", "America/Los_Angeles")
SESSION = Session(
    SessionId("s1"),
    WARD,
    datetime(2026, 3, 2, 9, 0, tzinfo=SETTING.zone),
    datetime(2026, 3, 2, 10, 0, tzinfo=SETTING.zone),
    SessionStatus.HELD,
    (RUTH,),
    (Attendance(OMAR, 60),),
    said=Said(OMAR, ("a said thing",)),
)
LOG = HourLog(
    LogId("l1"),
    OMAR,
    WARD,
    date(2026, 3, 2),
    (Entry(EntryId("e1"), date(2026, 3, 3), 90, Activity.CRISIS, Medium.PHONE, RUTH),),
    returned=Return(RUTH, NOW, "a returning reason"),
)
ATTESTATION = Attestation(
    AttestationId("a1"),
    LOG.id,
    1,
    RUTH,
    (Covered(EntryId("e1"), 1, "0" * 64),),
    date(2026, 3, 9),
    RUTH,
    NOW,
    revoked=Revocation(RUTH, NOW, "a revoking reason"),
)
GROUP = StandingGroup(
    GroupId("g1"),
    "Mondays",
    WARD,
    (RUTH,),
    (Membership(OMAR, date(2026, 1, 5)),),
    ledger=(Turn(date(2026, 3, 2), OMAR, TurnKind.PASSED),),
)
CONSULTATION = Consultation(ConsultationId("c1"), date(2026, 3, 4), 50, (RUTH, OMAR))
LEAVE = Leave(LeaveId("v1"), OMAR, date(2026, 4, 1), date(2026, 4, 3))
AGREEMENT = Agreement(AgreementId("m1"), RUTH, OMAR, WARD, date(2026, 1, 1))
CANDIDACY = Candidacy(
    CandidacyId("y1"), OMAR, "us-ca-amft", (Reached(Milestone.DEGREE, date(2025, 5, 1)),)
)
FORM = Form(
    FormId("f1"),
    "m-fvf",
    OMAR,
    RUTH,
    WARD,
    date(2026, 1, 1),
    date(2026, 2, 28),
    (FormSignature(RUTH, date(2026, 3, 2), SignatureKind.ELECTRONIC),),
    date(2026, 3, 9),
)

VERIFICATION = Verification(
    VerificationId("k1"),
    RUTH,
    "board",
    "N1",
    VerificationMethod.LOOKED,
    "An invented board",
    VerificationOutcome.CONFIRMED,
    NOW,
    "operator",
    "e" * 64,
)
REQUEST = Request(
    RequestId("q1"), OMAR, RUTH, NOW, note=NoteAsked(EHR, "Note/a-chart-reference", "1", NOW)
)


def connection_of(clinic: ClinicId, name: str = EHR) -> Connection:
    return Connection(clinic, name, "fhir_r4", "generic", "https://ehr.example/fhir")


def settle_in(store: Store, clinic: ClinicId) -> None:
    """Give the store a clinic with two people, a setting and one connection."""
    with store.found(Clinic(clinic, f"Clinic {clinic}", "America/Los_Angeles")):
        pass
    with store.change(clinic) as work:
        for person in PEOPLE:
            work.people.put(person)
        work.settings.put(SETTING)
        work.connections.put(StoredConnection(connection_of(clinic)))


def session_key(name: str) -> RecordKey:
    return RecordKey(ObjectKind.SESSION, name)


def receipt_of(key: RecordKey, parts: int = 1) -> Receipt:
    return tuple(
        Part(f"part{n}", HostRef(f"Thing/{key.id}-{n}"), "1", "d" * 64) for n in range(parts)
    )


def seconds(count: int) -> datetime:
    return NOW + timedelta(seconds=count)


@contextmanager
def heard(store: SqlStore) -> Iterator[list[str]]:
    """Yield a list that fills with the first word of every statement."""
    words: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        words.append(statement.split(maxsplit=1)[0])

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield words
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
