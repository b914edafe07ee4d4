"""Versions, conditions and refusals when resources are written over the wire."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from tests.integration.sandbox.ehr import FHIR, LOG, Ehr, hour_log

from witnessmark.sandbox.catalogue import CATALOGUE, Interaction


def test_what_is_created_is_versioned_and_kept_whole(ehr: Ehr) -> None:
    sent = hour_log("a", id="mine", foreignElement={"x": [1, None]}, meta={"tag": [{"code": "t"}]})
    created = ehr.post("QuestionnaireResponse", sent)

    assert created.status_code == 201
    assert created.headers["ETag"] == 'W/"1"'
    assert created.headers["Last-Modified"] == "Thu, 19 Nov 2026 10:00:00 GMT"
    base = ehr.running.base_url
    assert created.headers["Location"] == f"{base}/QuestionnaireResponse/id-1/_history/1"
    assert created.headers["Content-Type"] == FHIR
    assert created.json() == {
        **sent,
        "id": "id-1",
        "meta": {
            "tag": [{"code": "t"}],
            "versionId": "1",
            "lastUpdated": "2026-11-19T10:00:00.123Z",
        },
    }
    assert ehr.get("QuestionnaireResponse/id-1").json() == created.json()


def test_last_updated_moves_on_even_when_the_clock_stands_still_or_goes_back(ehr: Ehr) -> None:
    seen = []
    for value in ("a", "b"):
        seen.append(ehr.post("QuestionnaireResponse", hour_log(value)).json())
        ehr.clock.advance(hours=-1)
    assert [each["meta"]["lastUpdated"] for each in seen] == [
        "2026-11-19T10:00:00.123Z",
        "2026-11-19T10:00:00.124Z",
    ]


def test_an_update_wants_the_version_it_was_based_on(ehr: Ehr) -> None:
    at = "QuestionnaireResponse/id-1"
    ehr.post("QuestionnaireResponse", hour_log("a"))
    first = ehr.put(at, hour_log("a", id="id-1", status="amended"), If_Match='W/"1"')
    late = ehr.put(at, hour_log("a", id="id-1", status="completed"), If_Match='W/"1"')
    foreign = ehr.put(at, hour_log("a", id="id-1"), If_Match='W/"4fd1-uuid"')

    assert (first.status_code, first.headers["ETag"]) == (200, 'W/"2"')
    assert (late.status_code, foreign.status_code) == (412, 412)
    assert late.json()["issue"][0]["code"] == "conflict"
    assert ehr.get(at).json()["status"] == "amended"
    assert ehr.get(f"{at}/_history/1").json()["status"] == "completed"


def test_a_resource_written_many_times_is_one_resource_in_its_place(ehr: Ehr) -> None:
    kind = ehr.practice.kinds["QuestionnaireResponse"]
    for n in range(150):
        ehr.practice.repository.update(kind, f"log-{n % 2}", hour_log("x", id=f"log-{n % 2}"))
    assert ehr.found("QuestionnaireResponse?_sort=_lastUpdated") == ["log-0", "log-1"]
    assert ehr.found("QuestionnaireResponse?_sort=-_lastUpdated") == ["log-1", "log-0"]
    assert ehr.get("QuestionnaireResponse/log-1").headers["ETag"] == 'W/"75"'


def test_a_put_creates_under_the_given_id_unless_a_version_was_expected(ehr: Ehr) -> None:
    at = "QuestionnaireResponse/log-1"
    assert ehr.put(at, hour_log("a", id="log-1"), If_Match='W/"1"').status_code == 412
    assert ehr.put(at, hour_log("a", id="log-1")).status_code == 201
    assert ehr.put(at, hour_log("a", id="log-1")).status_code == 200
    assert ehr.put(at, hour_log("a", id="other")).status_code == 400
    assert ehr.put(at, hour_log("a")).status_code == 400


def test_a_conditional_create_makes_finds_or_refuses(ehr: Ehr) -> None:
    condition = f"identifier={LOG}|a"
    made = ehr.post("QuestionnaireResponse", hour_log("a"), If_None_Exist=condition)
    found = ehr.post("QuestionnaireResponse", hour_log("a", x=1), If_None_Exist=condition)
    ehr.post("QuestionnaireResponse", hour_log("a"))
    many = ehr.post("QuestionnaireResponse", hour_log("a"), If_None_Exist=condition)
    vague = ehr.post("QuestionnaireResponse", hour_log("b"), If_None_Exist="_count=1")
    unknown = ehr.post("QuestionnaireResponse", hour_log("b"), If_None_Exist="colour=red")

    assert (made.status_code, found.status_code) == (201, 200)
    assert found.json() == made.json()
    assert found.headers["Location"] == made.headers["Location"]
    assert (many.status_code, vague.status_code, unknown.status_code) == (412, 412, 400)
    assert len(list(ehr.practice.resources())) == 2


def test_twenty_conditional_creates_at_once_make_one_resource(ehr: Ehr) -> None:
    def create(_: int) -> int:
        return ehr.post(
            "QuestionnaireResponse", hour_log("a"), If_None_Exist=f"identifier={LOG}|a"
        ).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(create, range(20)))
    assert statuses == [200] * 19 + [201]
    assert len(list(ehr.practice.resources())) == 1


def test_a_conditional_update_creates_replaces_or_refuses(ehr: Ehr) -> None:
    at = f"QuestionnaireResponse?identifier={LOG}|a"
    created = ehr.put(at, hour_log("a"))
    replaced = ehr.put(at, hour_log("a", status="amended"), If_Match='W/"1"')
    late = ehr.put(at, hour_log("a"), If_Match='W/"1"')
    another = ehr.put(at, hour_log("a", id="another"))
    ehr.post("QuestionnaireResponse", hour_log("a"))

    assert (created.status_code, replaced.status_code) == (201, 200)
    assert replaced.json()["id"] == "id-1"
    assert (late.status_code, another.status_code) == (412, 400)
    assert ehr.put(at, hour_log("a")).status_code == 412
    named = ehr.put(f"QuestionnaireResponse?identifier={LOG}|b", hour_log("b", id="log-b"))
    assert (named.status_code, named.json()["id"]) == (201, "log-b")


def test_a_deleted_resource_is_gone_but_its_history_stays(ehr: Ehr) -> None:
    at = "QuestionnaireResponse/id-1"
    ehr.post("QuestionnaireResponse", hour_log("a"))
    assert ehr.client.delete(at, headers={"If-Match": 'W/"7"'}).status_code == 412
    assert [ehr.client.delete(at).status_code for _ in range(2)] == [204, 204]

    assert ehr.get(at).status_code == 410
    assert ehr.get("QuestionnaireResponse/never").status_code == 404
    assert ehr.found(f"QuestionnaireResponse?identifier={LOG}|a") == []
    assert ehr.get(f"{at}/_history/2").status_code == 410
    assert ehr.get(f"{at}/_history/9").status_code == 404
    history = ehr.get(f"{at}/_history").json()
    assert [(e["request"]["method"], "resource" in e) for e in history["entry"]] == [
        ("DELETE", False),
        ("POST", True),
    ]
    assert ehr.put(at, hour_log("a", id="id-1")).headers["ETag"] == 'W/"3"'


def test_the_caller_chooses_what_a_write_answers(ehr: Ehr) -> None:
    minimal = ehr.post("QuestionnaireResponse", hour_log("a"), Prefer="return=minimal")
    outcome = ehr.post(
        "QuestionnaireResponse", hour_log("b"), Prefer="handling=lenient, return=OperationOutcome"
    )
    assert (minimal.content, minimal.headers["ETag"]) == (b"", 'W/"1"')
    assert minimal.headers["Location"].endswith("/QuestionnaireResponse/id-1/_history/1")
    assert outcome.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", FHIR, 400),
        (b"[]", FHIR, 400),
        (b'{"resourceType":"Task","x":NaN}', FHIR, 400),
        (b"[" * 100_000, FHIR, 400),
        (b'{"resourceType":"Patient"}', FHIR, 400),
        (b'{"resourceType":"Task","status":"requested"}', FHIR, 400),
        (b'{"resourceType":"Task","status":"requested","intent":"\\ud800"}', FHIR, 400),
        (b" " * (4 * 1024 * 1024 + 1), FHIR, 413),
    ],
)
def test_a_wrong_body_is_refused_with_a_reason(
    ehr: Ehr, raw: bytes, content_type: str, status: int
) -> None:
    answer = ehr.client.post("Task", content=raw, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert list(ehr.practice.resources()) == []


def test_every_refusal_of_an_address_is_an_operation_outcome(ehr: Ehr) -> None:
    statuses = {
        ("GET", "Encounter"): 404,
        ("GET", "Patient/1/nowhere/else"): 404,
        ("PATCH", "Patient/1"): 405,
        ("DELETE", "Patient"): 405,
    }
    for (method, at), status in statuses.items():
        answer = ehr.client.request(method, at)
        assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert ehr.get("Patient", Accept="application/fhir+xml").status_code == 406


def test_a_smaller_catalogue_is_declared_and_obeyed(ehr: Ehr) -> None:
    plain = replace(
        CATALOGUE["Task"],
        interactions=frozenset(Interaction) - {Interaction.DELETE},
        conditional_create=False,
        conditional_update=False,
        update_create=False,
    )
    ehr.open(kinds={"Task": plain})
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}

    declared = ehr.get("metadata").json()["rest"][0]["resource"]
    assert [
        (each["type"], each["conditionalCreate"], each["updateCreate"]) for each in declared
    ] == [("Task", False, False)]
    assert ehr.post("Task", task, If_None_Exist="status=requested").status_code == 400
    assert ehr.put("Task/mine", {**task, "id": "mine"}).status_code == 405
    assert ehr.put("Task?status=requested", task).status_code == 405
    assert ehr.client.delete("Task/mine").status_code == 405
    assert {"code": "delete"} not in declared[0]["interaction"]
    assert ehr.post("Patient", {"resourceType": "Patient"}).status_code == 404
