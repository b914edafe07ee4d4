"""How the sekmet host tells its subscribers (R4 4.0.1 Subscription), which our inbox relies on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from queue import Queue
from threading import Event
from typing import Any

import pytest
import requests

from tests.support.scripted_host import Answer, Received, ScriptedHost, reply
from tests.support.sekmet_host import SekmetHost, sekmet_host

pytestmark = pytest.mark.peer

TASK: dict[str, Any] = {"resourceType": "Task", "status": "requested", "intent": "order"}


@pytest.fixture(scope="module")
def host() -> Iterator[SekmetHost]:
    with sekmet_host() as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Content-Type"] = "application/fhir+json"
        yield session


@pytest.fixture
def told() -> Queue[Received]:
    return Queue()


@pytest.fixture
def endpoint(told: Queue[Received]) -> Iterator[ScriptedHost]:
    """Take what the host sends; refuse what is sent under `/refuse`."""

    def answer(received: Received) -> Answer:
        told.put(received)
        return reply(500 if received.target.startswith("/refuse") else 200)

    with ScriptedHost(answer) as listening:
        yield listening


def _subscribed(host: SekmetHost, endpoint: str, **channel: str) -> requests.Response:
    body = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "To be told of tasks",
        "criteria": "Task?",
        "channel": {
            "type": "rest-hook",
            "endpoint": endpoint,
            "header": ["X-Invented-Key: invented"],
            **channel,
        },
    }
    return requests.post(f"{host.base_url}/Subscription", json=body, timeout=10)


def _stands(host: SekmetHost, made: requests.Response) -> dict[str, Any]:
    url = f"{host.base_url}/Subscription/{made.json()['id']}"
    return dict(requests.get(url, timeout=10).json())


def _switched(host: SekmetHost, made: requests.Response, status: str) -> None:
    body = {**_stands(host, made), "status": status}
    url = f"{host.base_url}/Subscription/{body['id']}"
    requests.put(url, json=body, timeout=10).raise_for_status()


def test_a_subscription_is_active_at_once_in_a_version_of_its_own(
    host: SekmetHost, endpoint: ScriptedHost
) -> None:
    made = _subscribed(host, f"{endpoint.url}/active")
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    stands = _stands(host, made)
    assert (stands["status"], stands["meta"]["versionId"]) == ("active", "2")
    url = f"{host.base_url}/Subscription"
    found = requests.get(url, params={"url": f"{endpoint.url}/active"}, timeout=10).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [stands["id"]]
    _switched(host, made, "off")
    assert _stands(host, made)["status"] == "off"


def test_without_payload_an_event_is_an_empty_post_with_our_header(
    host: SekmetHost, endpoint: ScriptedHost, told: Queue[Received], http: requests.Session
) -> None:
    made = _subscribed(host, f"{endpoint.url}/plain")
    task = http.post(f"{host.base_url}/Task", json=TASK).json()
    http.put(
        f"{host.base_url}/Task/{task['id']}", json=task
    )  # nothing new in it, told all the same
    http.delete(f"{host.base_url}/Task/{task['id']}")  # never told
    http.post(f"{host.base_url}/Task", json=TASK)
    events = [told.get(timeout=10) for _ in range(3)]
    _switched(host, made, "off")
    assert {(one.method, one.target, one.body) for one in events} == {("POST", "/plain", b"")}
    assert {one.headers["x-invented-key"] for one in events} == {"invented"}
    assert {"content-type" in one.headers for one in events} == {False}
    http.post(f"{host.base_url}/Task", json=TASK)
    assert told.empty()


def test_with_payload_an_event_is_a_put_of_the_resource_under_the_endpoint(
    host: SekmetHost, endpoint: ScriptedHost, told: Queue[Received], http: requests.Session
) -> None:
    made = _subscribed(host, f"{endpoint.url}/full", payload="application/fhir+json")
    task = http.post(f"{host.base_url}/Task", json=TASK).json()
    event = told.get(timeout=10)
    _switched(host, made, "off")
    assert (event.method, event.target) == ("PUT", f"/full/Task/{task['id']}")
    assert event.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert event.headers["x-invented-key"] == "invented"
    assert json.loads(event.body) == task


def test_an_event_that_is_refused_ends_the_subscription_until_it_is_requested_again(
    endpoint: ScriptedHost, told: Queue[Received], http: requests.Session
) -> None:
    with sekmet_host(tries=1) as host:
        made = _subscribed(host, f"{endpoint.url}/refuse")
        http.post(f"{host.base_url}/Task", json=TASK)
        told.get(timeout=10)
        _until(lambda: _stands(host, made)["status"] == "error")
        assert "HTTP 500" in _stands(host, made)["error"]
        http.post(f"{host.base_url}/Task", json=TASK)
        _switched(host, made, "requested")
        assert _stands(host, made)["status"] == "active"
        assert "error" not in _stands(host, made)
        assert told.empty()  # what happened meanwhile is not told later


def _until(holds: Callable[[], bool]) -> None:
    waiting = Event()
    for _ in range(200):
        if holds():
            return
        waiting.wait(0.05)
    raise AssertionError
