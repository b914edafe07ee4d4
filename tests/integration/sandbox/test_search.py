"""Search parameters, paging and what the self link admits."""

import pytest
from tests.integration.sandbox.ehr import LOG, Ehr, hour_log

TAGGED = "https://example.org/x/record"


def _appointment(at: str, start: str, *actors: str) -> dict[str, object]:
    return {
        "resourceType": "Appointment",
        "id": at,
        "status": "booked",
        "start": start,
        "participant": [{"actor": {"reference": actor}} for actor in actors],
    }


def _provenance(target: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Provenance",
        "target": [{"reference": target}],
        "recorded": "2026-11-19T10:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/ruth"}}],
        **more,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"identifier={LOG}|a", ["id-1"]),
        (f"identifier={LOG}%7Ca", ["id-1"]),
        ("identifier=a", ["id-1"]),
        (f"identifier={LOG}|", ["id-1", "id-2"]),
        ("identifier=|a", []),
        (f"identifier={LOG}|a,{LOG}|b", ["id-1", "id-2"]),
        (f"identifier={LOG}|a&status=in-progress", []),
        ("status=in-progress", ["id-2"]),
        ("author=Practitioner/mira", ["id-1"]),
        ("author=mira", ["id-1"]),
        ("author:Practitioner=mira", ["id-1"]),
        ("_id=id-2,id-9", ["id-2"]),
        ("authored=2026-11", ["id-1"]),
        ("authored=lt2026-11-15", ["id-1"]),
        ("authored=ge2026-11-15", []),
    ],
)
def test_resources_are_found_by_their_values(ehr: Ehr, query: str, found: list[str]) -> None:
    author = {"reference": "Practitioner/mira"}
    ehr.post(
        "QuestionnaireResponse",
        hour_log("a", author=author, authored="2026-11-14"),
    )
    ehr.post("QuestionnaireResponse", hour_log("b", status="in-progress"))
    assert ehr.found(f"QuestionnaireResponse?{query}") == found


def test_an_absolute_reference_to_this_host_means_the_relative_one(ehr: Ehr) -> None:
    ehr.post("Provenance", _provenance("QuestionnaireResponse/log-1/_history/2"))
    base = ehr.running.base_url
    for target in (
        "QuestionnaireResponse/log-1",
        "QuestionnaireResponse/log-1/_history/2",
        f"{base}/QuestionnaireResponse/log-1",
    ):
        assert ehr.found(f"Provenance?target={target}&agent=Practitioner/ruth") == ["id-1"]
    assert ehr.found("Provenance?target=QuestionnaireResponse/log-1/_history/1") == []


def test_a_tag_finds_what_has_no_identifier_and_follows_its_updates(ehr: Ehr) -> None:
    tagged = _provenance("Task/1", meta={"tag": [{"system": TAGGED, "code": "k1"}]})
    ehr.post("Provenance", tagged)
    assert ehr.found(f"Provenance?_tag={TAGGED}|k1") == ["id-1"]
    moved = _provenance("Task/1", id="id-1", meta={"tag": [{"system": TAGGED, "code": "k2"}]})
    ehr.put("Provenance/id-1", moved)
    assert ehr.found(f"Provenance?_tag={TAGGED}|k1") == []
    assert ehr.found(f"Provenance?_tag={TAGGED}|k2") == ["id-1"]


