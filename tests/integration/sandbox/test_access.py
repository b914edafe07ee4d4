"""Registration, tokens and what a granted scope allows."""

from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.integration.sandbox.ehr import Ehr, hour_log

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "system/QuestionnaireResponse.crus system/Practitioner.rs"
EC = ECKey.generate_key("P-384", {"kid": "ec-1"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})

Json = dict[str, Any]


def _register(ehr: Ehr, **more: object) -> Json:
    metadata = {"client_name": "Witnessmark", "scope": SCOPE, **more}
    answer = ehr.client.post(ehr.running.register_url, json=metadata)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _ask(ehr: Ehr, *auth: str, **form: str) -> httpx2.Response:
    data = {"grant_type": "client_credentials", **form}
    return httpx2.post(ehr.running.token_url, data=data, auth=(auth[0], auth[1]) if auth else None)


def _signed(
    ehr: Ehr, client_id: str, key: ECKey | RSAKey = EC, **changes: object
) -> dict[str, str]:
    claims: Json = {
        "iss": client_id,
        "sub": client_id,
        "aud": ehr.running.token_url,
        "jti": "first",
        "exp": int(ehr.clock().timestamp()) + 300,
        **changes,
    }
    header = {"alg": "ES384" if isinstance(key, ECKey) else "RS384", "kid": str(key.kid)}
    assertion = jwt.encode(header, claims, key, algorithms=[header["alg"]])
    return {"client_assertion_type": JWT_BEARER, "client_assertion": assertion}


def _bearer(token: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['access_token']}", "X-API-Key": ""}


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_secret_works_only_in_the_registered_way(ehr: Ehr, method: str) -> None:
    client = _register(ehr, token_endpoint_auth_method=method)
    pair = (client["client_id"], client["client_secret"])
    form = {"client_id": pair[0], "client_secret": pair[1]}
    basic, post = _ask(ehr, *pair), _ask(ehr, **form)
    right, wrong = (basic, post) if method == "client_secret_basic" else (post, basic)

    assert right.status_code == 200
    assert (right.json()["scope"], right.json()["expires_in"]) == (SCOPE, 300)
    assert right.headers["Cache-Control"] == "no-store"
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    assert _ask(ehr, pair[0], "guessed").status_code == 401
    assert _ask(ehr, pair[0], "").status_code == 401
    garbled = httpx2.post(
        ehr.running.token_url,
        data={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic %%%"},
    )
    assert garbled.status_code == 401
    as_json = httpx2.post(ehr.running.token_url, json={"grant_type": "client_credentials"})
    assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("key", [EC, RSA], ids=["ES384", "RS384"])
def test_a_signed_assertion_works_once(ehr: Ehr, key: ECKey | RSAKey) -> None:
    client = _register(ehr, jwks={"keys": [EC.as_dict(private=False), RSA.as_dict(private=False)]})
    assert "client_secret" not in client
    form = _signed(ehr, client["client_id"], key)
    first, replayed = _ask(ehr, **form), _ask(ehr, **form)
    assert first.status_code == 200
    assert (replayed.status_code, replayed.json()["error"]) == (401, "invalid_client")
    answer = ehr.client.get("QuestionnaireResponse", headers=_bearer(first.json()))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://127.0.0.1/elsewhere"},
        {"exp": 1_795_082_400 - 1},
        {"exp": 1_795_082_400 + 310},
        {"exp": "soon"},
        {"jti": ""},
        {"sub": "someone-else"},
        {"iss": "someone-else"},
        {"nbf": 1_795_082_400 + 60},
    ],
    ids=str,
)
def test_an_assertion_with_one_wrong_claim_is_refused(ehr: Ehr, changes: Json) -> None:
    assert int(ehr.clock().timestamp()) == 1_795_082_400
    client = _register(ehr, jwks={"keys": [EC.as_dict(private=False)]})
    answer = _ask(ehr, **_signed(ehr, client["client_id"], **changes))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_assertion_by_another_key_or_none_is_refused(ehr: Ehr) -> None:
    client = _register(ehr, jwks={"keys": [EC.as_dict(private=False)]})
    stranger = ECKey.generate_key("P-384", {"kid": "ec-1"})
    unlisted = ECKey.generate_key("P-384", {"kid": "ec-2"})
    for key in (stranger, unlisted, RSA):
        assert _ask(ehr, **_signed(ehr, client["client_id"], key)).status_code == 401
    nonsense = {"client_assertion_type": JWT_BEARER, "client_assertion": "a.b.c"}
    assert _ask(ehr, **nonsense).status_code == 401


