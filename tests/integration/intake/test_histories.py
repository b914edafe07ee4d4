"""Whatever became of a week, rules read it the same in the store, in a file, and brought anew."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.intake.conftest import SEAL, CountedIds

from witnessmark.application.acts import Act
from witnessmark.application.case_contents import CaseContents
from witnessmark.application.experiences import experience_in
from witnessmark.application.importing import ImportRequest, import_case
from witnessmark.application.stored_cases import contents_of
from witnessmark.application.weeks import (
    SignedPaper,
    correct_week,
    record_attestation,
    submit_week,
)
from witnessmark.domain.actors import OPERATOR, Action, Actor, Role
from witnessmark.domain.hours import Activity, Entry, HourLog
from witnessmark.domain.ids import (
    AttestationId,
    BatchId,
    ClinicId,
    EntryId,
    LogId,
    PersonId,
    SettingId,
)
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Medium
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError
from witnessmark.ports.store import Clinic, Work
from witnessmark.store.opening import open_store
from witnessmark.surfaces.intake.case_reading import read_case_file
from witnessmark.surfaces.intake.case_writing import case_file_of

NOA, PETRA, RUTH = PersonId("noa"), PersonId("petra"), PersonId("ruth")
QUAY = Setting(SettingId("quay"), "Quay Street (invented)", "America/Los_Angeles")
CLINIC = Clinic(ClinicId("quay"), "Quay (invented)", "America/Los_Angeles")
MAY = {role: frozenset(Action) for role in Role}

supervisors = st.sampled_from([PETRA, RUTH])
acts = st.one_of(
    st.tuples(st.just("add"), supervisors),
    st.tuples(st.sampled_from(["change", "remove"]), supervisors),
    st.tuples(st.just("submit"), st.none()),
    st.tuples(st.just("sign"), supervisors),
    st.tuples(st.just("sign"), supervisors),
)


@dataclass
class Life:
    """A week, hour after hour; what may not be done then is not done."""

    work: Work
    now: datetime = datetime(2026, 10, 12, 12, tzinfo=UTC)
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def act(self, role: Role, person: PersonId) -> Act:
        self.now += timedelta(hours=1)
        return Act(Actor(role, person), self.now, MAY)

    def go_on(self, what: str, who: PersonId | None) -> None:
        number = next(self.count)
        entries = list(self.work.logs.get("week").entries)
        if what == "submit":
            submit_week(self.work, "week", act=self.act(Role.SUPERVISEE, NOA))
        elif what == "sign" and who is not None:
            paper = SignedPaper(AttestationId(f"t{number}"), who, date(2026, 10, 12))
            by = self.act(Role.SUPERVISOR, who)
            record_attestation(self.work, "week", paper=paper, act=by)
        elif who is not None:
            former = entries.pop() if entries and what != "add" else None
            if what != "remove":
                named = EntryId(f"e{number}") if former is None else former.id
                entries.insert(0, line(named, number % 90 + 1, who))
            by = self.act(Role.SUPERVISEE, NOA)
            correct_week(self.work, "week", entries=entries, act=by)


def line(name: EntryId, minutes: int, supervisor: PersonId) -> Entry:
    day, what = date(2026, 10, 6), Activity.CRISIS
    return Entry(name, day, minutes, what, Medium.VIDEO, supervisor)


@contextmanager
def fresh(migrated: Path, tmp_path: Path) -> Iterator[Work]:
    store = open_store(shutil.copy(migrated, tmp_path / "fresh.db"), SEAL)
    with store.found(CLINIC) as work:
        yield work
    store.close()


def lived(work: Work, history: list[tuple[str, PersonId | None]]) -> CaseContents:
    for person in (NOA, PETRA, RUTH):
        work.people.put(Person(person, f"{person.title()} Example"))
    work.settings.put(QUAY)
    work.logs.put(HourLog(LogId("week"), NOA, QUAY.id, date(2026, 10, 5), ()))
    life = Life(work)
    for what, who in history:
        with suppress(DomainError):
            life.go_on(what, who)
    return replace(contents_of(work), clinic=CLINIC)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(acts, min_size=4, max_size=16))
def test_a_weeks_history_reads_the_same_wherever_it_is(
    migrated: Path, tmp_path: Path, history: list[tuple[str, PersonId | None]]
) -> None:
    with fresh(migrated, tmp_path) as work:
        contents = lived(work, history)
    here = experience_in(contents, NOA)
    path = tmp_path / "case.yaml"
    path.write_text(case_file_of(contents), encoding="utf-8")
    read = read_case_file(path)
    assert experience_in(read.contents, NOA) == here
    request = ImportRequest(BatchId("b"), "case.yaml", read.digest)
    act = Act(OPERATOR, datetime(2026, 11, 23, tzinfo=UTC), MAY)
    with fresh(migrated, tmp_path) as work:
        import_case(work, read.contents, request=request, ids=CountedIds(), act=act)
        assert experience_in(contents_of(work), NOA) == here
