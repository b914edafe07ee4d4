"""A sweep over a real store: what it resumes, what it doubts, and when it is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest
from tests.integration.store.practice import CEDAR, EHR, RUTH
from tests.integration.sync.bench import Bench, NoWire, OddHost, receipt

from witnessmark.application.acts import Act
from witnessmark.application.sweeping import count_from
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    NotLetInError,
    RefusedError,
    TryLaterError,
    UnreadableAnswerError,
    WitnessmarkError,
)
from witnessmark.ports.deliveries import DeliveryState, Settled, StaffMatch, Trouble
from witnessmark.ports.host import (
    Change,
    Feed,
    HostAdapter,
    OurCopyChanged,
    Page,
    Reading,
    StaffSeen,
)
from witnessmark.ports.records import HostRef, RecordKey
from witnessmark.sync.reading import Reader
from witnessmark.sync.sweep import sweep_when_due
from witnessmark.sync.tally import Tally
from witnessmark.wire import Call

SESSIONS = frozenset({ObjectKind.SESSION})
STAFF = StaffSeen(HostRef("there/ruth"), "1000000004", (), "Ruth")


@dataclass
class Shelves:
    """A host that shows its copies two a page, and breaks off where a test says."""

    copies: Sequence[str]
    staff: Sequence[Change] = (STAFF,)
    breaks_at: int | None = None
    breaks: WitnessmarkError = field(default_factory=lambda: TryLaterError("away"))
    staff_goes_on: bool = False
    """There is a second page of the staff list, and it is refused."""
    asked: list[str | None] = field(default_factory=list)

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        yield from ()
        if feed is Feed.STAFF:
            if cursor is not None:
                raise RefusedError("403: not this page")
            return Page(tuple(self.staff), "all", more=self.staff_goes_on)
        self.asked.append(cursor)
        at = int(cursor or "0")
        if at == self.breaks_at:
            raise self.breaks
        seen = tuple(
            OurCopyChanged(HostRef(f"there/{name}"), "1", "d") for name in self.copies[at : at + 2]
        )
        return Page(seen, str(at + 2), more=at + 2 < len(self.copies))


def sweep(
    bench: Bench, shelves: Shelves, *, is_asked: bool = True, tally: Tally | None = None
) -> bool:
    plain = bench.deliverer(OddHost(receipt))
    reader = Reader(
        plain.context,
        NoWire(),
        plain.connection,
        cast("HostAdapter", shelves),
        lambda: Act(OPERATOR, bench.clock.instant, {}),
        tally or Tally(),
    )
    return asyncio.run(sweep_when_due(reader, kinds=SESSIONS, is_asked=is_asked))


@pytest.fixture
def left(bench: Bench) -> Bench:
    """Five records that were delivered: s00 to s04."""
    bench.owe(5)
    bench.run(OddHost(receipt))
    return bench


def doubted(bench: Bench) -> set[str]:
    return {name for name, row in bench.rows().items() if row.trouble is Trouble.DOUBTED}


ALL = [f"s{n:02}" for n in range(5)]


def test_what_no_page_shows_is_looked_at_and_nothing_else(left: Bench) -> None:
    assert sweep(left, Shelves([one for one in ALL if one != "s03"]))
    assert doubted(left) == {"s03"}


def test_a_sweep_that_broke_off_goes_on_where_it_was_and_forgets_nothing(left: Bench) -> None:
    with pytest.raises(TryLaterError):
        sweep(left, Shelves(ALL, breaks_at=2))
    assert doubted(left) == set()
    resumed = Shelves(ALL)
    assert sweep(left, resumed, is_asked=False)
    assert resumed.asked == ["2", "4"]
    assert doubted(left) == set()


def test_what_cannot_be_read_is_said_and_counts_nothing_as_missing(left: Bench) -> None:
    tally = Tally()
    unreadable = Shelves(ALL, breaks_at=2, breaks=UnreadableAnswerError("no page"))
    assert sweep(left, unreadable, tally=tally)
    assert doubted(left) == set()
    assert [(one.connection, one.operation) for one in tally.unread] == [
        (EHR, "read changes: inventory")
    ]
    # It is over all the same: the next one is due in a day, and begins anew.
    assert not sweep(left, Shelves([]), is_asked=False)
    again = Shelves(ALL)
    assert sweep(left, again)
    assert again.asked == [None, "2", "4"]


def test_a_staff_list_that_cannot_be_read_says_of_nobody_that_they_left(left: Bench) -> None:
    with left.store.change(CEDAR) as work:
        work.staff.see(EHR, [STAFF, StaffSeen(HostRef("there/another"), None, (), "X")])
    tally = Tally()
    assert sweep(left, Shelves(ALL[1:], staff_goes_on=True), tally=tally)
    with left.store.look(CEDAR) as work:
        assert len(work.staff.seen(EHR)) == 2
    assert doubted(left) == {"s00"}
    assert [one.operation for one in tally.unread] == ["read changes: staff"]


def test_who_is_not_let_in_at_all_sweeps_nothing(left: Bench) -> None:
    with pytest.raises(NotLetInError):
        sweep(left, Shelves(ALL, breaks_at=2, breaks=NotLetInError("401")))


def test_the_next_sweep_counts_anew_what_was_seen(left: Bench) -> None:
    sweep(left, Shelves(ALL))
    sweep(left, Shelves(ALL[1:]))
    assert doubted(left) == {"s00"}


def test_it_is_due_once_a_day_and_a_clock_set_back_only_makes_it_later(left: Bench) -> None:
    with left.store.change(CEDAR) as work:
        count_from(work, EHR, now=left.clock.instant)
    begun = left.clock.instant
    for hours, is_due in ((0, False), (23.9, False), (24, True), (-24, False), (47.9, False)):
        left.clock.instant = begun + timedelta(hours=hours)
        assert sweep(left, Shelves(ALL), is_asked=False) is is_due
    left.clock.instant = begun + timedelta(hours=48)
    assert sweep(left, Shelves(ALL), is_asked=False)


def test_a_kind_that_is_no_longer_sent_is_not_looked_for(left: Bench) -> None:
    plain = left.deliverer(OddHost(receipt))
    reader = Reader(
        plain.context,
        NoWire(),
        plain.connection,
        cast("HostAdapter", Shelves([])),
        lambda: Act(OPERATOR, left.clock.instant, {}),
        Tally(),
    )
    assert asyncio.run(sweep_when_due(reader, kinds=frozenset(), is_asked=True))
    assert doubted(left) == set()


def test_what_is_done_without_a_receipt_is_owed_again_unless_that_was_decided(left: Bench) -> None:
    with left.store.change(CEDAR) as work:
        for name, trouble in (("s01", Trouble.NONE), ("s02", Trouble.GONE)):
            row = work.deliveries.get(EHR, RecordKey(ObjectKind.SESSION, name))
            assert row is not None
            lost = Settled(DeliveryState.DONE, receipt=(), trouble=trouble)
            work.deliveries.resolve(row, lost, now=left.clock.instant)
    sweep(left, Shelves(ALL))
    states = {name: row.state for name, row in left.rows().items()}
    assert states["s01"] is DeliveryState.OPEN
    assert states["s02"] is DeliveryState.DONE


@pytest.mark.parametrize(
    ("staff", "known"), [((), 1), ((StaffSeen(HostRef("x"), None, (), "X"),), 1)]
)
def test_staff_are_forgotten_only_by_a_list_that_holds_somebody_and_matches_never(
    left: Bench, staff: Sequence[Change], known: int
) -> None:
    with left.store.change(CEDAR) as work:
        work.staff.see(EHR, [STAFF])
        work.staff.match(EHR, StaffMatch(RUTH, STAFF.host_ref, "npi", "rule"))
    sweep(left, Shelves(ALL, staff=staff))
    with left.store.look(CEDAR) as work:
        assert len(work.staff.seen(EHR)) == known
        assert work.staff.matches(EHR)[RUTH].host_ref == STAFF.host_ref
        told = [entry.action for entry in work.audit.of("staff/ruth")]
    assert told == (["staff_vanished"] if staff else [])
