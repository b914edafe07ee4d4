"""Records of an invented clinic. Nobody here is real; every name says so.

What must never leave the store is in CANARIES, and stands in the records' private fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from witnessmark.canonical import digest
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation, Covered
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import Activity, Entry, HourLog, LogState, Return
from witnessmark.domain.ids import (
    AgreementId,
    AttestationId,
    EntryId,
    LogId,
    PersonId,
    RequestId,
    SessionId,
    SettingId,
    VerificationId,
)
from witnessmark.domain.people import (
    Credential,
    LicenceStatus,
    Person,
    StatusChange,
    SupervisorTraining,
)
from witnessmark.domain.requests import NoteAsked, Request, WeekAsked
from witnessmark.domain.sessions import Attendance, Medium, Said, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import (
    Verification,
    VerificationMethod,
    VerificationOutcome,
)
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    HourLogRecord,
    Receipt,
    RecordKey,
    RequestRecord,
    SessionRecord,
    Surroundings,
    VerificationRecord,
)

CANARIES = (
    "Canary-Okonjo",
    "Canary-Silvan",
    "Canary-Petrescu",
    "Canary-Ruiz",
    "Canary-Chosen",
    "canary topic",
    "canary return reason",
    "canary revocation reason",
)

SCAN = b"%PDF-1.4\n% an invented page\n"

WEEK_START = date(2026, 10, 26)
"""The week in which the setting's clock goes back an hour (1 November 2026)."""

_ASKED_AT = datetime(2026, 11, 2, 17, 5, 9, tzinfo=UTC)

SETTING = Setting(SettingId("harbour"), "Harbour Clinic (invented)", "America/Los_Angeles")


def _licence(number: str, *, training: bool) -> Credential:
    return Credential(
        licence_type="Associate therapist" if training else "Licensed therapist",
        number=number,
        board="us-ca-invented",
        board_name="Invented Board of California",
        jurisdiction="US-CA",
        issued=date(2020, 3, 1),
        expires=date(2028, 2, 29),
        history=(StatusChange(date(2020, 3, 1), LicenceStatus.LICENSED),),
        training_licence=training,
    )


SUPERVISOR = Person(
    id=PersonId("p-okonjo"),
    registered_name="Amara Canary-Okonjo",
    chosen_name="Mara Canary-Chosen",
    npi="1000001012",
    credentials=(_licence("INV-1001", training=False),),
    training=(SupervisorTraining("Supervision course (invented)", 900, date(2024, 5, 17)),),
)
CO_SUPERVISOR = Person(
    id=PersonId("p-silvan"), registered_name="Jo Canary-Silvan", npi="1000001020"
)
FIRST_SUPERVISEE = Person(
    id=PersonId("p-petrescu"),
    registered_name="Ilie Canary-Petrescu",
    npi="1000001038",
    credentials=(_licence("INV-2001", training=True),),
)
SECOND_SUPERVISEE = Person(
    id=PersonId("p-ruiz"), registered_name="Lola Canary-Ruiz", npi="1000001046"
)
PEOPLE = (SUPERVISOR, CO_SUPERVISOR, FIRST_SUPERVISEE, SECOND_SUPERVISEE)


