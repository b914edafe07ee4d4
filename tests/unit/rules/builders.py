"""Short builders of invented experience (and, from `packs`, of packs from lines of YAML).

Robin (`ME`) is supervised by Alma at the Harbor, and perhaps by Bea or at the Cove.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from tests.unit.rules.packs import ON, buckets, credited, found, judge, pack_of, the
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Candidacy, Milestone, Reached
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form, FormSignature, SignatureKind
from witnessmark.domain.hours import Activity, Entry
from witnessmark.domain.ids import (
    AgreementId,
    CandidacyId,
    EntryId,
    FormId,
    LeaveId,
    PersonId,
    SessionId,
    SettingId,
)
from witnessmark.domain.people import (
    Credential,
    Leave,
    LicenceStatus,
    Person,
    StatusChange,
    SupervisorTraining,
)
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.domain.settings import Setting, Weekday
from witnessmark.rules.experience import Attested, Experience, LoggedEntry, PendingCorrection

__all__ = [
    "ALMA",
    "BEA",
    "COVE",
    "HARBOR",
    "ME",
    "ON",
    "ZONE",
    "agreement",
    "buckets",
    "candidacy",
    "course",
    "credited",
    "form",
    "found",
    "judge",
    "leave",
    "licence",
    "lived",
    "met",
    "pack_of",
    "person",
    "setting",
    "the",
    "work",
]
ME, ALMA, BEA = PersonId("robin"), PersonId("alma"), PersonId("bea")
HARBOR, COVE = SettingId("harbor"), SettingId("cove")
ZONE = "America/Los_Angeles"


class Doing(TypedDict, total=False):
    """What a line of work says beside its day. Either `hours` or `minutes`."""

    hours: int
    minutes: int
    activity: str
    at: str
    under: str
    medium: Medium
    attested: Attested


def work(day: str, **doing: Unpack[Doing]) -> LoggedEntry:
    """Return a line of hours: an hour of individual therapy at the Harbor, if nothing is said."""
    minutes = doing.get("minutes", doing.get("hours", 0) * 60) or 60
    entry = Entry(
        id=EntryId("numbered-by-lived"),
        day=date.fromisoformat(day),
        minutes=minutes,
        activity=Activity(doing.get("activity", "individual-therapy")),
        modality=doing.get("medium", Medium.IN_PERSON),
        supervisor=PersonId(doing.get("under", ALMA)),
    )
    at = SettingId(doing.get("at", HARBOR))
    return LoggedEntry(entry, at, doing.get("attested", Attested.HERE))


class Meeting(TypedDict, total=False):
    """What a session says beside its day. `together` is how many supervisees were there."""

    minutes: int
    together: int
    at: str
    led_by: Sequence[str]
    clock: str
    medium: Medium
    real_time: bool
    observed: int
    there: int
    status: SessionStatus
    zone: str


def met(day: str, **meeting: Unpack[Meeting]) -> Session:
    """Return a session: Alma and Robin, an hour from 10:00 at the Harbor, if nothing is said.

    `there` are Robin's own minutes, where they are fewer than the session's.
    """
    minutes = meeting.get("minutes", 60)
    zone = ZoneInfo(meeting.get("zone", ZONE))
    start = datetime.fromisoformat(f"{day}T{meeting.get('clock', '10:00')}").replace(tzinfo=zone)
    others = [
        Attendance(PersonId(f"other-{number}"), minutes)
        for number in range(1, meeting.get("together", 1))
    ]
    me = Attendance(ME, meeting.get("there", minutes), meeting.get("observed", 0))
    return Session(
        id=SessionId("numbered-by-lived"),
        setting=SettingId(meeting.get("at", HARBOR)),
        start=start,
        end=(start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone),
        status=meeting.get("status", SessionStatus.HELD),
        led_by=tuple(PersonId(one) for one in meeting.get("led_by", [ALMA])),
        attended=(me, *others),
        medium=meeting.get("medium", Medium.IN_PERSON),
        real_time=meeting.get("real_time", True),
    )


def setting(
    name: str = HARBOR,
    *,
    week_start: Weekday = Weekday.MONDAY,
    zone: str = ZONE,
    kind: str | None = None,
) -> Setting:
    """Return an invented workplace."""
    return Setting(SettingId(name), f"The {name}", zone, week_start, kind)


class Licensed(TypedDict, total=False):
    """What a licence says beside its type. `history` is (since, status), from `issued` licensed."""

    board: str
    jurisdiction: str
    issued: str
    expires: str | None
    history: Sequence[tuple[str, LicenceStatus]]
    training_licence: bool


def licence(licence_type: str = "LMFT", **licensed: Unpack[Licensed]) -> Credential:
    """Return a licence: a Californian LMFT since 2010 without an end, if nothing is said."""
    issued = licensed.get("issued", "2010-01-01")
    expires = licensed.get("expires")
    history = licensed.get("history", [(issued, LicenceStatus.LICENSED)])
    board = licensed.get("board", f"us-ca-bbs-{licence_type.lower()}")
    return Credential(
        licence_type=licence_type,
        number="10001",
        board=board,
        board_name="An invented board",
        jurisdiction=licensed.get("jurisdiction", "US-CA"),
        issued=date.fromisoformat(issued),
        expires=date.fromisoformat(expires) if expires else None,
        history=tuple(StatusChange(date.fromisoformat(since), status) for since, status in history),
        training_licence=licensed.get("training_licence", False),
    )


def course(completed: str, *, minutes: int = 900) -> SupervisorTraining:
    """Return a course in supervision: 15 h, if nothing is said."""
    return SupervisorTraining("Supervision", minutes, date.fromisoformat(completed))


def person(
    name: str = ALMA,
    *licences: Credential,
    training: Iterable[SupervisorTraining] = (),
) -> Person:
    """Return an invented person with exactly these licences."""
    return Person(
        PersonId(name),
        f"Invented {name.title()}",
        credentials=licences,
        training=tuple(training),
    )


class Agreed(TypedDict, total=False):
    """What an agreement says. It is signed on the day it starts, unless `signed_on` is given."""

    supervisor: str
    supervisee: str
    at: str
    ends: str | None
    signed_on: str | None
    structure: str | None
    employed_there: bool | None
    barred_relation: bool


def agreement(starts: str = "2000-01-01", **agreed: Unpack[Agreed]) -> Agreement:
    """Return an agreement of Alma and Robin at the Harbor without an end, if nothing is said."""
    ends, signed = agreed.get("ends"), agreed.get("signed_on", starts)
    return Agreement(
        id=AgreementId("numbered-by-lived"),
        supervisor=PersonId(agreed.get("supervisor", ALMA)),
        supervisee=PersonId(agreed.get("supervisee", ME)),
        setting=SettingId(agreed.get("at", HARBOR)),
        starts=date.fromisoformat(starts),
        ends=date.fromisoformat(ends) if ends else None,
        signed_on=date.fromisoformat(signed) if signed else None,
        structure=agreed.get("structure"),
        employed_there=agreed.get("employed_there", True),
        barred_relation=agreed.get("barred_relation", False),
    )


def leave(first: str, last: str, *, approved: str | None = None) -> Leave:
    """Return a leave of Robin's, approved in writing on a day or not at all."""
    return Leave(
        LeaveId(f"leave-{first}"),
        ME,
        date.fromisoformat(first),
        date.fromisoformat(last),
        date.fromisoformat(approved) if approved else None,
    )


