"""An answer that does not come: what was sent, how often, and what the call is told."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from tests.support.drives import Drive, Start, read, write
from tests.support.installation import connection
from tests.support.scripted_host import (
    SILENT_CLOSE,
    SILENT_RESET,
    Answer,
    ScriptedHost,
    Then,
    in_turn,
    reply,
)

from witnessmark.errors import OutcomeUnknownError, TryLaterError
from witnessmark.transport.limits import USUAL, Limits
from witnessmark.wire import Request, Response

HALF = Answer(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":', then=Then.CLOSE)
HALF_CHUNK = Answer(
    b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"ha', then=Then.CLOSE
)
NO_HTTP = Answer(b"SSH-2.0-OpenSSH_9.2\r\n", then=Then.CLOSE)
HUGE_HEADER = Answer(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000, then=Then.CLOSE)
MANY_HEADERS = Answer(
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(150)),
    then=Then.CLOSE,
)
SLOW_BODY = Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", drip=b"x" * 999)
SLOW_HEAD = Answer(b"HTTP/1.1 200 OK\r\nx-slow: ", drip=b"y" * 999)

LOST = {
    "closed": SILENT_CLOSE,
    "reset": SILENT_RESET,
    "half": HALF,
    "half a chunk": HALF_CHUNK,
    "not http": NO_HTTP,
    "huge header": HUGE_HEADER,
    "many headers": MANY_HEADERS,
    "slow body": SLOW_BODY,
    "slow head": SLOW_HEAD,
    "status 500": reply(500),
    "status 502": reply(502),
    "status 504": reply(504),
}


def limits_for(answer: Answer) -> Limits:
    """Give up soon where the host is slow; elsewhere time must not decide."""
    return Limits(total=0.25) if answer.drip else USUAL


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_lost_write_is_unknown_and_was_sent_once(start: Start, lost: Answer) -> None:
    with (
        ScriptedHost(in_turn(lost)) as host,
        pytest.raises(OutcomeUnknownError, match="EHR at "),
    ):
        start(limits_for(lost)).run(write(host.url), connection(host.url))
    assert host.targets == ["POST /"]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_read_that_is_lost_again_and_again_can_be_tried_later(start: Start, lost: Answer) -> None:
    failed = lost in (LOST["status 500"], LOST["status 502"], LOST["status 504"])
    tries = 1 if failed else 4
    with (
        ScriptedHost(in_turn(*[lost] * tries)) as host,
        pytest.raises(TryLaterError, match="EHR at "),
    ):
        start(limits_for(lost)).run(read(host.url), connection(host.url))
    assert host.targets == ["GET /"] * tries


@pytest.mark.parametrize(
    "lost", [SILENT_CLOSE, SILENT_RESET, HALF], ids=["closed", "reset", "half"]
)
def test_a_read_that_was_lost_is_asked_again_at_once(drive: Drive, lost: Answer) -> None:
    with ScriptedHost(in_turn(lost, lost, reply(200))) as host:
        drive.run(read(host.url), connection(host.url))
    assert host.targets == ["GET /"] * 3


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_a_write_the_host_did_not_take_can_be_tried_later(drive: Drive, status: int) -> None:
    with (
        ScriptedHost(in_turn(reply(status))) as host,
        pytest.raises(TryLaterError, match=f"\\({status}\\)"),
    ):
        drive.run(write(host.url), connection(host.url))
    assert host.targets == ["POST /"]


def test_a_call_is_told_of_the_loss_and_may_look_what_became_of_it(drive: Drive) -> None:
    def put(url: str) -> Generator[Request, Response, str]:
        try:
            yield Request("POST", url, "create", body=b"{}")
        except OutcomeUnknownError:
            found = yield Request("GET", f"{url}?identifier=x", "find")
            return "found" if found.status == 200 else "missing"
        return "created"

    with ScriptedHost(in_turn(SILENT_RESET, reply())) as host:
        assert drive.run(put(host.url), connection(host.url)) == "found"
    assert host.targets == ["POST /", "GET /?identifier=x"]


def test_a_connection_the_host_closed_while_idle_is_not_used_for_a_write(drive: Drive) -> None:
    said = reply()
    with ScriptedHost(in_turn(Answer(said.raw, then=Then.CLOSE), said)) as host:
        drive.run(read(host.url), connection(host.url))
        assert host.closed.wait(5)
        assert drive.run(write(host.url), connection(host.url)).status == 200
    assert (host.targets, host.connections) == (["GET /", "POST /"], 2)


def test_a_kept_connection_that_dies_under_a_write_sends_it_once(drive: Drive) -> None:
    with ScriptedHost(in_turn(reply(), SILENT_CLOSE)) as host:
        drive.run(read(host.url), connection(host.url))
        with pytest.raises(OutcomeUnknownError):
            drive.run(write(host.url), connection(host.url))
    assert (host.targets, host.connections) == (["GET /", "POST /"], 1)


def test_bytes_beyond_the_stated_length_are_cut_off(drive: Drive) -> None:
    long = Answer(reply(200, b'{"a":1}').raw + b"surplus", then=Then.CLOSE)
    with ScriptedHost(in_turn(long)) as host:
        assert drive.run(read(host.url), connection(host.url)).body == b'{"a":1}'


def test_what_a_host_says_unasked_is_never_taken_for_the_next_answer(drive: Drive) -> None:
    unasked = Answer(reply(200, b'{"first":1}').raw + reply(200, b'{"unasked":1}').raw)
    with ScriptedHost(in_turn(unasked, reply(200, b'{"second":1}'))) as host:
        drive.run(read(host.url), connection(host.url))
        assert drive.run(read(host.url), connection(host.url)).body == b'{"second":1}'


def test_a_call_that_is_given_up_is_closed(drive: Drive) -> None:
    ends: list[str] = []

    def careful(url: str) -> Generator[Request, Response, None]:
        try:
            yield Request("POST", url, "create", body=b"{}")
        finally:
            ends.append("closed")

    with ScriptedHost(in_turn(SILENT_CLOSE)) as host, pytest.raises(OutcomeUnknownError):
        drive.run(careful(host.url), connection(host.url))
    assert ends == ["closed"]
