"""Whatever the EHR told us or did not: a sweep finds it, says it, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.test_conflicts import move, questions
from tests.acceptance.test_deciding import booked, key_of, standing
from tests.support.clinic import Clinic
from witnessmark.bootstrap import SystemClock, open_installation
from witnessmark.ports.deliveries import DeliveryState, Settled
from witnessmark.ports.records import RecordKey
from witnessmark.sandbox.outcomes import FhirError

Shift = Callable[[timedelta], None]


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    """Set this machine's clock off by so much, for the commands alone."""

    def shifting(by: timedelta) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda _self: datetime.now(UTC) + by)

    return shifting


@pytest.fixture
def synced(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Connected by a static key, which no clock makes invalid."""
    monkeypatch.setenv("EHR_KEY", clinic.ehr.practice.access.issue_key("system/*.cruds"))
    how = ("--auth", "header", "--header", "X-API-Key", "--secret", "env:EHR_KEY", "--name", "ehr")
    said = clinic.run("connect", clinic.ehr.base_url, *how)
    assert said.code == 0, said.err + said.out
    clinic.sync()
    return clinic


def full(clinic: Clinic) -> tuple[int, int]:
    """Sweep; return the exit code and how many writes it took."""
    said = clinic.run("sync", "--full")
    return said.code, said.result["connections"][0]["writes"]


def remove(clinic: Clinic) -> str:
    was = booked(clinic)
    clinic.ehr.practice.by_hand.delete(f"Appointment/{was['id']}")
    return key_of(was)


def test_a_sweep_over_what_stands_as_it_was_left_says_and_writes_nothing(synced: Clinic) -> None:
    assert full(synced) == (0, 0)
    assert questions(synced) == []
    with open_installation(synced.home, manifest=synced.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.look(kept.id) as work:
            told = [work.audit.of(str(row.key)) for row in work.deliveries.listed()]
    assert "host_changed" not in {entry.action for story in told for entry in story}


def test_what_was_removed_is_found_when_the_day_is_over_and_is_decided_once(
    synced: Clinic, shift: Shift
) -> None:
    key = remove(synced)
    assert synced.sync()["changed_there"] == 0
    shift(timedelta(hours=25))
    assert synced.run("sync", "--once").code == 1
    (question,) = questions(synced)
    assert (question["record"], question["kind"]) == (key, "gone")
    assert synced.run("delivery", "replay", key, "--keep", "theirs").code == 0
    shift(timedelta(hours=50))
    assert synced.sync()["writes"] == 0
    assert questions(synced) == []
    assert full(synced) == (0, 0)


def test_a_copy_that_only_moved_is_followed_without_a_question(synced: Clinic) -> None:
    was = booked(synced)
    move(synced, was)
    assert full(synced) == (0, 0)
    told = synced.run("explain", key_of(was)).result
    hops = [hop["action"] for hop in told["hops"]]
    assert hops[-3:] == ["host_changed", "host_moved", "host_agrees"]
    refs = [part["host_ref"] for part in told["there"][0]["receipt"]]
    assert f"Appointment/{standing(synced, was)['id']}" in refs


def test_what_is_done_here_and_not_known_there_is_looked_for_and_adopted(synced: Clinic) -> None:
    was = booked(synced)
    key = RecordKey.parse(key_of(was))
    with open_installation(synced.home, manifest=synced.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.change(kept.id) as work:
            row = work.deliveries.get("ehr", key)
            assert row is not None
            lost = Settled(DeliveryState.DONE, receipt=())
            work.deliveries.resolve(row, lost, now=installation.clock.now())
    before = synced.ehr.practice.repository.changes
    assert full(synced)[0] == 0
    assert synced.ehr.practice.repository.changes == before
    told = synced.run("explain", str(key)).result["there"][0]
    assert told["receipt"][0]["host_ref"] == f"Appointment/{was['id']}"


def test_a_clock_that_is_off_by_a_day_changes_nothing_but_when(
    synced: Clinic, shift: Shift
) -> None:
    was = booked(synced)
    outcomes = []
    for hours in (24, -24, 0, -24, 24):
        shift(timedelta(hours=hours))
        synced.ehr.practice.put(was | {"status": "cancelled"})
        code = synced.run("sync", "--once").code
        decided = synced.run("delivery", "replay", key_of(was), "--keep", "ours").code
        again = synced.run("sync", "--once")
        writes = again.result["connections"][0]["writes"]
        outcomes.append((code, decided, again.code, writes, standing(synced, was)["status"]))
    assert outcomes == [(1, 0, 0, 1, "fulfilled")] * 5
    assert synced.run("audit", "verify").code == 0
    assert synced.sync()["writes"] == 0


def test_a_question_that_was_mended_in_the_ehr_ends_by_itself(synced: Clinic, shift: Shift) -> None:
    was = booked(synced)
    synced.ehr.practice.put(was | {"status": "cancelled"})
    assert synced.run("sync", "--once").code == 1
    (asked,) = questions(synced)
    shift(timedelta(hours=25))
    assert full(synced) == (1, 0)
    assert questions(synced) == [asked]
    synced.ehr.practice.put(was)
    assert full(synced) == (0, 0)
    assert questions(synced) == []


def test_doctor_names_what_has_failed_for_over_a_day(
    synced: Clinic, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = booked(synced)
    practice = synced.ehr.practice
    practice.put(was | {"status": "cancelled"})
    synced.run("sync", "--once")
    assert synced.run("delivery", "replay", key_of(was), "--keep", "ours").code == 0

    def busy(*_: object, **__: object) -> None:
        raise FhirError(503, "transient", "not now")

    def failing() -> list[str]:
        found = synced.run("doctor").result["findings"]
        return [one["what"] for one in found if one["about"] == "ehr: tried again"]

    monkeypatch.setattr(practice.repository, "update", busy)
    assert synced.run("sync", "--once").code == 3
    assert failing() == []
    shift(timedelta(hours=25))
    (what,) = failing()
    assert what.startswith(f"1 records have failed for over a day; {key_of(was)}: ")
