"""A scan of signed paper: from the clinic's folder to its EHR, once, with its statement or not."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from tests.acceptance.test_manifest_drives import edit, kind, reasons, written
from tests.support.clinic import Clinic
from witnessmark.bootstrap import open_installation
from witnessmark.domain.attesting import revoke_attestation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.records import RecordKey

ID = "att-ar-1026-ro"
PDF = b"%PDF-1.4\n% an invented page\n"


def supply_scan(clinic: Clinic) -> None:
    """Put the page beside the case file, name it there, and read the file again."""
    (clinic.folder / "files" / "page.pdf").write_bytes(PDF)
    case = clinic.folder / "files" / "practice.case.yaml"
    text = case.read_text(encoding="utf-8")
    assert text.count(f"{{id: {ID}, ") == 1
    case.write_text(text.replace(f"{{id: {ID}, ", f"{{id: {ID}, scan: page.pdf, "), "utf-8")
    said = clinic.run("import", str(case), "--yes")
    assert said.code == 0, said.err + said.out


def scans(clinic: Clinic) -> list[Any]:
    """Return what the EHR holds of ours as documents."""
    return [
        one
        for one in clinic.ehr.practice.resources("DocumentReference")
        if any("/attestation" in name["system"] for name in one.get("identifier", ()))
    ]


def test_a_scan_that_is_supplied_later_joins_what_the_ehr_has_and_goes_once(
    connected: Clinic,
) -> None:
    connected.sync()
    assert scans(connected) == []
    connected.ehr.practice.log.clear()
    supply_scan(connected)
    assert kind(connected.sync(), "attestation")["sent"] == 1
    (scan,) = scans(connected)
    attachment = scan["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == PDF
    assert "authenticator" not in scan
    writes = (written(connected, "DocumentReference"), written(connected, "Provenance"))
    assert writes == (1, 0)
    assert connected.sync()["writes"] == 0


def test_where_documents_stand_first_scans_go_alone_and_the_rest_says_why(
    connected: Clinic,
) -> None:
    chain = "projections: [structured, document, local]"
    edit(connected, "attestation", chain, "projections: [document, local]")
    supply_scan(connected)
    result = kind(connected.sync(), "attestation")
    assert (result["sent"], len(scans(connected)), written(connected, "Provenance")) == (1, 1, 0)
    assert reasons(result) == ["no scan of it was supplied"]
    assert connected.sync()["writes"] == 0


def test_where_weeks_stay_here_a_scan_goes_alone_and_nobody_is_asked_about_a_week(
    connected: Clinic,
) -> None:
    edit(connected, "hour_log", "projections: [structured, local]", "projections: [local]")
    supply_scan(connected)
    result = connected.sync()
    attested, asked = kind(result, "attestation"), kind(result, "request")
    assert (attested["sent"], len(scans(connected)), written(connected, "Task")) == (1, 1, 0)
    assert reasons(attested) == ["the week it attests is kept here; no scan of it was supplied"]
    assert reasons(asked) == ["the week it asks about is kept here"]


def rows(clinic: Clinic) -> list[tuple[int, int]]:
    """What is owed and delivered of the attestation, by connection."""
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.look(kept.id) as work:
            key = RecordKey(ObjectKind.ATTESTATION, ID)
            return [(row.wanted, row.delivered) for row in work.deliveries.listed(key=key)]


def newest_batch(clinic: Clinic) -> str:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.look(kept.id) as work:
            (batch,) = [one.id for one in work.batches.all() if len(one.lines) == 1]
            return str(batch)


def test_a_scan_that_went_nowhere_is_taken_away_with_its_import_and_its_attestation_goes(
    connected: Clinic,
) -> None:
    supply_scan(connected)
    said = connected.run("import", "undo", newest_batch(connected))
    assert (said.code, said.result["restored"], said.result["scans_kept"]) == (0, 1, 0)
    assert rows(connected) == [(3, 0)]
    connected.sync()
    assert scans(connected) == []
    assert rows(connected) == [(3, 3)]
    supply_scan_again = connected.run(
        "import", str(connected.folder / "files" / "practice.case.yaml"), "--yes"
    )
    assert supply_scan_again.code == 0
    connected.sync()
    assert len(scans(connected)) == 1


def test_a_scan_whose_attestation_an_ehr_has_stays_and_that_is_said(connected: Clinic) -> None:
    connected.sync()
    supply_scan(connected)
    said = connected.run("import", "undo", newest_batch(connected), machine=False)
    assert said.code == 0
    assert "1 scans stay" in said.err
    connected.sync()
    assert len(scans(connected)) == 1


def test_where_scans_go_alone_by_now_a_week_attested_before_is_still_taken_back(
    connected: Clinic,
) -> None:
    connected.sync()
    chain = "projections: [structured, document, local]"
    edit(connected, "attestation", chain, "projections: [document, local]")
    before = written(connected, "Provenance")
    with open_installation(connected.home, manifest=connected.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.change(kept.id) as work:
            given = work.attestations.get(ID)
            at = given.recorded_at + timedelta(days=1)
            revoked = revoke_attestation(given, by=given.supervisor, at=at, reason="Wrong week.")
            key = RecordKey(ObjectKind.ATTESTATION, ID)
            work.deliveries.want({key: work.attestations.put(revoked)})
    connected.sync()
    assert written(connected, "Provenance") == before + 1
    activities = [
        one["activity"]["coding"][0]["code"]
        for one in connected.ehr.practice.resources("Provenance")
    ]
    assert activities.count("NULLIFY") == 1


def test_a_scan_goes_once_documents_are_agreed_after_its_attestation_went(clinic: Clinic) -> None:
    scope = "      - system/DocumentReference.crus\n"
    clinic.edit(scope, "      #- system/DocumentReference.crus\n")
    assert clinic.run("settings", "set", "allow_loopback", "true").code == 0
    supply_scan(clinic)
    assert clinic.connect().code == 0
    clinic.sync()
    assert (scans(clinic), written(clinic, "Provenance") > 0) == ([], True)
    clinic.edit("      #- system/DocumentReference.crus\n", scope)
    assert clinic.connect().code == 0
    assert kind(clinic.sync(), "attestation")["sent"] == 1
    assert len(scans(clinic)) == 1
    assert clinic.sync()["writes"] == 0


def test_of_a_case_file_that_is_unchanged_a_changed_scan_is_said(connected: Clinic) -> None:
    supply_scan(connected)
    page, case = (connected.folder / "files" / one for one in ("page.pdf", "practice.case.yaml"))
    again = connected.run("import", str(case), "--yes", machine=False)
    assert "another scan" not in again.err
    page.write_bytes(PDF + b"% changed\n")
    again = connected.run("import", str(case), "--yes", machine=False)
    assert again.code == 0
    assert f"another scan lies beside it for {ID}, and was not read anew" in again.err
