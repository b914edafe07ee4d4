"""Somebody changed or removed our copy in the EHR: a person decides, and that is the end of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.clinic import Clinic
from witnessmark.application.acts import Act
from witnessmark.application.replaying import Decision, Keep, decide_conflict
from witnessmark.bootstrap import open_installation
from witnessmark.domain.actors import OPERATOR, Action, Role
from witnessmark.errors import DomainError
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.host import Connection
from witnessmark.ports.records import RecordKey
from witnessmark.sandbox.catalogue import CATALOGUE
from witnessmark.wire import Call

T = TypeVar("T")


@pytest.fixture
def synced(connected: Clinic) -> Clinic:
    connected.sync()
    return connected


def booked(clinic: Clinic) -> Any:
    """Our Appointment of a session that was held, and stands in the case file."""
    text = case_file(clinic).read_text(encoding="utf-8")
    return next(
        one
        for one in clinic.ehr.practice.resources("Appointment")
        if any("/session" in name["system"] for name in one.get("identifier", ()))
        and f"id: {key_of(one).partition('/')[2]}," in text
        and one["status"] == "fulfilled"
    )


def case_file(clinic: Clinic) -> Path:
    return clinic.folder / "files" / "practice.case.yaml"


def standing(clinic: Clinic, like: Any) -> Any:
    """What stands now of the same session; None if nothing does."""
    identifiers = like["identifier"]
    found = [
        one
        for one in clinic.ehr.practice.resources("Appointment")
        if one.get("identifier") == identifiers
    ]
    assert len(found) <= 1
    return found[0] if found else None


def key_of(appointment: Any) -> str:
    ours = (one["value"] for one in appointment["identifier"] if "/session" in one["system"])
    return f"session/{next(ours)}"


def cancel(clinic: Clinic) -> Any:
    """Let somebody cancel ours in the EHR, and a sync find it; return what it was."""
    was = booked(clinic)
    clinic.ehr.practice.put(was | {"status": "cancelled"})
    assert clinic.run("sync", "--once").code == 1
    return was


def remove(clinic: Clinic) -> Any:
    """Let somebody remove ours in the EHR while we have news of it; a sync finds it gone."""
    was = booked(clinic)
    clinic.ehr.practice.repository.delete(CATALOGUE["Appointment"], was["id"])
    before, name, after = (
        case_file(clinic)
        .read_text(encoding="utf-8")
        .partition(f"id: {key_of(was).partition('/')[2]},")
    )
    newer = clinic.folder / "files" / "newer.case.yaml"
    newer.write_text(f"{before}{name} real_time: false,{after}", encoding="utf-8")
    said = clinic.run("import", str(newer))
    assert said.code == 0, said.out + said.err
    assert clinic.run("sync", "--once").code == 1
    return was


def test_a_conflict_is_listed_and_says_that_a_person_decides_and_how(synced: Clinic) -> None:
    key = key_of(cancel(synced))
    listed = synced.run("delivery", "list")
    assert listed.code == 1
    (row,) = [one for one in listed.result["deliveries"] if one["state"] == "conflict"]
    assert row["record"] == key
    said = synced.run("delivery", "replay", key)
    assert said.code == 2
    assert "conflict_undecided" in said.result["message"]
    assert "--keep ours" in said.result["message"]


def test_keeping_ours_writes_it_over_the_ehrs_at_the_next_sync(synced: Clinic) -> None:
    was = cancel(synced)
    said = synced.run("delivery", "replay", key_of(was), "--keep", "ours")
    assert (said.code, said.result["deliveries"][0]["state"]) == (0, "open")
    assert standing(synced, was)["status"] == "cancelled"
    assert synced.sync()["writes"] == 1
    assert standing(synced, was)["status"] == "fulfilled"
    assert synced.sync()["writes"] == 0
    hops = [one["action"] for one in synced.run("explain", key_of(was)).result["hops"]]
    assert hops[-4:] == [
        "host_changed",
        "delivery_conflict",
        "conflict_decided",
        "delivery_done",
    ]


def test_keeping_theirs_leaves_it_so_and_no_later_sync_asks_again(synced: Clinic) -> None:
    was = cancel(synced)
    said = synced.run("delivery", "replay", key_of(was), "--keep", "theirs")
    assert (said.code, said.result["deliveries"][0]["state"]) == (0, "done")
    again = synced.sync()
    assert (again["writes"], again["changed_there"]) == (0, 0)
    assert standing(synced, was)["status"] == "cancelled"


def test_a_change_after_the_decision_is_asked_about_anew(synced: Clinic) -> None:
    was = cancel(synced)
    synced.run("delivery", "replay", key_of(was), "--keep", "ours")
    synced.ehr.practice.put(was | {"status": "noshow"})
    assert synced.run("sync", "--once").code == 1
    assert standing(synced, was)["status"] == "noshow"


def test_what_was_removed_there_is_created_again_by_decision_alone(synced: Clinic) -> None:
    was = remove(synced)
    assert standing(synced, was) is None
    assert synced.run("delivery", "replay", key_of(was), "--keep", "ours").code == 0
    synced.sync()
    assert standing(synced, was)["status"] == "fulfilled"
    assert synced.sync()["writes"] == 0


def test_what_was_removed_there_stays_so_by_decision(synced: Clinic) -> None:
    was = remove(synced)
    said = synced.run("delivery", "replay", key_of(was), "--keep", "theirs")
    (row,) = said.result["deliveries"]
    assert (row["state"], row["reason"]) == (
        "done",
        "removed in the EHR, left so, as a person decided",
    )
    assert synced.sync()["writes"] == 0
    assert standing(synced, was) is None


@pytest.mark.parametrize("keep", ["ours", "theirs"])
def test_licences_taken_out_of_the_ehrs_own_entry_are_decided_about_once(
    synced: Clinic, keep: str
) -> None:
    practice = synced.ehr.practice
    was = next(
        one
        for one in practice.resources("Practitioner")
        if "witnessmark" in str(one.get("qualification"))
    )
    practice.put({name: value for name, value in was.items() if name != "qualification"})
    assert synced.run("sync", "--once").code == 1
    (row,) = synced.run("delivery", "list", "conflict").result["deliveries"]
    assert synced.run("delivery", "replay", row["record"], "--keep", keep).code == 0
    assert synced.sync()["changed_there"] == 0
    (now,) = [one for one in practice.resources("Practitioner") if one["id"] == was["id"]]
    assert ("witnessmark" in str(now.get("qualification"))) is (keep == "ours")


def test_what_was_attested_is_never_rewritten_but_may_be_created_again(synced: Clinic) -> None:
    practice = synced.ehr.practice
    was = next(iter(practice.resources("Provenance")))
    practice.put(was | {"recorded": "2020-01-01T00:00:00Z"})
    assert synced.run("sync", "--once").code == 1
    (row,) = synced.run("delivery", "list", "conflict").result["deliveries"]
    decide = ("delivery", "replay", row["record"], "--keep", "ours")
    said = synced.run(*decide)
    assert said.code == 2
    assert "never_rewritten" in said.result["message"]
    practice.repository.delete(CATALOGUE["Provenance"], was["id"])
    assert synced.run(*decide).code == 0
    synced.sync()
    there = [one["recorded"] for one in practice.resources("Provenance")]
    assert there.count(was["recorded"]) >= 1
    assert "2020-01-01T00:00:00Z" not in there
    assert synced.sync()["writes"] == 0


def test_what_the_manifest_no_longer_sends_is_decided_without_asking_the_ehr(
    synced: Clinic,
) -> None:
    key = key_of(cancel(synced))
    text = synced.manifest.read_text(encoding="utf-8")
    start = text.index("\n  session:\n")
    found = text[start : text.index("enabled: true", start) + len("enabled: true")]
    synced.edit(found, found.replace("enabled: true", "enabled: false"))
    synced.ehr.stop()
    assert synced.run("delivery", "replay", key, "--keep", "theirs").code == 0


def test_only_a_conflict_is_decided_and_only_one_at_a_time(synced: Clinic) -> None:
    key = key_of(booked(synced))
    for record, code in ((key, "nothing_to_decide"), ("all", "one_at_a_time")):
        said = synced.run("delivery", "replay", record, "--keep", "ours")
        assert said.code == 2
        assert code in said.result["message"]


def test_a_record_that_is_not_there_is_a_mistake_of_the_command(synced: Clinic) -> None:
    said = synced.run("delivery", "show", "session/nobody")
    assert said.code == 2
    assert "unknown_record" in said.result["message"]


def test_what_changed_while_it_was_decided_is_not_decided(synced: Clinic) -> None:
    was = cancel(synced)
    key = RecordKey.parse(key_of(was))
    with open_installation(synced.home, manifest=synced.manifest) as installation:
        (kept,) = installation.store.clinics()
        context = installation.context(kept.id)
        act = Act(OPERATOR, context.clock.now(), {Role.OPERATOR: frozenset({Action.SYNC})})

        class Meanwhile:
            """A newer version comes while the EHR is asked."""

            def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
                with installation.driver(kept.id) as driver:
                    answer = driver.run(call, on=on, operation=operation)
                with context.store.change(kept.id) as work:
                    work.deliveries.want({key: 99})
                return answer

        with pytest.raises(DomainError, match="conflict_moved"):
            decide_conflict(context, Meanwhile(), Decision(str(key), Keep.THEIRS), act=act)
        with context.store.look(kept.id) as work:
            row = work.deliveries.get("ehr", key)
    assert row is not None
    assert (row.state, row.wanted) == (DeliveryState.OPEN, 99)
