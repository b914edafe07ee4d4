"""The law of the case file: what is written reads back the same, private parts only when asked."""

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from witnessmark.application.case_contents import (
    AttestationFact,
    CaseContents,
    EntryFact,
    WeekFact,
)
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Candidacy, Milestone, Reached
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form, FormSignature, SignatureKind
from witnessmark.domain.groups import Membership, Rhythm, StandingGroup, Turn, TurnKind
from witnessmark.domain.hours import Activity
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
from witnessmark.domain.sessions import Attendance, Medium, Said, Session, SessionStatus
from witnessmark.domain.settings import Setting, Weekday
from witnessmark.ports.store import Clinic
from witnessmark.surfaces.intake.case_reading import read_case_file
from witnessmark.surfaces.intake.case_writing import case_file_of

PEOPLE = [PersonId("a"), PersonId("true"), PersonId("12.5")]
NPIS = ["1234567893", "1000001010", "1000001028"]
ZONES = ["America/Los_Angeles", "Asia/Kolkata", "UTC"]

names = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
later = st.integers(0, 900)
lengths = st.integers(1, 1500)
people = st.sampled_from(PEOPLE)
some = st.lists(people, min_size=1, max_size=2, unique=True).map(tuple)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
SETTINGS = [
    Setting(SettingId("s1"), "One", ZONES[0], Weekday.MONDAY),
    Setting(SettingId("null"), "Two", ZONES[1], Weekday.SUNDAY, "hospital"),
]
settings_known = st.sampled_from(SETTINGS)


def maybe(strategy: st.SearchStrategy[date]) -> st.SearchStrategy[date | None]:
    return st.none() | strategy


@st.composite
def credentials(draw: st.DrawFn, board: str) -> Credential:
    issued = draw(days)
    history = sorted(draw(st.lists(days, min_size=1, max_size=2)))
    return Credential(
        draw(names),
        draw(names),
        board,
        draw(names),
        "US-CA",
        issued,
        draw(st.none() | later.map(lambda n: issued + timedelta(n))),
        tuple(StatusChange(day, draw(st.sampled_from(LicenceStatus))) for day in history),
        draw(st.booleans()),
    )


@st.composite
def persons(draw: st.DrawFn, person: PersonId) -> Person:
    training = st.builds(SupervisorTraining, names, st.integers(1, 9000), days)
    return Person(
        person,
        draw(names),
        draw(st.none() | names),
        draw(st.none() | st.just(NPIS[PEOPLE.index(person)])),
        tuple(draw(st.lists(credentials(f"board-{PEOPLE.index(person)}"), max_size=2))),
        tuple(draw(st.lists(training, max_size=1))),
    )


@st.composite
def groups(draw: st.DrawFn) -> StandingGroup:
    since = draw(days)
    turns = st.builds(Turn, days, people, st.sampled_from(TurnKind), st.none() | people)
    clock = st.times().map(lambda at: time(at.hour, at.minute))
    rhythm = st.builds(Rhythm, days, clock, lengths, st.integers(1, 52), maybe(days))
    return StandingGroup(
        GroupId("g"),
        draw(names),
        draw(settings_known).id,
        draw(some),
        (Membership(draw(people), since, draw(st.none() | st.just(since))),),
        draw(st.none() | rhythm),
        tuple(draw(st.lists(turns, max_size=2))),
    )


@st.composite
def sessions(draw: st.DrawFn, number: int) -> Session:
    observed = st.integers(0, 30)
    attended = st.builds(Attendance, people, st.integers(30, 1500), observed)
    attended |= st.builds(Attendance, people, st.integers(0, 1500))
    return Session(
        SessionId(f"n{number}"),
        draw(settings_known).id,
        draw(instants),
        draw(instants),
        draw(st.sampled_from(SessionStatus)),
        draw(some),
        tuple(draw(st.lists(attended, min_size=1, max_size=2))),
        draw(st.sampled_from(Medium)),
        draw(st.booleans()),
        draw(st.none() | st.just(GroupId("g"))),
        Said(draw(st.none() | people), tuple(draw(st.lists(names, max_size=2)))),
    )


