"""Who is told of a change, what of it, and what becomes of a subscriber that does not answer."""

import json
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from tests.integration.sandbox.ehr import Ehr
from tests.integration.sandbox.subscriber import Subscriber, subscriber

from witnessmark.sandbox import Practice, serve

SIGNED_WITH = "https://www.medplum.com/fhir/StructureDefinition/subscription-secret"
# printf %s BODY | openssl dgst -sha256 -hmac invented
WRITTEN = "9970153ed2dfc96a41acd91634a15195c24a02c7dd6f9f2bdab4f2722836324c"
NOTHING = "26015278770aeab000eff1acdfdba3def3d4680315ba059ebadd8109e7935f5e"


@pytest.fixture
def heard() -> Iterator[Subscriber]:
    with subscriber() as heard:
        yield heard


def _task(**more: object) -> dict[str, object]:
    return {"resourceType": "Task", "status": "requested", "intent": "order", **more}


def _subscription(endpoint: str, criteria: str = "Task", **channel: object) -> dict[str, Any]:
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "invented",
        "criteria": criteria,
        "channel": {"type": "rest-hook", "endpoint": endpoint, **channel},
    }


def test_a_requested_subscription_is_active_and_told_of_what_matches(
    ehr: Ehr, heard: Subscriber
) -> None:
    asked = _subscription(heard.endpoint, "Task?status=completed", header=["X-From: the practice"])
    made = ehr.post("Subscription", asked)
    assert (made.status_code, made.json()["status"]) == (201, "active")
    assert ehr.found(f"Subscription?url={heard.endpoint}&status=active") == ["id-1"]

    ehr.post("Task", _task())
    ehr.put("Task/id-2", _task(id="id-2", status="completed"))
    ehr.put("Task/id-2", _task(id="id-2", status="cancelled"))
    ehr.post("Patient", {"resourceType": "Patient"})
    ehr.practice.messenger.settle()
    assert [(one.path, one.headers["x-from"], one.body) for one in heard.told] == [
        ("/told", "the practice", b"")
    ]
    assert "content-type" not in heard.told[0].headers


def test_with_a_payload_the_resource_is_sent_and_signed_as_it_stands(
    ehr: Ehr, heard: Subscriber
) -> None:
    asked = _subscription(heard.endpoint, payload="application/fhir+json")
    ehr.post(
        "Subscription", {**asked, "extension": [{"url": SIGNED_WITH, "valueString": "invented"}]}
    )
    stands = ehr.post("Task", _task(description="ä")).json()
    ehr.client.delete("Task/id-2")
    ehr.practice.messenger.settle()

    written, deleted = heard.told
    assert json.loads(written.body) == stands
    assert written.headers["content-type"] == "application/fhir+json"
    assert (
        written.body
        == (
            '{"resourceType":"Task","status":"requested","intent":"order","description":"ä",'
            '"id":"id-2","meta":{"versionId":"1","lastUpdated":"2026-11-19T10:00:00.124Z"}}'
        ).encode()
    )
    assert written.headers["x-signature"] == WRITTEN
    assert (deleted.body, deleted.headers["x-signature"]) == (b"", NOTHING)


def test_a_subscriber_that_fails_is_tried_again_then_given_up(ehr: Ehr, heard: Subscriber) -> None:
    ehr.open(notice_pauses=(0.0, 0.0))
    ehr.post("Subscription", _subscription(heard.endpoint))
    heard.statuses = [500, 503, 202, 500, 500, 302]
    statuses = [ehr.post("Task", _task()).status_code for _ in range(3)]
    ehr.practice.messenger.settle()

    assert statuses == [201, 201, 201]
    assert len(heard.told) == 6
    given_up = ehr.get("Subscription/id-1").json()
    assert (given_up["status"], given_up["error"]) == ("error", "answered 302")
    ehr.put("Subscription/id-1", {**_subscription(heard.endpoint), "id": "id-1"})
    ehr.post("Task", _task())
    ehr.practice.messenger.settle()
    assert len(heard.told) == 7


def test_a_subscriber_that_is_not_there_fails_no_write(ehr: Ehr) -> None:
    with subscriber() as gone:
        endpoint = gone.endpoint
    ehr.open(notice_pauses=())
    ehr.post("Subscription", _subscription(endpoint))
    assert ehr.post("Task", _task()).status_code == 201
    ehr.practice.messenger.settle()
    error = ehr.get("Subscription/id-1").json()["error"]
    assert error == "no answer (NewConnectionError)"


def test_who_switched_off_or_deleted_is_told_no_more(ehr: Ehr, heard: Subscriber) -> None:
    for _ in range(2):
        ehr.post("Subscription", _subscription(heard.endpoint))
    ehr.put("Subscription/id-1", {**_subscription(heard.endpoint), "id": "id-1", "status": "off"})
    ehr.client.delete("Subscription/id-2")
    ehr.post("Task", _task())
    ehr.practice.messenger.settle()
    assert heard.told == []


def test_who_is_deleted_while_it_fails_stays_deleted(ehr: Ehr, heard: Subscriber) -> None:
    ehr.open(notice_pauses=())
    ehr.post("Subscription", _subscription(heard.endpoint))
    heard.statuses = [500]
    heard.before_answer = lambda: ehr.practice.by_hand.delete("Subscription/id-1")
    ehr.post("Task", _task())
    ehr.practice.messenger.settle()
    assert len(heard.told) == 1
    assert ehr.get("Subscription/id-1").status_code == 410


def test_a_stopped_practice_waits_for_no_subscriber(heard: Subscriber) -> None:
    heard.statuses = [500]
    practice, tried = Practice(notice_pauses=(600.0,)), Event()
    heard.before_answer = tried.set
    with serve(practice):
        practice.put({**_subscription(heard.endpoint), "id": "s"})
        practice.put(_task(id="t"))
        assert tried.wait(10)
    assert practice.by_hand.read("Subscription/s")["status"] == "active"
    practice.put(_task(id="t"))
    practice.messenger.settle()
    assert len(heard.told) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": "Encounter?status=planned"},
        {"criteria": "Task?colour=red"},
        {"criteria": "Task?modified=yesterday"},
        {"end": "2026-12-31T00:00:00Z"},
        {"channel": {"type": "websocket"}},
        {"channel": {"type": "rest-hook"}},
        {"channel": {"type": "rest-hook", "endpoint": "ftp://127.0.0.1/x"}},
        {"channel": {"type": "rest-hook", "endpoint": "http://h/", "payload": "text/plain"}},
        {"channel": {"type": "rest-hook", "endpoint": "http://h/", "header": ["no colon"]}},
        {"channel": {"type": "rest-hook", "endpoint": "http://h/", "header": ["X: a\r\nY: b"]}},
    ],
    ids=str,
)
def test_what_cannot_be_honoured_is_no_subscription(ehr: Ehr, change: dict[str, object]) -> None:
    answer = ehr.post("Subscription", {**_subscription("http://h/"), **change})
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "not-supported")
    assert list(ehr.practice.resources()) == []