@pytest.mark.parametrize(
    "metadata",
    [
        {"scope": "openid patient/*.read"},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [EC.as_dict(private=True)]}},
        {"jwks": {"keys": [ECKey.generate_key("P-256", {"kid": "x"}).as_dict(private=False)]}},
        {"jwks": "https://client.example/jwks"},
        {"token_endpoint_auth_method": "none"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"grant_types": ["authorization_code"]},
    ],
    ids=range(8),
)
def test_what_cannot_be_honoured_is_not_registered(ehr: Ehr, metadata: Json) -> None:
    assert ehr.client.post(ehr.running.register_url, content=b"{").status_code == 400
    answer = ehr.client.post(ehr.running.register_url, json={"scope": SCOPE, **metadata})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize(
    ("registered", "asked", "granted"),
    [
        ("system/Task.crus", "system/Task.cruds system/Patient.rs", "system/Task.crus"),
        ("system/*.rs", "system/Task.crus", "system/Task.rs"),
        ("system/Task.rs", "system/*.cruds", "system/Task.rs"),
        ("system/*.cruds", "system/*.cruds", "system/*.cruds"),
    ],
)
def test_the_granted_scope_is_what_was_both_asked_and_registered(
    ehr: Ehr, registered: str, asked: str, granted: str
) -> None:
    client = _register(ehr, scope=registered)
    pair = (client["client_id"], client["client_secret"])
    assert _ask(ehr, *pair, scope=asked).json()["scope"] == granted


def test_only_client_credentials_of_a_registered_scope_are_granted(ehr: Ehr) -> None:
    client = _register(ehr)
    none = _ask(ehr, client["client_id"], client["client_secret"], scope="system/Task.rs")
    assert (none.status_code, none.json()["error"]) == (400, "invalid_scope")
    answer = _ask(ehr, grant_type="authorization_code")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_token_expires_with_the_clock_and_the_challenge_says_so(ehr: Ehr) -> None:
    client = _register(ehr)
    token = _ask(ehr, client["client_id"], client["client_secret"]).json()
    ehr.clock.advance(seconds=299)
    assert ehr.client.get("Practitioner", headers=_bearer(token)).status_code == 200
    ehr.clock.advance(seconds=1)
    expired = ehr.client.get("Practitioner", headers=_bearer(token))
    nobody = ehr.client.get("Practitioner", headers={"X-API-Key": ""})

    assert (expired.status_code, nobody.status_code) == (401, 401)
    assert expired.json()["issue"][0]["code"] == "login"
    assert expired.headers["WWW-Authenticate"].endswith('error="invalid_token"')
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="sandbox practice"'


def test_a_token_is_no_key_and_a_key_no_token(ehr: Ehr) -> None:
    client = _register(ehr)
    token = _ask(ehr, client["client_id"], client["client_secret"]).json()["access_token"]
    key = ehr.client.headers["X-API-Key"]
    assert ehr.client.get("Task", headers={"X-API-Key": token}).status_code == 401
    as_token = {"Authorization": f"Bearer {key}", "X-API-Key": ""}
    assert ehr.client.get("Task", headers=as_token).status_code == 401


def test_a_scope_allows_exactly_its_interactions(ehr: Ehr) -> None:
    ehr.post("QuestionnaireResponse", hour_log("a"))
    client = _register(ehr, scope="system/QuestionnaireResponse.r system/Task.c")
    token = _ask(ehr, client["client_id"], client["client_secret"]).json()
    at = "QuestionnaireResponse/id-1"
    statuses = [
        ehr.client.request(method, path, headers=_bearer(token)).status_code
        for method, path in [
            ("GET", at),
            ("GET", f"{at}/_history/1"),
            ("GET", "QuestionnaireResponse"),
            ("PUT", at),
            ("DELETE", at),
            ("GET", "Task/1"),
        ]
    ]
    assert statuses == [200, 200, 403, 403, 403, 403]
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    assert ehr.client.post("Task", json=task, headers=_bearer(token)).status_code == 201
