"""Undoing an import: as a whole, never what was signed, and the hosts hear of it."""

import pytest
from tests.integration.intake.conftest import NOW, Intake

from witnessmark.application.undo_import import CannotUndoError, Undone, undo_import
from witnessmark.domain.attesting import revoke_attestation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import LogState
from witnessmark.domain.ids import PersonId
from witnessmark.domain.requests import RequestState
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import DomainError
from witnessmark.ports.records import RecordKey

SMALL = """\
case_file: 1
marked: invented
clinic: {id: example-harbour, name: Example Harbour (invented), time_zone: America/Los_Angeles}
people:
  - id: sv
    registered_name: Petra Example-Lund
    supervisor_training: [{title: Invented course, minutes: 900, completed: 2025-05-05}]
  - {id: se, registered_name: Noa Example-Reyes}
settings:
  - {id: quay, name: Quay (invented), time_zone: America/Los_Angeles, week_start: monday}
"""
WEEK = """\
sessions:
  - {id: s-1, setting: quay, start: 2026-10-06 16:00, end: 2026-10-06 17:00, status: held,
     led_by: [sv], attended: [{person: se, minutes: 60}], medium: video}
entries:
  - {id: e-1, supervisee: se, setting: quay, day: 2026-10-05, minutes: 150,
     activity: individual-therapy, modality: video, supervisor: sv}
weeks:
  - {supervisee: se, setting: quay, week_of: 2026-10-05, submitted_at: 2026-10-12 08:30,
     recorded_by: se}
"""
SIGNED = """\
attestations:
  - {id: t-1, supervisee: se, setting: quay, week_of: 2026-10-05, supervisor: sv,
     method: recorded-elsewhere, signed_on: 2026-10-13, recorded_by: sv,
     recorded_at: 2026-10-13 17:00}
"""


def take(intake: Intake, text: str) -> str:
    path = intake.folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return intake.take_case(path).id


def undo(intake: Intake, batch: str) -> Undone:
    with intake.store.change(intake.clinic) as work:
        return undo_import(work, batch, act=intake.act)


def test_what_no_host_has_heard_of_is_gone_without_a_trace_in_the_shelves(intake: Intake) -> None:
    first = take(intake, SMALL)
    intake.connect()
    second = take(intake, SMALL + WEEK)
    assert undo(intake, second) == Undone(removed=2, struck=0, restored=0, kept=0)
    with intake.store.look(intake.clinic) as work:
        assert not list(work.logs.all())
        assert not list(work.sessions.all())
        assert not list(work.requests.all())
    assert not intake.owed()
    assert undo(intake, first) == Undone(removed=3, struck=0, restored=0, kept=0)


def test_what_a_host_has_is_struck_as_entered_in_error_and_sent_again(intake: Intake) -> None:
    take(intake, SMALL)
    intake.connect()
    take(intake, SMALL + WEEK)
    with intake.store.look(intake.clinic) as work:
        (log,) = work.logs.all()
    assert intake.deliver() == 3
    undo(intake, "batch-2")
    assert intake.owed() == {"session": 1, "hour_log": 1, "request": 1}
    with intake.store.look(intake.clinic) as work:
        assert work.sessions.get("s-1").status is SessionStatus.ENTERED_IN_ERROR
        assert work.logs.get(log.id).state is LogState.ENTERED_IN_ERROR
        assert [one.state for one in work.requests.all()] == [RequestState.WITHDRAWN]


def test_people_that_a_struck_record_names_stay_and_their_credentials_are_taken_back(
    intake: Intake,
) -> None:
    take(intake, SMALL.replace("people:", "people:\n  - {id: x, registered_name: X Example}"))
    intake.connect()
    undo(intake, "batch-1")
    batch = take(intake, SMALL + WEEK)
    assert intake.deliver() == 4
    assert undo(intake, batch) == Undone(removed=0, struck=3, restored=0, kept=2)
    with intake.store.look(intake.clinic) as work:
        assert work.people.get("sv").training == ()
        assert work.people.get("se").registered_name == "Noa Example-Reyes"
    assert intake.owed() == {"session": 1, "hour_log": 1, "credentials": 1, "request": 1}


def test_a_struck_week_that_is_imported_again_comes_back_to_life(intake: Intake) -> None:
    take(intake, SMALL)
    intake.connect()
    batch = take(intake, SMALL + WEEK)
    intake.deliver()
    undo(intake, batch)
    again = take(intake, SMALL + WEEK)
    assert again != batch
    with intake.store.look(intake.clinic) as work:
        (log,) = work.logs.all()
        assert log.state is LogState.SUBMITTED
        assert log.entries[0].minutes == 150
        assert work.sessions.get("s-1").status is SessionStatus.HELD


def test_a_changed_thing_goes_back_to_what_it_was_and_is_owed_again(intake: Intake) -> None:
    take(intake, SMALL)
    intake.connect()
    take(intake, SMALL + WEEK)
    intake.deliver()
    third = take(intake, SMALL + WEEK.replace("minutes: 60}", "minutes: 45}"))
    assert undo(intake, third) == Undone(removed=0, struck=0, restored=1, kept=0)
    with intake.store.look(intake.clinic) as work:
        assert work.sessions.get("s-1").attended[0].minutes == 60
        row = work.deliveries.get("ehr", RecordKey(ObjectKind.SESSION, "s-1"))
        assert row is not None
        assert (row.wanted, row.delivered) == (3, 1)


def test_what_was_signed_is_not_undone_until_it_is_revoked(intake: Intake) -> None:
    take(intake, SMALL)
    intake.connect()
    batch = take(intake, SMALL + WEEK + SIGNED)
    intake.deliver()
    with pytest.raises(CannotUndoError, match="is attested: revoke t-1 first"):
        undo(intake, batch)
    with intake.store.change(intake.clinic) as work:
        revoked = revoke_attestation(
            work.attestations.get("t-1"), by=PersonId("sv"), at=NOW, reason="Wrong week."
        )
        work.attestations.put(revoked)
    assert undo(intake, batch) == Undone(removed=0, struck=2, restored=0, kept=1)
    with intake.store.look(intake.clinic) as work:
        assert work.attestations.get("t-1") == revoked


def test_every_reason_against_undoing_is_told_and_nothing_happens(intake: Intake) -> None:
    first = take(intake, SMALL + WEEK)
    second = SMALL.replace("Quay (invented)", "Quay Street (invented)")
    leave = "leaves: [{id: l-1, person: se, first_day: 2026-10-19, last_day: 2026-10-20}]\n"
    take(intake, second + leave)
    with pytest.raises(CannotUndoError) as error:
        undo(intake, first)
    assert error.value.reasons == (
        "settings/quay was changed since.",
        "leaves/l-1 names people/se.",
    )
    with intake.store.look(intake.clinic) as work:
        assert work.batches.get(first).undone_at is None


def test_an_import_is_undone_once(intake: Intake) -> None:
    batch = take(intake, SMALL)
    undo(intake, batch)
    with pytest.raises(DomainError, match="undone already"):
        undo(intake, batch)