def test_appointments_are_found_by_day_and_by_person(ehr: Ehr) -> None:
    ehr.put("Appointment/x", _appointment("x", "2026-10-05T23:30:00-07:00", "Practitioner/mira"))
    ehr.put("Appointment/y", _appointment("y", "2026-10-07T09:00:00Z", "Patient/mira"))
    assert ehr.found("Appointment?date=2026-10-06") == ["x"]  # a day without a zone is UTC's
    assert ehr.found("Appointment?date=ge2026-10-06T06:30:00Z&date=lt2026-10-07") == ["x"]
    assert ehr.found("Appointment?date=ge2026-10-06T08:30:00%2B02:00&date=lt2026-10-07") == ["x"]
    assert ehr.found("Appointment?actor=mira") == ["x", "y"]
    assert ehr.found("Appointment?practitioner=mira") == ["x"]
    assert ehr.found("Appointment?patient=Patient/mira") == ["y"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("DocumentReference?author=Practitioner/mira", ["n-1", "n-2"]),
        ("DocumentReference?authenticator=PractitionerRole/ruth", ["n-2"]),
        ("DocumentReference?status=current", ["n-1"]),
        ("DocumentReference?date=ge2026-11-17T00:00:00Z", ["n-2"]),
        ("Task?code=https://example.org/x|co-sign", ["t-1"]),
        ("Task?owner=PractitionerRole/ruth&status=requested", ["t-1"]),
        ("Task?focus=DocumentReference/n-2", ["t-2"]),
        ("Task?modified=lt2026-11-18", ["t-1"]),
    ],
)
def test_notes_and_tasks_are_found_by_who_what_and_when(
    ehr: Ehr, query: str, found: list[str]
) -> None:
    mira, ruth = {"reference": "Practitioner/mira"}, {"reference": "PractitionerRole/ruth"}
    for at, day, status, signed in (
        ("n-1", "2026-11-16", "current", {}),
        ("n-2", "2026-11-17", "entered-in-error", {"authenticator": ruth}),
    ):
        written = {"author": [mira], "date": f"{day}T09:00:00Z", "status": status}
        content = [{"attachment": {"title": "invented"}}]
        ehr.practice.put(
            {"resourceType": "DocumentReference", "id": at, "content": content, **written, **signed}
        )
    for n, status, day in ((1, "requested", "17"), (2, "completed", "18")):
        ehr.practice.put(
            {
                "resourceType": "Task",
                "id": f"t-{n}",
                "status": status,
                "intent": "order",
                "code": {"coding": [{"system": "https://example.org/x", "code": "co-sign"}]}
                if n == 1
                else {"text": "co-sign"},
                "owner": ruth,
                "focus": {"reference": f"DocumentReference/n-{n}"},
                "lastModified": f"2026-11-{day}T00:00:00Z",
            }
        )
    assert ehr.found(query) == found


def test_a_part_of_a_resource_has_its_mandatory_elements_and_says_that_it_is_a_part(
    ehr: Ehr,
) -> None:
    whole = _appointment("x", "2026-10-05T23:30:00-07:00", "Practitioner/mira")
    tags = [{"system": TAGGED, "code": "k1"}]
    more = {"comment": "invented", "_start": {"id": "s"}, "meta": {"tag": tags}}
    for n in range(3):
        ehr.put(f"Appointment/x-{n}", {**whole, **more, "id": f"x-{n}"})
    subsetted = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
        "code": "SUBSETTED",
        "display": "subsetted",
    }

    read = ehr.get("Appointment/x-0?_elements=start,colour")
    assert read.json() == {
        "resourceType": "Appointment",
        "id": "x-0",
        "meta": {
            "tag": [*tags, subsetted],
            "versionId": "1",
            "lastUpdated": "2026-11-19T10:00:00.123Z",
        },
        "status": "booked",
        "start": "2026-10-05T23:30:00-07:00",
        "_start": {"id": "s"},
        "participant": [{"actor": {"reference": "Practitioner/mira"}}],
    }
    assert read.headers["ETag"] == 'W/"1"'
    assert ehr.get("Appointment/x-0/_history/1?_elements=start,colour").json() == read.json()
    page = ehr.get("Appointment?_elements=id&_count=2").json()
    assert page["link"][0]["url"].endswith("/Appointment?_elements=id&_count=2")
    following = ehr.get(page["link"][1]["url"]).json()["entry"]
    found = [*page["entry"], *following]
    assert [sorted(each["resource"]) for each in found] == [
        ["id", "meta", "participant", "resourceType", "status"]
    ] * 3
    assert ehr.get("Appointment/x-0").json()["meta"]["tag"] == tags
    assert "_elements" in {
        each["name"] for each in ehr.get("metadata").json()["rest"][0]["searchParam"]
    }


def test_staff_are_found_by_the_beginning_of_a_name(ehr: Ehr) -> None:
    name = [{"family": "Example-Okafor", "given": ["Ruth"]}]
    ehr.put("Practitioner/r", {"resourceType": "Practitioner", "id": "r", "name": name})
    assert ehr.found("Practitioner?name=example-o") == ["r"]
    assert ehr.found("Practitioner?name=okafor") == []


