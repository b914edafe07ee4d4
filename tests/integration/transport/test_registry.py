"""The NPI registry on a real socket, over both drivers: what it says, and when it says nothing."""

from __future__ import annotations

import pytest
from tests.support.drives import Drive
from tests.support.installation import NOON_SECONDS, Installation
from tests.support.scripted_host import SILENT_CLOSE, Answer, ScriptedHost, in_turn, reply
from tests.unit.nppes.captured import captured

from witnessmark.domain.checking import Entry, Found
from witnessmark.errors import HostError, RefusedError, TryLaterError, UnreadableAnswerError
from witnessmark.ports.host import Connection
from witnessmark.ports.registry import Asked
from witnessmark_adapters.nppes import REGISTRY


def ask(drive: Drive, url: str, *, loopback: bool = True) -> Found:
    on = Connection(
        "quay", "registry/nppes", "nppes", "", url, allow_loopback=loopback, called="registry"
    )
    return drive.run(REGISTRY.create(url).look_up(Asked("1000001028", ())), on)


def test_what_it_states_comes_whole_over_the_wire(drive: Drive) -> None:
    with ScriptedHost(in_turn(reply(body=captured("individual")))) as host:
        found = ask(drive, f"{host.url}/api")
    assert (found.entry, len(found.licences)) == (Entry.ACTIVE, 2)
    assert host.targets == ["GET /api/?version=2.1&number=1000001028"]
    assert "authorization" not in host.received[0].headers


@pytest.mark.parametrize(
    ("said", "error", "told"),
    [
        (reply(503), TryLaterError, "The registry at 127.0.0.1 is busy"),
        (reply(500), TryLaterError, "The registry at 127.0.0.1 failed"),
        (SILENT_CLOSE, TryLaterError, "The registry at 127.0.0.1 gave no whole answer"),
        (reply(302, location="https://elsewhere.example/"), RefusedError, "redirects"),
        (reply(404, b"<html>", content_type="text/html"), RefusedError, "refuses to be asked"),
        (reply(200, b"<html>", content_type="text/html"), UnreadableAnswerError, "text/html"),
    ],
)
def test_an_answer_that_states_nothing_is_an_error_by_its_next_step(
    drive: Drive, said: Answer, error: type[HostError], told: str
) -> None:
    tries = 4 if said is SILENT_CLOSE else 1
    with ScriptedHost(in_turn(*[said] * tries)) as host, pytest.raises(error, match=told):
        ask(drive, host.url)
    assert len(host.received) == tries


def test_a_registry_that_asks_to_wait_is_not_asked_again_before(
    drive: Drive, installation: Installation
) -> None:
    with ScriptedHost(in_turn(reply(429, retry_after="90"))) as host:
        with pytest.raises(TryLaterError, match="is busy") as busy:
            ask(drive, host.url)
        with pytest.raises(TryLaterError, match="The registry asked us to wait"):
            ask(drive, host.url)
    assert (busy.value.after, len(host.received)) == (90, 1)
    assert installation.gates.until == NOON_SECONDS + 90


def test_a_registry_on_this_machine_is_reached_only_where_the_clinic_allows(drive: Drive) -> None:
    with ScriptedHost(in_turn()) as host:
        with pytest.raises(RefusedError, match="not encrypted"):
            ask(drive, host.url, loopback=False)
        with pytest.raises(RefusedError, match="which the setting allow_loopback forbids"):
            ask(drive, host.url.replace("http:", "https:"), loopback=False)
    assert host.received == []
