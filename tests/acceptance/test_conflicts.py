"""What people or machines do to our copies in the EHR becomes a plain question, with its answer."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from tests.acceptance.test_deciding import booked, key_of, standing
from tests.support.clinic import Clinic, Said
from witnessmark.sandbox.catalogue import CATALOGUE
from witnessmark.sandbox.outcomes import FhirError

RUTH = "ruth-example-okafor"


@pytest.fixture
def synced(connected: Clinic) -> Clinic:
    connected.sync()
    return connected


def questions(clinic: Clinic) -> list[Any]:
    said = clinic.run("conflicts")
    found: list[Any] = said.result["questions"]
    assert said.code == (1 if found else 0)
    return found


def obey(clinic: Clinic, command: str) -> Said:
    """Run the one command that a question names."""
    program, *words = shlex.split(command)
    assert program == "witnessmark"
    return clinic.run(*words)


def settle(clinic: Clinic) -> None:
    """Run the only question's command, sync, and see that nothing is left to say or to write."""
    (question,) = questions(clinic)
    said = obey(clinic, question["command"])
    assert said.code == 0, said.out
    clinic.sync()
    assert clinic.sync()["writes"] == 0
    assert questions(clinic) == []


def move(clinic: Clinic, was: Any, **edits: object) -> None:
    """Let the EHR give a resource another id, as a merge does; perhaps not as it was."""
    kind = CATALOGUE[was["resourceType"]]
    clinic.ehr.practice.repository.delete(kind, was["id"])
    body = {name: value for name, value in was.items() if name not in {"id", "meta"}}
    clinic.ehr.practice.repository.create(kind, {**body, **edits})


def test_a_changed_copy_says_what_differs_who_decides_and_how_and_no_value(
    synced: Clinic,
) -> None:
    was = booked(synced)
    synced.ehr.practice.put(was | {"status": "cancelled", "minutesDuration": 7919})
    assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert (question["record"], question["connection"]) == (key_of(was), "ehr")
    assert (question["kind"], question["differs"]) == ("changed", ["status", "minutes"])
    assert question["since"] is not None
    assert question["decides"] == ["operator", "admin"]
    assert question["command"] == f"witnessmark delivery replay {key_of(was)} --keep ours"
    shown = synced.run("conflicts", machine=False).err
    assert "differs in: status, minutes" in shown
    assert question["command"] in shown
    assert "7919" not in shown + json.dumps(question)
    settle(synced)
    assert standing(synced, was)["status"] == "fulfilled"


def test_a_copy_that_was_moved_and_changed_is_a_question_and_stays_one_resource(
    synced: Clinic,
) -> None:
    was = booked(synced)
    move(synced, was, status="cancelled")
    assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert (question["kind"], question["differs"]) == ("moved", ["status"])
    settle(synced)
    now = standing(synced, was)
    assert (now["status"], now["id"] != was["id"]) == ("fulfilled", True)


def test_a_second_copy_is_a_question_and_none_is_chosen(synced: Clinic) -> None:
    was = booked(synced)
    body = {name: value for name, value in was.items() if name not in {"id", "meta"}}
    practice = synced.ehr.practice
    double = practice.repository.create(CATALOGUE["Appointment"], body).version.id
    assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert question["kind"] == "twice"
    assert obey(synced, question["command"]).code == 5
    practice.by_hand.delete(f"Appointment/{double}")
    settle(synced)
    assert standing(synced, was)["id"] == was["id"]


def test_a_locked_copy_is_a_question_until_it_is_unlocked(
    synced: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    was, practice = booked(synced), synced.ehr.practice
    practice.put(was | {"status": "cancelled"})
    synced.run("sync", "--once")
    assert synced.run("delivery", "replay", key_of(was), "--keep", "ours").code == 0

    def locked(*_: object, **__: object) -> None:
        raise FhirError(409, "lock-error", "somebody is writing in it")

    with monkeypatch.context() as locking:
        locking.setattr(practice.repository, "update", locked)
        assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert question["kind"] == "locked"
    assert "unlocked in the EHR first" in question["choice"]
    settle(synced)
    assert standing(synced, was)["status"] == "fulfilled"


def test_what_was_signed_is_never_offered_to_be_written_over(synced: Clinic) -> None:
    practice = synced.ehr.practice
    was = next(iter(practice.resources("Provenance")))
    practice.put(was | {"recorded": "2020-01-01T00:00:00Z"})
    assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert question["command"].endswith("--keep theirs")
    settle(synced)
    (now,) = [one for one in practice.resources("Provenance") if one["id"] == was["id"]]
    assert now["recorded"] == "2020-01-01T00:00:00Z"


def test_staff_who_were_merged_are_a_question_and_never_matched_anew_by_a_rule(
    synced: Clinic,
) -> None:
    practice = synced.ehr.practice
    was = practice.by_hand.read(f"Practitioner/{RUTH}")
    move(synced, was, qualification=[])
    assert synced.run("sync", "--full").code == 1
    (question,) = questions(synced)
    assert (question["record"], question["kind"]) == ("staff/ro", "merged")
    assert question["decides"] == ["operator", "admin"]
    looked_over = synced.run("doctor").result["findings"]
    assert any("no longer in the EHR's list" in one["what"] for one in looked_over)
    listed = synced.run("staff", "list").result["people"]
    matched = {one["person"]: one["host_ref"] for one in listed}
    assert matched["ro"] == f"Practitioner/{RUTH}"
    settle(synced)
    (now,) = [
        one
        for one in practice.resources("Practitioner")
        if one.get("identifier") == was["identifier"]
    ]
    assert "witnessmark" in json.dumps(now["qualification"])
    assert question["command"] == f"witnessmark staff match ro Practitioner/{now['id']}"
