"""What is in doubt is looked at, never written over, and said of as it is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.integration.store.practice import CEDAR, EHR
from tests.integration.sync.bench import Bench, OddHost, receipt

from witnessmark.application.acts import Act
from witnessmark.application.pulling import doubt
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    ConflictError,
    GoneError,
    HostError,
    LockedError,
    MovedError,
    TryLaterError,
    TwiceError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Trouble
from witnessmark.ports.records import HostRef, Receipt, Record, RecordKey

OPEN, DONE, ASKED = DeliveryState.OPEN, DeliveryState.DONE, DeliveryState.CONFLICT
KEY = RecordKey(ObjectKind.SESSION, "s00")


@pytest.fixture
def left(bench: Bench) -> Bench:
    """One record that was delivered."""
    bench.owe(1)
    bench.run(OddHost(receipt))
    return bench


def put_in_doubt(bench: Bench, *, twice: bool = False) -> None:
    with bench.store.change(CEDAR) as work:
        row = work.deliveries.get(EHR, KEY)
        assert row is not None
        act = Act(OPERATOR, bench.clock.instant, {})
        doubt(work, row, "it was changed there", act=act, twice=twice)


def look(
    bench: Bench, error: HostError | None = None, found: Receipt | None = None
) -> tuple[Delivery, OddHost]:
    def compares(_record: Record, known: Receipt) -> Receipt:
        if error is not None:
            raise error
        return known if found is None else found

    host = OddHost(receipt, compares)
    put_in_doubt(bench)
    bench.run(host)
    return bench.rows()["s00"], host


def actions(bench: Bench) -> list[str]:
    with bench.store.look(CEDAR) as work:
        return [entry.action for entry in work.audit.of(str(KEY))]


def test_what_stands_as_it_was_left_is_said_to_and_nothing_is_written(left: Bench) -> None:
    row, host = look(left)
    assert (row.state, row.trouble, host.asked, host.looked_at) == (DONE, Trouble.NONE, [], ["s00"])
    assert actions(left)[-2:] == ["host_changed", "host_agrees"]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ConflictError("x", expected="d", found="e", differs=("status",)), Trouble.CHANGED),
        (GoneError("x", expected="d"), Trouble.GONE),
        (MovedError("x", expected="d", found="e", host_ref="there/9"), Trouble.MOVED),
        (LockedError("x", expected="d", found="d"), Trouble.LOCKED),
    ],
)
def test_what_is_found_otherwise_is_a_question_that_keeps_what_it_is_about(
    left: Bench, error: ConflictError, trouble: Trouble
) -> None:
    row, _ = look(left, error)
    assert (row.state, row.trouble, row.differs) == (ASKED, trouble, error.differs)


def test_a_copy_that_only_moved_is_followed_and_written_down(left: Bench) -> None:
    with left.store.look(CEDAR) as work:
        (part,) = work.receipts.of(EHR, [KEY])[str(KEY)]
    row, _ = look(left, found=(replace(part, host_ref=HostRef("there/elsewhere")),))
    assert row.state is DONE
    with left.store.look(CEDAR) as work:
        assert work.receipts.of(EHR, [KEY])[str(KEY)][0].host_ref == "there/elsewhere"
        moved = [one for one in work.audit.of(str(KEY)) if one.action == "host_moved"]
    assert [one.detail["former"] for one in moved] == ["there/s00"]


def test_a_look_that_fails_stays_a_look(left: Bench) -> None:
    row, _ = look(left, TryLaterError("away"))
    assert (row.state, row.trouble) == (OPEN, Trouble.DOUBTED)
    left.clock.advance(seconds=60)
    host = OddHost(receipt)
    left.run(host)
    assert (left.rows()["s00"].state, host.asked) == (DONE, [])


def test_a_second_copy_with_our_identifier_is_a_question(left: Bench) -> None:
    def finds(_record: Record) -> Receipt:
        raise TwiceError("there are two")

    put_in_doubt(left, twice=True)
    left.run(OddHost(receipt, finds=finds))
    row = left.rows()["s00"]
    assert (row.state, row.trouble) == (ASKED, Trouble.TWICE)


def test_by_the_policy_ours_is_written_again_in_the_same_pass(left: Bench) -> None:
    left.policy = OnConflict.OURS
    row, host = look(left, ConflictError("x", expected="d", found="e"))
    assert (row.state, host.asked) == (DONE, ["s00"])


def test_a_host_that_writes_back_is_written_over_three_times_and_then_asked_about(
    left: Bench,
) -> None:
    left.policy = OnConflict.OURS
    changed_back = ConflictError("x", expected="d", found="e")
    ends = [look(left, changed_back) for _ in range(4)]
    assert [(row.state, len(host.asked)) for row, host in ends] == [(DONE, 1)] * 3 + [(ASKED, 0)]


def test_what_stands_as_we_left_it_ends_the_count_of_what_was_written_over(left: Bench) -> None:
    left.policy = OnConflict.OURS
    changed_back = ConflictError("x", expected="d", found="e")
    for _round in range(2):
        for _ in range(3):
            assert look(left, changed_back)[0].state is DONE
        assert look(left)[0].state is DONE


def test_by_the_policy_what_is_gone_stays_gone_and_is_asked_about_no_more(left: Bench) -> None:
    left.policy = OnConflict.THEIRS
    row, host = look(left, GoneError("x", expected="d"))
    assert (row.state, row.trouble, host.asked) == (DONE, Trouble.GONE, [])
