"""How the plugin signs in, and how workers in different processes share one token."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.support.installation import (
    NOON_SECONDS,
    Installation,
    MemoryTokenRows,
    client_secret,
    connection,
)

from witnessmark.errors import HostError, RefusedError, SecretError, TryLaterError
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.locks import Token
from witnessmark.transport.exchange import Credentials, Line
from witnessmark.transport.steps import Conversation, Sending, Step
from witnessmark.transport.token_requests import Proof, client_assertion
from witnessmark.transport.tokens import TokenSource
from witnessmark.wire import Request, Response

T = TypeVar("T")

TOKEN_URL = "https://login.example/token"  # noqa: S105 - an address
RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-384")
P256 = ECKey.generate_key("P-256")
PROOF_TIME = 1_000


def asking(algorithm: str) -> Auth:
    return Auth(
        kind=AuthKind.PRIVATE_KEY_JWT,
        client_id="clinic-app",
        secret_ref="file:key.pem",  # noqa: S106 - a reference
        algorithm=algorithm,
        token_url=TOKEN_URL,
    )


def jwk(key: RSAKey | ECKey, **more: str) -> str:
    return json.dumps({**key.as_dict(private=True), **more})


def pem(key: RSAKey | ECKey) -> str:
    return key.as_pem(private=True).decode()


@pytest.mark.parametrize(
    ("algorithm", "key", "secret", "kid"),
    [
        ("RS384", RSA, pem(RSA), RSA.thumbprint()),
        ("RS384", RSA, jwk(RSA, kid="spring"), "spring"),
        ("ES384", EC, pem(EC), EC.thumbprint()),
        ("ES384", EC, jwk(EC, kid="spring"), "spring"),
    ],
)
def test_a_client_assertion_says_what_smart_asks_for(
    algorithm: str, key: RSAKey | ECKey, secret: str, kid: str
) -> None:
    signed = client_assertion(asking(algorithm), Proof(secret, PROOF_TIME, "jti-1"))
    read = jwt.decode(signed, key, algorithms=[algorithm])
    assert read.header == {"typ": "JWT", "alg": algorithm, "kid": kid}
    assert read.claims == {
        "iss": "clinic-app",
        "sub": "clinic-app",
        "aud": TOKEN_URL,
        "iat": 1_000,
        "exp": 1_240,
        "jti": "jti-1",
    }


def public_jwk() -> str:
    return json.dumps(RSA.as_dict(private=False))


@pytest.mark.parametrize(
    ("algorithm", "secret"),
    [
        ("RS384", pem(EC)),
        ("ES384", pem(RSA)),
        ("ES384", pem(P256)),
        ("ES384", jwk(P256)),
        ("RS384", public_jwk()),
        ("RS384", "{broken"),
        ("RS384", "canary-not-a-key"),
        ("ES384", '{"kty":"EC","crv":"P-384","d":"canary"}'),
        ("HS256", pem(RSA)),
    ],
)
def test_a_key_that_does_not_fit_is_named_and_not_shown(algorithm: str, secret: str) -> None:
    with pytest.raises(SecretError, match=r"RS384|ES384") as refused:
        client_assertion(asking(algorithm), Proof(secret, PROOF_TIME, "jti-1"))
    assert "canary" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_an_rsa_key_that_is_too_short_is_refused() -> None:
    with pytest.warns(UserWarning, match="2048"):
        short = RSAKey.generate_key(1024)
    with pytest.warns(UserWarning, match="2048"), pytest.raises(SecretError, match="2048 bits"):
        client_assertion(asking("RS384"), Proof(pem(short), PROOF_TIME, "jti-1"))


class Stepper:
    """Takes a conversation's steps by hand; requests are answered by a function."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    def credentials(
        self, source: TokenSource, line: Line, rejected: Credentials | None = None
    ) -> Credentials | None:
        talk = source.credentials(line, rejected=rejected)
        return finish(talk, self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer(request)


def finish(
    talk: Conversation[T], answer: Callable[[Request], Response], step: Step | None = None
) -> T:
    """Take every step, from this one on."""
    try:
        step = step or next(talk)
        while True:
            if isinstance(step, Sending):
                step = talk.send(answer(step.request))
            else:
                assert callable(step)
                step = talk.send(step())
    except StopIteration as done:
        result: T = done.value
        return result


def granting(_: Request) -> Response:
    return Response(200, {}, b'{"access_token":"fresh","token_type":"Bearer","expires_in":300}')


def on_ehr() -> Connection:
    return connection("https://ehr.example", client_secret(TOKEN_URL))


def line(installation: Installation) -> Line:
    return Line(on_ehr(), installation.means.gate)


def test_each_assertion_has_an_id_of_its_own() -> None:
    installation = Installation()
    installation.secrets.values = {"file:key.pem": pem(EC)}
    on = connection("https://ehr.example", asking("ES384"))
    stepper = Stepper(granting)
    seen = set()
    for _ in range(2):
        stepper.credentials(installation.source, Line(on, installation.means.gate))
        installation.clock.advance(seconds=300)
        body = parse_qs((stepper.requests[-1].body or b"").decode())
        assert body["grant_type"] == ["client_credentials"]
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert body["client_assertion_type"] == [kind]
        read = jwt.decode(body["client_assertion"][0], EC, algorithms=["ES384"])
        seen.add(read.claims["jti"])
        assert "authorization" not in stepper.requests[-1].headers
    assert len(seen) == 2


def test_a_worker_waits_for_the_lease_of_another_and_takes_its_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installation = Installation()
    rows = installation.tokens
    fence = rows.lease(on_ehr(), owner="other", now=NOON_SECONDS, seconds=75)
    assert fence is not None
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            token = Token("theirs", NOON_SECONDS + 300, frozenset())
            rows.write(on_ehr(), token, fence=fence)

    monkeypatch.setattr(time, "sleep", nap)
    stepper = Stepper(granting)
    found = stepper.credentials(installation.source, line(installation))
    assert found == Credentials("authorization", "Bearer theirs")
    assert (stepper.requests, naps) == ([], [0.5, 0.5, 0.5])


def test_a_token_that_another_worker_stored_is_used_until_it_is_rejected() -> None:
    installation = Installation()
    stepper = Stepper(granting)
    first = stepper.credentials(installation.source, line(installation))
    other = installation.worker()
    assert stepper.credentials(other, line(installation)) == first
    assert len(stepper.requests) == 1
    stepper.credentials(other, line(installation), rejected=first)
    assert len(stepper.requests) == 2


def test_workers_that_wait_for_one_refresh_share_its_failure() -> None:
    installation = Installation()
    lead = installation.source.credentials(line(installation))
    step = next(lead)
    waiting = [installation.source.credentials(line(installation)) for _ in range(15)]
    futures = {next(talk) for talk in waiting}
    assert len(futures) == 1
    with pytest.raises(RefusedError, match="client id or key") as first:
        finish(lead, lambda _: Response(400, {}, b'{"error":"invalid_client"}'), step)
    refused: list[HostError] = [first.value]
    future = futures.pop()
    assert isinstance(future, Future)
    for talk in waiting:
        with pytest.raises(RefusedError, match="client id or key") as shared:
            talk.send(future.result(timeout=0))
        refused.append(shared.value)
    assert len({id(error) for error in refused}) == 16


def test_a_lease_that_is_never_given_back_is_waited_for_ten_seconds_and_then_lapses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installation = Installation()
    installation.tokens.lease(on_ehr(), owner="dead", now=NOON_SECONDS, seconds=75)
    naps: list[float] = []
    monkeypatch.setattr(time, "sleep", naps.append)
    stepper = Stepper(granting)
    with pytest.raises(TryLaterError, match="Another worker"):
        stepper.credentials(installation.source, line(installation))
    assert sum(naps) == 10
    installation.clock.advance(seconds=75)
    assert stepper.credentials(installation.source, line(installation)) is not None
    assert len(stepper.requests) == 1


def test_a_token_stored_between_look_and_lease_is_not_fetched_again() -> None:
    class LateRows(MemoryTokenRows):
        def lease(
            self, connection: Connection, *, owner: str, now: int, seconds: int
        ) -> int | None:
            self.token = Token("theirs", NOON_SECONDS + 300, frozenset())
            return super().lease(connection, owner=owner, now=now, seconds=seconds)

    installation = Installation()
    rows = installation.tokens = LateRows()
    installation.source = installation.worker()
    stepper = Stepper(granting)
    found = stepper.credentials(installation.source, line(installation))
    assert found == Credentials("authorization", "Bearer theirs")
    assert (stepper.requests, rows.owner) == ([], None)


def test_a_worker_that_was_overtaken_stores_nothing_but_can_go_on() -> None:
    installation = Installation()
    rows = installation.tokens

    def overtaken(request: Request) -> Response:
        installation.clock.advance(seconds=80)  # our lease has lapsed
        fence = rows.lease(on_ehr(), owner="other", now=NOON_SECONDS + 80, seconds=75)
        assert fence is not None
        rows.write(on_ehr(), Token("theirs", NOON_SECONDS + 400, frozenset()), fence=fence)
        return granting(request)

    found = Stepper(overtaken).credentials(installation.source, line(installation))
    assert found == Credentials("authorization", "Bearer fresh")
    assert rows.token is not None
    assert rows.token.value == "theirs"


def test_a_token_of_sixty_seconds_is_used_for_half_its_life() -> None:
    def short(_: Request) -> Response:
        return Response(200, {}, b'{"access_token":"t","token_type":"Bearer","expires_in":60}')

    installation = Installation()
    stepper = Stepper(short)
    for moved, requests in ((0, 1), (29, 1), (1, 2)):
        installation.clock.advance(seconds=moved)
        stepper.credentials(installation.source, line(installation))
        assert len(stepper.requests) == requests


def test_a_stopped_refresh_gives_its_place_to_the_next() -> None:
    installation = Installation()
    talk = installation.source.credentials(line(installation))
    step = next(talk)
    assert callable(step)
    talk.send(step())  # the lease is ours now
    talk.close()
    assert installation.tokens.owner is None
    assert Stepper(granting).credentials(installation.source, line(installation)) is not None


def test_a_client_id_with_a_colon_is_encoded_before_it_is_joined() -> None:
    installation = Installation()
    installation.secrets.values = {"env:KEY": "a:b +%"}
    stepper = Stepper(granting)
    stepper.credentials(installation.source, line(installation))
    basic = stepper.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == b"clinic-app:a%3Ab+%2B%25"


def test_credentials_show_neither_secret_nor_token() -> None:
    shown = f"{Credentials('authorization', 'Bearer canary')} {Proof('canary', 1, 'jti')}"
    assert "canary" not in shown


def test_a_static_key_of_two_lines_is_refused() -> None:
    installation = Installation()
    installation.secrets.values = {"env:KEY": "one\r\nx: two"}
    auth = Auth(kind=AuthKind.HEADER, secret_ref="env:KEY")  # noqa: S106 - a reference
    on = connection("https://ehr.example", auth)
    with pytest.raises(SecretError, match="one line of plain text"):
        Stepper(granting).credentials(installation.source, Line(on, installation.means.gate))


@pytest.mark.parametrize(
    "changed",
    [
        {"scopes": ("system/Practitioner.rs",)},
        {"client_id": "another-app"},
        {"token_url": "https://elsewhere.example/token"},
        {},
    ],
    ids=["fewer scopes", "another client", "another token service", "another address"],
)
def test_a_token_goes_nowhere_but_where_it_was_asked_for(changed: dict[str, Any]) -> None:
    installation = Installation()
    stepper = Stepper(granting)
    gate = installation.means.gate
    stepper.credentials(installation.source, Line(on_ehr(), gate))
    other = replace(
        connection("https://ehr.example" if changed else "https://other.example"),
        auth=replace(client_secret(TOKEN_URL), **changed),
    )
    assert installation.tokens.read(other) is None
    stepper.credentials(installation.source, Line(other, gate))
    stepper.credentials(installation.worker(), Line(other, gate))
    assert len(stepper.requests) == 2