def candidacy(pack: str = "test-pack", **days: str) -> Candidacy:
    """Return Robin's way through a pack: `candidacy(degree='2024-05-01', registered=…)`."""
    reached = (
        Reached(Milestone(name.replace("_", "-")), date.fromisoformat(day))
        for name, day in days.items()
    )
    return Candidacy(CandidacyId(f"robin-{pack}"), ME, pack, tuple(reached))


class Written(TypedDict, total=False):
    """What a form says beside its name and its signatures."""

    supervisee: str | None
    supervisor: str | None
    at: str | None
    first_day: str
    last_day: str
    received_on: str


def form(
    name: str, *signed: tuple[str, str] | tuple[str, str, SignatureKind], **written: Unpack[Written]
) -> Form:
    """Return a form of Robin and Alma: `form('m-fvf', (ALMA, '2026-07-31'), first_day=…)`."""
    supervisee, supervisor = written.get("supervisee", ME), written.get("supervisor", ALMA)
    at = written.get("at", HARBOR)
    first, last, received = (
        written.get("first_day"),
        written.get("last_day"),
        written.get("received_on"),
    )
    return Form(
        id=FormId("numbered-by-lived"),
        form=name,
        supervisee=PersonId(supervisee) if supervisee else None,
        supervisor=PersonId(supervisor) if supervisor else None,
        setting=SettingId(at) if at else None,
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
        signatures=tuple(
            FormSignature(
                PersonId(one[0]),
                date.fromisoformat(one[1]),
                one[2] if len(one) > 2 else SignatureKind.INK,
            )
            for one in signed
        ),
        received_on=date.fromisoformat(received) if received else None,
    )


class Life(TypedDict, total=False):
    """What else is known of Robin."""

    settings: Iterable[Setting]
    people: Iterable[Person]
    agreements: Iterable[Agreement] | None
    consultations: Iterable[Consultation]
    leaves: Iterable[Leave]
    forms: Iterable[Form]
    candidacies: Iterable[Candidacy]
    pending: Iterable[PendingCorrection]


def lived(
    entries: Iterable[LoggedEntry] = (), sessions: Iterable[Session] = (), **life: Unpack[Life]
) -> Experience:
    """Return Robin's experience. Settings and people given stand in for, or beside, the usual ones.

    Alma and Bea are LMFTs since 2010. Where no agreements are given, both have one with Robin in
    every setting since 2000.
    """
    places = [setting(HARBOR), setting(COVE), *life.get("settings", ())]
    people = [person(ME), person(ALMA, licence()), person(BEA, licence()), *life.get("people", ())]
    settings = {one.id: one for one in places}
    agreements = life.get("agreements")
    if agreements is None:
        agreements = [
            agreement(supervisor=leader, at=at) for leader in (ALMA, BEA) for at in settings
        ]
    return Experience(
        person=ME,
        people={one.id: one for one in people},
        settings=settings,
        agreements=tuple(
            replace(one, id=AgreementId(f"a{number}")) for number, one in enumerate(agreements)
        ),
        sessions=tuple(
            replace(one, id=SessionId(f"s{number:04}")) for number, one in enumerate(sessions)
        ),
        entries=tuple(
            replace(one, entry=replace(one.entry, id=EntryId(f"e{number:04}")))
            for number, one in enumerate(entries)
        ),
        consultations=tuple(life.get("consultations", ())),
        leaves=tuple(life.get("leaves", ())),
        forms=tuple(
            replace(one, id=FormId(f"f{number}"))
            for number, one in enumerate(life.get("forms", ()))
        ),
        candidacies=tuple(life.get("candidacies", ())),
        pending=tuple(life.get("pending", ())),
    )
