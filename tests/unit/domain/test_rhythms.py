"""A recurring session keeps its place on the wall clock, and its length in real minutes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.practice import SETTING
from witnessmark.domain.groups import Rhythm
from witnessmark.domain.rhythms import occurrences
from witnessmark.errors import DomainError

SUNDAYS = Rhythm(date(2026, 3, 1), time(2, 30), 90)


def starts(rhythm: Rhythm, since: date, until: date) -> list[datetime]:
    return [start for start, _ in occurrences(rhythm, SETTING, since=since, until=until)]


def test_a_time_the_clock_skips_is_held_after_the_gap_and_lasts_as_long() -> None:
    found = occurrences(SUNDAYS, SETTING, since=date(2026, 3, 1), until=date(2026, 3, 15))
    assert found == (
        (datetime(2026, 3, 1, 10, 30, tzinfo=UTC), datetime(2026, 3, 1, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 8, 10, 30, tzinfo=UTC), datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 15, 9, 30, tzinfo=UTC), datetime(2026, 3, 15, 11, 0, tzinfo=UTC)),
    )


def test_a_time_the_clock_shows_twice_is_the_first_of_the_two() -> None:
    early = replace(SUNDAYS, at=time(1, 30))
    assert starts(early, date(2026, 11, 1), date(2026, 11, 1)) == [
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    ]


def test_every_second_week_is_counted_from_the_first_day_and_ends_with_the_last() -> None:
    fortnightly = replace(SUNDAYS, at=time(9), every_weeks=2, until=date(2026, 4, 12))
    found = starts(fortnightly, date(2026, 3, 9), date(2026, 12, 31))
    assert [start.date() for start in found] == [
        date(2026, 3, 15),
        date(2026, 3, 29),
        date(2026, 4, 12),
    ]
    assert starts(fortnightly, date(2026, 2, 1), date(2026, 2, 28)) == []


def test_a_rhythm_that_never_moves_on_is_refused() -> None:
    with pytest.raises(DomainError, match="rhythm_stands_still"):
        starts(replace(SUNDAYS, every_weeks=0), date(2026, 3, 1), date(2026, 3, 2))


@settings(max_examples=50, deadline=None)
@given(
    weeks=st.integers(1, 5),
    first=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    lead=st.integers(-400, 400),
    length=st.integers(0, 400),
)
def test_any_two_windows_side_by_side_hold_what_the_whole_holds(
    weeks: int, first: date, lead: int, length: int
) -> None:
    rhythm = Rhythm(first, time(18), 60, every_weeks=weeks)
    since = first + timedelta(days=lead)
    middle, until = since + timedelta(days=length // 2), since + timedelta(days=length)
    whole = starts(rhythm, since, until)
    assert (
        starts(rhythm, since, middle) + starts(rhythm, middle + timedelta(days=1), until) == whole
    )
    local = [start.astimezone(SETTING.zone) for start in whole]
    assert all(start.time() == time(18) for start in local)
    assert all((start.date() - first).days % (7 * weeks) == 0 for start in local)
