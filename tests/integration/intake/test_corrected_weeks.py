"""A week corrected after it was signed: what was signed counts, from a file and from the store."""

from dataclasses import replace
from datetime import date

import pytest
from tests.integration.intake.conftest import NOW, Intake
from tests.integration.intake.test_undoing import SMALL, WEEK, undo

from witnessmark.application.acts import Act
from witnessmark.application.experiences import experience_in
from witnessmark.application.stored_cases import contents_about, contents_of
from witnessmark.application.weeks import correct_week, revoke_attestation, submit_week
from witnessmark.domain.actors import Action, Actor, Role
from witnessmark.domain.attesting import Standing, standing
from witnessmark.domain.hours import LogState
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.errors import DeclarationError
from witnessmark.ports.store import Batch, Work
from witnessmark.rules.experience import Experience, PendingCorrection
from witnessmark.surfaces.intake.case_reading import read_case_file

SE, QUAY, MONDAY = PersonId("se"), SettingId("quay"), date(2026, 10, 5)
ACT_OF_SE = Act(
    Actor(Role.SUPERVISEE, SE), NOW, {Role.SUPERVISEE: frozenset({Action.LOG_HOURS, Action.SUBMIT})}
)
PENDING = (PendingCorrection(QUAY, MONDAY, 180, 150),)
"""Of e-1 180 minutes were signed, and 150 it was corrected to."""


def signature(name: str, day: int, more: str = "") -> str:
    return (
        f"  - {{id: {name}, supervisee: se, setting: quay, week_of: 2026-10-05, supervisor: sv,\n"
        f"     method: recorded-elsewhere, signed_on: 2026-10-{day}, recorded_by: sv,\n"
        f"     recorded_at: 2026-10-{day} 17:00{more}}}\n"
    )


BEFORE = """, signed_entries: [
      {id: e-1, supervisee: se, setting: quay, day: 2026-10-05, minutes: 180,
       activity: individual-therapy, modality: video, supervisor: sv}]"""
WAITING = SMALL + WEEK + "attestations:\n" + signature("t-1", 13, BEFORE)
AGAIN = WAITING.replace("2026-10-12 08:30", "2026-10-19 08:30") + signature("t-2", 20)


def take(intake: Intake, text: str, name: str = "small.yaml") -> Batch:
    path = intake.folder / name
    path.write_text(text, encoding="utf-8")
    return intake.take_case(path)


def read(intake: Intake, text: str) -> Experience:
    path = intake.folder / "read.yaml"
    path.write_text(text, encoding="utf-8")
    return experience_in(read_case_file(path).contents, SE)


def stored(work: Work) -> Experience:
    return experience_in(contents_of(work), SE)


def minutes(experience: Experience) -> int:
    return sum(one.entry.minutes for one in experience.entries)


def test_import_brings_what_was_signed_then_its_attestation_then_the_correction(
    intake: Intake,
) -> None:
    take(intake, WAITING)
    with intake.store.look(intake.clinic) as work:
        (log,) = work.logs.all()
        assert (log.state, log.corrections, log.minutes) == (LogState.CORRECTING, 1, 150)
        assert work.logs.at(log.id, 1).minutes == 180
        signed = work.attestations.get("t-1")
        assert signed.log_version == 1
        assert standing(signed, work.logs.at(log.id, 1)) is Standing.STANDS
        assert standing(signed, log) is Standing.SUPERSEDED
        told = stored(work)
        assert told == experience_in(contents_about(work, SE), SE)
    assert told.pending == PENDING
    assert minutes(told) == 180
    from_file = read(intake, WAITING)
    assert (from_file.entries, from_file.pending) == (told.entries, told.pending)


def test_once_signed_again_the_correction_counts_and_the_first_signature_stays(
    intake: Intake,
) -> None:
    take(intake, AGAIN)
    with intake.store.look(intake.clinic) as work:
        (log,) = work.logs.all()
        assert (log.state, log.minutes, work.logs.version(log.id)) == (LogState.SUBMITTED, 150, 2)
        stands = [standing(work.attestations.get(name), log) for name in ("t-1", "t-2")]
        assert stands == [Standing.SUPERSEDED, Standing.STANDS]
        told = stored(work)
    assert (told.pending, minutes(told)) == ((), 150)
    from_file = read(intake, AGAIN)
    assert (from_file.entries, from_file.attested_weeks) == (told.entries, told.attested_weeks)


def test_the_same_once_more_changes_nothing_and_another_signature_is_refused(
    intake: Intake,
) -> None:
    take(intake, WAITING)
    assert take(intake, WAITING + "# written anew\n").lines == ()
    with pytest.raises(DeclarationError) as error:
        take(intake, WAITING.replace("minutes: 180", "minutes: 170"))
    assert [problem.code for problem in error.value.problems] == ["attestation_differs"]


def test_nothing_is_put_before_a_week_that_is_known(intake: Intake) -> None:
    take(intake, SMALL + WEEK)
    with pytest.raises(DeclarationError) as error:
        take(intake, WAITING)
    assert [problem.code for problem in error.value.problems] == ["corrected_week_known"]


def test_a_week_corrected_here_waits_until_it_is_submitted_and_signed_again(
    intake: Intake,
) -> None:
    take(intake, (SMALL + WEEK).replace("150", "180") + "attestations:\n" + signature("t-1", 13))
    with intake.store.change(intake.clinic) as work:
        (log,) = work.logs.all()
        assert stored(work).pending == ()
        (entry,) = log.entries
        correct_week(work, log.id, entries=[replace(entry, minutes=150)], act=ACT_OF_SE)
        assert stored(work).pending == PENDING
        submit_week(work, log.id, act=ACT_OF_SE)
        assert (stored(work).pending, minutes(stored(work))) == (PENDING, 180)
        sv = Actor(Role.SUPERVISOR, PersonId("sv"))
        may = {Role.SUPERVISOR: frozenset({Action.REVOKE})}
        revoke_attestation(work, "t-1", reason="An invented reason", act=Act(sv, NOW, may))
        assert (stored(work).pending, minutes(stored(work))) == ((), 150)


def test_such_an_import_is_undone_whole_once_nothing_of_it_is_signed(intake: Intake) -> None:
    take(intake, SMALL)
    batch = take(intake, WAITING, "more.yaml")
    with intake.store.change(intake.clinic) as work:
        sv = Actor(Role.SUPERVISOR, PersonId("sv"))
        may = {Role.SUPERVISOR: frozenset({Action.REVOKE})}
        revoke_attestation(work, "t-1", reason="An invented reason", act=Act(sv, NOW, may))
    assert undo(intake, batch.id).removed == 3
    with intake.store.look(intake.clinic) as work:
        assert not list(work.logs.all())
