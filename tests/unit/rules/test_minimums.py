"""A floor of supervision in every month, empty ones too, and what written leave exempts."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    agreement,
    buckets,
    found,
    judge,
    leave,
    lived,
    met,
    pack_of,
    setting,
    the,
    work,
)
from witnessmark.domain.people import Leave
from witnessmark.domain.settings import Weekday
from witnessmark.errors import DeclarationError
from witnessmark.rules.pack import Pack

FOUR = """
- id: four
  rule: hours_per_window_min
  window: month
  supervision: {category: supervision}
  minutes: 4 h
"""


def texas(more: str = "") -> Pack:
    return pack_of(f"{FOUR}{more}")


def test_two_supervisors_of_a_month_make_its_four_hours() -> None:
    april = lived(
        [work(f"2026-04-{day}", hours=2) for day in (14, 16, 17, 20)],
        [met("2026-04-10", minutes=120), met("2026-04-24", minutes=120, led_by=[BEA])],
        agreements=[
            agreement("2026-01-01", supervisor=ALMA, ends="2026-04-15"),
            agreement("2026-04-18", supervisor=BEA),
        ],
    )
    agreed = "- {id: agreed, rule: agreement_in_force}\n"

    judged = judge(april, texas(agreed))

    assert "hours_short" not in found(judged)
    assert {one.piece.day.day for one in judged.judged if one.tally.void} == {16, 17, 20}


@pytest.mark.parametrize(
    ("minutes", "expected"), [(240, (840, 0, 0, 0)), (239, (0, 0, 0, 600 + 239))]
)
def test_a_month_a_minute_short_counts_nothing(
    minutes: int, expected: tuple[int, int, int, int]
) -> None:
    april = lived([work("2026-04-14", hours=10)], [met("2026-04-10", minutes=minutes)])

    assert buckets(judge(april, texas())) == expected


SUMMER = [
    (leave("2026-06-01", "2026-07-05", approved="2026-05-20"), []),
    (leave("2026-06-01", "2026-07-05"), ["2026-06"]),
    (leave("2026-06-01", "2026-06-21", approved="2026-05-20"), ["2026-06"]),
    (leave("2026-06-02", "2026-07-05", approved="2026-05-20"), ["2026-06"]),
    (leave("2026-06-01", "2026-06-29", approved="2026-05-20"), ["2026-06"]),
    (leave("2026-06-01", "2026-06-30", approved="2026-05-20"), []),
]


@pytest.mark.parametrize(("away", "short"), SUMMER)
def test_written_leave_over_a_whole_month_exempts_it(away: Leave, short: list[str]) -> None:
    summer = lived(
        [work("2026-05-14"), work("2026-07-20")],
        [met("2026-05-10", minutes=240), met("2026-07-21", minutes=240)],
        leaves=[away],
    )

    judged = judge(summer, texas("  leave_exempts: true\n  leave_months: 1\n"))

    assert [str(one.period.first)[:7] for one in judged.findings] == short
    assert all(one.minutes == 0 for one in judged.findings)


@pytest.mark.parametrize(
    ("second", "short"),
    [
        (leave("2026-06-15", "2026-07-05", approved="2026-06-10"), []),
        (leave("2026-06-16", "2026-07-05", approved="2026-06-10"), ["2026-06"]),
        (leave("2026-06-15", "2026-07-05"), ["2026-06"]),
    ],
)
def test_leave_that_was_extended_in_writing_is_one_leave(second: Leave, short: list[str]) -> None:
    summer = lived(
        [work("2026-05-14"), work("2026-07-20")],
        [met("2026-05-10", minutes=240), met("2026-07-21", minutes=240)],
        leaves=[second, leave("2026-05-31", "2026-06-14", approved="2026-05-20")],
    )

    judged = judge(summer, texas("  leave_exempts: true\n  leave_months: 1\n"))

    assert [str(one.period.first)[:7] for one in judged.findings] == short


def test_leave_within_other_leave_neither_ends_it_nor_joins_it_to_one_before() -> None:
    whole = leave("2026-06-10", "2026-07-31", approved="2026-04-20")  # July, and June in part
    summer = lived(
        [work("2026-05-14"), work("2026-08-14")],
        [met("2026-05-10", minutes=240), met("2026-08-10", minutes=240)],
        leaves=[
            leave("2026-05-01", "2026-05-03", approved="2026-04-20"),
            whole,
            leave("2026-06-20", "2026-06-25", approved="2026-04-20"),
        ],
    )

    judged = judge(summer, texas("  leave_exempts: true\n  leave_months: 1\n"))

    assert [str(one.period.first)[:7] for one in judged.findings] == ["2026-06"]


def test_a_month_that_is_partly_leave_needs_all_four_hours() -> None:
    summer = lived(
        [work("2026-05-14"), work("2026-07-20")],
        [met("2026-05-10", minutes=240), met("2026-07-21", minutes=180)],
        leaves=[leave("2026-06-01", "2026-07-05", approved="2026-05-20")],
    )

    judged = judge(summer, texas("  leave_exempts: true\n"))

    assert buckets(judged) == (300, 0, 0, 240)
    finding = the(judged, "hours_short")
    assert finding.happened == (
        "In this month: 3 h of supervision; needed: 4 h. Does not count: 4 h."
    )


def test_leave_shorter_than_the_board_knows_exempts_no_window() -> None:
    weekly = pack_of(
        FOUR.replace("month", "week").replace("4 h", "1 h")
        + "  leave_exempts: true\n  leave_months: 1\n"
    )

    def empty(last: str) -> int:
        away = leave("2026-06-01", last, approved="2026-05-20")
        entries = [work("2026-05-25"), work("2026-07-06")]
        sessions = [met("2026-05-26"), met("2026-07-07")]
        return len(judge(lived(entries, sessions, leaves=[away]), weekly).findings)

    assert empty("2026-06-29") == 5
    assert empty("2026-06-30") == 1  # the week from 29 June to 5 July is leave in part alone


def test_without_the_exemption_leave_changes_nothing() -> None:
    away = leave("2026-06-01", "2026-07-05", approved="2026-05-20")
    summer = lived([work("2026-05-14"), work("2026-07-20")], leaves=[away])

    assert found(judge(summer, texas())) == ["hours_short"] * 3


def test_a_running_month_waits_and_says_how_much_it_needs() -> None:
    april = lived([work("2026-04-14", hours=10)], [met("2026-04-10", minutes=90)])

    judged = judge(april, texas("  scope: setting\n"), on="2026-04-30")

    assert buckets(judged) == (0, 690, 0, 0)
    assert the(judged, "hours_short").cure == (
        "2 h 30 min of supervision in this setting by 2026-04-30 would mend it."
    )
    assert buckets(judge(april, texas(), on="2026-05-01")) == (0, 0, 0, 690)


def test_asking_holds_a_month_that_is_over() -> None:
    april = lived([work("2026-04-14", hours=10)])

    assert buckets(judge(april, texas("  on_shortfall: ask\n"))) == (0, 600, 0, 0)


@pytest.mark.parametrize(("worked", "codes"), [(39 * 60 + 59, []), (40 * 60, ["hours_short"])])
def test_only_a_month_with_enough_work_needs_supervision(worked: int, codes: list[str]) -> None:
    busy = texas("  load: {category: direct}\n  load_at_least: 40 h\n")
    month = lived([work("2026-04-14", minutes=worked)], [met("2026-04-15", minutes=120)])

    assert found(judge(month, busy)) == codes


def test_an_empty_month_without_the_work_needs_none() -> None:
    counselling = texas("  load: {category: direct}\n")
    months = lived(
        [work("2026-04-14"), work("2026-06-14")],
        [met("2026-04-15", minutes=240), met("2026-06-15", minutes=240)],
    )

    assert found(judge(months, counselling)) == []
    assert found(judge(months, texas())) == ["hours_short"]


def test_supervision_is_no_load() -> None:
    all_hours = texas("  load: {}\n  load_at_least: 10 h\n")
    month = lived([work("2026-04-14", minutes=599)], [met("2026-04-15", minutes=60)])

    assert found(judge(month, all_hours)) == []


def test_months_before_and_after_all_work_need_none() -> None:
    months = lived(
        [work("2026-04-14")],
        [met("2026-03-15"), met("2026-04-15", minutes=240), met("2026-05-15")],
    )

    assert found(judge(months, texas())) == []


def test_each_setting_is_asked_by_its_own_weeks() -> None:
    weekly = pack_of(FOUR.replace("month", "week").replace("4 h", "1 h") + "  scope: setting\n")
    weeks = lived(
        [
            work("2026-03-09"),
            work("2026-03-15", at=COVE),
            work("2026-03-29", at=COVE),
        ],
        [met("2026-03-15"), met("2026-03-16", at=COVE), met("2026-04-04", at=COVE)],
        settings=[setting(COVE, week_start=Weekday.SUNDAY)],
    )

    judged = judge(weeks, weekly)

    finding = the(judged, "hours_short")
    assert (finding.setting, str(finding.period.first)) == (COVE, "2026-03-22")
    assert buckets(judged) == (360, 0, 0, 0)


AVERAGE = """
- id: average
  rule: hours_per_window_min
  window: week
  supervision: {category: supervision}
  minutes: 1 h
  averaged: true
