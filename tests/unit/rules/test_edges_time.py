"""Edges of time: clocks that change, weeks that start on Sunday, years, leap days, midnights."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.builders import (
    COVE,
    HARBOR,
    agreement,
    candidacy,
    leave,
    lived,
    met,
    setting,
    work,
)
from tests.unit.rules.packs import buckets, credited, judge, pack_of, the
from witnessmark.domain.settings import Weekday
from witnessmark.rules.findings import Evaluation

UNITS = """
- {id: units, rule: units_per_window, scope: setting, window: week,
   on_shortfall: cap_to_supported, unit: {individual: 60 min, triadic: 60 min, group: 120 min},
   shortest: {individual: 60 min, triadic: 60 min, group: 60 min},
   base: 1, work: {category: direct}, each_unit_supports: 10 h, most: 2}
"""
SUNDAY = setting(HARBOR, week_start=Weekday.SUNDAY)


def _days(judged: Evaluation) -> dict[str, int]:
    return {str(one.piece.day): one.piece.minutes for one in judged.judged}


@pytest.mark.parametrize(
    ("day", "clock", "minutes", "expected"),
    [
        # 2026-03-08 has 23 hours: from 23:30, two hours reach 02:30, shown as 03:30.
        ("2026-03-07", "23:30", 180, {"2026-03-07": 30, "2026-03-08": 150}),
        # The whole night before, 8 hours on the wall are 7.
        ("2026-03-07", "22:00", 420, {"2026-03-07": 120, "2026-03-08": 300}),
        # 2026-11-01 has 25 hours.
        ("2026-10-31", "22:00", 540, {"2026-10-31": 120, "2026-11-01": 420}),
        # Over the end of a month and of a year.
        ("2026-04-30", "23:00", 120, {"2026-04-30": 60, "2026-05-01": 60}),
        ("2025-12-31", "23:59", 2, {"2025-12-31": 1, "2026-01-01": 1}),
        # A leap day, and the year without one.
        ("2028-02-28", "23:00", 120, {"2028-02-28": 60, "2028-02-29": 60}),
        ("2027-02-28", "23:00", 120, {"2027-02-28": 60, "2027-03-01": 60}),
    ],
)
def test_a_session_past_midnight_falls_on_both_days_by_the_minutes_that_passed(
    day: str, clock: str, minutes: int, expected: dict[str, int]
) -> None:
    judged = judge(lived([], [met(day, clock=clock, minutes=minutes)]), pack_of(""), "2028-12-01")
    assert _days(judged) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (Weekday.MONDAY, (600, 0, 0, 60)),  # D 9 + I 1 in one week; Sunday's D 1 has no unit
        (Weekday.SUNDAY, (660, 0, 0, 0)),  # Sunday's D 1 begins the week of D 10 + I 1
    ],
)
def test_the_day_on_which_a_week_starts_decides_which_unit_carries_an_hour(
    start: Weekday, expected: tuple[int, int, int, int]
) -> None:
    case = lived(
        [work("2026-02-01"), work("2026-02-02", hours=9)],
        [met("2026-02-03")],
        settings=[setting(HARBOR, week_start=start)],
    )
    assert buckets(judge(case, pack_of(UNITS))) == expected


def test_each_setting_counts_by_its_own_week() -> None:
    # Sunday 2026-02-08 ends Harbor's week and begins Cove's.
    case = lived(
        [work("2026-02-08"), work("2026-02-08", at=COVE)],
        [met("2026-02-02"), met("2026-02-09", at=COVE)],
        settings=[setting(COVE, week_start=Weekday.SUNDAY)],
    )
    assert buckets(judge(case, pack_of(UNITS))) == (240, 0, 0, 0)


def test_a_week_over_the_new_year_is_one_week() -> None:
    # Monday 2025-12-29 to 2026-01-04: D 12 and two units.
    case = lived(
        [work("2025-12-30", hours=7), work("2026-01-03", hours=5)],
        [met("2025-12-31"), met("2026-01-01")],
    )
    assert buckets(judge(case, pack_of(UNITS))) == (840, 0, 0, 0)


def test_a_meeting_over_the_end_of_a_week_is_a_unit_of_each_where_it_is_long_enough() -> None:
    # Sunday 23:00 to Monday 01:00 is an hour in each week; 23:30 to 00:30 half an hour.
    hours = [work("2026-02-02"), work("2026-02-09")]
    both = judge(lived(hours, [met("2026-02-08", clock="23:00", minutes=120)]), pack_of(UNITS))
    none = judge(lived(hours, [met("2026-02-08", clock="23:30", minutes=60)]), pack_of(UNITS))
    assert buckets(both) == (240, 0, 0, 0)
    assert buckets(none) == (0, 0, 0, 180)


SEVEN = "[{id: seven, rule: max_per_window, window: rolling7, at_most: 40 h}]"


@pytest.mark.parametrize(
    ("days", "over"),
    [
        (["2026-02-02", "2026-02-05", "2026-02-08"], 120),  # 42 h in seven days
        (["2026-02-02", "2026-02-05", "2026-02-09"], 0),  # the eighth day
        (["2025-12-27", "2025-12-30", "2026-01-02"], 120),  # over the new year
        (["2028-02-25", "2028-02-29", "2028-03-02"], 120),  # over a leap day
        (["2026-03-06", "2026-03-08", "2026-03-12"], 120),  # over the changing clock
    ],
)
def test_any_seven_days_are_seven_days(days: list[str], over: int) -> None:
    judged = judge(lived([work(day, hours=14) for day in days]), pack_of(SEVEN), "2028-12-01")
    assert judged.total.overflow == over


def test_what_is_cut_from_seven_days_is_not_counted_again_in_the_next_seven() -> None:
    # 10 h a day from Monday on: 5 x 10 in seven days, 10 over on Friday; Saturday 10 over again.
    days = [f"2026-02-{day:02}" for day in range(2, 8)]
    judged = judge(lived([work(day, hours=10) for day in days]), pack_of(SEVEN))
    assert buckets(judged) == (2400, 0, 1200, 0)


MONTH = """
- {id: four, rule: hours_per_window_min, window: month, supervision: {category: supervision},
   minutes: 4 h, leave_exempts: true, leave_months: 1}
