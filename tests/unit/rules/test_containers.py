"""A year as a container: so many hours at most, in so many weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.unit.rules.builders import (
    buckets,
    found,
    judge,
    lived,
    pack_of,
    the,
    work,
)
from witnessmark.rules.experience import LoggedEntry

H = 60
ILLINOIS = pack_of("[{id: year, rule: container, at_most: 1680 h, weeks: 48}]")
SMALL = pack_of("[{id: year, rule: container, at_most: 10 h, weeks: 3}]")


def _weeks(number: int, *, hours: int, first: str = "2024-01-01") -> list[LoggedEntry]:
    start = date.fromisoformat(first)
    return [work(str(start + timedelta(weeks=week)), hours=hours) for week in range(number)]


def test_twelve_months_of_1800_hours_count_1680() -> None:
    """Vector 26."""
    judged = judge(lived(_weeks(50, hours=36)), ILLINOIS)
    assert buckets(judged) == (1680 * H, 0, 120 * H, 0)
    told = the(judged, "over_maximum")
    assert told.happened == (
        "In these twelve months there are 1,800 h, and at most 1,680 h count: 120 h too many."
    )
    assert told.minutes == 120 * H


def test_1680_hours_in_46_weeks_do_not_count_yet() -> None:
    """Vector 26."""
    entries = [*_weeks(46, hours=36), work("2024-01-02", hours=24)]
    judged = judge(lived(entries), ILLINOIS)
    assert buckets(judged) == (0, 1680 * H, 0, 0)
    told = the(judged, "container_weeks")
    assert told.happened == (
        "In these twelve months there are hours in 46 weeks, and it takes 48."
        " Does not count yet: 1,680 h."
    )
    assert told.minutes == 1680 * H


def test_the_weeks_needed_are_enough_and_one_fewer_is_not() -> None:
    assert buckets(judge(lived(_weeks(3, hours=1)), SMALL)) == (180, 0, 0, 0)
    assert buckets(judge(lived(_weeks(2, hours=1)), SMALL)) == (0, 120, 0, 0)


def test_the_most_of_a_year_counts_and_a_minute_more_does_not() -> None:
    even = [work("2024-01-01", hours=8), *_weeks(2, hours=1, first="2024-01-08")]
    assert found(judge(lived(even), SMALL)) == []
    judged = judge(lived([*even, work("2024-01-16", minutes=1)]), SMALL)
    assert buckets(judged) == (10 * H, 0, 1, 0)


def test_weeks_whose_hours_are_beyond_the_maximum_were_worked_all_the_same() -> None:
    judged = judge(lived(_weeks(3, hours=5)), SMALL)
    assert buckets(judged) == (10 * H, 0, 5 * H, 0)
    assert found(judged) == ["over_maximum"]


def test_a_year_of_too_few_weeks_holds_no_more_than_its_maximum() -> None:
    judged = judge(lived(_weeks(2, hours=6)), SMALL)
    assert buckets(judged) == (0, 10 * H, 2 * H, 0)


def test_a_week_of_which_nothing_counts_is_no_week() -> None:
    entries = [*_weeks(2, hours=1), work("2024-01-15", activity="crisis")]
    judged = judge(lived(entries), SMALL)
    assert buckets(judged) == (0, 120, 0, 60)


@pytest.mark.parametrize(("on", "held"), [("2026-11-23", 0), ("2026-11-24", 60)])
def test_a_year_that_runs_is_not_asked_for_its_weeks(on: str, held: int) -> None:
    judged = judge(lived([work("2025-11-24")]), SMALL, on)
    assert buckets(judged) == (60 - held, held, 0, 0)


def test_a_year_begins_with_the_first_hours_and_each_stands_alone() -> None:
    """A year from a leap day lasts to 28 February, as a span of twelve months does."""
    entries = [
        work("2024-02-29", hours=9),
        *_weeks(2, hours=1, first="2024-12-31"),
        work("2025-02-28", hours=1),
        *_weeks(3, hours=4, first="2025-03-01"),
    ]
    judged = judge(lived(entries), SMALL)
    assert buckets(judged) == (20 * H, 0, 4 * H, 0)
    over = [(str(one.period.first), str(one.period.last), one.minutes) for one in judged.findings]
    assert over == [("2024-02-29", "2025-02-28", 2 * H), ("2025-03-01", "2026-02-28", 2 * H)]


def test_an_empty_year_is_not_told() -> None:
    assert found(judge(lived(), SMALL)) == []
    assert found(judge(lived([work("2024-01-01", activity="crisis")]), SMALL)) == ["not_counted"]
