"""What the loop's client would hand to the NPI registry: no credentials, one question."""

from __future__ import annotations

import asyncio

from pytest_httpx import HTTPXMock

from tests.support.installation import Installation
from tests.unit.nppes.captured import captured
from witnessmark.domain.checking import Entry, Found
from witnessmark.ports.host import Connection
from witnessmark.ports.registry import Asked
from witnessmark.transport.concurrent import ConcurrentDriver
from witnessmark_adapters.nppes import REGISTRY


def test_the_registry_is_asked_in_clear_words_and_without_credentials(
    httpx_mock: HTTPXMock,
) -> None:
    httpx_mock.add_response(
        url="https://npiregistry.cms.hhs.gov/api/?version=2.1&number=1000001028",
        match_headers={"accept": "application/json"},
        content=captured("individual"),
        headers={"content-type": "application/json"},
    )
    on = Connection("quay", "registry/nppes", "nppes", "", REGISTRY.base_url, called="registry")

    async def once() -> Found:
        async with ConcurrentDriver(Installation().means) as driver:
            call = REGISTRY.create(on.base_url).look_up(Asked("1000001028", ()))
            return await driver.run(call, on=on, operation="look up licences")

    assert asyncio.run(once()).entry is Entry.ACTIVE
    (request,) = httpx_mock.get_requests()
    assert {"authorization", "cookie"}.isdisjoint(request.headers)
    assert request.content == b""
