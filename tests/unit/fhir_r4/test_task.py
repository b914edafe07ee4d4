"""What a supervisor is asked for as a Task: what it says, who may move it, what is read for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, answer, played, stored
from tests.unit.fhir_r4.strategies import LOG_RECEIPT, STAFF, X
from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability, Offer, Projection
from witnessmark.domain.requests import Proof, RequestState, TimeSource
from witnessmark.errors import ConflictError, RefusedError, WaitsForError
from witnessmark.ports.host import Connection, Feed, OurCopyChanged, RequestMoved
from witnessmark.ports.records import HostRef, RequestRecord
from witnessmark.testing import Records
from witnessmark_adapters.fhir_r4.adapter import FhirR4, create
from witnessmark_adapters.fhir_r4.feeds import SOURCES
from witnessmark_adapters.fhir_r4.mapping import task

HOW = Projection.STRUCTURED
RECORDS = Records(STAFF, "1")
NOTE = HostRef("DocumentReference/note-1")
REF = "Task/t1"
CODES = f"{X.canonical}/CodeSystem/supervision"
OF_WEEK = RECORDS.request_of_week(LOG_RECEIPT)
OF_NOTE = RECORDS.request_of_note(NOTE)


def adapter(profile: str = "generic") -> FhirR4:
    on = Connection("harbour", "ehr", "fhir_r4", profile, BASE)
    return create(on, X.canonical, Offer("a host", frozenset(Capability), {}))


def body_of(record: RequestRecord, **members: object) -> dict[str, Any]:
    """Return the Task as we create it, with what somebody there made of it."""
    standing = task.standing_of(record.request)
    return {**task.write(task.part_of(record), standing, x=X), **members}


def now(record: RequestRecord, state: RequestState) -> RequestRecord:
    return replace(record, generation=2, request=replace(record.request, state=state))


def business(code: str) -> dict[str, Any]:
    return {"coding": [{"system": CODES, "code": code}]}


def test_a_week_to_attest_is_a_task_of_the_supervisor_about_no_client() -> None:
    assert body_of(OF_WEEK) == {
        "resourceType": "Task",
        "identifier": [{"system": f"{X.canonical}/request", "value": "r-1"}],
        "status": "requested",
        "businessStatus": business("awaiting-attestation"),
        "intent": "order",
        "code": {
            "coding": [
                {"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "approve"},
                {"system": CODES, "code": "attest-week"},
            ]
        },
        "focus": {"reference": "QuestionnaireResponse/week"},
        "authoredOn": "2026-11-02T17:05:09+00:00",
        "lastModified": "2026-11-02T17:05:09+00:00",
        "requester": {"reference": "Practitioner/p-petrescu-there"},
        "owner": {"reference": "Practitioner/p-okonjo-there"},
        "restriction": {"period": {"end": "2026-11-09T17:05:09+00:00"}},
    }


def test_a_request_waits_for_the_week_it_asks_about() -> None:
    with pytest.raises(WaitsForError) as caught:
        task.part_of(RECORDS.request_of_week(()))
    assert caught.value.key == "hour_log/w-1"


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        (RequestState.REQUESTED, "requested", "awaiting-cosignature"),
        (RequestState.UNDER_REVIEW, "in-progress", "under-review"),
        (RequestState.RETURNED, "on-hold", "returned"),
        (RequestState.RESUBMITTED, "requested", "resubmitted"),
        (RequestState.ANSWERED, "completed", "cosigned"),
        (RequestState.WITHDRAWN, "cancelled", "withdrawn"),
        (RequestState.DECLINED, "rejected", "declined"),
    ],
)
def test_where_a_request_stands_is_the_tasks_status(
    state: RequestState, status: str, said: str
) -> None:
    body = body_of(now(OF_NOTE, state))
    assert (body["status"], body["businessStatus"]) == (status, business(said))


def test_a_note_is_asked_about_in_its_own_chart_which_is_read_for_that_and_let_go() -> None:
    versioned = RECORDS.request_of_note(HostRef(f"{NOTE}/_history/4"))
    note = {"resourceType": "DocumentReference", "id": "note-1"}
    chart = {**note, "subject": {"reference": "Patient/c1", "display": "never read"}}
    host = played(answer(200, chart), answer(201, stored(body_of(OF_NOTE), REF)))
    (part,) = host.run(adapter().put(versioned, HOW, None))
    assert host.lines == [f"GET {NOTE}?_elements=subject", "POST Task"]
    assert host.sent()["for"] == {"reference": "Patient/c1"}
    assert host.sent()["focus"] == {"reference": NOTE}
    assert part.digest == digest(task.part_of(OF_NOTE))


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {"reference": "Practitioner/p1"},
        {"display": "x"},
        {"reference": "https://other.invalid/fhir/Patient/77"},
        {"reference": f"{BASE}.elsewhere/Patient/77"},
    ],
)
def test_a_note_about_nobody_here_gives_a_task_about_nobody(subject: object) -> None:
    note = {"resourceType": "DocumentReference", "id": "note-1", "subject": subject}
    host = played(answer(200, note), answer(201, stored(body_of(OF_NOTE), REF)))
    host.run(adapter().put(OF_NOTE, HOW, None))
    assert "for" not in host.sent()


@pytest.mark.parametrize("chart", ["Patient/c1/_history/3", f"{BASE}/Patient/c1/_history/3"])
def test_a_chart_is_named_as_it_stands_here_and_without_its_version(chart: str) -> None:
    about = task.about({}, {"subject": {"reference": chart}}, BASE)
    assert about == {"for": {"reference": "Patient/c1"}}


def test_a_note_that_is_no_longer_there_is_not_asked_about() -> None:
    with pytest.raises(RefusedError, match="DocumentReference it is about is no longer"):
        played(answer(404)).run(adapter().put(OF_NOTE, HOW, None))


def test_a_task_that_stands_costs_no_look_into_the_chart() -> None:
    host = played(answer(200, stored(body_of(OF_NOTE), REF)))
    host.run(adapter("hapi").put(OF_NOTE, HOW, None))
    assert [line.partition(" ")[0] for line in host.lines] == ["GET"]


@pytest.mark.parametrize(
    "moved",
    [
        {"status": "in-progress", "lastModified": "2026-11-03T08:00:00Z"},
        {"status": "on-hold", "businessStatus": business("returned")},
        {"status": "requested", "businessStatus": business("under-review")},
    ],
)
def test_people_there_move_an_open_task_and_that_is_no_conflict(moved: dict[str, Any]) -> None:
    receipt = played(answer(201, stored(body_of(OF_WEEK), REF))).run(
        adapter().put(OF_WEEK, HOW, None)
    )
    there = stored(body_of(OF_WEEK, **moved), REF, "2")
    host = played(answer(200, there))
    (part,) = host.run(adapter().put(OF_WEEK, HOW, receipt))
    assert host.lines == [f"GET {REF}"]
    assert (part.version, part.digest) == ("2", receipt[0].digest)


def test_an_answer_closes_it_wherever_people_moved_it_at_the_time_of_the_signature() -> None:
    receipt = played(answer(201, stored(body_of(OF_WEEK), REF))).run(
        adapter().put(OF_WEEK, HOW, None)
    )
    at = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
    proof = Proof("Practitioner/s", None, at, TimeSource.SIGNATURE, "3")
    answered = now(OF_WEEK, RequestState.ANSWERED)
    answered = replace(answered, request=replace(answered.request, proof=proof))
    there = body_of(OF_WEEK, status="in-progress", note=[{"text": "theirs"}])
    host = played(answer(200, stored(there, REF, "2")), answer(200, stored(there, REF, "3")))
    host.run(adapter().put(answered, HOW, receipt))
    sent = host.sent()
    assert (sent["status"], sent["businessStatus"]) == ("completed", business("attested"))
    assert sent["lastModified"] == "2026-11-04T09:00:00+00:00"
    assert sent["note"] == [{"text": "theirs"}]


@pytest.mark.parametrize(
    ("there", "ours", "becomes"),
    [
        ({}, RequestState.RETURNED, "on-hold"),
        ({"status": "in-progress"}, RequestState.RETURNED, "in-progress"),
        ({"status": "on-hold"}, RequestState.RESUBMITTED, "requested"),
        ({"status": "in-progress"}, RequestState.RESUBMITTED, "in-progress"),
        ({"status": "in-progress"}, RequestState.REQUESTED, "in-progress"),
        ({}, RequestState.UNDER_REVIEW, "requested"),
        ({"status": "completed"}, RequestState.REQUESTED, "completed"),
        ({"status": "completed"}, RequestState.WITHDRAWN, "cancelled"),
    ],
)
def test_an_open_task_is_moved_by_us_only_where_nobody_there_did(
    there: dict[str, Any], ours: RequestState, becomes: str
) -> None:
    standing = task.standing_of(now(OF_WEEK, ours).request)
    written = task.write(task.part_of(OF_WEEK), standing, body_of(OF_WEEK, **there), x=X)
    assert written["status"] == becomes


def test_what_else_is_ours_is_a_conflict_when_changed_there() -> None:
    receipt = played(answer(201, stored(body_of(OF_WEEK), REF))).run(
        adapter().put(OF_WEEK, HOW, None)
    )
    there = body_of(OF_WEEK, owner={"reference": "Practitioner/another"})
    with pytest.raises(ConflictError) as caught:
        played(answer(200, stored(there, REF, "2"))).run(
            adapter().put(now(OF_WEEK, RequestState.ANSWERED), HOW, receipt)
        )
    assert caught.value.differs == ("owner",)


def test_last_modified_is_never_before_what_stands_there_nor_before_it_was_authored() -> None:
    later = body_of(OF_WEEK, lastModified="2027-01-01T00:00:00Z")
    standing = task.standing_of(now(OF_WEEK, RequestState.DECLINED).request)
    assert task.write(task.part_of(OF_WEEK), standing, later, x=X)["lastModified"] == (
        "2027-01-01T00:00:00+00:00"
    )
    earlier = body_of(OF_WEEK, status="in-progress", lastModified="2020-01-01T00:00:00Z")
    standing = task.standing_of(OF_WEEK.request)
    assert task.write(task.part_of(OF_WEEK), standing, earlier, x=X)["lastModified"] == (
        "2026-11-02T17:05:09+00:00"
    )


@pytest.mark.parametrize(
    ("there", "state"),
    [
        ({}, None),
        ({"status": "in-progress"}, RequestState.UNDER_REVIEW),
        ({"status": "on-hold"}, RequestState.RETURNED),
        ({"status": "rejected"}, RequestState.DECLINED),
        ({"businessStatus": business("returned")}, RequestState.RETURNED),
        ({"status": "completed"}, RequestState.ANSWERED),
        ({"status": "cancelled"}, RequestState.WITHDRAWN),
        ({"businessStatus": business("cosigned")}, None),
    ],
)
def test_a_pulled_task_tells_its_digest_and_where_a_person_moved_it(
    there: dict[str, Any], state: RequestState | None
) -> None:
    (source,) = (one for one in SOURCES[Feed.OUR_COPIES] if one.kind == "Task")
    changed, *moved = source.take(stored(body_of(OF_WEEK, **there), REF, "5"), X)
    key, expected = OF_WEEK.key, digest(task.part_of(OF_WEEK))
    assert changed == OurCopyChanged(HostRef(REF), "5", expected, key)
    states = [one.state for one in moved if isinstance(one, RequestMoved)]
    assert states == ([state] if state else [])


def test_somebody_elses_task_is_nothing_to_us() -> None:
    (source,) = (one for one in SOURCES[Feed.OUR_COPIES] if one.kind == "Task")
    assert source.take({"resourceType": "Task", "id": "t", "status": "on-hold"}, X) == ()
