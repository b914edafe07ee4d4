"""What httpx2 is handed and what its errors mean, without a socket."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from pytest_httpx import HTTPXMock
from tests.support.drives import read, write
from tests.support.installation import Installation, connection

from witnessmark.errors import OutcomeUnknownError, TryLaterError, UnreadableAnswerError
from witnessmark.ports.host import Connection
from witnessmark.transport.concurrent import ConcurrentDriver
from witnessmark.wire import Call, Response

EHR = "https://ehr.example/fhir"


def run(call: Call[Response], on: Connection | None = None) -> Response:
    async def once() -> Response:
        async with ConcurrentDriver(Installation().means) as driver:
            return await driver.run(call, on=on or connection(EHR), operation="test")

    return asyncio.run(once())


def test_a_request_is_sent_as_the_adapter_wrote_it(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        method="POST",
        url=f"{EHR}/Basic?identifier=a%7Cb",
        match_content=b'{"minutes":50}',
        match_headers={"content-type": "application/json", "accept-encoding": "gzip"},
        status_code=201,
        headers={"ETag": 'W/"1"', "X-Correlation-Id": "c-9"},
    )
    answer = run(write(f"{EHR}/Basic?identifier=a%7Cb", b'{"minutes":50}'))
    assert (answer.status, answer.headers["etag"], answer.request_id) == (201, 'W/"1"', "c-9")


def test_repeated_headers_are_joined(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(headers=[("Link", "<a>"), ("link", "<b>")])
    assert run(read(EHR)).headers["link"] == "<a>, <b>"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx2.ConnectError("x"), TryLaterError),
        (httpx2.ConnectTimeout("x"), TryLaterError),
        (httpx2.PoolTimeout("x"), TryLaterError),
        (httpx2.WriteError("x"), OutcomeUnknownError),
        (httpx2.WriteTimeout("x"), OutcomeUnknownError),
        (httpx2.ReadError("x"), OutcomeUnknownError),
        (httpx2.ReadTimeout("x"), OutcomeUnknownError),
        (httpx2.CloseError("x"), OutcomeUnknownError),
        (httpx2.RemoteProtocolError("x"), OutcomeUnknownError),
        (httpx2.DecodingError("x"), UnreadableAnswerError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_every_error_of_the_library_says_whether_a_write_may_have_gone_out(
    httpx_mock: HTTPXMock, error: Exception, told: type[Exception]
) -> None:
    httpx_mock.add_exception(error)
    with pytest.raises(told):
        run(write(EHR))
