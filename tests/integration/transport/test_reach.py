"""Where a driver connects to, and where it never does."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Generator
from pathlib import Path

import httpcore2
import pytest
from tests.support.certificates import Authority
from tests.support.drives import Drive, Start, read, write
from tests.support.installation import connection
from tests.support.scripted_host import ScriptedHost, in_turn, reply

from witnessmark.errors import RefusedError, TryLaterError
from witnessmark.ports.host import Connection
from witnessmark.transport import blocking
from witnessmark.transport.guard import Network
from witnessmark.wire import Request, Response, read_json

EHR = "https://ehr.example"


def public() -> Connection:
    return connection(EHR, loopback=False)


def answering(*turns: tuple[str, ...]) -> Network:
    """Return a network whose resolver gives one set of addresses after another."""
    left = list(turns)
    return Network(resolve=lambda _host, _port: left.pop(0))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "fd12::1",
        "169.254.169.254",
        "fe80::1",
        "64:ff9b::a9fe:a9fe",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "224.0.0.1",
    ],
)
def test_a_name_that_leads_inside_is_refused_before_connecting(start: Start, address: str) -> None:
    drive = start(network=answering((address,)))
    with pytest.raises(RefusedError, match=f"refused: {address} is"):
        drive.run(read(EHR), public())


def test_no_setting_opens_the_clouds_metadata_address(start: Start) -> None:
    drive = start(network=answering(("169.254.169.254",)))
    wide_open = dataclasses.replace(connection(EHR), allow_private=True)
    with pytest.raises(RefusedError, match="metadata"):
        drive.run(read(EHR), wide_open)


def test_one_forbidden_address_among_good_ones_refuses_the_name(start: Start) -> None:
    drive = start(network=answering(("9.9.9.9", "10.0.0.5")))
    with pytest.raises(RefusedError, match="is a private address"):
        drive.run(read(EHR), public())


def test_a_name_that_changes_its_address_is_checked_at_every_connect(
    start: Start, tmp_path: Path
) -> None:
    authority = Authority()
    said = dataclasses.replace(reply(), raw=reply(connection="close").raw)
    with ScriptedHost(in_turn(said), tls=authority.serving("127.0.0.1", tmp_path)) as host:
        turns = [("127.0.0.1",), ("10.0.0.5",)]
        network = Network(lambda _host, _port: turns.pop(0), authority.trusting)
        drive = start(network=network)
        assert drive.run(read(host.url), connection(host.url)).status == 200
        with pytest.raises(RefusedError, match="is a private address"):
            drive.run(read(host.url), connection(host.url))


def test_the_peer_that_is_really_there_is_checked_before_a_byte_is_sent(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedHost(lambda _: reply()) as host:

        def dial(_address: object, timeout: float) -> socket.socket:
            return socket.create_connection(("127.0.0.1", host.port), timeout)

        async def dial_too(*_: object) -> httpcore2.AsyncNetworkStream:
            return await connect_tcp(httpcore2.AnyIOBackend(), "127.0.0.1", host.port)

        connect_tcp = httpcore2.AnyIOBackend.connect_tcp
        monkeypatch.setattr(blocking, "create_connection", dial)
        monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", dial_too)
        drive = start(network=answering(("9.9.9.9",)))
        with pytest.raises(RefusedError, match="is this computer itself"):
            drive.run(write(EHR), public())
        assert host.closed.wait(5)
    assert host.received == []


def test_a_next_link_to_another_host_is_refused(drive: Drive) -> None:
    def all_pages(url: str) -> Generator[Request, Response, None]:
        page = read_json((yield Request("GET", url, "page")))
        yield Request("GET", str(page["next"]), "page")

    with ScriptedHost(lambda _: reply()) as elsewhere:
        link = b'{"next":"%b/page2"}' % elsewhere.url.encode()
        with (
            ScriptedHost(in_turn(reply(200, link))) as host,
            pytest.raises(RefusedError, match="not the EHR's own"),
        ):
            drive.run(all_pages(host.url), connection(host.url))
    assert elsewhere.received == []


def test_plain_http_goes_to_this_computer_alone_and_only_when_allowed(drive: Drive) -> None:
    with ScriptedHost(lambda _: reply()) as host:
        with pytest.raises(RefusedError, match="must begin with https"):
            drive.run(read(host.url), connection(host.url, loopback=False))
        with pytest.raises(RefusedError, match="must begin with https"):
            drive.run(read("http://ehr.example"), connection("http://ehr.example"))
    assert host.received == []


def test_nobody_there_and_no_such_name_can_be_tried_later(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(TryLaterError, match="cannot be reached: it refuses connections"):
        start().run(write(url), connection(url))

    def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(TryLaterError, match="cannot be reached: its name is not known"):
        start(network=Network(resolve=unknown)).run(write(EHR), public())


def test_the_next_address_is_tried_when_the_first_is_dead(start: Start) -> None:
    with ScriptedHost(in_turn(reply())) as host:
        drive = start(network=answering(("127.0.0.2", "127.0.0.1")))
        assert drive.run(write(host.url), connection(host.url)).status == 200


def test_a_certificate_is_verified_by_authority_and_by_name(start: Start, tmp_path: Path) -> None:
    ours, theirs = Authority(), Authority("Another invented authority")
    trusting = Network(trust=ours.trusting)
    with ScriptedHost(in_turn(reply()), tls=ours.serving("127.0.0.1", tmp_path)) as host:
        assert start(network=trusting).run(write(host.url), connection(host.url)).status == 200
    with (
        ScriptedHost(lambda _: reply(), tls=theirs.serving("127.0.0.1", tmp_path)) as host,
        pytest.raises(TryLaterError, match=r"its certificate is not trusted here \(unable to"),
    ):
        start(network=trusting).run(write(host.url), connection(host.url))
    with (
        ScriptedHost(lambda _: reply(), tls=ours.serving("127.0.0.9", tmp_path)) as other,
        pytest.raises(TryLaterError, match=r"not trusted here \(IP address mismatch"),
    ):
        start(network=trusting).run(write(other.url), connection(other.url))
    assert (host.received, other.received) == ([], [])


def test_a_host_that_speaks_no_tls_is_said_to(start: Start) -> None:
    with ScriptedHost(lambda _: reply(), greeting=b"220 mail.example ESMTP\r\n") as host:
        url = host.url.replace("http:", "https:")
        with pytest.raises(TryLaterError, match="no secure connection could be made"):
            start(network=Network(trust=Authority().trusting)).run(write(url), connection(url))
