"""The main job against a host we did not write: the Medplum router, counted by a plain script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.clinic import Clinic, clinic_at_work
from tests.support.medplum_host import MedplumHost, medplum_host
from witnessmark.sandbox import STAFF

pytestmark = pytest.mark.peer

NPI = "http://hl7.org/fhir/sid/us-npi"


@pytest.fixture
def host() -> Iterator[MedplumHost]:
    with medplum_host() as host:
        yield host


def put_staff(host: MedplumHost) -> None:
    """Put the clinic's own staff there, as its EHR would have them: name and NPI."""
    for member in STAFF:
        answer = requests.post(
            f"{host.base_url}/Practitioner",
            json={
                "resourceType": "Practitioner",
                "active": True,
                "identifier": [{"system": NPI, "value": member.npi}],
                "name": [{"family": member.family, "given": [member.given]}],
            },
            timeout=10,
        )
        answer.raise_for_status()


def everything(host: MedplumHost, kind: str) -> list[dict[str, Any]]:
    """Read all resources of a type, page by page."""
    url: str | None = f"{host.base_url}/{kind}?_count=100"
    found: list[dict[str, Any]] = []
    while url:
        page = requests.get(url, timeout=10).json()
        found += [entry["resource"] for entry in page.get("entry", ())]
        url = next((one["url"] for one in page.get("link", ()) if one["relation"] == "next"), None)
    return found


def counted(host: MedplumHost) -> dict[str, int]:
    """Count what the host holds of ours, by our kinds, without any code of ours."""
    forms = everything(host, "QuestionnaireResponse")
    staff = everything(host, "Practitioner")
    return {
        "session": len(everything(host, "Appointment")),
        "hour_log": sum("supervised-hours-week" in one["questionnaire"] for one in forms),
        "attestation": len(everything(host, "Provenance")),
        "credentials": sum(bool(one.get("qualification")) for one in staff),
    }


def test_all_of_it_arrives_once_and_the_second_sync_writes_nothing(
    host: MedplumHost, tmp_path: Path
) -> None:
    put_staff(host)
    with clinic_at_work(tmp_path) as clinic:
        clinic.import_files()
        assert clinic.run("settings", "set", "allow_loopback", "true").code == 0
        said = connect(clinic, host)
        assert said.code == 0, said.err
        first = clinic.sync()
        sent = {one["kind"]: one["sent"] for one in first["kinds"]}
        assert counted(host) == sent
        assert min(sent.values()) > 0
        before = len(host.log())
        second = clinic.sync()
    assert second["writes"] == 0
    assert {one["sent"] for one in second["kinds"]} == {0}
    assert {one.method for one in host.log()[before:]} == {"GET"}
    assert counted(host) == sent


def connect(clinic: Clinic, host: MedplumHost) -> Any:
    return clinic.run("connect", host.base_url, "--profile", "medplum", "--auth", "none")