@st.composite
def agreements(draw: st.DrawFn, setting: SettingId) -> Agreement:
    return Agreement(
        AgreementId("a"),
        PEOPLE[0],
        PEOPLE[1],
        setting,
        draw(days),
        None,
        draw(days),
        draw(st.none() | st.just("concentrated")),
        draw(st.none() | st.booleans()),
        draw(st.booleans()),
    )


@st.composite
def ways(draw: st.DrawFn) -> Candidacy:
    reached = draw(st.lists(st.sampled_from(Milestone), unique=True, max_size=2))
    return Candidacy(
        CandidacyId("w"),
        draw(people),
        "us-ca-amft",
        tuple(Reached(milestone, draw(days)) for milestone in reached),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    first = draw(maybe(days))
    signatures = st.builds(FormSignature, people, days, st.sampled_from(SignatureKind))
    return Form(
        FormId("f"),
        "m-fvf",
        draw(people),
        draw(st.none() | people),
        draw(st.none() | settings_known.map(lambda setting: setting.id)),
        first,
        draw(maybe(days)) if first is None else None,
        tuple(draw(st.lists(signatures, min_size=1, max_size=2))),
        draw(maybe(days)),
    )


@st.composite
def contents(draw: st.DrawFn) -> CaseContents:
    setting = draw(settings_known)
    week = setting.week_of(draw(days))
    first = draw(days)
    return CaseContents(
        Clinic(ClinicId("c"), draw(names), "America/Los_Angeles"),
        draw(st.none() | names),
        tuple(draw(persons(person)) for person in PEOPLE),
        tuple(SETTINGS),
        (draw(agreements(setting.id)),),
        (draw(groups()),),
        tuple(draw(sessions(n)) for n in range(draw(st.integers(0, 2)))),
        (Consultation(ConsultationId("c"), draw(days), draw(lengths), draw(some)),),
        (Leave(LeaveId("l"), draw(people), first, first, draw(maybe(days))),),
        (
            EntryFact(
                EntryId("e"),
                draw(people),
                setting.id,
                draw(days),
                draw(lengths),
                draw(st.sampled_from(Activity)),
                draw(st.sampled_from(Medium)),
                draw(people),
            ),
        ),
        (WeekFact(draw(people), setting.id, week, draw(instants), draw(people)),),
        (
            AttestationFact(
                AttestationId("t"),
                PEOPLE[0],
                setting.id,
                week,
                PEOPLE[1],
                draw(days),
                PEOPLE[2],
                draw(instants),
                signed_entries=draw(
                    st.just(())
                    | st.builds(
                        EntryFact,
                        st.just(EntryId("e")),
                        st.just(PEOPLE[0]),
                        st.just(setting.id),
                        st.just(week),
                        lengths,
                        st.sampled_from(Activity),
                        st.sampled_from(Medium),
                        st.just(PEOPLE[1]),
                    ).map(lambda one: (one,))
                ),
            ),
        ),
        (draw(ways()),),
        (draw(forms()),),
    )


def read_back(text: str) -> CaseContents:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return read_case_file(path).contents


@settings(max_examples=40, deadline=None)
@given(contents())
def test_what_is_written_with_its_private_parts_reads_back_the_same(told: CaseContents) -> None:
    assert read_back(case_file_of(told, with_private=True)) == told


@settings(max_examples=20, deadline=None)
@given(contents())
def test_what_is_private_is_left_out_and_all_else_reads_back_the_same(told: CaseContents) -> None:
    public = replace(
        told,
        sessions=tuple(replace(one, said=Said()) for one in told.sessions),
        groups=tuple(replace(one, ledger=()) for one in told.groups),
    )
    assert read_back(case_file_of(told)) == public
