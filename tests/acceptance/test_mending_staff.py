"""A wrong match is mended: what names the person goes out again, the wrong entry is cleaned."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.test_scans import supply_scan
from tests.support.clinic import Clinic
from witnessmark.bootstrap import open_installation

RUTH, STAND_IN = "Practitioner/ruth-example-okafor", "Practitioner/example-stand-in"
DANIEL = "Practitioner/daniel-example-lindqvist"


def hire(clinic: Clinic) -> None:
    """Somebody of the EHR's staff whom no rule matches, with an entry of the EHR's own."""
    own = {"code": {"text": "The EHR's own (invented)"}}
    clinic.ehr.practice.put(
        {
            "resourceType": "Practitioner",
            "id": "example-stand-in",
            "name": [{"family": "Example-Stand-In"}],
            "qualification": [own],
        }
    )


def entries(clinic: Clinic, ref: str) -> list[str]:
    (body,) = [
        one
        for one in clinic.ehr.practice.resources("Practitioner")
        if f"Practitioner/{one['id']}" == ref
    ]
    return [one["code"]["text"] for one in body.get("qualification", ())]


def naming(clinic: Clinic, ref: str, kind: str) -> int:
    """How many resources of a type name a member of staff."""
    return sum(f'"{ref}"' in json.dumps(one) for one in clinic.ehr.practice.resources(kind))


def match(clinic: Clinic, *words: str) -> Any:
    said = clinic.run("staff", "match", *words)
    assert said.code == 0, said.out + said.err
    return said.result


def audited(clinic: Clinic, person: str) -> Any:
    """What the audit trail says of a person's newest match."""
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.look(kept.id) as work:
            entry = work.audit.of(f"staff/{person}")[-1]
    assert entry.action == "staff_matched"
    return entry.detail


def test_a_wrong_match_is_mended_everywhere_but_in_what_was_attested(connected: Clinic) -> None:
    hire(connected)
    supply_scan(connected)
    connected.sync()
    hers = entries(connected, RUTH)
    forms, attested = (
        naming(connected, RUTH, one) for one in ("QuestionnaireResponse", "Provenance")
    )
    assert min(forms, attested) > 0
    mended = match(connected, "ro", STAND_IN)
    assert (mended["former"], mended["entries_left"]) == (RUTH, False)
    assert (mended["attested"], mended["scans"]) == (attested, 1)
    assert entries(connected, RUTH) == ["Clinical social worker (invented)"]
    after = connected.sync()
    assert sum(one["sent"] for one in after["kinds"]) == mended["sent_again"]
    assert naming(connected, STAND_IN, "QuestionnaireResponse") == forms
    assert naming(connected, RUTH, "QuestionnaireResponse") == 0
    assert naming(connected, RUTH, "Provenance") == attested
    assert entries(connected, STAND_IN) == ["The EHR's own (invented)", *hers[1:]]
    assert connected.sync()["writes"] == 0


def test_nobody_is_given_another_persons_member_of_staff(connected: Clinic) -> None:
    said = connected.run("staff", "match", "dl", RUTH)
    assert said.code == 2
    assert f"{RUTH} is ro already, by npi" in said.result["message"]


def test_two_matched_crosswise_exchange_their_places(clinic: Clinic) -> None:
    case = clinic.folder / "files" / "practice.case.yaml"
    ruths, daniels = '"1000001010"', '"1000001028"'
    before = case.read_text(encoding="utf-8")
    crossed = before.replace(ruths, "?").replace(daniels, ruths).replace("?", daniels)
    case.write_text(crossed, encoding="utf-8")
    assert clinic.run("import", str(case), "--yes").code == 0
    assert clinic.connect().code == 0
    clinic.sync()
    assert "Mental health counselor (invented)" in entries(clinic, RUTH)
    said = clinic.run("staff", "match", "ro", RUTH)
    assert said.code == 2
    assert f"{RUTH} is dl already, by npi" in said.result["message"]
    assert "to exchange the two say --swap" in said.result["message"]
    mended = match(clinic, "ro", RUTH, "--swap")
    assert (mended["former"], mended["host_ref"]) == (DANIEL, RUTH)
    other = mended["exchanged"]
    assert (other["person"], other["former"], other["host_ref"]) == ("dl", RUTH, DANIEL)
    csw, mft = "Clinical social worker (invented)", "Marriage and family therapist (invented)"
    assert (entries(clinic, RUTH), entries(clinic, DANIEL)) == ([csw], [mft])
    after = clinic.sync()
    assert sum(one["sent"] for one in after["kinds"]) == mended["sent_again"] + other["sent_again"]
    first = "Foundations of supervision (invented course)"
    video = "Supervising by video (invented course)"
    assert entries(clinic, RUTH) == [csw, csw, first, video]
    assert entries(clinic, DANIEL) == [mft, mft, "Mental health counselor (invented)", first]
    assert clinic.sync()["writes"] == 0
    listed = clinic.run("staff", "list").result["people"]
    held = {one["person"]: (one["host_ref"], one["how"]) for one in listed}
    assert (held["ro"], held["dl"]) == ((RUTH, "person"), (DANIEL, "person"))
    assert [audited(clinic, one)["former"] for one in ("ro", "dl")] == [DANIEL, RUTH]


def test_a_match_that_cannot_be_mended_there_stays_as_it_was(connected: Clinic) -> None:
    hire(connected)
    connected.sync()
    connected.ehr.stop()
    assert connected.run("staff", "match", "ro", STAND_IN).code == 3
    listed = connected.run("staff", "list").result["people"]
    assert {one["person"]: one["host_ref"] for one in listed}["ro"] == RUTH
    owed = connected.run("delivery", "list", "open").result["deliveries"]
    assert owed == []


def test_entries_that_the_terms_no_longer_reach_are_told_of(connected: Clinic) -> None:
    hire(connected)
    connected.sync()
    text = connected.manifest.read_text(encoding="utf-8")
    start = text.index("\n  credentials:\n")
    found = text[start : text.index("enabled: true", start) + len("enabled: true")]
    connected.edit(found, found.replace("enabled: true", "enabled: false"))
    assert match(connected, "ro", STAND_IN)["entries_left"]
    assert len(entries(connected, RUTH)) > 1
    detail = audited(connected, "ro")
    assert detail["former"] == RUTH
    assert (detail["host_ref"], detail["entries_left"]) == (STAND_IN, 1)
