"""Records of an invented clinic. Nobody here is real; every name says so.

What must never leave the store is in CANARIES, and stands in the records' private fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from witnessmark.canonical import digest
from witnessmark.domain.attestations import Attestation, Covered, Revocation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import Activity, Entry, HourLog, LogState, Return
from witnessmark.domain.ids import AttestationId, EntryId, LogId, PersonId, SessionId, SettingId
from witnessmark.domain.people import (
    Credential,
    LicenceStatus,
    Person,
    StatusChange,
    SupervisorTraining,
)
from witnessmark.domain.sessions import Attendance, Medium, Said, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.ports.records import (
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    HourLogRecord,
    Receipt,
    Record,
    RecordKey,
    SessionRecord,
    Surroundings,
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

WEEK_START = date(2026, 10, 26)
"""The week in which the setting's clock goes back an hour (1 November 2026)."""

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

    def _around(self) -> Surroundings:
        return Surroundings(self.staff, {})


def _entry(entry: str, days: int, activity: Activity, supervisor: PersonId) -> Entry:
    day = WEEK_START + timedelta(days=days)
    return Entry(EntryId(entry), day, 60, activity, Medium.IN_PERSON, supervisor)


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


def without(record: Record, person: PersonId) -> Record:
    """Return the record in a host whose staff does not have this person."""
    people = {who: ref for who, ref in record.around.people.items() if who != person}
    return replace(record, around=Surroundings(people, record.around.receipts))
