"""Tokens over the wire: fetched once, refreshed once, refused in words, never shown."""

from __future__ import annotations

import base64
import json
import logging
import threading

import pytest
from tests.support.drives import Drive, read, write
from tests.support.installation import (
    CANARY_SECRET,
    CANARY_TOKEN,
    NOON_SECONDS,
    Installation,
    client_secret,
    connection,
)
from tests.support.scripted_host import (
    SILENT_CLOSE,
    Answer,
    Received,
    ScriptedHost,
    in_turn,
    reply,
)

from witnessmark.errors import (
    HostError,
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    UnreadableAnswerError,
)
from witnessmark.ports.host import Auth, AuthKind, Connection

WORKERS = 16


def token(value: str = CANARY_TOKEN, **more: object) -> Answer:
    said = {"access_token": value, "token_type": "bearer", "expires_in": 300, **more}
    return reply(200, json.dumps(said).encode())


class Ehr:
    """Gives numbered tokens at /token; elsewhere accepts the newest and no other."""

    def __init__(self) -> None:
        self.issued = 0
        self.lock = threading.Lock()

    def __call__(self, received: Received) -> Answer:
        with self.lock:
            if received.target == "/token":
                self.issued += 1
                return token(f"{CANARY_TOKEN}-{self.issued}")
            newest = f"Bearer {CANARY_TOKEN}-{self.issued}"
            return reply(200 if received.headers.get("authorization") == newest else 401)


def signing_in(host: ScriptedHost) -> Connection:
    return connection(host.url, client_secret(f"{host.url}/token"))


def test_a_token_is_fetched_with_the_clients_secret_and_used_until_it_expires(
    drive: Drive, installation: Installation
) -> None:
    with ScriptedHost(Ehr()) as host:
        on = signing_in(host)
        assert drive.run(read(f"{host.url}/a"), on).status == 200
        installation.clock.advance(seconds=239)
        assert drive.run(read(f"{host.url}/b"), on).status == 200
        installation.clock.advance(seconds=1)  # 60 s before the token's end
        assert drive.run(read(f"{host.url}/c"), on).status == 200
    assert host.targets == ["POST /token", "GET /a", "GET /b", "POST /token", "GET /c"]
    asked = host.received[0]
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    basic = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert basic == f"clinic-app:{CANARY_SECRET}"
    assert asked.body == (
        b"grant_type=client_credentials&scope=system%2FPractitioner.rs+system%2FProvenance.crs"
    )


def test_sixteen_workers_fetch_one_token_per_expiry(
    drive: Drive, installation: Installation
) -> None:
    with ScriptedHost(Ehr()) as host:
        on = signing_in(host)
        for _ in range(2):
            answers = drive.run_together([read(f"{host.url}/a") for _ in range(WORKERS)], on)
            assert {answer.status for answer in answers} == {200}
            installation.clock.advance(seconds=300)
    assert host.targets.count("POST /token") == 2
    assert installation.tokens.writes == 2


def test_a_token_revoked_under_sixteen_workers_is_renewed_once(drive: Drive) -> None:
    ehr = Ehr()
    with ScriptedHost(ehr) as host:
        on = signing_in(host)
        drive.run(read(f"{host.url}/a"), on)
        ehr.issued += 1  # the host forgot the token it had given
        answers = drive.run_together([write(f"{host.url}/b") for _ in range(WORKERS)], on)
    assert {answer.status for answer in answers} == {200}
    assert host.targets.count("POST /token") == 2


def test_a_fresh_token_that_is_refused_too_is_final(drive: Drive) -> None:
    with (
        ScriptedHost(in_turn(token("one"), reply(401), token("two"), reply(401))) as host,
        pytest.raises(RefusedError, match="not even fresh ones"),
    ):
        drive.run(write(f"{host.url}/a"), signing_in(host))
    assert host.targets == ["POST /token", "POST /a", "POST /token", "POST /a"]
    assert host.received[3].headers["authorization"] == "Bearer two"


def test_a_401_without_credentials_is_said_as_it_is(drive: Drive) -> None:
    with (
        ScriptedHost(in_turn(reply(401))) as host,
        pytest.raises(RefusedError, match="no credentials"),
    ):
        drive.run(read(host.url), connection(host.url))
    assert host.targets == ["GET /"]


def test_a_static_key_goes_into_the_header_it_is_given_for(drive: Drive) -> None:
    auth = Auth(kind=AuthKind.HEADER, header="X-Api-Key", secret_ref="env:KEY")  # noqa: S106
    with ScriptedHost(in_turn(reply(), reply(401))) as host:
        assert drive.run(read(host.url), connection(host.url, auth)).status == 200
        with pytest.raises(RefusedError, match="does not accept our credentials"):
            drive.run(read(host.url), connection(host.url, auth))
    assert host.received[0].headers["x-api-key"] == CANARY_SECRET
    assert len(host.received) == 2


