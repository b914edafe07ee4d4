"""What arrives whole: bytes, headers, encodings, statuses; and what is capped."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.drives import Drive, Start, read, write
from tests.support.installation import connection
from tests.support.scripted_host import Answer, ScriptedHost, in_turn, reply

from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.transport.limits import MEBIBYTE, Limits
from witnessmark.wire import Request, Response, read_json

BOMB = gzip.compress(bytes(32 * MEBIBYTE))
FORBIDDEN = (("if-match", 'W/"1"\r\nx: y'), ("Authorization", "Bearer mine"), ("host", "else"))


def test_an_answer_arrives_as_it_was_said(drive: Drive) -> None:
    said = reply(201, b'{"a":1}', ETag='W/"7"', X_Request_Id="r-1")
    with ScriptedHost(in_turn(said)) as host:
        answer = drive.run(
            write(f"{host.url}/Basic?a=b%7Cc", b'{"x":"\xc3\xa9"}'), connection(host.url)
        )
    assert (answer.status, answer.body, answer.request_id) == (201, b'{"a":1}', "r-1")
    assert answer.headers["etag"] == 'W/"7"'
    seen = host.received[0]
    assert (seen.method, seen.target) == ("POST", "/Basic?a=b%7Cc")
    assert seen.body == b'{"x":"\xc3\xa9"}'
    assert seen.headers["content-length"] == "10"
    assert seen.headers["accept-encoding"] == "gzip"
    assert seen.headers["user-agent"] == "witnessmark"
    assert "authorization" not in seen.headers


def test_chunked_and_compressed_answers_are_put_together(drive: Drive) -> None:
    packed = gzip.compress(b'{"long":"' + b"x" * 1000 + b'"}')
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-encoding: gzip\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (packed[:7], packed[7:]))
    with ScriptedHost(in_turn(Answer(head + chunks + b"0\r\n\r\n"))) as host:
        answer = drive.run(read(host.url), connection(host.url))
    assert read_json(answer) == {"long": "x" * 1000}


@pytest.mark.parametrize("status", [204, 304, 400, 403, 404, 409, 410, 412, 422, 501])
def test_what_a_status_means_is_left_to_the_adapter(drive: Drive, status: int) -> None:
    body = b"" if status in {204, 304} else b"{}"
    with ScriptedHost(in_turn(reply(status, body))) as host:
        answer = drive.run(write(host.url), connection(host.url))
    assert (answer.status, answer.body) == (status, body)


def test_a_web_page_instead_of_json_is_told_apart(drive: Drive) -> None:
    page = reply(200, b"<html>Sign in", content_type="text/html; charset=utf-8")
    with ScriptedHost(in_turn(page)) as host:
        answer = drive.run(read(host.url), connection(host.url))
    with pytest.raises(UnreadableAnswerError, match="text/html, not with readable JSON"):
        read_json(answer)


def test_a_redirect_is_refused_and_not_followed(drive: Drive) -> None:
    with ScriptedHost(lambda _: reply()) as elsewhere:
        moved = reply(307, b"", location=elsewhere.url)
        with (
            ScriptedHost(in_turn(moved)) as host,
            pytest.raises(RefusedError, match=r"redirects \(307\)") as refused,
        ):
            drive.run(write(host.url), connection(host.url))
    assert elsewhere.received == []
    assert (refused.value.connection, refused.value.operation) == ("willow-ehr", "test")


@pytest.mark.parametrize("status", [200, 302])
def test_a_gzip_bomb_is_stopped_by_what_comes_out_of_it(start: Start, status: int) -> None:
    bomb = reply(status, BOMB, content_encoding="gzip", location="/elsewhere")
    with ScriptedHost(in_turn(bomb, reply())) as host:
        drive = start(Limits(body=MEBIBYTE))
        tracemalloc.start()
        try:
            with pytest.raises(UnreadableAnswerError, match="larger than 1048576 bytes"):
                drive.run(read(host.url), connection(host.url))
            assert tracemalloc.get_traced_memory()[1] < 12 * MEBIBYTE
        finally:
            tracemalloc.stop()
        assert drive.run(read(host.url), connection(host.url)).status == 200


def test_a_body_that_is_too_large_as_it_stands_is_stopped(start: Start) -> None:
    with (
        ScriptedHost(in_turn(reply(200, b"x" * 2000))) as host,
        pytest.raises(UnreadableAnswerError, match="larger than 1000 bytes"),
    ):
        start(Limits(body=1000)).run(read(host.url), connection(host.url))


def test_broken_compression_is_unreadable(drive: Drive) -> None:
    with (
        ScriptedHost(in_turn(reply(200, b"not gzip", content_encoding="gzip"))) as host,
        pytest.raises(UnreadableAnswerError, match="its compression is broken"),
    ):
        drive.run(read(host.url), connection(host.url))


def test_cookies_are_not_kept(drive: Drive) -> None:
    sets = reply(200, b"{}", set_cookie="session=1; Path=/")
    with ScriptedHost(in_turn(sets, reply())) as host:
        drive.run(read(host.url), connection(host.url))
        drive.run(read(host.url), connection(host.url))
    assert "cookie" not in host.received[1].headers


def test_the_environment_changes_nothing(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with ScriptedHost(in_turn(reply())) as host:
        drive.run(read(host.url), connection(host.url))
    assert "authorization" not in host.received[0].headers


def test_a_header_of_the_adapters_cannot_smuggle_another(drive: Drive) -> None:
    def smuggle(url: str, name: str, value: str) -> Generator[Request, Response, Response]:
        return (yield Request("GET", url, "read", {name: value}))

    with ScriptedHost(lambda _: reply()) as host:
        for name, value in FORBIDDEN:
            with pytest.raises(RefusedError, match="is not ours"):
                drive.run(smuggle(host.url, name, value), connection(host.url))
    assert host.received == []
