"""When a host asks us to wait, no request starts before that time."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from tests.support.drives import Drive, read, write
from tests.support.installation import NOON_SECONDS, Installation, connection
from tests.support.scripted_host import ScriptedHost, in_turn, reply

from witnessmark.errors import TryLaterError
from witnessmark.wire import Request, Response


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "1000000000"}, 3600),
        ({"retry_after": "9" * 5000}, 3600),
        ({"retry_after": "Mon, 02 Mar 2026 12:01:30 GMT"}, 90),
        (
            {
                "retry_after": "Mon, 02 Mar 2026 08:00:20 GMT",
                "date": "Mon, 02 Mar 2026 08:00:00 GMT",
            },
            20,
        ),
        ({"retry_after": "Fri, 01 Jan 2999 00:00:00 GMT"}, 3600),
        ({"retry_after": "Mon, 02 Mar 2026 11:00:00 GMT"}, 0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_closes_the_gate(
    drive: Drive, installation: Installation, status: int, said: dict[str, str], seconds: int | None
) -> None:
    with ScriptedHost(in_turn(reply(status, b"{}", **said), reply())) as host:
        on = connection(host.url)
        with pytest.raises(TryLaterError) as busy:
            drive.run(write(host.url), on)
        assert busy.value.after == seconds
        assert installation.gates.until == (NOON_SECONDS + seconds if seconds else 0)
        if seconds:
            installation.clock.advance(seconds=seconds - 1)
            with pytest.raises(TryLaterError, match="asked us to wait") as waiting:
                drive.run(read(host.url), on)
            assert waiting.value.after == 1
            installation.clock.advance(seconds=1)
        assert drive.run(read(host.url), on).status == 200
    assert host.targets == ["POST /", "GET /"]


def test_what_another_worker_was_told_holds_here_too(
    drive: Drive, installation: Installation
) -> None:
    with ScriptedHost(lambda _: reply()) as host:
        on = connection(host.url)
        drive.run(read(host.url), on)
        installation.gates.until = NOON_SECONDS + 30
        with pytest.raises(TryLaterError, match="asked us to wait"):
            drive.run(read(host.url), on)
    assert len(host.received) == 1


def test_calls_under_way_stop_before_their_next_request(
    drive: Drive, installation: Installation
) -> None:
    def two(url: str) -> Generator[Request, Response, None]:
        yield from read(f"{url}/first")
        next(installation.means.gate.pause(connection(url), 5))  # as another call's answer would
        yield from read(f"{url}/second")

    with ScriptedHost(lambda _: reply()) as host, pytest.raises(TryLaterError):
        drive.run(two(host.url), connection(host.url))
    assert host.targets == ["GET /first"]
