"""Windows: their first and last days, and months that are not all as long."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.builders import setting
from witnessmark.domain.settings import Weekday
from witnessmark.rules.windows import (
    Period,
    Window,
    month_of,
    months_after,
    period_of,
    years_before,
)

WHOLE = Period(date(2025, 2, 28), date(2026, 12, 31))


def _days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("window", "day", "period"),
    [
        (Window.ROLLING7, "2026-03-01", _days("2026-02-23", "2026-03-01")),
        (Window.WEEK, "2026-02-01", _days("2026-01-26", "2026-02-01")),
        (Window.WEEK, "2026-02-02", _days("2026-02-02", "2026-02-08")),
        # The first hours are of Friday 2025-02-28, in the week of 2025-02-24.
        (Window.TWO_WEEKS, "2025-02-28", _days("2025-02-24", "2025-03-09")),
        (Window.TWO_WEEKS, "2025-03-09", _days("2025-02-24", "2025-03-09")),
        (Window.TWO_WEEKS, "2025-03-10", _days("2025-03-10", "2025-03-23")),
        (Window.MONTH, "2028-02-29", _days("2028-02-01", "2028-02-29")),
        (Window.MONTH, "2026-12-31", _days("2026-12-01", "2026-12-31")),
        (Window.QUARTER, "2026-03-31", _days("2026-01-01", "2026-03-31")),
        (Window.QUARTER, "2026-04-01", _days("2026-04-01", "2026-06-30")),
        (Window.QUARTER, "2026-12-01", _days("2026-10-01", "2026-12-31")),
        (Window.YEAR, "2025-02-28", _days("2025-02-28", "2026-02-27")),
        (Window.YEAR, "2026-02-27", _days("2025-02-28", "2026-02-27")),
        (Window.YEAR, "2026-02-28", _days("2026-02-28", "2027-02-27")),
        (Window.LIFETIME, "2026-02-28", WHOLE),
    ],
)
def test_every_window_has_its_days(window: Window, day: str, period: Period) -> None:
    assert period_of(window, date.fromisoformat(day), setting=setting(), whole=WHOLE) == period
    assert date.fromisoformat(day) in period


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("2024-02-29", _days("2024-02-29", "2025-02-28")),
        ("2025-02-28", _days("2024-02-29", "2025-02-28")),
        ("2025-03-01", _days("2025-03-01", "2026-02-28")),
        ("2028-02-28", _days("2027-03-01", "2028-02-28")),
        ("2028-02-29", _days("2028-02-29", "2029-02-28")),
    ],
)
def test_years_from_a_leap_day_follow_on_each_other(day: str, year: Period) -> None:
    leap = _days("2024-02-29", "2029-12-31")
    found = period_of(Window.YEAR, date.fromisoformat(day), setting=setting(), whole=leap)
    assert found == year


def test_two_weeks_start_on_the_setting_s_own_day() -> None:
    sunday = setting(week_start=Weekday.SUNDAY)
    found = period_of(Window.TWO_WEEKS, date(2025, 3, 1), setting=sunday, whole=WHOLE)
    assert found == _days("2025-02-23", "2025-03-08")


def test_a_period_holds_both_its_ends_and_counts_them() -> None:
    week = _days("2026-02-02", "2026-02-08")
    assert week.days == 7
    assert [date(2026, 2, day) in week for day in (1, 2, 8, 9)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2100-01-31", 1, "2100-02-28"),  # no leap year
        ("2000-01-31", 1, "2000-02-29"),  # one
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -13, "2025-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2026-06-30", 1, "2026-07-30"),
    ],
)
def test_months_later_is_the_same_day_or_the_month_s_last(day: str, months: int, then: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_the_months_of_a_year_have_their_lengths() -> None:
    lengths = [month_of(date(2026, month, 15)).days for month in range(1, 13)]
    assert lengths == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2026-11-24", 6, "2020-11-24"),
        ("2028-02-29", 1, "2027-02-28"),
        ("2028-02-29", 4, "2024-02-29"),
    ],
)
def test_years_before(day: str, years: int, then: str) -> None:
    assert years_before(date.fromisoformat(day), years) == date.fromisoformat(then)
