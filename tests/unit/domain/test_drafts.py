"""Drafts from a calendar: what overlaps is one, and minutes are those that really pass."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.practice import OTHER_SUPERVISOR, SETTING, SUPERVISEE, SUPERVISOR
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.drafts import Draft, DraftLine, Place, Visit, drafts_from, place_of
from witnessmark.domain.ids import AgreementId, SettingId
from witnessmark.domain.settings import Setting

ZONE = SETTING.zone
NOON = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)
"""Monday noon in Los Angeles."""
EASTERN = Setting(SettingId("eastern"), "Eastern Practice", "America/New_York")


def visit(mark: str, start: str, end: str) -> Visit:
    """Read two times as the clocks of Los Angeles show them, or with an offset of their own."""
    times = (datetime.fromisoformat(each) for each in (start, end))
    first, last = (
        (one if one.tzinfo else one.replace(tzinfo=ZONE)).astimezone(UTC) for one in times
    )
    return Visit(mark, first, last)


def only(*visits: Visit) -> Draft:
    (draft,) = drafts_from(visits)
    return draft


def minutes_of(*visits: Visit) -> list[int]:
    return [draft.minutes for draft in drafts_from(visits)]


def test_a_group_of_eight_is_one_draft_of_its_own_length() -> None:
    group = [visit(f"g{n}", "2026-11-16 09:00", "2026-11-16 10:30") for n in range(8)]
    draft = only(*group)
    assert (draft.minutes, len(draft.visits)) == (90, 8)
    assert all(draft.is_covered_by(one) for one in group)


def test_what_overlaps_in_part_is_one_and_no_visit_alone_covers_it() -> None:
    early = visit("a", "2026-11-17 15:00", "2026-11-17 16:00")
    late = visit("b", "2026-11-17 15:30", "2026-11-17 16:30")
    draft = only(late, early)
    assert draft.minutes == 90
    assert not any(map(draft.is_covered_by, (early, late)))


def test_what_merely_touches_stays_apart() -> None:
    first = visit("a", "2026-11-18 10:00", "2026-11-18 10:50")
    second = visit("b", "2026-11-18 10:50", "2026-11-18 11:40")
    assert minutes_of(first, second) == [50, 50]


def test_a_visit_without_time_or_that_ends_before_it_starts_is_none() -> None:
    empty = visit("a", "2026-11-18 10:00", "2026-11-18 10:00")
    backwards = visit("b", "2026-11-18 10:50", "2026-11-18 10:00")
    assert drafts_from([empty, backwards]) == ()


def test_what_is_shorter_than_a_minute_is_none() -> None:
    brief = visit("a", "2026-11-18 10:00:00", "2026-11-18 10:00:59")
    assert drafts_from([brief]) == ()
    assert minutes_of(brief, visit("b", "2026-11-18 10:00:30", "2026-11-18 10:01:00")) == [1]


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        ("2026-11-18 23:30", "2026-11-19 00:45", [("2026-11-18", 30), ("2026-11-19", 45)]),
        # The clock goes back at 2:00: 0:30 to 2:30 are three hours.
        ("2026-11-01 00:30", "2026-11-01 02:30", [("2026-11-01", 180)]),
        # 1:15 to 1:45, once before and once after it went back: half an hour, and an hour and half.
        ("2026-11-01T01:15-07:00", "2026-11-01T01:45-07:00", [("2026-11-01", 30)]),
        ("2026-11-01T01:15-07:00", "2026-11-01T01:45-08:00", [("2026-11-01", 90)]),
        # The clock leaps from 2:00 to 3:00: 1:30 to 3:30 are one hour.
        ("2026-03-08 01:30", "2026-03-08 03:30", [("2026-03-08", 60)]),
        # A whole day of 25 hours with an hour on either side.
        (
            "2026-10-31 23:00",
            "2026-11-02 01:00",
            [("2026-10-31", 60), ("2026-11-01", 1500), ("2026-11-02", 60)],
        ),
        # Seconds: 59 and a half minutes, 29:40 before midnight; no minute is lost or made.
        ("2026-11-18 23:30:20", "2026-11-19 00:29:50", [("2026-11-18", 29), ("2026-11-19", 30)]),
        ("2026-11-18 23:30", "2026-11-19 00:00", [("2026-11-18", 30)]),
        ("2026-11-18 23:30", "2026-11-19 00:00:30", [("2026-11-18", 30)]),
    ],
)
def test_minutes_are_those_that_really_pass_and_each_day_has_its_own(
    start: str, end: str, lines: list[tuple[str, int]]
) -> None:
    expected = tuple(DraftLine(date.fromisoformat(day), minutes) for day, minutes in lines)
    assert only(visit("a", start, end)).lines_in(ZONE) == expected


def test_the_same_draft_has_other_days_where_other_clocks_hold() -> None:
    late = only(visit("a", "2026-11-18 20:30", "2026-11-18 21:30"))
    assert late.lines_in(ZONE) == (DraftLine(date(2026, 11, 18), 60),)
    assert late.lines_in(EASTERN.zone) == (
        DraftLine(date(2026, 11, 18), 30),
        DraftLine(date(2026, 11, 19), 30),
    )


VISITS = st.lists(
    st.tuples(st.integers(0, 2880), st.integers(-30, 200), st.integers(0, 6)).map(
        lambda drawn: Visit(
            f"v{drawn}",
            NOON + timedelta(minutes=drawn[0]),
            NOON + timedelta(minutes=drawn[0] + drawn[1]),
        )
    ),
    max_size=20,
)


@given(VISITS, st.randoms())
def test_neither_order_nor_repetition_changes_a_draft(visits: list[Visit], luck: Random) -> None:
    drafts = drafts_from(visits)
    again = [*visits, *visits[: len(visits) // 2]]
    luck.shuffle(again)
    assert drafts_from(again) == drafts
    assert [one.id for one in drafts_from(again)] == [one.id for one in drafts]


@given(VISITS)
def test_all_drafts_together_have_the_minutes_in_which_any_visit_was(visits: list[Visit]) -> None:
    first = int(NOON.timestamp()) // 60
    busy = {
        minute
        for one in visits
        for minute in range(
            int(one.start.timestamp()) // 60 - first, int(one.end.timestamp()) // 60 - first
        )
    }
    drafts = drafts_from(visits)
    assert sum(draft.minutes for draft in drafts) == len(busy)
    assert sum(line.minutes for one in drafts for line in one.lines_in(ZONE)) == len(busy)


HERE = Agreement(AgreementId("1"), SUPERVISOR, SUPERVISEE, SETTING.id, date(2026, 11, 1))


def test_setting_and_supervisor_are_said_where_agreements_leave_no_choice() -> None:
    draft = only(visit("a", "2026-11-18 10:00", "2026-11-18 10:50"))
    here = (HERE, SETTING)
    another = (replace(HERE, supervisor=OTHER_SUPERVISOR), SETTING)
    elsewhere = (replace(HERE, setting=EASTERN.id), EASTERN)
    ended = (replace(another[0], ends=date(2026, 11, 17)), SETTING)
    assert place_of(draft, [here]) == Place(SETTING.id, SUPERVISOR)
    assert place_of(draft, [here, another]) == Place(SETTING.id, None)
    assert place_of(draft, [here, elsewhere]) == Place(None, SUPERVISOR)
    assert place_of(draft, [here, ended]) == Place(SETTING.id, SUPERVISOR)
    assert place_of(draft, [ended]) == Place(None, None)
