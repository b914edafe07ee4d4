"""Random records of the invented clinic, and hosts' bodies full of what is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from witnessmark.domain.hours import Activity, Entry, LogState
from witnessmark.domain.ids import EntryId, PersonId
from witnessmark.domain.people import Credential, LicenceStatus, StatusChange, SupervisorTraining
from witnessmark.domain.requests import Proof, RequestState, TimeSource
from witnessmark.domain.sessions import Attendance, Medium, SessionStatus
from witnessmark.domain.verifications import VerificationMethod, VerificationOutcome
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    HourLogRecord,
    Part,
    RequestRecord,
    SessionRecord,
    VerificationRecord,
)
from witnessmark.testing import PEOPLE, SETTING, SUPERVISOR, Records, changed
from witnessmark_adapters.fhir_r4.names import Names

X = Names("https://canonical.invalid/fhir")
STAFF = {person.id: HostRef(f"Practitioner/{person.id}-there") for person in PEOPLE}
LOG_RECEIPT = (Part("hour_log", HostRef("QuestionnaireResponse/week"), "7", "0" * 64),)

MARK = "foreign-mark"

_words = st.text(alphabet="abcdefghij -'é", min_size=1, max_size=12).map(str.strip).filter(bool)
_days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
_people = st.lists(st.sampled_from(list(STAFF)), min_size=1, max_size=4, unique=True)
_zones = st.sampled_from(["America/Los_Angeles", "America/Phoenix", "Asia/Kolkata", "UTC"])
_instants = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
    datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_settings = st.builds(lambda zone: replace(SETTING, time_zone=zone), _zones)


@st.composite
def sessions(draw: st.DrawFn) -> SessionRecord:
    record = Records(STAFF, draw(st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True))).session()
    start = draw(_instants)
    attended = [Attendance(who, draw(st.integers(0, 600))) for who in draw(_people)]
    session = replace(
        record.session,
        start=start,
        end=start + timedelta(minutes=draw(st.integers(0, 600)), seconds=draw(st.integers(1, 59))),
        status=draw(st.sampled_from(SessionStatus)),
        led_by=tuple(draw(_people)),
        attended=tuple(attended),
        medium=draw(st.sampled_from(Medium)),
        real_time=draw(st.booleans()),
    )
    return replace(record, session=session, setting=draw(_settings))


@st.composite
def logs(draw: st.DrawFn) -> HourLogRecord:
    record = Records(STAFF, "law").log()
    entry = st.builds(
        Entry,
        id=st.from_regex(r"e-[a-z0-9]{1,8}", fullmatch=True).map(EntryId),
        day=_days,
        minutes=st.integers(1, 1440),
        activity=st.sampled_from(Activity),
        modality=st.sampled_from(Medium),
        supervisor=st.sampled_from(list(STAFF)).map(PersonId),
    )
    log = replace(
        record.log,
        week_start=draw(_days),
        entries=tuple(draw(st.lists(entry, max_size=5))),
        state=draw(st.sampled_from([one for one in LogState if one is not LogState.DRAFT])),
        submitted_at=draw(_instants),
        corrections=draw(st.integers(0, 2)),
    )
    return replace(record, log=log, setting=replace(draw(_settings), name=draw(_words)))


@st.composite
def credentials(draw: st.DrawFn) -> CredentialsRecord:
    licence = st.builds(
        Credential,
        licence_type=_words,
        number=st.from_regex(r"[A-Z0-9-]{1,10}", fullmatch=True),
        board=st.sampled_from(["us-ca-invented", "us-or-invented", "in-invented"]),
        board_name=_words,
        jurisdiction=st.sampled_from(["US-CA", "US-OR", "IN-KA"]),
        issued=_days,
        expires=st.none() | _days.map(lambda day: day + timedelta(days=9000)),
        history=st.lists(
            st.builds(StatusChange, since=_days, status=st.sampled_from(LicenceStatus)), max_size=2
        ).map(tuple),
        training_licence=st.booleans(),
    )
    course = st.builds(SupervisorTraining, title=_words, minutes=st.just(900), completed=_days)
    person = replace(
        SUPERVISOR,
        credentials=tuple(draw(st.lists(licence, max_size=3, unique_by=lambda one: one.number))),
        training=tuple(draw(st.lists(course, max_size=2, unique_by=lambda one: one.completed))),
    )
    return replace(Records(STAFF, "law").credentials(), person=person)


@st.composite
def attestations(draw: st.DrawFn) -> AttestationRecord:
    record = Records(STAFF, "law").attestation(LOG_RECEIPT, exact=draw(st.booleans()))
    attestation = replace(
        record.attestation,
        supervisor=draw(st.sampled_from(list(STAFF))),
        recorded_by=draw(st.sampled_from(list(STAFF))),
        recorded_at=draw(_instants),
    )
    record = replace(record, attestation=attestation, setting=draw(_settings))
    again = changed(record)
    return again if draw(st.booleans()) and isinstance(again, AttestationRecord) else record


@st.composite
def agreements(draw: st.DrawFn) -> AgreementRecord:
    record = Records(STAFF, draw(st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True))).agreement()
    supervisor, supervisee = draw(st.permutations(list(STAFF)))[:2]
    agreement = replace(
        record.agreement,
        supervisor=supervisor,
        supervisee=supervisee,
        starts=draw(_days),
        ends=draw(st.none() | _days),
    )
    return replace(record, agreement=agreement)


@st.composite
def verifications(draw: st.DrawFn) -> VerificationRecord:
    record = Records(STAFF, "law").verification()
    verification = replace(
        record.verification,
        number=draw(st.text(alphabet="AB1-\\' é", min_size=1, max_size=10)),
        method=draw(st.sampled_from(VerificationMethod)),
        source=draw(_words),
        outcome=draw(st.sampled_from(VerificationOutcome)),
        at=draw(_instants),
        next_due=draw(st.none() | _days),
    )
    return replace(record, verification=verification)


@st.composite
def requests(draw: st.DrawFn) -> RequestRecord:
    records = Records(STAFF, draw(st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True)))
    note = HostRef("DocumentReference/note-1")
    ways = [records.request_of_week(LOG_RECEIPT), records.request_of_note(note)]
    record = draw(st.sampled_from(ways))
    proof = st.builds(
        Proof,
        signer=st.just("Practitioner/there"),
        person=st.none(),
        at=_instants,
        time_from=st.sampled_from(TimeSource),
        version=st.just("3"),
    )
    request = replace(
        record.request,
        asked_at=draw(_instants),
        due=draw(st.none() | _instants),
        state=draw(st.sampled_from(RequestState)),
        proof=draw(st.none() | proof),
    )
    return replace(record, request=request)


def foreign_members(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what any resource of a host may carry beside ours."""
    own = {
        "id": "there",
        "meta": {
            "versionId": "3",
            "project": MARK,
            "author": {"reference": MARK},
            "tag": [{"system": "https://host.invalid/tag", "code": MARK}],
        },
        "extension": [{"url": "https://host.invalid/extension", "valueString": MARK}],
        "text": {"status": "generated", "div": MARK},
    }
    return {name: own[name] for name in draw(st.sets(st.sampled_from(sorted(own))))}


def marks(node: object, path: str = "") -> Iterator[str]:
    """Give the path (without indexes) of everything that is not ours, as often as it stands."""
    if node == MARK:
        yield path
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from marks(value, f"{path}.{name}")
    elif isinstance(node, list):
        for value in node:
            yield from marks(value, path)
