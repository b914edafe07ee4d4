"""Vectors of boards that ship no pack: their rules, written into small packs, on invented hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.unit.rules.builders import lived, met, work
from tests.unit.rules.packs import buckets, found, judge, pack_of, the
from witnessmark.domain.sessions import Session
from witnessmark.rules.experience import LoggedEntry
from witnessmark.rules.findings import Evaluation

# Virginia, vector 23: 1 to 4 hours of supervision for 40 hours of work, by quarter.
VIRGINIA = """
- id: ratio
  rule: ratio_per_window
  window: quarter
  on_shortfall: {fall}
  supervision: {{category: supervision}}
  work: {{category: [direct, other]}}
  minutes: 1 h
  per: 40 h
  at_most: 4 h
"""


def _days(first: str, *, minutes: int, most: int = 300) -> Iterable[tuple[str, int]]:
    """Yield days from one on with so many minutes together."""
    day = date.fromisoformat(first)
    while minutes:
        yield str(day), min(most, minutes)
        minutes -= min(most, minutes)
        day += timedelta(days=1)


def worked(hours: int, first: str = "2026-01-05") -> list[LoggedEntry]:
    return [work(day, minutes=minutes) for day, minutes in _days(first, minutes=60 * hours)]


def supervised(minutes: int, first: str = "2026-01-05", together: int = 1) -> list[Session]:
    return [
        met(day, minutes=each, together=together, clock="18:00")
        for day, each in _days(first, minutes=minutes, most=60)
    ]


def _virginia(supervision: int, fall: str = "zero_window") -> Evaluation:
    rules = pack_of(VIRGINIA.format(fall=fall))
    return judge(lived(worked(300), supervised(60 * supervision)), rules)


@pytest.mark.parametrize("supervision", [15, 25, 8, 30])
def test_virginia_takes_one_hour_in_twenty_and_one_in_twelve(supervision: int) -> None:
    # Published: 300 / 15 = 20, 300 / 25 = 12. Computed: 7.5 h are least, 30 h most.
    assert buckets(_virginia(supervision)) == (60 * (300 + supervision), 0, 0, 0)


def test_virginia_counts_no_quarter_below_the_least() -> None:
    # 300 / 40 = 7.5 h are needed, 7 h are there: 307 h fall.
    assert buckets(_virginia(7)) == (0, 0, 0, 60 * 307)


def test_read_mildly_seven_hours_in_virginia_support_two_hundred_and_eighty() -> None:
    # 7 x 40 = 280 h; 20 h wait.
    assert buckets(_virginia(7, "cap_to_supported")) == (60 * 287, 60 * 20, 0, 0)


def test_virginia_counts_no_more_than_thirty_of_thirty_one_hours_of_supervision() -> None:
    assert buckets(_virginia(31)) == (60 * 330, 0, 60, 0)


def test_a_quarter_of_virginia_ends_with_march() -> None:
    # 160 h need 4 h, which are all of April: the first quarter has nothing, the second no work.
    case = lived(
        [*worked(155, "2026-02-27"), work("2026-03-31", hours=5)], supervised(240, "2026-04-01")
    )
    judged = judge(case, pack_of(VIRGINIA.format(fall="zero_window")))
    assert the(judged, "ratio_short").period.last == date(2026, 3, 31)
    assert buckets(judged) == (0, 0, 240, 60 * 160)


# Massachusetts: contact hours of 45 minutes by quarters, an hour for 16, 75 h under an LMHC.
MASSACHUSETTS = """
- {id: contact, rule: contact_hour, name: contacts, min_minutes: 45 min, part: 15 min,
   hours: {category: direct}}
- {id: contacts, rule: total_at_least, title: 960 contact hours, equivalent: contacts, number: 960}
- {id: groups, rule: category_cap, hours: {activity: group-therapy}, at_most: 350 h}
- {id: under, rule: total_at_least, title: 75 h under an LMHC, hours: {category: supervision,
   under: lmft}, minutes: 75 h}
"""


@pytest.mark.parametrize(
    ("minutes", "contacts"),
    [
        (45, Fraction(60)),  # 60 x 1 (vector 25)
        (44, Fraction(0)),  # too short
        (60, Fraction(80)),  # 60 x 4/3
        (59, Fraction(60)),  # 45 + 14 is no whole part
    ],
)
def test_massachusetts_counts_contacts_of_forty_five_minutes_in_quarters(
    minutes: int, contacts: Fraction
) -> None:
    first = date(2026, 1, 5)
    case = lived([work(str(first + timedelta(days=day)), minutes=minutes) for day in range(60)])
    judged = judge(case, pack_of(MASSACHUSETTS))
    assert judged.equivalents == {"contacts": contacts}
    assert judged.total.credited == 60 * minutes


def test_massachusetts_caps_group_therapy_and_nothing_else() -> None:
    groups = [
        work(day, minutes=minutes, activity="group-therapy")
        for day, minutes in _days("2026-01-05", minutes=351 * 60, most=600)
    ]
    judged = judge(lived([*groups, work("2026-03-30")]), pack_of(MASSACHUSETTS))
    assert buckets(judged) == (60 * 351, 0, 60, 0)


def test_massachusetts_asks_for_hours_under_one_licence() -> None:
    judged = judge(lived([], supervised(75 * 60)), pack_of(MASSACHUSETTS))
    assert [(one.done, one.met) for one in judged.requirements if one.rule == "under"] == [
        (Fraction(75 * 60), True)
    ]


# Washington: 36 months or 3,000 hours.
WASHINGTON = """
- {id: months, rule: span_at_least, title: 36 months, months: 36, any_of: experience}
- {id: hours, rule: total_at_least, title: 3 h here, minutes: 3 h, any_of: experience}
"""


@pytest.mark.parametrize(
    ("last", "months"), [("2026-01-04", 36), ("2026-01-03", 35), ("2023-01-05", 0)]
)
def test_washington_asks_for_months_or_hours(last: str, months: int) -> None:
    judged = judge(lived([work("2023-01-05"), work(last)]), pack_of(WASHINGTON))
    by_rule = {one.rule: one for one in judged.requirements}
    assert by_rule["months"].done == months
    assert {one.any_of for one in judged.requirements} == {"experience"}
    assert not by_rule["hours"].met


# Ohio: an hour for 20 hours of work, on average.
OHIO = """
- {id: ratio, rule: ratio_per_window, window: month, averaged: true, minutes: 1 h, per: 20 h,
   on_shortfall: cap_to_supported, supervision: {category: supervision},
   work: {category: [direct, other]}}