def test_before_the_token_address_is_known_discovery_goes_without(drive: Drive) -> None:
    with ScriptedHost(in_turn(reply())) as host:
        drive.run(read(f"{host.url}/metadata"), connection(host.url, client_secret("")))
    assert "authorization" not in host.received[0].headers


def test_a_token_never_goes_to_the_token_services_own_host(drive: Drive) -> None:
    with (
        ScriptedHost(in_turn(token(), reply(), reply())) as login,
        ScriptedHost(in_turn(reply())) as ehr,
    ):
        on = connection(ehr.url, client_secret(f"{login.url}/token"))
        drive.run(read(f"{ehr.url}/a"), on)
        drive.run(read(f"{login.url}/.well-known/x"), on)
    assert ehr.received[0].headers["authorization"] == f"Bearer {CANARY_TOKEN}"
    assert "authorization" not in login.received[1].headers


def test_the_granted_scope_may_be_narrower_than_asked(
    drive: Drive, installation: Installation
) -> None:
    with ScriptedHost(in_turn(token(scope="system/Practitioner.rs"), reply())) as host:
        on = signing_in(host)
        drive.run(read(host.url), on)
    kept = installation.tokens.read(on)
    assert kept is not None
    assert kept.scopes == frozenset({"system/Practitioner.rs"})


REFUSED = {
    "unknown client": (reply(400, b'{"error":"invalid_client"}'), "client id or key: check"),
    "unknown client, 401": (reply(401, b'{"error":"invalid_client"}'), "client id or key: check"),
    "bad proof": (reply(400, b'{"error":"invalid_grant"}'), "which key is registered"),
    "too wide": (reply(400, b'{"error":"invalid_scope"}'), "system/Practitioner.rs system/Prov"),
    "made-up word": (reply(400, b'{"error":"canary-body"}'), "the token address"),
    "a page": (reply(404, b"<p>canary-body", content_type="text/html"), "the token address"),
}
UNREADABLE = {
    "a page": (reply(200, b"<p>canary-body", content_type="text/html"), "not with readable JSON"),
    "a list": (reply(200, b"[]"), "not an object"),
    "no token": (reply(200, b'{"token_type":"bearer","x":"canary-body"}'), "without an access"),
    "token of spaces": (token("canary body"), "without an access token"),
    "another kind": (reply(200, b'{"access_token":"t","token_type":"mac"}'), "not Bearer"),
}
LATER = {
    "busy": (reply(503), "busy"),
    "failing": (reply(500), "failed"),
    "lost": (SILENT_CLOSE, "gave no whole answer"),
}


@pytest.mark.parametrize(
    ("answer", "said", "kind"),
    [(*case, RefusedError) for case in REFUSED.values()]
    + [(*case, UnreadableAnswerError) for case in UNREADABLE.values()]
    + [(*case, TryLaterError) for case in LATER.values()],
)
def test_a_token_that_is_not_given_is_explained_without_what_was_said(
    drive: Drive, installation: Installation, answer: Answer, said: str, kind: type[HostError]
) -> None:
    with ScriptedHost(in_turn(answer, token(), reply())) as host:
        on = signing_in(host)
        with pytest.raises(kind, match=said) as refused:
            drive.run(write(host.url), on)
        assert "canary" not in str(refused.value)
        assert refused.value.connection == "willow-ehr"
        # The lease was given back: another worker need not wait until it lapses.
        assert installation.tokens.owner is None
        assert drive.run(write(host.url), on).status == 200


def test_neither_tokens_nor_bodies_nor_queries_are_logged(
    drive: Drive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = reply(200, b'{"name":"canary-patient"}', X_Request_Id="r-77", X_Other="canary-header")
    with ScriptedHost(in_turn(token(), said, SILENT_CLOSE)) as host:
        on = signing_in(host)
        url = f"{host.url}/Practitioner?name=canary-query"
        drive.run(read(url), on)
        with pytest.raises(OutcomeUnknownError) as lost:
            drive.run(write(url, b'{"ssn":"canary-sent"}'), on)
    logged = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert "canary" not in "\n".join(logged)
    assert [line.rsplit(" ms=")[0] for line in logged] == [
        "connection=willow-ehr operation=token status=200 request_id=-",
        "connection=willow-ehr operation=read status=200 request_id=r-77",
        "connection=willow-ehr operation=write status=AnswerLostError request_id=-",
    ]
    seen: list[object] = [lost.value]
    while seen:
        error = seen.pop()
        if isinstance(error, BaseException):
            assert "canary" not in f"{error!r} {vars(error)}"
            seen += [error.__cause__, error.__context__]


def test_a_token_whose_life_is_not_said_is_held_for_five_minutes(
    drive: Drive, installation: Installation
) -> None:
    said = reply(200, b'{"access_token":"t","expires_in":"soon"}')
    with ScriptedHost(in_turn(said, reply())) as host:
        drive.run(read(host.url), signing_in(host))
    stored = installation.tokens.token
    assert stored is not None
    assert stored.expires_at == NOON_SECONDS + 300
