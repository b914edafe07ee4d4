"""A crash, a lost answer and an EHR that is away delay records; they never change what happened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.clinic import Clinic, clinic_at_work
from witnessmark.bootstrap import open_installation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.sessions import Medium
from witnessmark.errors import StoreError
from witnessmark.ports.records import RecordKey
from witnessmark.sandbox import Practice, seed, serve
from witnessmark.sync.deliver import Deliverer

SESSION = "s-1102-group"


def change_a_session(clinic: Clinic, medium: Medium = Medium.VIDEO) -> None:
    """Change something of ours that the EHR holds: the session was by video after all."""
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        clinic_id = installation.store.clinics()[0].id
        with installation.store.change(clinic_id) as work:
            version = work.sessions.put(replace(work.sessions.get(SESSION), medium=medium))
            work.deliveries.want({RecordKey(ObjectKind.SESSION, SESSION): version})


def medium_there(clinic: Clinic) -> str:
    (held,) = [
        one
        for one in clinic.ehr.practice.resources("QuestionnaireResponse")
        if one["identifier"]["value"] == SESSION
    ]
    code: str = next(
        item["answer"][0]["valueCoding"]["code"]
        for item in held["item"]
        if item["linkId"] == "medium"
    )
    return code


def test_dying_between_the_hosts_write_and_our_commit_is_no_conflict(
    connected: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.sync()
    change_a_session(connected)
    with monkeypatch.context() as dying:

        def die(*_: object) -> None:
            raise StoreError("The disk is full.")

        dying.setattr(Deliverer, "settle", die)
        assert connected.run("sync", "--once").code == 6
    assert medium_there(connected) == "video"
    result = connected.sync()
    assert (result["changed_there"], result["writes"]) == (0, 0)
    told = connected.run("explain", f"session/{SESSION}").result
    assert told["there"][0]["delivery"]["state"] == "done"
    assert "host_changed" not in {hop["action"] for hop in told["hops"]}


def test_what_was_written_before_a_crash_is_known_for_ours_even_when_a_newer_version_follows(
    connected: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.sync()
    change_a_session(connected)
    with monkeypatch.context() as dying:

        def die(*_: object) -> None:
            raise StoreError("The disk is full.")

        dying.setattr(Deliverer, "settle", die)
        assert connected.run("sync", "--once").code == 6
    change_a_session(connected, Medium.PHONE)
    result = connected.sync()
    assert result["changed_there"] == 0
    assert medium_there(connected) == "phone"
    assert connected.sync()["writes"] == 0


def test_an_ehr_that_is_away_keeps_no_other_from_its_turn(connected: Clinic) -> None:
    practice = Practice()
    seed(practice)
    with serve(practice) as other:
        second = replace(connected, ehr=other)
        assert second.connect(name="new").code == 0
        connected.ehr.stop()
        said = connected.run("sync", "--once")
    assert said.code == 3
    assert [one["connection"] for one in said.result["failed"]] == ["ehr"]
    (result,) = said.result["connections"]
    assert result["connection"] == "new"
    assert {one["kind"]: one["sent"] for one in result["kinds"]}["session"] == 49


def test_an_attestation_of_a_week_as_it_no_longer_stands_never_vouches_for_another(
    tmp_path: Path,
) -> None:
    with clinic_at_work(tmp_path) as clinic:
        clinic.import_files()
        assert clinic.run("settings", "set", "allow_loopback", "true").code == 0
        attestation = correct_an_attested_week(clinic)
        assert clinic.connect().code == 0
        clinic.sync()
        told = clinic.run("delivery", "show", f"attestation/{attestation}")
    (row,) = told.result["deliveries"]
    assert row["state"] == "kept_here"
    assert row["reason"] == "the week was changed, or it was taken back, before it could be sent"


def correct_an_attested_week(clinic: Clinic) -> str:
    """Correct an attested week and submit it again, all before anything is sent."""
    from witnessmark.domain.weeks import correct_week, submit_week

    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        clinic_id = installation.store.clinics()[0].id
        with installation.store.change(clinic_id) as work:
            attestation = next(iter(work.attestations.all()))
            log = work.logs.get(attestation.log)
            setting = work.settings.get(log.setting)
            entries = [
                replace(one, minutes=one.minutes - 1)
                if one.supervisor == attestation.supervisor
                else one
                for one in log.entries
            ]
            corrected = correct_week(
                log, entries, setting=setting, by=log.supervisee, attested=True
            )
            again = submit_week(
                corrected, setting=setting, by=log.supervisee, at=installation.clock.now()
            )
            version = work.logs.put(again)
            work.deliveries.want({RecordKey(ObjectKind.HOUR_LOG, log.id): version})
    return str(attestation.id)