"""


def _winter(**said: str | None) -> Evaluation:
    """Hours in January and March, four hours of supervision in both; away in between."""
    meetings = [met(f"2026-{month}-{day}") for month in ("01", "03") for day in (12, 13, 14, 15)]
    away = leave(str(said["first"]), str(said["last"]), approved=said.get("approved"))
    return judge(
        lived([work("2026-01-12"), work("2026-03-12")], meetings, leaves=[away]), pack_of(MONTH)
    )


@pytest.mark.parametrize(
    ("first", "last", "approved", "short"),
    [
        ("2026-02-01", "2026-02-28", "2026-01-20", []),  # February exactly
        ("2026-01-31", "2026-03-01", "2026-01-20", []),  # over both ends of it
        ("2026-02-02", "2026-02-28", "2026-01-20", ["2026-02-01"]),  # a day too late
        ("2026-02-01", "2026-02-27", "2026-01-20", ["2026-02-01"]),  # a day too short
        ("2026-02-01", "2026-02-28", None, ["2026-02-01"]),  # nobody wrote it down
    ],
)
def test_leave_of_a_month_exempts_the_month_it_covers(
    first: str, last: str, approved: str | None, short: list[str]
) -> None:
    judged = _winter(first=first, last=last, approved=approved)
    assert [str(one.period.first) for one in judged.findings] == short
    assert judged.total.credited == 600


OLD = "[{id: six, rule: lookback, years: 6}]"


@pytest.mark.parametrize(
    ("received", "day", "void"),
    [
        ("2026-11-24", "2020-11-24", 0),
        ("2026-11-24", "2020-11-23", 60),
        ("2026-02-28", "2020-02-28", 0),
        ("2028-02-29", "2022-02-28", 0),  # six years before a leap day is the last of February
        ("2028-02-29", "2022-02-27", 60),
    ],
)
def test_the_day_six_years_before_the_application_stays(received: str, day: str, void: int) -> None:
    case = lived([work(day)], candidacies=[candidacy(application_received=received)])
    assert judge(case, pack_of(OLD), "2028-12-01").total.void == void


SPAN = "[{id: span, rule: max_span, window: month, months: 12}]"


@pytest.mark.parametrize(
    ("first", "last", "void"),
    [
        ("2025-01-31", "2025-12-01", 0),
        ("2025-01-31", "2026-01-01", 60),  # the thirteenth month
        ("2024-02-29", "2025-01-31", 0),
        ("2024-02-29", "2025-02-01", 60),
    ],
)
def test_a_span_of_twelve_months_goes_by_the_calendar(first: str, last: str, void: int) -> None:
    case = lived([work(first, hours=2), work(last)])
    judged = judge(case, pack_of(SPAN))
    assert judged.total.void == void
    if void:
        assert the(judged, "outside_span").period.first == date.fromisoformat(last)


QUARTER = "[{id: least, rule: min_per_window, window: quarter, at_least: 2 h}]"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2026-01-01", "2026-03-31"], (120, 0, 0, 0)),
        (["2026-03-31", "2026-04-01"], (0, 0, 0, 120)),
        (["2026-10-01", "2026-12-31"], (0, 120, 0, 0)),  # it runs; the second hour is to come
    ],
)
def test_a_quarter_goes_by_the_calendar(
    days: list[str], expected: tuple[int, int, int, int]
) -> None:
    done = [work(day) for day in days if day <= "2026-11-24"]
    judged = judge(lived(done), pack_of(QUARTER))
    held = expected[1] and 60  # of the two hours one lies ahead
    assert buckets(judged) == (expected[0], held, *expected[2:])


VERSIONS = """
versions:
  - {id: old, title: Until the tenth, applies_by: hours, valid_to: 2026-02-10}
  - {id: new, title: From the eleventh, applies_by: hours, valid_from: 2026-02-11}
