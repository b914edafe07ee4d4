"""Eight edits of one line each change what goes over the wire, when, or what is refused and why."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clinic import Clinic, clinic_at_work
from witnessmark.bootstrap import open_installation
from witnessmark.domain.ids import ClinicId
from witnessmark.sandbox import Practice
from witnessmark.sandbox.catalogue import CATALOGUE
from witnessmark.sync.jobs import sync_jobs
from witnessmark.sync.loop import Loop
from witnessmark.testing import StandingClock

STRUCTURED = "projections: [structured, local]"


def written(clinic: Clinic, kind: str) -> int:
    """How many writes of a resource type the EHR itself saw."""
    entries = clinic.ehr.practice.log.entries
    return sum(one.is_write and kind in one.path.split("/") for one in entries)


def kind(result: Any, name: str) -> Any:
    return next(one for one in result["kinds"] if one["kind"] == name)


def reasons(result: Any) -> list[str]:
    """Why a kind of record is kept here."""
    return [one["reason"] for one in result["others"] if one["state"] == "kept_here"]


def line_of(clinic: Clinic, section: str, line: str) -> str:
    """The text from a section's key to one of its lines, so that one edit is unambiguous."""
    text = clinic.manifest.read_text(encoding="utf-8")
    start = text.index(f"\n  {section}:\n")
    return text[start : text.index(line, start) + len(line)]


def edit(clinic: Clinic, section: str, old: str, new: str) -> None:
    found = line_of(clinic, section, old)
    clinic.edit(found, found[: -len(old)] + new)


def test_unedited_everything_goes_out(connected: Clinic) -> None:
    result = connected.sync()
    assert {one["kind"] for one in result["kinds"] if not one["sent"]} == {"verification"}


def test_dropping_a_projection_keeps_sessions_here(connected: Clinic) -> None:
    edit(connected, "session", STRUCTURED, "projections: [local]")
    result = kind(connected.sync(), "session")
    assert written(connected, "Appointment") == 0
    assert result["sent"] == 0
    assert reasons(result) == ["the manifest's chain names no projection but local"]


def test_switching_an_object_kind_off_keeps_it_here(connected: Clinic) -> None:
    edit(connected, "session", "enabled: true", "enabled: false")
    result = kind(connected.sync(), "session")
    assert written(connected, "Appointment") == 0
    assert reasons(result) == ["switched off in the manifest"]


def test_giving_the_ehr_the_authority_leaves_its_staff_untouched(connected: Clinic) -> None:
    edit(connected, "credentials", "authority: witnessmark", "authority: host")
    result = kind(connected.sync(), "credentials")
    assert written(connected, "Practitioner") == 0
    assert reasons(result) == ["the manifest gives the EHR the authority over it"]


def test_removing_a_scope_keeps_attestations_here_and_says_which(connected: Clinic) -> None:
    connected.edit("      - system/Provenance.crs\n", "\n")
    result = kind(connected.sync(), "attestation")
    assert written(connected, "Provenance") == 0
    (reason,) = reasons(result)
    assert reason == (
        "this EHR cannot hold it as structured data: it lacks a way to hold attestations"
        " (the manifest lacks the scope system/Provenance.crs); no scan of it was supplied"
    )


@pytest.mark.parametrize(("policy", "writes", "code"), [("ask", 0, 1), ("ours", 1, 0)])
def test_the_conflict_policy_decides_over_an_edit_in_the_ehr(
    connected: Clinic, policy: str, writes: int, code: int
) -> None:
    connected.sync()
    if policy != "ask":
        edit(connected, "session", "on_conflict: ask", f"on_conflict: {policy}")
    booked = next(
        one
        for one in connected.ehr.practice.resources("Appointment")
        if any("/session" in name["system"] for name in one.get("identifier", ()))
        and one["status"] == "fulfilled"
    )
    connected.ehr.practice.put(booked | {"status": "cancelled"})
    connected.ehr.practice.log.clear()
    said = connected.run("sync", "--once")
    assert said.code == code
    assert written(connected, "Appointment") == writes
    (there,) = [
        one for one in connected.ehr.practice.resources("Appointment") if one["id"] == booked["id"]
    ]
    assert there["status"] == ("fulfilled" if writes else "cancelled")


def test_requiring_an_optional_capability_refuses_a_host_without_it(tmp_path: Path) -> None:
    kinds = {name: replace(one, conditional_create=False) for name, one in CATALOGUE.items()}
    with clinic_at_work(tmp_path, practice=Practice(kinds=kinds)) as clinic:
        clinic.import_files()
        clinic.run("settings", "set", "allow_loopback", "true")
        assert clinic.connect().code == 0
        clinic.sync()
        clinic.edit("create_once: {required: false", "create_once: {required: true")
        clinic.ehr.practice.log.clear()
        said = clinic.run("sync", "--once")
        assert said.code == 2
        assert "create_once" in said.result["failed"][0]["message"]
        assert clinic.ehr.practice.log.writes == 0


def test_a_settings_default_decides_whether_loopback_is_spoken_to(tmp_path: Path) -> None:
    with clinic_at_work(tmp_path) as clinic:
        clinic.import_files()
        refused = clinic.connect()
        assert refused.code == 5
        assert [one.path for one in clinic.ehr.practice.log.entries] == ["/auth/register"]
        edit_default = "Let an EHR be on this very machine, and without https. For trials.\n"
        text = clinic.manifest.read_text(encoding="utf-8")
        start = text.index(edit_default)
        found = text[start : text.index("default: false", start) + len("default: false")]
        clinic.edit(found, found.replace("default: false", "default: true"))
        assert clinic.connect().code == 0


@pytest.mark.parametrize(("interval", "pulls"), [("15m", 5), ("30m", 3)])
def test_a_schedule_decides_when_the_ehr_is_asked(
    connected: Clinic, interval: str, pulls: int
) -> None:
    if interval != "15m":
        connected.edit("pull: 15m", f"pull: {interval}")
    connected.ehr.practice.log.clear()
    asyncio.run(_one_hour(connected))
    asked = [one for one in connected.ehr.practice.log.entries if one.path.endswith("/metadata")]
    assert len(asked) == pulls


async def _one_hour(clinic: Clinic) -> None:
    """Run the loop on a clock that moves only when somebody waits."""
    clock = StandingClock()
    end = clock.now() + timedelta(hours=1)

    async def wait(seconds: float) -> bool:
        clock.advance(seconds=round(seconds))
        return clock.now() > end

    def fail(_job: object, error: Exception) -> None:
        raise error

    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        clinic_id = installation.store.clinics()[0].id
        async with installation.syncing(ClinicId(clinic_id)) as syncing:
            jobs = sync_jobs(syncing, done=lambda _job, _tally: None, failed=fail)
            await Loop(jobs, clock, wait, fail).run()
