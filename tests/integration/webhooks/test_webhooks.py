"""The address an EHR calls: what it answers, on a real socket, and what it never repeats."""

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import requests

from witnessmark.cli.serve import listening
from witnessmark.errors import ListenError, RefusedError, StoreError, UnknownRecordError
from witnessmark.ports.events import RawEvent
from witnessmark.surfaces import webhooks

CANARY = "Canary-Lindqvist"


@dataclass
class Desk:
    """Keeps what arrives, or answers as it is told."""

    kept: list[tuple[str, str, RawEvent]] = field(default_factory=list)
    refuses: Callable[[], Exception] | None = None

    def __call__(self, clinic: str, connection: str, event: RawEvent) -> None:
        if self.refuses is not None:
            raise self.refuses()
        self.kept.append((clinic, connection, event))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with listening("127.0.0.1", 0, desk) as where:
        yield where


def test_the_bytes_arrive_as_they_were_sent(desk: Desk, address: str) -> None:
    body = b'{ "a":1,\r\n "\xc3\xa9" : 2.50 }'
    answer = requests.put(
        f"{address}/hooks/harbour/ehr/Task/t1", data=body, headers={"X-Key": "One"}, timeout=5
    )
    assert (answer.status_code, answer.content) == (204, b"")
    ((clinic, connection, event),) = desk.kept
    assert (clinic, connection, event.path, event.body) == ("harbour", "ehr", "/Task/t1", body)
    assert event.headers["x-key"] == "One"


@pytest.mark.parametrize(
    ("refuses", "status"),
    [
        (lambda: RefusedError(CANARY), 401),
        (lambda: UnknownRecordError("hook", CANARY), 404),
        (lambda: StoreError(CANARY), 503),
    ],
)
def test_a_refusal_says_nothing_but_its_number(
    desk: Desk,
    address: str,
    caplog: pytest.LogCaptureFixture,
    refuses: Callable[[], Exception],
    status: int,
) -> None:
    desk.refuses = refuses
    with caplog.at_level(logging.DEBUG):
        answer = requests.post(f"{address}/hooks/harbour/ehr", data=CANARY.encode(), timeout=5)
    assert (answer.status_code, answer.content) == (status, b"")
    assert CANARY not in caplog.text
    assert CANARY not in str(answer.headers)


def test_more_than_any_event_has_is_not_read_to_its_end(desk: Desk, address: str) -> None:
    answer = requests.post(f"{address}/hooks/harbour/ehr", data=b"x" * 1_000_001, timeout=5)
    assert answer.status_code == 413
    assert desk.kept == []


def test_a_body_that_trickles_is_not_waited_for(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "LONGEST_READING_SECONDS", 0.05)
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as slow:
        slow.sendall(b"POST /hooks/harbour/ehr HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        assert b" 408 " in slow.recv(100)
    assert desk.kept == []


def test_there_is_no_other_door(address: str) -> None:
    for path in ("/", "/hooks", "/hooks/harbour", "/docs", "/health"):
        assert requests.post(f"{address}{path}", timeout=5).status_code == 404, path
    assert requests.get(f"{address}/hooks/harbour/ehr", timeout=5).status_code == 405


def test_an_address_of_the_newer_kind_is_told_in_brackets(desk: Desk) -> None:
    with listening("::1", 0, desk) as where:
        assert where.startswith("http://[::1]:")
        assert requests.post(f"{where}/hooks/harbour/ehr", timeout=5).status_code == 204


def test_a_port_that_is_taken_is_said(desk: Desk, address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(ListenError, match=str(port)), listening("127.0.0.1", port, desk):
        pass
