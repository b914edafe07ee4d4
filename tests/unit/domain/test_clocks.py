"""Days, weeks and minutes as they really pass: clock changes, year ends, every week start."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from witnessmark.domain.ids import SettingId
from witnessmark.domain.settings import Setting, Weekday, elapsed_minutes

ZONES = st.sampled_from(
    [
        "America/Los_Angeles",
        "America/Sao_Paulo",  # changed at midnight: some days have no 00:00
        "America/Havana",  # shows midnight twice
        "Australia/Lord_Howe",  # changes by half an hour
        "Pacific/Apia",  # skipped 30 December 2011
        "Asia/Kathmandu",
        "Europe/Dublin",
        "UTC",
    ]
)


def setting(zone: str, start: Weekday = Weekday.MONDAY) -> Setting:
    return Setting(SettingId("harbour"), "Harbour Practice", zone, start)


@settings(max_examples=25, deadline=None)
@given(zone=ZONES, year=st.integers(1995, 2036))
def test_the_days_of_a_year_hold_the_minutes_of_that_year(zone: str, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if year % 4 == 0 else 365)]
    moved = [
        datetime(at, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        for at in (year, year + 1)
    ]
    real = timedelta(days=len(days)) + moved[0] - moved[1]
    assert sum(map(setting(zone).minutes_in, days)) == real // timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("America/Los_Angeles", date(2026, 3, 8), 1380),
        ("America/Los_Angeles", date(2026, 11, 1), 1500),
        ("America/Los_Angeles", date(2026, 12, 31), 1440),
        ("America/Sao_Paulo", date(2018, 11, 4), 1380),
        ("America/Sao_Paulo", date(2018, 2, 17), 1500),
        ("America/Havana", date(2026, 11, 1), 1500),
        ("Australia/Lord_Howe", date(2026, 4, 5), 1470),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, day: date, minutes: int) -> None:
    assert setting(zone).minutes_in(day) == minutes


@pytest.mark.parametrize(
    ("start", "end", "before_midnight", "after_midnight"),
    [
        ((2026, 3, 7, 22), (2026, 3, 8, 6), 120, 300),
        ((2026, 10, 31, 22), (2026, 11, 1, 6), 120, 420),
    ],
)
def test_vector_15_a_night_over_a_clock_change_lasts_7_or_9_hours_and_is_split_by_the_week(
    start: tuple[int, int, int, int],
    end: tuple[int, int, int, int],
    before_midnight: int,
    after_midnight: int,
) -> None:
    workplace = setting("America/Los_Angeles", Weekday.SUNDAY)
    first, last = datetime(*start, tzinfo=workplace.zone), datetime(*end, tzinfo=workplace.zone)
    midnight = datetime(*end[:3], tzinfo=workplace.zone)
    assert elapsed_minutes(first, last) == before_midnight + after_midnight
    assert elapsed_minutes(first, midnight) == before_midnight
    assert elapsed_minutes(midnight, last) == after_midnight
    assert workplace.week_of(first.date()) == last.date() - timedelta(days=7)
    assert workplace.week_of(last.date()) == last.date()


@given(day=st.dates(date(1990, 1, 1), date(2090, 1, 1)), start=st.sampled_from(Weekday))
def test_a_week_is_seven_days_from_the_settings_own_start(day: date, start: Weekday) -> None:
    workplace = setting("UTC", start)
    first = workplace.week_of(day)
    assert f"{first:%A}".lower() == start
    assert timedelta(0) <= day - first <= timedelta(days=6)
    assert {workplace.week_of(first + timedelta(days=n)) for n in range(7)} == {first}
    assert workplace.week_of(first + timedelta(days=7)) == first + timedelta(days=7)


def test_a_week_over_new_year_is_one_week() -> None:
    workplace = setting("UTC", Weekday.MONDAY)
    assert workplace.week_of(date(2025, 12, 31)) == date(2025, 12, 29)
    assert workplace.week_of(date(2026, 1, 4)) == date(2025, 12, 29)


def test_the_day_is_the_workplaces_own() -> None:
    instant = datetime(2026, 1, 1, 7, 59, tzinfo=UTC)
    assert setting("America/Los_Angeles").day_of(instant) == date(2025, 12, 31)
    assert setting("Asia/Kathmandu").day_of(instant) == date(2026, 1, 1)
