"""What the practice says of itself, its staff, its log, and how it starts and stops."""

import json
import re
import socket
from pathlib import Path

import httpx2
import pytest
from tests.integration.sandbox.ehr import LOG, Ehr, hour_log

import witnessmark.sandbox
from witnessmark.sandbox import STAFF, PortBusyError, Practice, StaffMember, seed, serve
from witnessmark.sandbox.seed import NPI_SYSTEM


def test_every_declared_search_parameter_and_interaction_is_answered(ehr: Ehr) -> None:
    statement = ehr.client.get("metadata", headers={"X-API-Key": ""}).json()
    assert (statement["fhirVersion"], statement["implementation"]["url"]) == (
        "4.0.1",
        ehr.running.base_url,
    )
    values = {"date": "2026", "token": "x", "reference": "Task/1", "string": "x", "uri": "x"}
    for declared in statement["rest"][0]["resource"]:
        assert {each["code"] for each in declared["interaction"]} == {
            "read", "vread", "update", "delete", "history-instance", "create", "search-type",
        }  # fmt: skip
        for parameter in declared["searchParam"]:
            query = f"{declared['type']}?{parameter['name']}={values[parameter['type']]}"
            assert ehr.get(query, Prefer="handling=strict").status_code == 200, query


def test_the_sandbox_imports_nothing_of_the_plugin() -> None:
    folder = Path(witnessmark.sandbox.__file__).parent
    imported = {
        name
        for module in folder.glob("*.py")
        for name in re.findall(
            r"^\s*(?:from|import) (witnessmark\S*)", module.read_text(), re.MULTILINE
        )
    }
    assert len(imported) > 5
    assert {name for name in imported if not name.startswith("witnessmark.sandbox")} == set()


def test_the_smart_configuration_leads_to_a_token(ehr: Ehr) -> None:
    told = httpx2.get(f"{ehr.running.base_url}/.well-known/smart-configuration").json()
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "permission-v2" in told["capabilities"]
    assert "authorization_endpoint" not in told
    assert "system/Task.cruds" in told["scopes_supported"]
    client = httpx2.post(told["registration_endpoint"], json={"scope": "system/Task.rs"}).json()
    answer = httpx2.post(
        told["token_endpoint"],
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    assert answer.json()["scope"] == "system/Task.rs"


def test_the_invented_staff_have_invented_but_valid_npis() -> None:
    assert [(member.given, member.npi) for member in STAFF] == [
        ("Ruth", "1000001010"),
        ("Daniel", "1000001028"),
        ("Mira", "1000002018"),
        ("Jonas", "1000002026"),
        ("Aisha", "1000002034"),
        ("Tomas", "1000002042"),
        ("Lily", "1000002059"),
    ]


def test_a_seeded_practice_has_staff_and_a_calendar_with_patients(ehr: Ehr) -> None:
    seed(ehr.practice)
    assert ehr.practice.log.writes == 0
    ruth = ehr.get(f"Practitioner?identifier={NPI_SYSTEM}|1000001010").json()["entry"][0]
    assert ruth["resource"]["name"] == [{"family": "Example-Okafor", "given": ["Ruth"]}]
    assert ruth["resource"]["qualification"][0]["identifier"][0]["value"] == "INV-CSW-0101"
    assert ehr.found("Appointment?practitioner=mira-example-santos&date=2026-10-05") == [
        "visit-1", "visit-2", "visit-3",
    ]  # fmt: skip
    visit = ehr.get("Appointment/visit-1").json()
    assert (visit["start"], visit["end"]) == (
        "2026-10-05T09:00:00-07:00",
        "2026-10-05T09:50:00-07:00",
    )
    assert {"actor": {"reference": "Patient/pt-1"}, "status": "accepted"} in visit["participant"]
    assert len(ehr.found("Patient")) == 3


def test_other_staff_can_be_seeded_instead(ehr: Ehr) -> None:
    seed(ehr.practice, staff=[StaffMember("a", "Ada", "Example", "1000003099")], bookings=())
    assert ehr.found("Practitioner") == ["a"]


def test_the_log_counts_requests_and_keeps_no_bodies(ehr: Ehr) -> None:
    condition = f"identifier={LOG}|a"
    for _ in range(2):
        ehr.post("QuestionnaireResponse", hour_log("a"), If_None_Exist=condition)
    ehr.get(f"QuestionnaireResponse?{condition}")
    ehr.get("metadata")
    log = ehr.practice.log
    assert [(each.method, each.path, each.status) for each in log.entries] == [
        ("POST", "/fhir/QuestionnaireResponse", 201),
        ("POST", "/fhir/QuestionnaireResponse", 200),
        ("GET", "/fhir/QuestionnaireResponse", 200),
        ("GET", "/fhir/metadata", 200),
    ]
    assert (log.writes, log.reads, ehr.practice.repository.changes) == (2, 1, 1)
    log.clear()
    assert log.writes == 0


def test_what_arrived_can_be_looked_at_as_files(ehr: Ehr, tmp_path: Path) -> None:
    seed(ehr.practice)
    ehr.post("QuestionnaireResponse", hour_log("a"))
    asked = {"QuestionnaireResponse/id-1", f"Practitioner/{STAFF[0].id}", "Appointment/nowhere"}
    assert ehr.practice.held(asked) == {"Practitioner": 1, "QuestionnaireResponse": 1}
    assert ehr.practice.dump(tmp_path, asked) == 2
    text = (tmp_path / "QuestionnaireResponse" / "id-1.json").read_text()
    assert json.loads(text) == ehr.get("QuestionnaireResponse/id-1").json()
    assert not (tmp_path / "Patient").exists()


def test_a_busy_port_is_named_and_a_stopped_one_is_free_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortBusyError, match=f"port {port} on 127.0.0.1 is used by another"):
            serve(Practice(), port=port)

    running = serve(Practice(service_seconds=0.01))
    assert httpx2.get(f"{running.base_url}/metadata").status_code == 200
    running.stop()
    running.stop()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{running.base_url}/metadata")
    with serve(Practice(), port=running.port) as again:
        assert again.base_url == running.base_url
