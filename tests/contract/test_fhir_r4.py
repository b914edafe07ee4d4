"""The FHIR R4 adapter keeps the contract over real HTTP, on hosts made by different people."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from queue import Queue

import pytest
from joserfc.jwk import ECKey

from tests.support.fhir_hosts import FhirHost, smart_client, static_key
from tests.support.medplum_host import medplum_host
from tests.support.scripted_host import Answer, Received, ScriptedHost, reply
from tests.support.sekmet_host import CLIENT_ID, PEOPLES_KEY, sekmet_host
from witnessmark.errors import RefusedError
from witnessmark.ports.events import Hook, Push, RawEvent
from witnessmark.sandbox import Practice, serve
from witnessmark.testing import PEOPLE, AdapterContract

DRIVERS = ("requests", "httpx2")
WAYS = (("generic", "requests"), ("generic", "httpx2"), ("hapi", "httpx2"), ("medplum", "requests"))


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def sandbox(request: pytest.FixtureRequest) -> Iterator[FhirHost]:
    practice = Practice()
    profile, driver = request.param
    with serve(practice) as running:
        key = practice.access.issue_key("system/*.cruds")
        with closing(static_key(running.base_url, profile, key, driver=driver)) as host:
            yield host


@pytest.fixture(scope="module", params=DRIVERS)
def medplum(request: pytest.FixtureRequest) -> Iterator[FhirHost]:
    with (
        medplum_host() as running,
        closing(FhirHost(running.base_url, "medplum", driver=request.param)) as host,
    ):
        yield host


@pytest.fixture(scope="module")
def open_sekmet() -> Iterator[FhirHost]:
    with sekmet_host() as running, closing(FhirHost(running.base_url, "generic")) as host:
        yield host


@pytest.fixture(scope="module")
def barred_sekmet() -> Iterator[FhirHost]:
    key = ECKey.generate_key("P-384", auto_kid=True)
    with sekmet_host(jwks={"keys": [key.as_dict(private=False)]}) as running:
        host = FhirHost(
            running.base_url,
            "generic",
            smart_client(CLIENT_ID, running.token_url, "ES384"),
            secret=key.as_pem(private=True).decode(),
            by_people={"Authorization": f"Bearer {PEOPLES_KEY}"},
            driver="httpx2",
        )
        with closing(host):
            yield host


class TestTheSandboxPractice(AdapterContract):
    """Under every profile: each is a different way to write."""

    @pytest.fixture
    def host(self, sandbox: FhirHost) -> FhirHost:
        return sandbox


@pytest.mark.peer
class TestMedplumsRouter(AdapterContract):
    @pytest.fixture
    def host(self, medplum: FhirHost) -> FhirHost:
        return medplum


@pytest.mark.peer
class TestSekmetOpen(AdapterContract):
    """By no more than it states of itself."""

    @pytest.fixture
    def host(self, open_sekmet: FhirHost) -> FhirHost:
        return open_sekmet


@pytest.mark.peer
class TestSekmetBySmartBackend(AdapterContract):
    """With the scopes that the adapter names, and no others."""

    @pytest.fixture
    def host(self, barred_sekmet: FhirHost) -> FhirHost:
        return barred_sekmet

    def test_it_tells_us_of_changes_and_we_believe_it(self, host: FhirHost) -> None:
        events: Queue[Received] = Queue()

        def listen(received: Received) -> Answer:
            events.put(received)
            return reply()

        with ScriptedHost(listen) as here:
            hook = Hook(f"{here.url}/hook", "invented-hook-secret")
            asked = host.run(host.adapter.push(hook))
            assert {each.state for each in asked} == {Push.ON}
            host.edit_foreign(host.staff[PEOPLE[0].id])
            told = events.get(timeout=10)
            ended = host.run(host.adapter.silence(hook.url))
        assert {each.state for each in ended} == {Push.OFF}
        raw = RawEvent(told.target.removeprefix("/hook"), told.headers, told.body)
        assert host.adapter.verify_event(raw, [hook.secret]).digest == sha256(b"").hexdigest()
        with pytest.raises(RefusedError):
            host.adapter.verify_event(raw, ["another-secret"])
