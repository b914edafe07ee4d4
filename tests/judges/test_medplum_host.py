"""What the Medplum host really does, which adapters and its own metadata rely on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.judges.panel import Panel
from tests.support.medplum_host import HERE, MedplumHost, medplum_host

X = "https://example.org/x"
METADATA = json.loads((HERE / "metadata.json").read_text("utf-8"))
MINIMAL: dict[str, dict[str, Any]] = {
    "Appointment": {
        "status": "proposed",
        "participant": [{"type": [{"text": "x"}], "status": "accepted"}],
    },
    "DocumentReference": {"status": "current", "content": [{"attachment": {"title": "invented"}}]},
    "Practitioner": {},
    "PractitionerRole": {},
    "Provenance": {
        "target": [{"reference": "Practitioner/invented-1"}],
        "recorded": "2026-11-23T09:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/invented-2"}}],
    },
    "QuestionnaireResponse": {"status": "completed"},
    "Task": {"status": "requested", "intent": "order"},
    "VerificationResult": {
        "target": [{"reference": "Practitioner/invented-1"}],
        "status": "validated",
    },
}

CODE = {"coding": [{"system": f"{X}/codes", "code": "invented"}]}
CODED: dict[str, dict[str, Any]] = {
    "Task": {"code": CODE},
    "DocumentReference": {"category": [CODE]},
}


@pytest.fixture(scope="module")
def host() -> Iterator[MedplumHost]:
    with medplum_host() as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Content-Type"] = "application/fhir+json"
        yield session


def _body(kind: str, key: str) -> dict[str, Any]:
    identifier = {"system": f"{X}/session", "value": key}
    many = kind != "QuestionnaireResponse"
    named = {} if kind in {"Provenance", "VerificationResult"} else {"identifier": identifier}
    return {
        "resourceType": kind,
        "meta": {"tag": [{"system": f"{X}/record", "code": key}]},
        **({name: [value] if many else value for name, value in named.items()}),
        **MINIMAL[kind],
        **CODED.get(kind, {}),
    }


@pytest.mark.peer
@pytest.mark.parametrize("resource", METADATA["rest"][0]["resource"], ids=lambda it: it["type"])
def test_every_search_its_metadata_declares_finds_the_resource_and_nothing_else(
    resource: dict[str, Any], host: MedplumHost, http: requests.Session
) -> None:
    kind = resource["type"]
    url = f"{host.base_url}/{kind}"
    made = http.post(url, json=_body(kind, "search")).json()
    found = {
        "identifier": (f"{X}/session|search", f"{X}/session|other"),
        "_tag": (f"{X}/record|search", f"{X}/record|other"),
        "_id": (made["id"], "other"),
        "_lastUpdated": ("ge" + made["meta"]["lastUpdated"], "gt2099-01-01T00:00:00Z"),
        "target": ("Practitioner/invented-1", "Practitioner/other"),
        "agent": ("Practitioner/invented-2", "Practitioner/other"),
        "code": (f"{X}/codes|invented", f"{X}/codes|other"),
        "category": (f"{X}/codes|invented", f"{X}/codes|other"),
    }
    for name in (each["name"] for each in resource["searchParam"]):
        hit, miss = found[name]
        entries = http.get(url, params={name: hit}).json()["entry"]
        assert made["id"] in {entry["resource"]["id"] for entry in entries}, name
        assert http.get(url, params={name: miss}).json()["total"] == 0, name


@pytest.mark.peer
@pytest.mark.parametrize("condition", [f"identifier={X}/session|c", f"_tag={X}/record|c"])
def test_a_conditional_create_makes_one_resource_and_answers_with_it(
    condition: str, http: requests.Session
) -> None:
    with medplum_host() as host:
        url, header = f"{host.base_url}/Appointment", {"If-None-Exist": condition}
        first = http.post(url, json=_body("Appointment", "c"), headers=header)
        second = http.post(url, json=_body("Appointment", "c"), headers=header)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        http.post(url, json=_body("Appointment", "c"))
        ambiguous = http.post(url, json=_body("Appointment", "c"), headers=header)
        assert ambiguous.status_code == 412
        assert [(asked.method, asked.status) for asked in host.log()] == [
            ("POST", 201),
            ("POST", 200),
            ("POST", 201),
            ("POST", 412),
        ]


@pytest.mark.peer
def test_an_update_needs_the_version_it_names(host: MedplumHost, http: requests.Session) -> None:
    made = http.post(f"{host.base_url}/Task", json=_body("Task", "update"))
    url = f"{host.base_url}/Task/{made.json()['id']}"
    change, version = {**made.json(), "status": "completed"}, made.headers["etag"]
    changed = http.put(url, json=change, headers={"If-Match": version})
    stale = http.put(url, json=change, headers={"If-Match": version})
    assert (changed.status_code, stale.status_code) == (200, 412)
    assert changed.headers["etag"] == f'W/"{changed.json()["meta"]["versionId"]}"' != version
    for _ in range(2):  # asked twice: the router's own history turns round
        entries = http.get(f"{url}/_history").json()["entry"]
        assert [entry["resource"]["status"] for entry in entries] == ["completed", "requested"]
    before = http.get(f"{url}/_history/{made.json()['meta']['versionId']}")
    assert before.json() == made.json()


@pytest.mark.peer
def test_a_put_with_an_id_of_ours_creates_and_answers_200(
    host: MedplumHost, http: requests.Session
) -> None:
    body = {**_body("Provenance", "own"), "id": "own-id"}
    url = f"{host.base_url}/Provenance/own-id"
    assert http.put(url, json=body, headers={"If-Match": 'W/"1"'}).status_code == 404
    assert http.put(url, json=body).status_code == 200
    assert http.get(url).json()["id"] == "own-id"


@pytest.mark.peer
def test_a_provenance_is_found_by_its_target_exactly_as_written(
    host: MedplumHost, http: requests.Session
) -> None:
    versioned = "QuestionnaireResponse/log-1/_history/7f"
    url = f"{host.base_url}/Provenance"
    http.post(url, json={**_body("Provenance", "t"), "target": [{"reference": versioned}]})
    assert http.get(url, params={"target": versioned}).json()["total"] == 1
    unversioned = "QuestionnaireResponse/log-1"
    assert http.get(url, params={"target": unversioned}).json()["total"] == 0


@pytest.mark.peer
def test_pages_follow_next_links_to_the_last_one(http: requests.Session) -> None:
    with medplum_host() as host:
        for number in range(25):
            http.post(f"{host.base_url}/Task", json=_body("Task", str(number)))
        page = http.get(f"{host.base_url}/Task?_lastUpdated=gt2020-01-01&_sort=_lastUpdated").json()
        assert (page["total"], len(page["entry"])) == (25, 20)
        (following,) = [each["url"] for each in page["link"] if each["relation"] == "next"]
        last = http.get(following).json()
        assert [each["relation"] for each in last["link"]] == ["self"]
        codes = [e["resource"]["identifier"][0]["value"] for e in page["entry"] + last["entry"]]
        assert sorted(codes, key=int) == [str(number) for number in range(25)]


@pytest.mark.peer
def test_what_is_no_r4_structure_is_not_stored(host: MedplumHost, http: requests.Session) -> None:
    wrong = {**_body("Practitioner", "wrong"), "unheard": 1}
    assert http.post(f"{host.base_url}/Practitioner", json=wrong).status_code == 400
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": wrong}]}
    assert http.post(host.base_url, json=bundle).status_code == 400


@pytest.mark.judge
def test_its_metadata_is_accepted_by_all_who_know_the_type(judges: Panel) -> None:
    told = [(fault.judge, fault.message) for fault in judges.faults(METADATA)]
    assert told == [("own", "type: not a resource type of our R4 table")]
