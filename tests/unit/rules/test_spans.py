"""Which stretch of time counts."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    COVE,
    buckets,
    candidacy,
    found,
    judge,
    lived,
    pack_of,
    the,
    work,
)
from witnessmark.rules.findings import Evaluation

H = 60
YEAR = pack_of("[{id: span, rule: max_span, months: 12}]")
OLD = pack_of("[{id: old, rule: lookback, years: 6}]")
EXEMPT = pack_of("""
- {id: old, rule: lookback, years: 6, exempt: {before: degree}, exempt_at_most: 500 h}
""")


def _days(judged: Evaluation) -> list[str]:
    return [str(one.piece.day) for one in judged.judged if one.tally.credited]


@pytest.mark.parametrize(
    ("last", "window", "inside"),
    [
        ("2025-04-30", "month", True),
        ("2025-05-01", "month", False),
        ("2025-05-14", "lifetime", True),
        ("2025-05-15", "lifetime", False),
    ],
)
def test_five_years_are_counted_by_calendar_month_or_from_the_day(
    last: str, window: str, *, inside: bool
) -> None:
    """Vector 22: 2020-05-01 to 2025-04-30."""
    pack = pack_of(f"[{{id: span, rule: max_span, months: 60, window: {window}}}]")
    judged = judge(lived([work("2020-05-15", hours=2), work(last)]), pack)
    assert _days(judged) == (["2020-05-15", last] if inside else ["2020-05-15"])
    assert buckets(judged)[3] == (0 if inside else 60)


def test_the_stretch_with_the_most_hours_that_count_is_taken() -> None:
    entries = [
        work("2020-01-01", hours=3),
        work("2020-01-02", hours=9, activity="crisis"),
        work("2022-01-01", hours=2),
        work("2022-12-31", hours=2),
        work("2024-01-01", hours=3),
    ]
    judged = judge(lived(entries), YEAR)
    assert _days(judged) == ["2022-01-01", "2022-12-31"]
    told = the(judged, "outside_span")
    assert told.minutes == 6 * H
    assert (str(told.period.first), str(told.period.last)) == ("2020-01-01", "2024-01-01")
    assert told.happened == (
        "Hours count within 12 months in a row, and most of them are in 2022-01-01 to 2022-12-31."
        " Outside, and not counted: 6 h."
    )


def test_of_equal_stretches_the_earliest_is_taken_and_one_minute_decides() -> None:
    entries = [work("2020-01-01"), work("2022-01-01"), work("2024-01-01")]
    assert _days(judge(lived(entries), YEAR)) == ["2020-01-01"]
    more = [*entries, work("2024-01-02", minutes=1)]
    assert _days(judge(lived(more), YEAR)) == ["2024-01-01", "2024-01-02"]


def test_a_stretch_may_begin_in_the_midst_of_the_hours() -> None:
    entries = [
        work("2020-01-01", hours=1),
        work("2020-07-01", hours=5),
        work("2021-02-01", hours=4),
        work("2021-09-01", hours=4),
    ]
    assert _days(judge(lived(entries), YEAR)) == ["2020-07-01", "2021-02-01"]


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("2024-02-29", "2025-02-28", True),
        ("2024-02-29", "2025-03-01", False),
        ("2023-03-01", "2024-02-29", True),
        ("2023-03-01", "2024-03-01", False),
        ("2025-01-01", "2025-12-31", True),
        ("2025-01-01", "2026-01-01", False),
    ],
)
def test_a_year_of_hours_ends_the_day_before_the_same_day(
    first: str, last: str, *, inside: bool
) -> None:
    judged = judge(lived([work(first, hours=2), work(last)]), YEAR)
    assert (found(judged) == []) is inside


def test_each_setting_has_a_stretch_of_its_own_where_the_rule_says_so() -> None:
    entries = [work("2020-01-01", hours=2), work("2022-01-01", at=COVE)]
    alone = pack_of("[{id: span, rule: max_span, months: 12, scope: setting}]")
    assert _days(judge(lived(entries), alone)) == ["2020-01-01", "2022-01-01"]
    assert _days(judge(lived(entries), YEAR)) == ["2020-01-01"]
    assert found(judge(lived(), YEAR)) == []


@pytest.mark.parametrize("activity", ["crisis", "training"])
def test_a_setting_all_within_or_without_hours_that_count_hides_no_other(activity: str) -> None:
    alone = pack_of("[{id: span, rule: max_span, months: 12, scope: setting}]")
    entries = [
        work("2020-01-01", at=COVE, activity=activity),
        work("2020-01-01", hours=2),
        work("2022-01-01"),
    ]
    assert the(judge(lived(entries), alone), "outside_span").minutes == 60


def test_a_stretch_that_only_warns_takes_nothing() -> None:
    pack = pack_of("[{id: span, rule: max_span, months: 12, severity: warns}]")
    judged = judge(lived([work("2020-01-01", hours=2), work("2022-01-01")]), pack)
    assert buckets(judged) == (180, 0, 0, 0)
    assert "not counted: 1 h." in the(judged, "outside_span").happened


RECEIVED = candidacy(degree="2020-01-31", application_received="2026-11-24")


def test_hours_older_than_six_years_drop_except_some_of_the_practicum() -> None:
    """Vector 19."""
    entries = [work(f"2019-0{month}-01", hours=124) for month in (1, 2, 3, 4, 5)]
    entries += [work("2020-06-01", hours=300)]
    judged = judge(lived(entries, candidacies=[RECEIVED]), EXEMPT)
    assert buckets(judged) == (500 * H, 0, 0, 420 * H)
    kept = {str(one.piece.day): one.tally.credited for one in judged.judged}
    assert kept["2019-05-01"] == 4 * H
    assert kept["2019-04-01"] == 124 * H
    told = the(judged, "too_old")
    assert told.minutes == 420 * H
    assert told.happened == (
        "From before 2020-11-24, and too old to count: 420 h. As old and exempt: 500 h."
    )
    assert (str(told.period.first), str(told.period.last)) == ("2019-01-01", "2020-06-01")


@pytest.mark.parametrize(
    ("received", "stays", "drops"),
    [
        ("2026-11-24", "2020-11-24", "2020-11-23"),
        ("2024-02-29", "2018-02-28", "2018-02-27"),
        ("2026-01-01", "2020-01-01", "2019-12-31"),
        ("2026-02-28", "2020-02-28", "2020-02-27"),
    ],
)
def test_the_day_six_years_before_stays_and_the_one_before_it_drops(
    received: str, stays: str, drops: str
) -> None:
    life = lived([work(stays), work(drops)], candidacies=[candidacy(application_received=received)])
    judged = judge(life, OLD)
    assert _days(judged) == [stays]
    assert the(judged, "too_old").happened == (f"From before {stays}, and too old to count: 1 h.")


def test_until_the_application_is_received_the_years_are_counted_from_today() -> None:
    life = lived([work("2020-03-10"), work("2020-03-09")])
    assert _days(judge(life, OLD, "2026-03-10")) == ["2020-03-10"]
    received = lived(
        [work("2020-03-10")], candidacies=[candidacy(application_received="2026-03-10")]
    )
    assert _days(judge(received, OLD, "2026-11-24")) == ["2020-03-10"]


def test_years_may_be_counted_from_another_day() -> None:
    pack = pack_of("[{id: old, rule: lookback, years: 1, from_milestone: registered}]")
    life = lived([work("2020-03-10")], candidacies=[candidacy(registered="2021-03-10")])
    assert found(judge(life, pack)) == []


@pytest.mark.parametrize(("hours", "void"), [(500, 0), (501, 60)])
def test_as_much_as_is_exempt_stays_whole(hours: int, void: int) -> None:
    judged = judge(lived([work("2019-01-01", hours=hours)], candidacies=[RECEIVED]), EXEMPT)
    assert buckets(judged) == (500 * H, 0, 0, void)
    assert found(judged) == (["too_old"] if void else [])


def test_without_a_limit_all_that_is_exempt_stays() -> None:
    pack = pack_of("[{id: old, rule: lookback, years: 6, exempt: {before: degree}}]")
    entries = [work("2019-01-01", hours=700), work("2020-02-01")]
    judged = judge(lived(entries, candidacies=[RECEIVED]), pack)
    assert buckets(judged) == (700 * H, 0, 0, 60)


def test_hours_that_are_young_enough_use_up_no_exemption() -> None:
    born = candidacy(degree="2021-12-01", application_received="2026-11-24")
    entries = [work("2019-01-01", hours=500), work("2021-01-01", hours=300)]
    assert found(judge(lived(entries, candidacies=[born]), EXEMPT)) == []
