"""What the sekmet host really does, which the adapter and the token source rely on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.support.fhir_hosts import smart_client
from tests.support.sekmet_host import CLIENT_ID, PEOPLES_KEY, SekmetHost, sekmet_host
from witnessmark.transport.token_requests import Proof, token_request

pytestmark = pytest.mark.peer

X = "https://example.org/x"
TASK: dict[str, Any] = {"resourceType": "Task", "status": "requested", "intent": "order"}
FORM: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "status": "completed"}
ROLE: dict[str, Any] = {"resourceType": "PractitionerRole"}
ECKEY = ECKey.generate_key("P-384", auto_kid=True)
RSAKEY = RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture(scope="module")
def host() -> Iterator[SekmetHost]:
    with sekmet_host() as running:
        yield running


@pytest.fixture(scope="module")
def barred() -> Iterator[SekmetHost]:
    with sekmet_host(jwks=_jwks(ECKEY), scopes="system/Task.rs system/Task.c") as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Content-Type"] = "application/fhir+json"
        yield session


def _jwks(key: ECKey | RSAKey) -> dict[str, Any]:
    # One key alone: it tries each whatever its kind, and fails (500) at the first of another kind.
    return {"keys": [key.as_dict(private=False)]}


def _named(body: Mapping[str, Any], value: str) -> dict[str, Any]:
    identifier = {"system": X, "value": value}
    form = body["resourceType"] == "QuestionnaireResponse"
    return {**body, "identifier": identifier if form else [identifier]}


def test_it_states_no_forms_and_no_verifications_but_stores_both(http: requests.Session) -> None:
    with sekmet_host(searches=()) as as_shipped:
        base = as_shipped.base_url
        stated = {one["type"] for one in http.get(f"{base}/metadata").json()["rest"][0]["resource"]}
        assert {"Appointment", "Practitioner", "Provenance", "Subscription", "Task"} <= stated
        assert stated.isdisjoint({"QuestionnaireResponse", "VerificationResult"})
        url = f"{base}/QuestionnaireResponse"
        assert http.post(url, json=_named(FORM, "a")).status_code == 201
        # By what it does not know it finds everything, and says so in one more entry.
        found = http.get(url, params={"identifier": f"{X}|other"}).json()["entry"]
        kinds = [entry["resource"]["resourceType"] for entry in found]
        assert kinds == ["QuestionnaireResponse", "OperationOutcome"]
        condition = {"If-None-Exist": f"identifier={X}|a"}
        assert http.post(url, json=_named(FORM, "a"), headers=condition).status_code == 400


def test_a_conditional_create_makes_one_resource_and_answers_with_it(
    host: SekmetHost, http: requests.Session
) -> None:
    url, once = f"{host.base_url}/QuestionnaireResponse", {"If-None-Exist": f"identifier={X}|once"}
    first = http.post(url, json=_named(FORM, "once"), headers=once)
    second = http.post(url, json=_named(FORM, "once"), headers=once)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    http.post(url, json=_named(FORM, "once"))
    assert http.post(url, json=_named(FORM, "once"), headers=once).status_code == 412


def test_versions_count_from_one_and_an_update_needs_the_one_it_names(
    host: SekmetHost, http: requests.Session
) -> None:
    made = http.post(f"{host.base_url}/Task", json=TASK)
    url, change = f"{host.base_url}/Task/{made.json()['id']}", {**made.json(), "status": "ready"}
    changed = http.put(url, json=change, headers={"If-Match": 'W/"1"'})
    stale = http.put(url, json=change, headers={"If-Match": 'W/"1"'})
    assert (changed.status_code, stale.status_code) == (200, 412)
    assert (made.headers["etag"], changed.headers["etag"]) == ('W/"1"', 'W/"2"')
    assert http.put(url, json=change).headers["etag"] == 'W/"3"'  # even if nothing is new in it


def test_what_was_deleted_is_gone_and_what_never_was_is_not_found(
    host: SekmetHost, http: requests.Session
) -> None:
    made = http.post(f"{host.base_url}/Task", json=TASK).json()
    url = f"{host.base_url}/Task/{made['id']}"
    assert http.delete(url).status_code == 200
    gone, never = http.get(url), http.get(f"{host.base_url}/Task/never")
    assert (gone.status_code, never.status_code) == (410, 404)
    assert {one.json()["resourceType"] for one in (gone, never)} == {"OperationOutcome"}
    assert http.put(url, json=made, headers={"If-Match": 'W/"1"'}).status_code == 412
    assert http.put(url, json=made).status_code == 201  # unguarded, it would rise again


@pytest.mark.parametrize("wrong", [{**TASK, "unheard": 1}, {"resourceType": "Task"}])
def test_what_is_no_r4_structure_is_refused(
    wrong: dict[str, Any], host: SekmetHost, http: requests.Session
) -> None:
    answer = http.post(f"{host.base_url}/Task", json=wrong)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "structure")


def test_pages_follow_next_links_to_the_last_one(host: SekmetHost, http: requests.Session) -> None:
    url = f"{host.base_url}/PractitionerRole"
    for number in range(25):
        http.post(url, json=_named(ROLE, str(number)))
    page = http.get(url, params={"_lastUpdated": "gt2020-01-01", "_sort": "_lastUpdated"}).json()
    assert (page["total"], len(page["entry"])) == (25, 20)
    (following,) = [each["url"] for each in page["link"] if each["relation"] == "next"]
    last = http.get(following).json()
    assert "next" not in {each["relation"] for each in last["link"]}
    codes = [e["resource"]["identifier"][0]["value"] for e in page["entry"] + last["entry"]]
    assert codes == [str(number) for number in range(25)]
    assert "entry" not in http.get(url, params={"_lastUpdated": "gt2099-01-01"}).json()


def test_killed_and_started_again_it_has_what_it_answered_for(http: requests.Session) -> None:
    with sekmet_host() as host:
        made = http.post(f"{host.base_url}/Task", json=TASK).json()
        host.kill()
        with pytest.raises(requests.ConnectionError):
            http.get(f"{host.base_url}/metadata")
        host.start()
        assert http.get(f"{host.base_url}/Task/{made['id']}").json() == made
        assert [(asked.method, asked.status) for asked in host.log()] == [
            ("POST", 201),
            ("GET", 200),
        ]


# SMART backend services (SMART App Launch 2.2.0)


def _host_time(host: SekmetHost) -> int:
    answer = requests.get(f"{host.base_url}/metadata", timeout=10)
    return int(parsedate_to_datetime(answer.headers["date"]).timestamp())


def _signed_in(host: SekmetHost, assertion: str, scope: str) -> requests.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": scope,
    }
    return requests.post(host.token_url, data=form, timeout=10)


def _assertion(host: SekmetHost, **other: object) -> str:
    claims: dict[str, object] = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": host.token_url,
        "exp": _host_time(host) + 200,
        **other,
    }
    return jwt.encode({"alg": "ES384", "kid": ECKEY.kid}, claims, ECKEY, algorithms=["ES384"])


@pytest.mark.parametrize(("algorithm", "key"), [("ES384", ECKEY), ("RS384", RSAKEY)])
def test_our_own_proof_gets_every_scope_we_need(algorithm: str, key: ECKey | RSAKey) -> None:
    with sekmet_host(jwks=_jwks(key)) as host:
        auth = smart_client(CLIENT_ID, host.token_url, algorithm)
        pem = key.as_pem(private=True).decode()
        request, _ = token_request(auth, Proof(pem, _host_time(host), "own"))
        answer = requests.post(request.url, request.body, headers=dict(request.headers), timeout=10)
    assert answer.status_code == 200
    assert answer.json()["scope"].split() == list(auth.scopes)


def test_a_proof_holds_once_for_five_minutes_and_for_its_own_address(barred: SekmetHost) -> None:
    once = _assertion(barred, jti="once")
    late = _assertion(barred, jti="late", exp=_host_time(barred) + 400)
    lost = _assertion(barred, jti="lost", aud=barred.base_url)
    said = [_signed_in(barred, each, "system/Task.rs") for each in (once, once, late, lost)]
    assert [one.status_code for one in said] == [200, 401, 401, 401]
    assert {one.json()["error"] for one in said[1:]} == {"invalid_client"}


def test_of_the_scopes_asked_for_it_grants_some_and_refuses_when_there_are_none(
    barred: SekmetHost,
) -> None:
    wide = "system/Task.rs system/Practitioner.rs"
    granted = _signed_in(barred, _assertion(barred, jti="wide"), wide)
    refused = _signed_in(barred, _assertion(barred, jti="none"), "system/Practitioner.rs")
    assert (granted.status_code, granted.json()["scope"]) == (200, "system/Task.rs")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_a_token_opens_what_its_scopes_name_and_reading_takes_r_and_s(barred: SekmetHost) -> None:
    asked = "system/Task.rs", "system/Task.r"
    tokens = [
        _signed_in(barred, _assertion(barred, jti=scope), scope).json()["access_token"]
        for scope in asked
    ]

    def status(token: str | None, kind: str) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{barred.base_url}/{kind}"
        return requests.get(url, headers=headers, timeout=10).status_code

    assert [status(tokens[0], kind) for kind in ("Task", "Practitioner")] == [200, 403]
    assert status(tokens[1], "Task") == 403
    assert (status(None, "Task"), status("forged", "Task")) == (401, 401)
    assert status(PEOPLES_KEY, "Practitioner") == 200