"""


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("zero_window", (0, 419, 0, 0)),
        ("ask", (0, 419, 0, 0)),
        ("cap_to_supported", (359, 60, 0, 0)),
        ("max_compliant_subset", (359, 60, 0, 0)),
    ],
)
def test_an_average_that_is_short_waits_for_supervision_to_come(
    on_shortfall: str, expected: tuple[int, int, int, int]
) -> None:
    pack = pack_of(f"{AVERAGE}  on_shortfall: {on_shortfall}\n")
    weeks = lived(
        [work("2026-03-09", hours=2), work("2026-03-17", hours=1), work("2026-03-23", hours=1)],
        [met("2026-03-10", minutes=179)],
    )

    judged = judge(weeks, pack)

    assert buckets(judged) == expected
    finding = the(judged, "hours_short")
    assert finding.cure == "1 min of supervision would mend it."
    assert finding.happened.startswith(
        "On average: 2 h 59 min of supervision; needed for 3 windows: 3 h."
    )


def test_an_average_counts_empty_weeks_too() -> None:
    pack = pack_of(AVERAGE)

    def codes(minutes: int) -> list[str]:
        entries = [work("2026-03-09"), work("2026-03-23")]
        return found(judge(lived(entries, [met("2026-03-10", minutes=minutes)]), pack))

    assert codes(180) == []
    assert codes(179) == ["hours_short"]


def test_more_than_the_average_is_enough() -> None:
    weeks = lived([work("2026-03-09"), work("2026-03-23")], [met("2026-03-10", minutes=181)])

    assert found(judge(weeks, pack_of(AVERAGE))) == []


def test_an_average_is_told_of_all_windows_from_the_first_to_the_last() -> None:
    weeks = lived([work("2026-03-09"), work("2026-03-23")], [met("2026-03-10", minutes=179)])

    period = the(judge(weeks, pack_of(AVERAGE)), "hours_short").period

    assert (str(period.first), str(period.last)) == ("2026-03-09", "2026-03-29")


def test_supervision_alone_is_no_finding() -> None:
    assert found(judge(lived([], [met("2026-03-10", minutes=10)]), texas())) == []
    assert found(judge(lived(), texas())) == []


def test_a_month_without_its_floor_asks_for_no_rate() -> None:
    rate = """
- id: a-rate
  rule: ratio_per_window
  window: month
  supervision: {category: supervision}
  work: {category: direct}
  minutes: 1 h
  per: 15 h
"""
    april = lived([work("2026-04-14", hours=16)], [met("2026-04-15")])

    assert found(judge(april, pack_of(rate))) == ["ratio_short"]
    assert found(judge(april, texas(rate))) == ["hours_short"]


@pytest.mark.parametrize(
    "more", ["  on_shortfall: cap_to_supported\n", "  on_shortfall: max_compliant_subset\n"]
)
def test_a_floor_supports_no_part_of_a_month(more: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        texas(more)

    assert refused.value.problems[0].message.startswith(
        "on_shortfall here is one of ask, zero_window, not "
    )
