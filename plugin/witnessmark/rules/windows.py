"""The windows that boards count in. Days are the setting's own; both ends are included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from witnessmark.domain.settings import Setting


class Window(StrEnum):
    """Over how long a rule looks. `rolling7`: any seven days in a row."""

    ROLLING7 = "rolling7"
    WEEK = "week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day falls in it."""
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def period_of(window: Window, day: date, *, setting: Setting, whole: Period) -> Period:
    """Return the window of a kind that holds `day`.

    `whole` is all the time there are hours of: `lifetime` is it, two weeks are counted in pairs
    from its first week, years in twelve months from its first day. ROLLING7 has no one window a
    day; it is returned as the seven days that end with it.
    """
    match window:
        case Window.ROLLING7:
            return Period(day - timedelta(days=6), day)
        case Window.WEEK:
            first = setting.week_of(day)
            return Period(first, first + timedelta(days=6))
        case Window.TWO_WEEKS:
            start = setting.week_of(whole.first)
            first = start + timedelta(days=(day - start).days // 14 * 14)
            return Period(first, first + timedelta(days=13))
        case Window.MONTH:
            return month_of(day)
        case Window.QUARTER:
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period(first, month_of(months_after(first, 2)).last)
        case Window.YEAR:
            years = day.year - whole.first.year
            if day <= last_of(whole.first, 12 * years):
                years -= 1
            before, last = (last_of(whole.first, 12 * one) for one in (years, years + 1))
            return Period(before + timedelta(days=1), last)
        case Window.LIFETIME:
            return whole


def month_of(day: date) -> Period:
    """Return the calendar month that holds a day."""
    first = day.replace(day=1)
    return Period(first, months_after(first, 1) - timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return date(year, month, min(day.day, lengths[month - 1]))


def last_of(first: date, months: int) -> date:
    """Return the last day of so many months from a day on; where there is no such day, its month's.

    A year from 2024-02-29 lasts to 2025-02-28, one from 2024-03-01 too.
    """
    same = months_after(first, months)
    return same - timedelta(days=1) if same.day == first.day else same


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier."""
    return months_after(day, -12 * years)
