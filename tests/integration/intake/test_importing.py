"""Importing: all or nothing, the same file once, what was signed never altered."""

from datetime import date
from pathlib import Path

import pytest
from tests.integration.intake.conftest import MAY, NOW, Intake

from witnessmark.application.acts import Act
from witnessmark.application.importing import ImportRequest, import_case
from witnessmark.domain.actors import Actor, Role
from witnessmark.domain.attesting import Standing, standing
from witnessmark.domain.hours import LogState
from witnessmark.domain.ids import BatchId, PersonId, SettingId
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import DeclarationError, NotAllowedError
from witnessmark.surfaces.intake.case_reading import read_case_file


def mistakes(intake: Intake, *edits: tuple[str, str]) -> list[str]:
    with pytest.raises(DeclarationError) as error:
        intake.take_case(edited(intake, *edits))
    return [problem.code for problem in error.value.problems]


def edited(intake: Intake, *edits: tuple[str, str]) -> Path:
    path = intake.folder / "practice.case.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    changed = intake.folder / "changed.case.yaml"
    changed.write_text(text, encoding="utf-8")
    return changed


def test_the_invented_clinic_comes_in_as_one_batch(intake: Intake) -> None:
    intake.take_case()
    with intake.store.look(intake.clinic) as work:
        logs = list(work.logs.all())
        assert len(logs) == 34
        assert {log.state for log in logs} == {LogState.SUBMITTED}
        first = work.logs.of_week(PersonId("ms"), SettingId("harbour"), date(2026, 9, 28))
        assert first is not None
        assert first.minutes == 200 + 60 + 150 + 120 + 90
        attestations = list(work.attestations.all())
        assert len(attestations) == 33
        kept = {log.id: log for log in logs}
        assert {standing(one, kept[one.log]) for one in attestations} == {Standing.STANDS}
        sessions = list(work.sessions.all())
        assert sum(one.status is SessionStatus.CANCELLED for one in sessions) == 2
        night = work.sessions.get("s-1101-tn")
        assert night.minutes == 60
        assert work.audit.verify().intact


def test_a_week_with_two_supervisors_carries_two_attestations(intake: Intake) -> None:
    intake.take_case()
    with intake.store.look(intake.clinic) as work:
        ruths = work.attestations.get("att-ar-1026-ro")
        daniels = work.attestations.get("att-ar-1026-dl")
        assert ruths.log == daniels.log
        assert not {one.entry for one in ruths.covers} & {one.entry for one in daniels.covers}


def test_only_what_may_leave_is_owed_to_a_host(intake: Intake) -> None:
    read = read_case_file(intake.folder / "practice.case.yaml")
    assert read.contents.clinic is not None
    with intake.store.found(read.contents.clinic):
        pass
    intake.connect()
    intake.take_case()
    intake.take_sheet("sessions.csv")
    intake.take_sheet("hours.csv")  # drafts: they never leave
    assert intake.owed() == {
        "session": 49,
        "credentials": 7,
        "hour_log": 34,
        "attestation": 33,
        "agreement": 6,
        # Two weeks are in and not attested, each under one supervisor.
        "request": 2,
    }


def test_the_same_file_is_not_imported_twice(intake: Intake) -> None:
    first = intake.take_case()
    assert intake.take_case() == first
    with intake.store.look(intake.clinic) as work:
        assert len(work.batches.all()) == 1


def test_a_changed_file_changes_only_what_differs(intake: Intake) -> None:
    intake.take_case()
    changed = edited(
        intake,
        ("registered_name: Li Ling Example-Chen", "registered_name: Lin Ling Example-Chen"),
        (
            "{id: consult-1, day: 2026-10-16, minutes: 50",
            "{id: consult-1, day: 2026-10-16, minutes: 45",
        ),
    )
    batch = intake.take_case(changed)
    assert [(line.shelf, line.record_id, line.before, line.after) for line in batch.lines] == [
        ("people", "lc", 1, 2),
        ("consultations", "consult-1", 1, 2),
    ]


def test_a_file_that_says_nothing_of_private_parts_leaves_them(intake: Intake) -> None:
    intake.take_case()
    changed = edited(
        intake,
        (
            "attended: [{person: ms, minutes: 60}], topics: [canary-heron-boundaries]}",
            "attended: [{person: ms, minutes: 55}]}",
        ),
    )
    intake.take_case(changed)
    with intake.store.look(intake.clinic) as work:
        session = work.sessions.get("s-0928-ms")
        assert session.attended[0].minutes == 55
        assert session.said.topics == ("canary-heron-boundaries",)