def test_changes_are_read_between_two_instants_in_either_order(ehr: Ehr) -> None:
    for value in "abcd":
        ehr.post("QuestionnaireResponse", hour_log(value))
        ehr.clock.advance(seconds=1)
    ehr.put("QuestionnaireResponse/id-2", hour_log("b", id="id-2"))  # now the last change

    window = "_lastUpdated=ge2026-11-19T10:00:00.123Z&_lastUpdated=lt2026-11-19T10:00:03Z"
    assert ehr.found(f"QuestionnaireResponse?{window}&_sort=_lastUpdated") == ["id-1", "id-3"]
    assert ehr.found(f"QuestionnaireResponse?{window}&_sort=-_lastUpdated") == ["id-3", "id-1"]
    exact = "_lastUpdated=gt2026-11-19T10:00:00.123Z&_lastUpdated=le2026-11-19T10:00:02.123Z"
    assert ehr.found(f"QuestionnaireResponse?{exact}") == ["id-3"]


@pytest.mark.parametrize("sort", ["_lastUpdated", "-_lastUpdated"])
def test_paging_meets_each_resource_once_though_all_share_one_instant(ehr: Ehr, sort: str) -> None:
    ehr.open(shared_instants=True)
    for n in range(7):
        ehr.post("QuestionnaireResponse", hour_log(f"log-{n}"))
    instants = {each["meta"]["lastUpdated"] for each in ehr.practice.resources()}
    assert instants == {"2026-11-19T10:00:00.123Z"}

    query = "_lastUpdated=ge2026-11-19T10:00:00.123Z"
    pages = list(ehr.pages(f"QuestionnaireResponse?{query}&_sort={sort}&_count=3"))
    order = [f"id-{n}" for n in range(1, 8)]
    if sort == "-_lastUpdated":
        order.reverse()
    assert pages == [order[:3], order[3:6], order[6:]]


def test_a_change_while_paging_comes_again_at_the_end_and_nothing_is_missed(ehr: Ehr) -> None:
    for n in range(4):
        ehr.post("QuestionnaireResponse", hour_log(f"log-{n}"))
    pages = ehr.pages("QuestionnaireResponse?_sort=_lastUpdated&_count=2")
    assert next(pages) == ["id-1", "id-2"]
    ehr.put("QuestionnaireResponse/id-1", hour_log("log-0", id="id-1"))
    ehr.put("QuestionnaireResponse/id-3", hour_log("log-2", id="id-3"))
    assert list(pages) == [["id-4", "id-1"], ["id-3"]]


def test_the_self_link_names_only_what_was_understood(ehr: Ehr) -> None:
    query = "status=completed&colour=red&_sort=date&_count=5"
    bundle = ehr.get(f"QuestionnaireResponse?{query}").json()
    understood = f"{ehr.running.base_url}/QuestionnaireResponse?status=completed&_count=5"
    assert bundle["link"] == [{"relation": "self", "url": understood}]
    assert (bundle["total"], "entry" in bundle) == (0, False)

    strict = ehr.get(f"QuestionnaireResponse?{query}", Prefer="handling=strict")
    assert (strict.status_code, strict.json()["issue"][0]["code"]) == (400, "not-supported")


@pytest.mark.parametrize(
    "query",
    [
        "identifier:not=a",
        "author:missing=true",
        "_lastUpdated=yesterday",
        "_lastUpdated=ge2026-11-19T10:00:00+02:00",  # a plus sign in an address is a space
        "_lastUpdated=2026-02-30",
        "_count=many",
        "_cursor=invented",
    ],
)
def test_a_search_that_would_be_misunderstood_is_refused(ehr: Ehr, query: str) -> None:
    answer = ehr.get(f"QuestionnaireResponse?{query}")
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_a_search_by_post_keeps_its_values_out_of_the_address(ehr: Ehr) -> None:
    for _ in range(3):
        ehr.post("QuestionnaireResponse", hour_log("a"))
    answer = ehr.client.post(
        "QuestionnaireResponse/_search", data={"identifier": f"{LOG}|a", "_count": "2"}
    ).json()
    assert (answer["total"], len(answer["entry"])) == (3, 2)
    following = ehr.get(answer["link"][1]["url"]).json()
    assert [entry["resource"]["id"] for entry in following["entry"]] == ["id-3"]
    assert ehr.practice.log.reads == 2
    assert all("?" not in entry.path for entry in ehr.practice.log.entries)
