"""One refresh per expiry, however many ask; a pause that nobody shortens."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from tests.integration.store.practice import BIRCH, CEDAR, NOW, connection_of, settle_in

from witnessmark.errors import StoreError
from witnessmark.ports.host import Auth
from witnessmark.ports.locks import Token
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.work import SqlStore

EHR = connection_of(CEDAR)
AT = int(NOW.timestamp())
TOKEN = Token("a secret token", AT + 3600, frozenset({"system/*.rs", "openid"}))


def test_a_token_comes_back_and_the_lease_is_given_up(store: SqlStore) -> None:
    tokens = store.tokens
    assert tokens.read(EHR) is None
    fence = tokens.lease(EHR, owner="one", now=AT, seconds=30)
    assert fence == 1
    assert tokens.lease(EHR, owner="two", now=AT + 29, seconds=30) is None
    assert tokens.write(EHR, TOKEN, fence=fence)
    assert tokens.read(EHR) == TOKEN
    assert tokens.lease(EHR, owner="two", now=AT, seconds=30) == 2


def test_an_expired_lease_is_overtaken_and_the_late_writer_changes_nothing(
    store: SqlStore,
) -> None:
    tokens = store.tokens
    late = tokens.lease(EHR, owner="one", now=AT, seconds=30)
    fence = tokens.lease(EHR, owner="two", now=AT + 30, seconds=30)
    assert (late, fence) == (1, 2)
    assert not tokens.write(EHR, Token("late", AT, frozenset()), fence=1)
    assert tokens.read(EHR) is None
    assert tokens.write(EHR, TOKEN, fence=2)
    assert tokens.read(EHR) == TOKEN


def test_sixteen_threads_refresh_once(store: SqlStore) -> None:
    start, refreshed = Barrier(16), []

    def use(number: int) -> Token | None:
        start.wait()
        fence = store.tokens.lease(EHR, owner=str(number), now=AT, seconds=30)
        if fence is not None and store.tokens.read(EHR) is None:
            refreshed.append(number)
            assert store.tokens.write(EHR, TOKEN, fence=fence)
        return store.tokens.read(EHR)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(use, range(16)))
    assert len(refreshed) == 1
    assert store.tokens.read(EHR) == TOKEN


def test_a_token_is_another_clinics_own(store: SqlStore) -> None:
    settle_in(store, BIRCH)
    other = connection_of(BIRCH)
    fence = store.tokens.lease(EHR, owner="one", now=AT, seconds=30)
    assert fence is not None
    store.tokens.write(EHR, TOKEN, fence=fence)
    store.gates.pause(EHR, until=AT)
    assert store.tokens.read(other) is None
    assert store.tokens.lease(other, owner="two", now=AT, seconds=30) == 1
    assert store.gates.paused_until(other) == 0


def test_a_token_row_moved_to_another_clinic_does_not_open(store: SqlStore) -> None:
    settle_in(store, BIRCH)
    fence = store.tokens.lease(EHR, owner="one", now=AT, seconds=30)
    assert fence is not None
    store.tokens.write(EHR, TOKEN, fence=fence)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE token SET clinic = 'birch'")
    with pytest.raises(StoreError, match="altered or moved"):
        store.tokens.read(connection_of(BIRCH))


def test_a_token_sealed_with_another_key_says_so(store: SqlStore) -> None:
    fence = store.tokens.lease(EHR, owner="one", now=AT, seconds=30)
    assert fence is not None
    store.tokens.write(EHR, TOKEN, fence=fence)
    other = SqlStore(store.engine, AesGcmSeal(b"another invented key of 32 bytes"))
    with pytest.raises(StoreError, match="another key"):
        other.tokens.read(EHR)


def test_the_later_pause_holds(store: SqlStore) -> None:
    gates = store.gates
    assert gates.paused_until(EHR) == 0
    gates.pause(EHR, until=AT + 60)
    gates.pause(EHR, until=AT + 30)
    assert gates.paused_until(EHR) == AT + 60
    gates.pause(EHR, until=AT + 90)
    assert gates.paused_until(EHR) == AT + 90


@pytest.mark.parametrize(
    ("address", "auth", "known"),
    [
        ("https://ehr.example/fhir", Auth(scopes=("b", "a")), True),
        ("https://other.example/fhir", Auth(scopes=("a", "b")), False),
        ("https://ehr.example/fhir", Auth(scopes=("a",)), False),
        ("https://ehr.example/fhir", Auth(client_id="other", scopes=("a", "b")), False),
        ("https://ehr.example/fhir", Auth(token_url="https://t", scopes=("a", "b")), False),  # noqa: S106
    ],
    ids=["the same", "another address", "fewer scopes", "another client", "another service"],
)
def test_a_token_is_read_for_the_access_it_was_asked_for_alone(
    store: SqlStore, address: str, auth: Auth, *, known: bool
) -> None:
    asked = replace(EHR, auth=Auth(scopes=("a", "b")))
    fence = store.tokens.lease(asked, owner="one", now=AT, seconds=30)
    assert fence is not None
    store.tokens.write(asked, TOKEN, fence=fence)
    found = store.tokens.read(replace(asked, base_url=address, auth=auth))
    assert found == (TOKEN if known else None)


def test_a_forgotten_token_leaves_no_row(store: SqlStore) -> None:
    fence = store.tokens.lease(EHR, owner="one", now=AT, seconds=30)
    assert fence is not None
    store.tokens.forget(EHR)
    assert not store.tokens.write(EHR, TOKEN, fence=fence)
    assert store.tokens.read(EHR) is None
