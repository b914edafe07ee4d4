"""A co-signature on a host we did not write: the Medplum router, driven by plain requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.cosigning import AGREEMENT, CLINIC, NPI, Json, SyncedClinic, settle_in
from tests.support.medplum_host import MedplumHost, medplum_host
from witnessmark.bootstrap import open_installation
from witnessmark.domain.requests import RequestState, TimeSource
from witnessmark.ports.host import Connection
from witnessmark.testing import FIRST_SUPERVISEE, PEOPLE, SUPERVISOR

pytestmark = pytest.mark.peer

WHEN = "2026-11-16T19:00:00Z"


@pytest.fixture
def host() -> Iterator[MedplumHost]:
    with medplum_host() as host:
        yield host


def asked(host: MedplumHost, method: str, path: str, body: Json | None = None) -> Json:
    """Do as a person there does, with a client that is not ours."""
    answer = requests.request(method, f"{host.base_url}/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return dict(answer.json())


def put(host: MedplumHost, kind: str, **said: Any) -> str:
    return f"{kind}/{asked(host, 'POST', kind, {'resourceType': kind, **said})['id']}"


def task(host: MedplumHost) -> Json:
    (entry,) = asked(host, "GET", "Task")["entry"]
    return dict(entry["resource"])


def test_the_hosts_signature_closes_what_was_asked(host: MedplumHost, tmp_path: Path) -> None:
    staff = {
        one.id: put(host, "Practitioner", identifier=[{"system": NPI, "value": one.npi}])
        for one in PEOPLE
    }
    patient = put(host, "Patient", name=[{"family": "Canary-Family"}])
    note = put(
        host,
        "DocumentReference",
        status="current",
        docStatus="final",
        date="2099-01-01T00:00:00Z",
        subject={"reference": patient},
        author=[{"reference": staff[FIRST_SUPERVISEE.id]}],
        content=[{"attachment": {"contentType": "text/plain", "data": "Y2FuYXJ5"}}],
    )
    with open_installation(tmp_path / "store", create=True) as installation:
        link = Connection(CLINIC, "ehr", "fhir_r4", "medplum", host.base_url, allow_loopback=True)
        clinic = SyncedClinic(installation, link)
        settle_in(clinic, AGREEMENT)
        clinic.sync()
        assert task(host)["status"] == "requested"
        assert task(host)["focus"] == {"reference": note}
        assert task(host)["owner"] == {"reference": staff[SUPERVISOR.id]}
        version = sign(host, note, staff[SUPERVISOR.id])
        clinic.sync()
        (request,) = clinic.requests()
        assert request.state is RequestState.ANSWERED
        assert request.proof is not None
        assert (request.proof.person, request.proof.version) == (SUPERVISOR.id, version)
        assert request.proof.time_from is TimeSource.SIGNATURE
        assert request.proof.at.isoformat() == "2026-11-16T19:00:00+00:00"
        assert task(host)["status"] == "completed"
        assert clinic.sync().writes == 0


def sign(host: MedplumHost, note: str, by: str) -> str:
    """Sign there: the note, and a Provenance of that version; return the version."""
    body = asked(host, "GET", note) | {"authenticator": {"reference": by}}
    version = str(asked(host, "PUT", note, body)["meta"]["versionId"])
    code = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}
    put(
        host,
        "Provenance",
        target=[{"reference": f"{note}/_history/{version}"}],
        recorded=WHEN,
        agent=[{"who": {"reference": by}}],
        signature=[{"type": [code], "when": WHEN, "who": {"reference": by}}],
    )
    return version
