"""Whose calendar is read, from which day, and what is forgotten on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.integration.store.practice import (
    AGREEMENT,
    CEDAR,
    EHR,
    OMAR,
    RUTH,
    SEAL,
    SETTING,
    connection_of,
    settle_in,
)

from witnessmark.application.acts import Act
from witnessmark.application.calendars import calendars_to_pull
from witnessmark.application.drafts import Confirmation, confirm_draft, drafts_of
from witnessmark.application.feeds import Pull
from witnessmark.application.readings import pulls_of_staff
from witnessmark.application.staff import keep_match
from witnessmark.application.terms import AgreedTerms
from witnessmark.application.weeks import correct_week
from witnessmark.domain.actors import OPERATOR, Actor, Role
from witnessmark.domain.capabilities import Capability, Terms
from witnessmark.domain.drafts import ConfirmedLine
from witnessmark.domain.hours import Activity
from witnessmark.domain.sessions import Medium
from witnessmark.manifest.load import load_manifest
from witnessmark.ports.deliveries import StaffMatch, StoredConnection
from witnessmark.ports.host import AppointmentSeen, Booking, Feed, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.shipped import shipped
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore
from witnessmark.testing.clock import CountedIds

NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
MANIFEST = load_manifest(shipped("manifest.yaml")).value
ACT = Act(OPERATOR, NOW, MANIFEST.permission_table())
OMARS_PLACE, ANOTHER = HostRef("Practitioner/omar"), HostRef("Practitioner/another")


def agree(store: SqlStore, *words: Capability) -> None:
    terms = AgreedTerms("Invented EHR", Terms(frozenset(words), {}), {}, "")
    with store.change(CEDAR) as work:
        stored = StoredConnection(connection_of(CEDAR), "", terms.as_text(), NOW)
        work.connections.put(stored)


def match(store: SqlStore, ref: HostRef) -> None:
    with store.change(CEDAR) as work:
        keep_match(work, EHR, match=StaffMatch(OMAR, ref, "npi", "rule"), act=ACT)


def pulls(store: SqlStore) -> tuple[Pull, ...]:
    with store.change(CEDAR) as work:
        return calendars_to_pull(work, EHR, manifest=MANIFEST, act=ACT)


def pulls_anew(store: SqlStore) -> tuple[Pull, ...]:
    with store.change(CEDAR) as work:
        every = pulls_of_staff(work, EHR, manifest=MANIFEST, act=ACT)
        return tuple(one for one in every if one.feed is Feed.CALENDAR)


def take(store: SqlStore, start: datetime, pull: Pull | None = None, *, name: str = "1") -> None:
    """Pull one page with one appointment."""
    pull = pull or pulls(store)[0]
    ref = HostRef(f"Appointment/{name}")
    end = start + timedelta(minutes=50)
    seen = AppointmentSeen(ref, "1", Booking.STANDS, start, end, "", "", of_client=True)
    with store.change(CEDAR) as work:
        work.cursors.put(EHR, pull.cursor_key, "read")
        pull.take(work, Page((seen,), "read", more=False), ACT)


def proposed(store: SqlStore) -> int:
    with store.look(CEDAR) as work:
        return len(work.calendar.undecided(OMAR))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(tmp_path / "store.db", SEAL)
    settle_in(store, CEDAR)
    with store.change(CEDAR) as work:
        work.agreements.put(AGREEMENT)
    agree(store, Capability.READ_CALENDAR)
    match(store, OMARS_PLACE)
    yield store
    store.close()


def test_the_calendar_of_who_is_supervised_and_matched_is_read_four_weeks_back(
    store: SqlStore,
) -> None:
    (pull,) = pulls(store)
    assert (pull.feed, pull.person) == (Feed.CALENDAR, OMAR)
    assert pull.reading == Reading(OMARS_PLACE, date(2026, 3, 2))
    assert pull.cursor_key == "calendar/omar/Practitioner/omar"


@pytest.mark.parametrize(
    ("starts", "ends", "read"),
    [
        ("2026-03-30", None, True),
        ("2026-03-31", None, False),
        ("2026-01-01", "2026-03-02", True),
        ("2026-01-01", "2026-03-01", False),
    ],
)
def test_who_was_not_supervised_in_these_days_is_not_read(
    store: SqlStore, starts: str, ends: str | None, *, read: bool
) -> None:
    until = date.fromisoformat(ends) if ends else None
    with store.change(CEDAR) as work:
        work.agreements.put(replace(AGREEMENT, starts=date.fromisoformat(starts), ends=until))
    assert bool(pulls(store)) is read


def test_nothing_is_read_where_the_terms_leave_it_out(store: SqlStore) -> None:
    agree(store, Capability.READ_STAFF)
    assert pulls(store) == ()


def test_what_waited_too_long_is_forgotten_though_nobody_is_read_any_more(store: SqlStore) -> None:
    take(store, NOW - timedelta(days=56))
    assert proposed(store) == 1
    with store.change(CEDAR) as work:
        work.agreements.put(replace(AGREEMENT, ends=date(2026, 1, 31)))
        later = replace(ACT, at=NOW + timedelta(minutes=1))
        assert calendars_to_pull(work, EHR, manifest=MANIFEST, act=later) == ()
    assert proposed(store) == 0


def test_who_is_matched_with_somebody_else_there_begins_anew(store: SqlStore) -> None:
    take(store, NOW - timedelta(days=1))
    pulls(store)
    assert proposed(store) == 1
    match(store, OMARS_PLACE)
    assert proposed(store) == 1
    match(store, ANOTHER)
    assert proposed(store) == 0


def test_who_is_matched_back_begins_anew_again(store: SqlStore) -> None:
    take(store, NOW - timedelta(days=1))
    match(store, ANOTHER)
    take(store, NOW - timedelta(days=2))
    match(store, OMARS_PLACE)
    assert proposed(store) == 0
    (pull,) = pulls(store)
    with store.look(CEDAR) as work:
        assert work.cursors.get(EHR, pull.cursor_key) is None


def test_a_page_of_somebody_else_that_comes_after_a_new_match_is_dropped(store: SqlStore) -> None:
    (slow,) = pulls(store)
    match(store, ANOTHER)
    take(store, NOW - timedelta(days=1), slow)
    assert proposed(store) == 0


def test_a_confirmed_draft_of_which_nothing_is_logged_any_more_is_proposed_anew(
    store: SqlStore,
) -> None:
    take(store, NOW - timedelta(days=1))
    take(store, NOW - timedelta(days=3), name="2")
    omars = replace(ACT, actor=Actor(Role.SUPERVISEE, OMAR))
    with store.change(CEDAR) as work:
        zone = ZoneInfo("America/Los_Angeles")
        for one in drafts_of(work, OMAR, zone=zone, act=omars):
            happened = ConfirmedLine(
                one.lines[0].day, 50, Activity.INDIVIDUAL_THERAPY, Medium.IN_PERSON, RUTH
            )
            said = Confirmation(SETTING.id, (happened,))
            confirm_draft(work, one.draft, said=said, ids=CountedIds(), act=omars)
        (log,) = work.logs.all()
        correct_week(work, log.id, entries=log.entries[:1], act=omars)
    assert proposed(store) == 0
    (pull,) = pulls_anew(store)
    with store.look(CEDAR) as work:
        assert work.cursors.get(EHR, pull.cursor_key) is None
        assert len(work.calendar.all_of(EHR, OMAR)) == 1
    take(store, NOW - timedelta(days=1), pull)
    take(store, NOW - timedelta(days=3), pull, name="2")
    assert proposed(store) == 1
    pulls_anew(store)
    assert proposed(store) == 1