"""


def test_ohio_averages_over_the_months_that_had_supervision() -> None:
    # January 30 h with 1 h, February 10 h with 1 h: 40 h need 2 h.
    case = lived(
        worked(30) + worked(10, "2026-02-02"), supervised(60) + supervised(60, "2026-02-02")
    )
    assert buckets(judge(case, pack_of(OHIO))) == (60 * 42, 0, 0, 0)


def test_a_month_of_ohio_without_supervision_enters_no_average() -> None:
    # January 20 h with 2 h; February 20 h with none: 2 h would carry 40 h, and do not.
    case = lived(worked(20) + worked(20, "2026-02-02"), supervised(120))
    assert buckets(judge(case, pack_of(OHIO))) == (60 * 22, 0, 0, 60 * 20)


# California, psychologists: 10 % of each week, one hour of it alone with the supervisor; 44 h.
CA_PSYCHOLOGY = """
- {id: tenth, rule: percent_per_window, window: week, on_shortfall: max_compliant_subset,
   supervision: {category: supervision}, at_least: 10%}
- {id: alone, rule: hours_per_window_min, window: week, minutes: 1 h,
   supervision: {supervision: individual}}
- {id: week, rule: max_per_window, window: week, at_most: 44 h}
"""


def test_a_tenth_of_a_week_is_supervision_in_psychology() -> None:
    # 3 h are 10 % of 30 h: of 28 h of work 27 stay, one falls.
    case = lived(worked(28), supervised(180))
    assert buckets(judge(case, pack_of(CA_PSYCHOLOGY))) == (60 * 30, 0, 0, 60)


def test_a_week_of_psychology_without_an_hour_alone_counts_nothing() -> None:
    # Group is 10 % of 20 h, and nobody met alone.
    case = lived(worked(18), supervised(120, together=4))
    judged = judge(case, pack_of(CA_PSYCHOLOGY))
    assert buckets(judged) == (0, 0, 0, 60 * 20)
    assert found(judged) == ["hours_short"]


def test_a_week_of_psychology_holds_forty_four_hours() -> None:
    # 41 + 5 = 46 h, 5 h are more than a tenth; 2 h are beyond.
    hours = [work(f"2026-01-{day:02}", minutes=492) for day in range(5, 10)]  # 5 x 8.2 h
    assert buckets(judge(lived(hours, supervised(300)), pack_of(CA_PSYCHOLOGY))) == (
        60 * 44, 0, 120, 0,
    )  # fmt: skip


# Pennsylvania: 1,800 hours in twelve months, half under one licence.
PENNSYLVANIA = """
- {id: year, rule: max_per_window, window: year, at_most: 18 h}
- {id: half, rule: share_needed, title: Half under an LPC, hours: {under: lcsw}, at_least: 50%}
"""


def test_a_year_of_pennsylvania_begins_with_the_first_hours() -> None:
    # A hundredth of the board's number: 10 + 10 h from 2025-03-01 to 2026-02-28, 10 h after.
    days = ("2025-03-01", "2026-02-28", "2026-03-01")
    judged = judge(lived([work(day, hours=10) for day in days]), pack_of(PENNSYLVANIA))
    assert buckets(judged) == (60 * 28, 0, 120, 0)
    assert the(judged, "over_maximum").period.last == date(2026, 2, 28)


# California, read strictly (vector 2): a week short of its second unit counts nothing.
STRICT = """
- {{id: units, rule: units_per_window, scope: setting, window: week, on_shortfall: {fall},
   unit: {{individual: 60 min, triadic: 60 min, group: 120 min}},
   shortest: {{individual: 60 min, group: 60 min}},
   base: 1,
   work: {{category: direct}}, each_unit_supports: 10 h, most: 2}}
"""


@pytest.mark.parametrize(
    ("fall", "expected"),
    [
        ("zero_window", (0, 0, 0, 720)),
        ("ask", (0, 720, 0, 0)),
        ("cap_to_supported", (660, 60, 0, 0)),
    ],
)
def test_eleven_hours_and_one_unit_by_every_reading(
    fall: str, expected: tuple[int, int, int, int]
) -> None:
    case = lived(worked(11), supervised(60))
    assert buckets(judge(case, pack_of(STRICT.format(fall=fall)))) == expected


@pytest.mark.parametrize(
    ("minutes", "credited"), [(600, 660), (601, 660), (1200, 660), (60, 120), (0, 60)]
)
def test_a_unit_supports_ten_hours_to_the_minute(minutes: int, credited: int) -> None:
    entries = [work(day, minutes=each) for day, each in _days("2026-01-05", minutes=minutes)]
    judged = judge(lived(entries, supervised(60)), pack_of(STRICT.format(fall="cap_to_supported")))
    assert judged.total.credited == credited
    assert judged.total.held == minutes + 60 - credited