@dataclass(frozen=True, slots=True)
class Records:
    """Builds records of people who stand in the host at `staff`. `name` keeps their ids apart."""

    staff: Mapping[PersonId, HostRef]
    name: str

    def session(self, status: SessionStatus = SessionStatus.HELD) -> SessionRecord:
        """Return an hour and a half across the end of summer time, two led, one was absent."""
        session = Session(
            id=SessionId(f"s-{self.name}"),
            setting=SETTING.id,
            start=datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
            end=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
            status=status,
            led_by=(SUPERVISOR.id, CO_SUPERVISOR.id),
            attended=(Attendance(FIRST_SUPERVISEE.id, 90), Attendance(SECOND_SUPERVISEE.id, 0)),
            medium=Medium.VIDEO,
            said=Said(presenter=SECOND_SUPERVISEE.id, topics=("canary topic",)),
        )
        key = RecordKey(ObjectKind.SESSION, session.id)
        return SessionRecord(key, 1, session, SETTING, self._around())

    def credentials(self, person: Person = SUPERVISOR) -> CredentialsRecord:
        """Return a person's licences and training."""
        key = RecordKey(ObjectKind.CREDENTIALS, person.id)
        return CredentialsRecord(key, 1, person, self._around())

    def log(self) -> HourLogRecord:
        """Return a submitted week of two entries under two supervisors, once returned."""
        log = HourLog(
            id=LogId(f"w-{self.name}"),
            supervisee=FIRST_SUPERVISEE.id,
            setting=SETTING.id,
            week_start=WEEK_START,
            entries=(
                _entry("e-1", 0, Activity.INDIVIDUAL_THERAPY, SUPERVISOR.id),
                _entry("e-2", 6, Activity.RECORD_KEEPING, CO_SUPERVISOR.id),
            ),
            state=LogState.SUBMITTED,
            submitted_at=datetime(2026, 11, 2, 17, 5, 9, 250000, tzinfo=UTC),
            returned=Return(
                SUPERVISOR.id, datetime(2026, 11, 2, 16, 0, tzinfo=UTC), "canary return reason"
            ),
        )
        key = RecordKey(ObjectKind.HOUR_LOG, log.id)
        return HourLogRecord(key, 1, log, SETTING, self._around())

    def attestation(self, log: Receipt, *, exact: bool = True) -> AttestationRecord:
        """Return an attestation of `log()`, which was delivered as `log`."""
        week = self.log()
        covered = week.log.entries_under(SUPERVISOR.id)
        attestation = Attestation(
            id=AttestationId(f"a-{self.name}"),
            log=week.log.id,
            log_version=1,
            supervisor=SUPERVISOR.id,
            covers=tuple(Covered(one.id, one.version, digest(one)) for one in covered),
            signed_on=date(2026, 11, 3),
            recorded_by=CO_SUPERVISOR.id,
            recorded_at=datetime(2026, 11, 4, 18, 30, tzinfo=UTC),
        )
        return AttestationRecord(
            key=RecordKey(ObjectKind.ATTESTATION, attestation.id),
            generation=1,
            attestation=attestation,
            log=week.log,
            setting=SETTING,
            exact=exact,
            around=Surroundings(self.staff, {str(week.key): log}),
        )

    def agreement(self) -> AgreementRecord:
        """Return an open-ended agreement of the first supervisee with their supervisor."""
        agreement = Agreement(
            id=AgreementId(f"g-{self.name}"),
            supervisor=SUPERVISOR.id,
            supervisee=FIRST_SUPERVISEE.id,
            setting=SETTING.id,
            starts=date(2026, 9, 1),
        )
        key = RecordKey(ObjectKind.AGREEMENT, agreement.id)
        return AgreementRecord(key, 1, agreement, SETTING, self._around())

    def verification(self) -> VerificationRecord:
        """Return a look at the board's own site that confirmed the supervisor's licence."""
        held = SUPERVISOR.credentials[0]
        verification = Verification(
            id=VerificationId(f"v-{self.name}"),
            person=SUPERVISOR.id,
            board=held.board,
            number=held.number,
            method=VerificationMethod.LOOKED,
            source=held.board_name,
            outcome=VerificationOutcome.CONFIRMED,
            at=datetime(2026, 11, 2, 17, 0, tzinfo=UTC),
            by=CO_SUPERVISOR.id,
            evidence="e" * 64,
            next_due=date(2027, 11, 2),
        )
        key = RecordKey(ObjectKind.VERIFICATION, verification.id)
        return VerificationRecord(key, 1, verification, SUPERVISOR, self._around())

    def request_of_week(self, log: Receipt) -> RequestRecord:
        """Return the request to attest `log()`, which was delivered as `log`."""
        week = self.log()
        request = self._request("r", week=WeekAsked(week.log.id, 1))
        around = Surroundings(self.staff, {str(week.key): log})
        return RequestRecord(_key_of(request), 1, request, week.log, around)

    def request_of_note(self, note: HostRef) -> RequestRecord:
        """Return the request to co-sign a note that stands in the host at `note`."""
        asked = NoteAsked("harbour-ehr", note, "1", _ASKED_AT)
        request = self._request("n", note=asked)
        return RequestRecord(_key_of(request), 1, request, None, self._around())

    def _request(
        self, kind: str, *, note: NoteAsked | None = None, week: WeekAsked | None = None
    ) -> Request:
        return Request(
            id=RequestId(f"{kind}-{self.name}"),
            supervisee=FIRST_SUPERVISEE.id,
            supervisor=SUPERVISOR.id,
            asked_at=_ASKED_AT,
            due=_ASKED_AT + timedelta(days=7),
            note=note,
            week=week,
        )

    def _around(self) -> Surroundings:
        return Surroundings(self.staff, {})


def _key_of(request: Request) -> RecordKey:
    return RecordKey(ObjectKind.REQUEST, request.id)


def _entry(entry: str, days: int, activity: Activity, supervisor: PersonId) -> Entry:
    day = WEEK_START + timedelta(days=days)
    return Entry(EntryId(entry), day, 60, activity, Medium.IN_PERSON, supervisor)
