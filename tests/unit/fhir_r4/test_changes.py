"""Reading what changed: overlap, paging that leads on, and a cursor on the host's own clock."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.fhir_r4.scripted import BASE, Played, answer, bundle, played
from tests.unit.fhir_r4.strategies import STAFF, X
from tests.unit.fhir_r4.test_delivery import BODY, adapter
from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability
from witnessmark.errors import UnreadableAnswerError
from witnessmark.ports.host import Feed, OurCopyChanged, Page
from witnessmark.ports.records import HostRef
from witnessmark.testing import Records
from witnessmark.wire import Response
from witnessmark_adapters.fhir_r4.changes import PAGES_AT_ONCE
from witnessmark_adapters.fhir_r4.mapping import week_log


def member(number: int, at: str, version: str = "1") -> dict[str, Any]:
    meta = {"versionId": version, "lastUpdated": at}
    return {"resourceType": "Practitioner", "id": f"p{number}", "meta": meta}


def pull(host: Played, cursor: str | None = None, profile: str = "generic") -> Page:
    return host.run(adapter(profile=profile).changes(Feed.STAFF, cursor))


def query(host: Played, index: int = -1) -> dict[str, list[str]]:
    return parse_qs(urlsplit(host.asked[index].url).query)


def marked(start: str, newest: str = "", seen: str = "") -> str:
    return json.dumps({"Practitioner": [start, newest, seen]})


EARLIER = "2026-11-02T09:55:00.000Z"
TEN = "2026-11-02T10:00:00.000Z"


def test_the_first_pull_reads_everything_in_order_of_change() -> None:
    host = played(answer(200, bundle(member(1, TEN))))
    page = pull(host)
    assert query(host) == {"_count": ["100"], "_sort": ["_lastUpdated"]}
    assert not page.more
    assert page.cursor == marked(EARLIER, TEN)


def test_the_next_pull_looks_back_over_the_overlap_and_never_further() -> None:
    host = played(answer(200, bundle(member(1, TEN))))
    page = pull(host, marked(EARLIER, TEN))
    assert query(host)["_lastUpdated"] == [f"ge{EARLIER}"]
    assert page.cursor == marked(EARLIER, TEN)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-11-02T10:04:59Z", EARLIER),
        ("2026-11-02T10:05:00Z", "2026-11-02T10:00:00.001Z"),
    ],
)
def test_once_the_overlap_has_passed_by_the_hosts_clock_all_of_it_is_left_behind(
    now: str, start: str
) -> None:
    host = played(answer(200, bundle(member(1, TEN), at=now)))
    assert pull(host, marked(EARLIER, TEN, TEN)).cursor == marked(start, TEN, TEN)


def test_the_date_header_is_the_hosts_clock_where_a_bundle_bears_no_time() -> None:
    first = played(answer(200, bundle(member(1, TEN)), date="Sun, 01 Nov 2026 00:00:00 GMT"))
    cursor = pull(first).cursor
    assert cursor == marked(EARLIER, TEN, "2026-11-01T00:00:00.000Z")
    # A clock that is wrong by a day still tells that an hour has passed.
    idle = played(answer(200, bundle(), date="Sun, 01 Nov 2026 01:00:00 GMT"))
    assert query_start(pull(idle, cursor)) == "2026-11-02T10:00:00.001Z"


def query_start(page: Page) -> str:
    return str(json.loads(page.cursor)["Practitioner"][0])


def test_next_links_are_followed_and_repeats_within_the_walk_dropped() -> None:
    at = "2026-11-02T10:00:00Z"
    host = played(
        answer(200, bundle(member(1, at), member(2, at), following="Practitioner?page=2")),
        answer(200, bundle(member(2, at), member(2, at, version="2"))),
    )
    page = pull(host)
    assert host.lines[1] == "GET Practitioner?page=2"
    assert [change.host_ref for change in page.changes] == [
        "Practitioner/p1",
        "Practitioner/p2",
        "Practitioner/p2",
    ]


def test_a_long_walk_hands_over_and_goes_on_from_the_last_instant() -> None:
    pages = [
        answer(200, bundle(member(n, f"2026-11-02T10:{n:02}:00Z"), following=f"{BASE}/next{n}"))
        for n in range(PAGES_AT_ONCE)
    ]
    page = pull(played(*pages))
    assert page.more
    assert query_start(page) == "2026-11-02T10:09:00.000Z"


def test_many_resources_of_one_instant_do_not_stall_the_walk() -> None:
    at = "2026-11-02T10:00:00Z"
    pages = [
        answer(200, bundle(member(n, at), following=f"{BASE}/next{n}"))
        for n in range(PAGES_AT_ONCE + 3)
    ]
    page = pull(played(*pages, answer(200, bundle(member(99, at)))), marked(at))
    assert not page.more
    assert len(page.changes) == PAGES_AT_ONCE + 4


def long_walk(date: str) -> list[Response]:
    return [
        answer(
            200,
            bundle(member(n, f"2026-11-02T09:56:{n:02}Z"), following=f"{BASE}/next{n}"),
            date=date,
        )
        for n in range(PAGES_AT_ONCE)
    ]


def test_a_reading_of_several_walks_is_left_behind_like_a_short_one() -> None:
    cursor = None
    for date in ("Mon, 02 Nov 2026 10:01:00 GMT", "Mon, 02 Nov 2026 10:06:00 GMT"):
        cursor = pull(played(*long_walk(date)), cursor).cursor
        cursor = pull(played(answer(200, bundle(member(99, TEN)), date=date)), cursor).cursor
    assert cursor == marked("2026-11-02T10:00:00.001Z", TEN, "2026-11-02T10:01:00.000Z")


def test_the_overlap_is_measured_from_the_first_walk_of_a_reading() -> None:
    cursor = marked(EARLIER, TEN, "2026-11-02T10:01:00.000Z")
    cursor = pull(played(*long_walk("Mon, 02 Nov 2026 10:05:59 GMT")), cursor).cursor
    last = answer(200, bundle(member(99, TEN)), date="Mon, 02 Nov 2026 10:06:01 GMT")
    assert query_start(pull(played(last), cursor)) == EARLIER


COPIES = (
    *("Appointment", "QuestionnaireResponse", "Practitioner", "Provenance", "DocumentReference"),
    *("PractitionerRole", "VerificationResult", "Task"),
)
BEGUN = json.dumps({one: ["", "", ""] for one in COPIES})
"""The cursor over copies where nothing stood when they were first looked at."""
QUIET = [answer(200, bundle())] * len(COPIES)
"""What a host says that has no news of any of them."""


def booked(number: int, at: str) -> dict[str, Any]:
    return {"resourceType": "Appointment", "id": f"a{number}", "meta": {"lastUpdated": at}}


def test_copies_are_read_from_the_hosts_present_on_and_its_past_is_not() -> None:
    newest = answer(200, bundle(booked(9, TEN), following=f"{BASE}/older", at=TEN))
    host = played(newest, *QUIET[1:])
    page = host.run(adapter().changes(Feed.OUR_COPIES, None))
    assert query(host, 0) == {"_count": ["1"], "_sort": ["-_lastUpdated"]}
    assert [line.partition("?")[0] for line in host.lines] == [f"GET {one}" for one in COPIES]
    assert not page.more
    assert json.loads(page.cursor)["Appointment"] == [EARLIER, TEN, TEN]
    # What comes where nothing stood is new, whatever the host's clock says of it.
    then = played(*QUIET)
    then.run(adapter().changes(Feed.OUR_COPIES, page.cursor))
    assert query(then, 0)["_lastUpdated"] == [f"ge{EARLIER}"]
    assert query(then, 1) == {"_count": ["100"], "_sort": ["_lastUpdated"]}


def test_a_type_that_is_agreed_later_begins_then() -> None:
    cursor = json.dumps({one: [EARLIER, TEN, TEN] for one in COPIES[1:]})
    host = played(*QUIET)
    host.run(adapter().changes(Feed.OUR_COPIES, cursor))
    assert [query(host, n)["_count"] for n in range(3)] == [["1"], ["100"], ["100"]]


def test_a_host_that_sorts_the_other_way_is_read_from_further_back() -> None:
    oldest = answer(200, bundle(booked(1, "2019-01-01T00:05:00Z"), following=f"{BASE}/next"))
    page = played(oldest, *QUIET[1:]).run(adapter().changes(Feed.OUR_COPIES, None))
    assert json.loads(page.cursor)["Appointment"][0] == "2019-01-01T00:00:00.000Z"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "soon"])
def test_a_time_that_says_unknown_moves_no_cursor(at: str) -> None:
    assert pull(played(answer(200, bundle(member(1, at))))).cursor == marked("")


def test_a_type_read_to_its_end_is_not_read_again_while_another_goes_on() -> None:
    sessions = [
        answer(200, bundle(booked(n, f"2026-11-02T10:{n:02}:00Z"), following=f"{BASE}/next{n}"))
        for n in range(PAGES_AT_ONCE)
    ]
    rest = QUIET[1:]
    first = played(*sessions, *rest).run(adapter().changes(Feed.OUR_COPIES, BEGUN))
    assert first.more
    second = played(QUIET[0])
    assert not second.run(adapter().changes(Feed.OUR_COPIES, first.cursor)).more
    assert second.lines[0].startswith("GET Appointment?")


def test_a_host_that_does_not_sort_is_read_to_the_end_before_the_cursor_moves() -> None:
    days = [20, *range(1, PAGES_AT_ONCE + 1)]
    pages = [
        answer(200, bundle(member(n, f"2026-11-{n:02}T10:00:00Z"), following=f"{BASE}/next{n}"))
        for n in days
    ]
    page = pull(played(*pages, answer(200, bundle())))
    assert not page.more
    assert len(page.changes) == PAGES_AT_ONCE + 1


def test_a_next_link_that_leads_back_is_refused() -> None:
    ring = bundle(member(1, "2026-11-02T10:00:00Z"), following="Practitioner?page=2")
    with pytest.raises(UnreadableAnswerError, match="never end"):
        pull(played(answer(200, ring), answer(200, ring)))


def test_a_next_link_to_another_origin_is_not_followed() -> None:
    away = bundle(following="https://elsewhere.invalid/fhir/Practitioner?page=2")
    with pytest.raises(UnreadableAnswerError, match="lead elsewhere"):
        pull(played(answer(200, away)))


def test_what_is_not_ours_is_dropped_unread() -> None:
    client = {
        "resourceType": "Appointment",
        "id": "visit",
        "participant": [{"actor": {"reference": "Patient/canary"}}],
    }
    ours = {**BODY, "id": "q1", "meta": {"versionId": "4"}}
    forms_of_others = {"resourceType": "QuestionnaireResponse", "id": "phq9"}
    host = played(
        answer(200, bundle(client)), answer(200, bundle(forms_of_others, ours)), *QUIET[2:]
    )
    page = host.run(adapter().changes(Feed.OUR_COPIES, BEGUN))
    part = week_log.part_of(Records(STAFF, "1").log(), x=X)
    assert page.changes == (OurCopyChanged(HostRef("QuestionnaireResponse/q1"), "4", digest(part)),)


def test_where_the_host_can_only_what_is_ours_is_asked_for() -> None:
    host = played(*QUIET)
    host.run(adapter(profile="medplum").changes(Feed.OUR_COPIES, None))
    base = X.canonical
    asked = [
        [value for name in ("identifier", "_tag") for value in query(host, n).get(name, [])]
        for n in range(len(COPIES))
    ]
    assert asked == [
        [f"{base}/session|"],
        [f"{base}/session|,{base}/hour-log|"],
        [],
        [f"{base}/record|"],
        [f"{base}/attestation|"],
        [f"{base}/agreement|"],
        [f"{base}/record|"],
        [f"{base}/request|"],
    ]


def test_clients_documents_and_tasks_are_never_asked_for_but_ours_by_code() -> None:
    host = played(*QUIET)
    host.run(adapter().changes(Feed.OUR_COPIES, BEGUN))
    codes = f"{X.canonical}/CodeSystem/supervision"
    # Of the largest scans five still fit into one answer: 5 x 2 MiB, in base64, of 16 MiB.
    assert query(host, COPIES.index("DocumentReference"))["_count"] == ["5"]
    assert query(host, COPIES.index("DocumentReference"))["category"] == [
        f"{codes}|attestation-scan"
    ]
    assert query(host, COPIES.index("Task"))["code"] == [f"{codes}|cosign-note,{codes}|attest-week"]


def test_without_lastupdated_staff_are_read_whole_and_copies_not_at_all() -> None:
    blind = adapter(Capability.SEE_CHANGES)
    host = played(answer(200, bundle(member(1, "2026-11-02T10:00:00Z"))))
    page = host.run(blind.changes(Feed.STAFF, None))
    assert query(host) == {"_count": ["100"]}
    assert (len(page.changes), page.more) == (1, False)
    assert played().run(blind.changes(Feed.OUR_COPIES, page.cursor)).changes == ()


def test_without_lastupdated_a_long_staff_list_is_read_to_its_end_at_once() -> None:
    host = played(*long_walk("Mon, 02 Nov 2026 10:01:00 GMT"), answer(200, bundle()))
    page = host.run(adapter(Capability.SEE_CHANGES).changes(Feed.STAFF, None))
    assert (len(page.changes), page.more) == (PAGES_AT_ONCE, False)


def test_a_type_the_host_does_not_hold_is_not_asked_for() -> None:
    host = played(*QUIET[1:])
    host.run(adapter(Capability.HOLD_ATTESTATIONS).changes(Feed.OUR_COPIES, None))
    assert not any("Provenance" in line for line in host.lines)