"""
BY_VERSION = """
- {id: most, rule: max_per_window, versions: [old], window: week, at_most: 2 h}
- {id: most-now, rule: max_per_window, versions: [new], window: week, at_most: 3 h}
"""


def test_a_version_that_changes_within_a_week_holds_for_the_hours_of_its_own_days() -> None:
    # Monday and Tuesday 3 h by the old rule: 1 over; Wednesday to Friday 4 h by the new: 1 over.
    hours = [("09", 2), ("10", 1), ("11", 2), ("12", 1), ("13", 1)]
    case = lived([work(f"2026-02-{day}", hours=number) for day, number in hours])
    judged = judge(case, pack_of(BY_VERSION, header=VERSIONS))
    assert buckets(judged) == (300, 0, 120, 0)
    assert {one.rule for one in judged.findings} == {"most", "most-now"}


def test_an_agreement_that_ends_on_a_day_holds_on_it() -> None:
    case = lived(
        [work("2026-02-10"), work("2026-02-11")],
        agreements=[agreement("2026-02-10", ends="2026-02-10")],
    )
    rules = pack_of("[{id: agreed, rule: agreement_in_force}]")
    assert buckets(judge(case, rules)) == (60, 0, 0, 60)


def test_a_setting_on_the_other_side_of_the_date_line_has_its_own_days() -> None:
    # 2026-02-08 23:00 in Los Angeles is Monday 19:00 in Auckland (UTC+13).
    far = setting(COVE, zone="Pacific/Auckland")
    case = lived([work("2026-02-09", at=COVE)], [met("2026-02-08", at=COVE, clock="23:00")])
    away = lived(
        [work("2026-02-09", at=COVE)],
        [met("2026-02-08", at=COVE, clock="23:00")],
        settings=[far],
    )
    assert credited(judge(case, pack_of(UNITS))) == {"direct": 0, "supervision": 60}
    assert credited(judge(away, pack_of(UNITS))) == {"direct": 60, "supervision": 60}
