"""What a window counts at most: fixed windows, any seven days, the order of cutting."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    COVE,
    HARBOR,
    buckets,
    credited,
    found,
    judge,
    lived,
    met,
    pack_of,
    setting,
    the,
    work,
)
from witnessmark.domain.settings import Weekday
from witnessmark.rules.findings import Evaluation
from witnessmark.rules.pack import Pack

H = 60
OTHER = "record-keeping"


def _most(hours: int, window: str = "rolling7", more: str = "") -> Pack:
    return pack_of(
        f"[{{id: most, rule: max_per_window, at_most: {hours} h, window: {window}{more}}}]"
    )


def _by_day(judged: Evaluation) -> dict[str, int]:
    return {str(one.piece.day): one.tally.credited for one in judged.judged}


def test_a_week_of_41_hours_loses_one_hour_of_the_category_cut_first() -> None:
    """Vector 9."""
    entries = [work(f"2026-03-{day:02}", hours=8) for day in (9, 10, 11)]
    entries += [work(f"2026-03-{day}", hours=7, activity=OTHER) for day in (10, 11)]
    sessions = [met("2026-03-13", minutes=180)]
    judged = judge(lived(entries, sessions), _most(40, "week", ", reduce: [other, direct]"))
    assert credited(judged) == {"direct": 24 * H, "other": 13 * H, "supervision": 3 * H}
    assert buckets(judged) == (40 * H, 0, 60, 0)
    assert the(judged, "over_maximum").minutes == 60
    last = [one for one in judged.judged if one.tally.overflow]
    assert [(str(one.piece.day), one.piece.activity) for one in last] == [("2026-03-11", OTHER)]


def test_what_no_order_names_is_cut_last_and_what_is_named_in_that_order() -> None:
    entries = [
        work("2026-03-09", hours=3, activity=OTHER),
        work("2026-03-10", hours=2),
        work("2026-03-11", hours=1, activity=OTHER),
    ]
    sessions = [met("2026-03-13", minutes=120)]
    judged = judge(lived(entries, sessions), _most(3, "week", ", reduce: [direct, other]"))
    assert credited(judged) == {"direct": 0, "other": 60, "supervision": 120}
    assert _by_day(judged)["2026-03-09"] == 60
    assert _by_day(judged)["2026-03-11"] == 0


TWO_WEEKS = [
    work(f"2026-03-{day}", hours=hours)
    for day, hours in ((13, 6), (14, 7), (15, 7), (16, 7), (17, 6), (18, 6), (19, 6))
]


def test_seven_days_across_two_weeks_are_read_both_ways() -> None:
    """Vector 10."""
    judged = judge(lived(TWO_WEEKS), _most(40, more=", also_read: week"))
    assert buckets(judged) == (40 * H, 0, 5 * H, 0)
    assert _by_day(judged)["2026-03-19"] == 60
    told = the(judged, "over_maximum")
    assert (str(told.period.first), str(told.period.last)) == ("2026-03-13", "2026-03-19")
    assert told.happened == (
        "In these 7 days there are 45 h, and at most 40 h count: 5 h too many. By the week it"
        " would be 0 min."
    )
    assert buckets(judge(lived(TWO_WEEKS), _most(40, "week"))) == (45 * H, 0, 0, 0)


def test_the_other_reading_is_of_what_there_was_before_the_cut() -> None:
    entries = [work("2026-03-09", hours=9), work("2026-03-15", hours=9), work("2026-03-16")]
    judged = judge(lived(entries), _most(10, more=", also_read: week"))
    (told,) = judged.findings
    assert told.happened.endswith(": 8 h too many. By the week it would be 8 h.")


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [
        ("2026-03-09", "2026-03-15", 1),
        ("2026-03-09", "2026-03-16", 0),
        ("2025-12-28", "2026-01-03", 1),
        ("2025-12-28", "2026-01-04", 0),
        ("2024-02-23", "2024-02-29", 1),
        ("2024-02-23", "2024-03-01", 0),
        ("2025-02-23", "2025-03-01", 1),
        ("2025-02-23", "2025-03-02", 0),
    ],
    ids=["a-week", "week-later", "year-end", "past-it", "leap", "past-it", "no-leap", "past-it"],
)
def test_seven_days_hold_six_more_days_and_not_the_seventh(
    first: str, second: str, over: int
) -> None:
    judged = judge(lived([work(first, hours=10), work(second)]), _most(10))
    assert buckets(judged) == ((11 - over) * H, 0, over * H, 0)
    assert _by_day(judged)[first] == 10 * H


@pytest.mark.parametrize("window", ["rolling7", "week"])
def test_the_maximum_itself_counts_and_one_minute_more_does_not(window: str) -> None:
    even = [work("2026-03-09", hours=20), work("2026-03-13", hours=20)]
    assert found(judge(lived(even), _most(40, window))) == []
    judged = judge(lived([*even, work("2026-03-14", minutes=1)]), _most(40, window))
    assert buckets(judged) == (40 * H, 0, 1, 0)


def test_what_was_cut_does_not_weigh_on_the_days_that_follow() -> None:
    entries = [work(f"2026-03-{day:02}", hours=10) for day in (9, 15, 16)]
    judged = judge(lived(entries), _most(10))
    assert _by_day(judged) == {"2026-03-09": 600, "2026-03-15": 0, "2026-03-16": 600}
    assert found(judged) == ["over_maximum"]


def test_of_four_weeks_of_nine_hours_a_day_40_hours_of_any_seven_days_count() -> None:
    """Nine hours on four days, four on the fifth, none on two; and so again."""
    days = [f"2026-02-{day:02}" for day in range(1, 29)]
    judged = judge(lived([work(day, hours=9) for day in days]), _most(40))
    assert list(_by_day(judged).values()) == [540, 540, 540, 540, 240, 0, 0] * 4


def test_what_is_cut_may_be_of_an_earlier_day_of_the_seven() -> None:
    entries = [work("2026-03-09", hours=6, activity=OTHER), work("2026-03-12", hours=6)]
    judged = judge(lived(entries), _most(10, more=", reduce: other"))
    assert _by_day(judged) == {"2026-03-09": 240, "2026-03-12": 360}


def test_a_warning_is_told_once_and_takes_nothing() -> None:
    entries = [work(f"2026-03-{day:02}", hours=6) for day in (9, 10, 11, 12)]
    judged = judge(lived(entries), _most(20, more=", severity: warns"))
    assert buckets(judged) == (24 * H, 0, 0, 0)
    told = the(judged, "over_maximum")
    assert told.minutes == 0
    assert "there are 24 h, and at most 20 h count: 4 h too many." in told.happened
    assert told.cure == "Nothing is to be done: what is too many stays in the log."


def test_at_most_six_hours_of_supervision_a_week_count_and_the_latest_are_beyond() -> None:
    """Vector 11."""
    sessions = [met("2026-03-09", minutes=300), met("2026-03-12", minutes=120, together=4)]
    pack = _most(6, "week", ", hours: {supervision: [individual, triadic, group]}")
    judged = judge(lived([work("2026-03-10", hours=9)], sessions), pack)
    assert credited(judged) == {"direct": 9 * H, "supervision": 6 * H}
    assert _by_day(judged)["2026-03-12"] == 60
    assert the(judged, "over_maximum").happened == (
        "In this week there are 7 h of individual or triadic or group supervision, and at most 6 h"
        " count: 1 h too many."
    )


def test_the_smaller_maximum_is_cut_first_whatever_the_rules_are_called() -> None:
    """Direct 24 h, other 8 h, supervision 9 h: 6 h of supervision make 38 h, below 40 h."""
    pack = pack_of("""
    - {id: a, rule: max_per_window, at_most: 40 h, window: week, reduce: other}
    - {id: b, rule: max_per_window, at_most: 6 h, window: week, hours: {category: supervision}}
    """)
    entries = [work("2026-03-09", hours=24), work("2026-03-10", hours=8, activity=OTHER)]
    judged = judge(lived(entries, [met("2026-03-11", minutes=540)]), pack)
    assert credited(judged) == {"direct": 24 * H, "other": 8 * H, "supervision": 6 * H}


@pytest.mark.parametrize("window", ["rolling7", "week"])
def test_settings_are_looked_at_together_or_each_alone(window: str) -> None:
    entries = [work("2026-03-09", hours=6), work("2026-03-10", hours=6, at=COVE)]
    assert buckets(judge(lived(entries), _most(10, window)))[2] == 2 * H
    each = _most(5, window, ", scope: setting")
    judged = judge(lived(entries), each)
    assert buckets(judged)[2] == 2 * H
    assert {one.setting for one in judged.findings} == {HARBOR, COVE}


def test_a_night_on_which_the_clock_changes_is_cut_by_its_real_hours() -> None:
    """Vector 15: from 22:00 to 06:00 on 2026-03-08 seven hours pass, five of them on Sunday."""
    night = [met("2026-03-07", clock="22:00", minutes=420)]
    sunday = [setting(HARBOR, week_start=Weekday.SUNDAY)]
    assert found(judge(lived((), night), _most(7))) == []
    judged = judge(lived((), night, settings=sunday), _most(4, "week"))
    assert _by_day(judged) == {"2026-03-07": 120, "2026-03-08": 240}


def test_without_hours_there_is_nothing_beyond() -> None:
    assert found(judge(lived(), _most(1))) == []
