"""What became of our copies: compared without a write, followed, or told as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import answer, bundle, played, stored
from tests.unit.fhir_r4.strategies import X
from tests.unit.fhir_r4.test_delivery import BODY, HOW, KNOWN_AS, LOG, RECORDS, REF, adapter
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    ConflictError,
    GoneError,
    LockedError,
    MovedError,
    RefusedError,
    TwiceError,
)
from witnessmark.ports.host import Feed, OurCopyChanged
from witnessmark.ports.records import RecordKey
from witnessmark.testing import changed
from witnessmark_adapters.fhir_r4.feeds import SOURCES
from witnessmark_adapters.fhir_r4.mapping import appointment
from witnessmark_adapters.fhir_r4.outcomes import check

ELSEWHERE = "QuestionnaireResponse/merged"
SEARCH = f"GET QuestionnaireResponse?{KNOWN_AS}"
THEIRS: dict[str, Any] = {**stored(BODY, REF, "6"), "status": "stopped"}


def left() -> Any:
    return played(answer(201, stored(BODY, REF))).run(adapter().put(LOG, HOW, None))


def test_what_stands_as_it_was_left_costs_one_read() -> None:
    host = played(answer(200, stored(BODY, REF, "7")))
    (part,) = host.run(adapter().compare(LOG, HOW, left()))
    assert host.lines == [f"GET {REF}"]
    assert part.version == "7"


def test_what_stands_as_we_want_it_by_now_is_no_conflict_and_is_not_written() -> None:
    newer = changed(LOG)
    body = played(answer(200, stored(BODY, REF)), answer(200, stored(BODY, REF)))
    body.run(adapter().put(newer, HOW, left()))
    host = played(answer(200, stored(body.sent(), REF, "8")))
    (part,) = host.run(adapter().compare(newer, HOW, left()))
    assert (host.lines, part.version) == ([f"GET {REF}"], "8")


def test_a_difference_is_told_by_the_names_of_elements() -> None:
    with pytest.raises(ConflictError) as caught:
        played(answer(200, THEIRS)).run(adapter().compare(LOG, HOW, left()))
    assert caught.value.differs == ("status",)


def test_one_that_is_gone_is_looked_for_before_that_is_said() -> None:
    host = played(answer(410), answer(200, bundle()))
    with pytest.raises(GoneError):
        host.run(adapter().compare(LOG, HOW, left()))
    assert host.lines == [f"GET {REF}", SEARCH]


@pytest.mark.parametrize("operation", ["put", "compare"])
def test_one_that_only_moved_is_followed(operation: str) -> None:
    host = played(answer(404), answer(200, bundle(stored(BODY, ELSEWHERE))))
    (part,) = host.run(getattr(adapter(), operation)(LOG, HOW, left()))
    assert part.host_ref == ELSEWHERE


def test_one_that_moved_is_written_where_it_stands_now() -> None:
    there = bundle(stored(BODY, ELSEWHERE, "3"))
    host = played(answer(404), answer(200, there), answer(200, stored(BODY, ELSEWHERE, "4")))
    host.run(adapter().put(changed(LOG), HOW, left()))
    assert host.lines[-1] == f"PUT {ELSEWHERE}"
    assert host.asked[-1].headers["if-match"] == 'W/"3"'


def test_one_that_moved_and_differs_is_a_conflict_that_says_where_it_is() -> None:
    there = bundle({**stored(BODY, ELSEWHERE), "status": "stopped"})
    with pytest.raises(MovedError) as caught:
        played(answer(404), answer(200, there)).run(adapter().compare(LOG, HOW, left()))
    assert (caught.value.host_ref, caught.value.differs) == (ELSEWHERE, ("status",))


def test_an_answer_with_another_resource_is_a_move_and_not_ours_a_difference() -> None:
    host = played(answer(200, stored(BODY, ELSEWHERE)))
    (part,) = host.run(adapter().compare(LOG, HOW, left()))
    assert part.host_ref == ELSEWHERE
    foreign = {**stored(BODY, ELSEWHERE), "identifier": {"value": "theirs"}}
    with pytest.raises(MovedError) as caught:
        played(answer(200, foreign)).run(adapter().compare(LOG, HOW, left()))
    assert "log" in caught.value.differs


def test_two_that_carry_our_identifier_are_told_apart_from_every_other_refusal() -> None:
    two = bundle(stored(BODY, REF), stored(BODY, ELSEWHERE))
    with pytest.raises(TwiceError):
        played(answer(200, two)).run(adapter().find(LOG, HOW))


LOCK = {"resourceType": "OperationOutcome", "issue": [{"code": "lock-error"}]}
OTHER = {"resourceType": "OperationOutcome", "issue": [{"code": "conflict"}]}


@pytest.mark.parametrize(
    ("status", "body", "locked"),
    [
        (423, OTHER, True),
        (423, None, True),
        (409, LOCK, True),
        (403, LOCK, True),
        (412, LOCK, True),
        (409, OTHER, False),
        (403, OTHER, False),
        (422, LOCK, False),
    ],
)
def test_a_lock_is_told_by_its_status_or_by_its_issue(
    status: int, body: dict[str, object] | None, *, locked: bool
) -> None:
    with pytest.raises(LockedError if locked else RefusedError):
        check(answer(status, body), "Appointment")


def test_a_locked_update_is_not_tried_again_and_says_against_what_it_is() -> None:
    receipt = left()
    host = played(answer(200, stored(BODY, REF, "5")), answer(423))
    with pytest.raises(LockedError) as caught:
        host.run(adapter().put(changed(LOG), HOW, receipt))
    assert caught.value.expected == caught.value.found == receipt[0].digest
    assert host.lines == [f"GET {REF}", f"PUT {REF}"]


def test_the_inventory_reads_every_copy_from_the_first_on() -> None:
    booked = appointment.write(appointment.part_of(RECORDS.session()), x=X)
    pages = {"Appointment": bundle(stored(booked, "Appointment/a1"))}
    kinds = [source.kind for source in SOURCES[Feed.INVENTORY]]
    host = played(*(answer(200, pages.get(kind, bundle())) for kind in kinds))
    page = host.run(adapter(profile="medplum").changes(Feed.INVENTORY, None))
    assert not page.more
    (seen,) = page.changes
    assert isinstance(seen, OurCopyChanged)
    assert seen.key == RecordKey(ObjectKind.SESSION, "s-1")
    assert "_lastUpdated=" not in host.asked[0].url
    assert "identifier=https" in host.asked[0].url
    assert set(json.loads(page.cursor)) == set(kinds)