def test_a_file_never_changes_a_week_that_was_attested_or_submitted(intake: Intake) -> None:
    intake.take_case()
    attested = ("{id: ms-0928-1, supervisee: ms, setting: harbour, day: 2026-09-28, minutes: 200",)
    submitted = ("{id: jw-1109-1, supervisee: jw, setting: harbour, day: 2026-11-10, minutes: 180",)
    codes = mistakes(
        intake,
        (attested[0], attested[0].replace("200", "190")),
        (submitted[0], submitted[0].replace("180", "170")),
    )
    assert codes == ["attested_week_differs", "week_is_submitted"]


def test_an_attestation_in_the_store_is_never_altered_by_a_file(intake: Intake) -> None:
    intake.take_case()
    line = "week_of: 2026-09-28, supervisor: ro, method: recorded-elsewhere, signed_on: 2026-10-07"
    first = f"{{id: att-ms-0928-ro, supervisee: ms, setting: harbour, {line}"
    codes = mistakes(intake, (first, first.replace("2026-10-07", "2026-10-06")))
    assert codes == ["attestation_differs"]


def test_every_impossible_fact_is_told_and_nothing_is_half_imported(intake: Intake) -> None:
    codes = mistakes(
        intake,
        (
            "start: 2026-09-30 10:00, end: 2026-09-30 11:00",
            "start: 2026-09-29 16:30, end: 2026-09-29 17:30",
        ),
        (
            "start: 2026-10-07 10:00, end: 2026-10-07 11:00",
            "start: 2027-10-07 10:00, end: 2027-10-07 11:00",
        ),
        (
            "{id: ms-0928-1, supervisee: ms, setting: harbour, day: 2026-09-28, minutes: 200",
            "{id: ms-0928-1, supervisee: ms, setting: harbour, day: 2026-09-28, minutes: 1441",
        ),
        (
            "week_of: 2026-10-05, submitted_at: 2026-10-12 08:30, recorded_by: ms",
            "week_of: 2026-10-05, submitted_at: 2026-10-08 08:30, recorded_by: ms",
        ),
        (
            "week_of: 2026-11-09, submitted_at: 2026-11-16 08:30, recorded_by: ms",
            "week_of: 2026-11-09, submitted_at: 2026-11-26 08:30, recorded_by: ms",
        ),
    )
    assert codes == [
        "held_in_future",
        "two_places_at_once",
        "day_overfull",
        "day_in_future",
        "in_future",
    ]
    with intake.store.look(intake.clinic) as work:
        assert not work.batches.all()
        assert not list(work.people.all())
        assert work.audit.verify().entries == 0


def test_who_recorded_and_who_imported_are_written_down(intake: Intake) -> None:
    intake.take_case()
    with intake.store.look(intake.clinic) as work:
        (entry,) = work.audit.of("attestation/att-jw-0928-dl")
        assert (entry.actor, entry.action) == ("operator", "attestation_recorded")
        assert entry.detail["recorded_by"] == "dl"
        log = work.attestations.get("att-jw-0928-dl").log
        (entry,) = work.audit.of(f"hour_log/{log}")
        assert (entry.action, entry.detail["recorded_by"]) == ("submission_recorded", "jw")


def test_another_clinics_file_is_refused(intake: Intake) -> None:
    intake.take_case()
    codes = mistakes(intake, ("clinic: {id: example-harbour,", "clinic: {id: example-quay,"))
    assert codes == ["another_clinic"]


def test_a_person_without_the_permission_imports_nothing(intake: Intake) -> None:
    read = read_case_file(intake.folder / "practice.case.yaml")
    act = Act(Actor(Role.SUPERVISOR, PersonId("ro")), NOW, MAY)
    request = ImportRequest(BatchId("b"), read.source, read.digest)
    with intake.store.change(intake.clinic) as work, pytest.raises(NotAllowedError):
        import_case(work, read.contents, request=request, ids=intake.ids, act=act)


AGAIN = """\
case_file: 1
clinic: {id: example-harbour, name: Example Harbour (invented), time_zone: America/Los_Angeles}
people:
  - id: ruth
    registered_name: Ruth Example-Okafor
    npi: "1000001010"
    licences:
      - {type: Invented, number: inv-csw-0101, board: invented-ca-csw, board_name: Invented,
         jurisdiction: US-CA, issued: 2012-05-01, history: [{since: 2012-05-01, status: licensed}]}
"""


def test_a_second_file_brings_nobody_under_another_id(intake: Intake) -> None:
    intake.take_case()
    again = intake.folder / "again.case.yaml"
    again.write_text(AGAIN, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        intake.take_case(again)
    (npi, licence) = error.value.problems
    assert (npi.code, npi.path, npi.message) == (
        "one_human_twice",
        "people[0].npi",
        "'ro' and 'ruth' have the same NPI.",
    )
    assert (licence.code, licence.path) == ("one_human_twice", "people[0].licences[0].number")
