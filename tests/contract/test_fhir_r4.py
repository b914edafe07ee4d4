"""The FHIR R4 adapter keeps the contract over real HTTP, on hosts made by different people."""

from collections.abc import Iterator

import pytest

from tests.support.fhir_hosts import FhirHost
from tests.support.medplum_host import medplum_host
from witnessmark.sandbox import Practice, serve
from witnessmark.testing import AdapterContract


@pytest.fixture(scope="module", params=["generic", "hapi", "medplum"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[FhirHost]:
    practice = Practice()
    with serve(practice) as running:
        host = FhirHost(
            running.base_url, request.param, practice.access.issue_key("system/*.cruds")
        )
        yield host
        host.close()


@pytest.fixture(scope="module")
def medplum() -> Iterator[FhirHost]:
    with medplum_host() as running:
        host = FhirHost(running.base_url, "medplum")
        yield host
        host.close()


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
