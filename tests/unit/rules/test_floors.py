"""What a window must hold to count at all."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    COVE,
    buckets,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)

H = 60
MONTH = "{id: least, rule: min_per_window, at_least: 20 h, window: month"
PACK = pack_of(f"[{MONTH}}}]")


def test_a_month_of_the_minimum_counts_and_one_of_a_quarter_less_counts_nothing() -> None:
    """Vector 21: 19.75 h are worth nothing, the supervision in them neither."""
    session = [met("2026-03-31")]
    enough = lived([work("2026-03-01", hours=19)], session)
    assert buckets(judge(enough, PACK)) == (20 * H, 0, 0, 0)
    short = lived([work("2026-03-01", minutes=19 * H - 15)], session)
    judged = judge(short, PACK)
    assert buckets(judged) == (0, 0, 0, 20 * H - 15)
    told = the(judged, "below_minimum")
    assert told.minutes == 20 * H - 15
    assert told.happened == (
        "In this month there are 19 h 45 min, and it takes 20 h to count."
        " Does not count: 19 h 45 min."
    )
    assert told.cure == "It is over: later hours mend nothing."
    running = the(judge(short, PACK, "2026-03-31"), "below_minimum")
    assert running.cure == "15 min more by the end of it make all of it count."


@pytest.mark.parametrize(
    ("day", "on", "over"),
    [
        ("2025-12-01", "2025-12-31", False),
        ("2025-12-01", "2026-01-01", True),
        ("2024-02-01", "2024-02-29", False),
        ("2024-02-01", "2024-03-01", True),
        ("2025-02-28", "2025-03-01", True),
    ],
)
def test_while_the_month_runs_its_hours_wait_and_then_they_are_void(
    day: str, on: str, *, over: bool
) -> None:
    judged = judge(lived([work(day, hours=2)]), PACK, on)
    assert buckets(judged) == ((0, 0, 0, 120) if over else (0, 120, 0, 0))
    told = the(judged, "below_minimum")
    assert ("Does not count yet: 2 h." in told.happened) is not over
    assert told.by_when == (None if over else told.period.last)


def test_only_the_hours_the_rule_names_fill_the_minimum_and_all_fall_with_them() -> None:
    pack = pack_of(f"[{MONTH}, hours: {{category: direct}}}}]")
    entries = [work("2026-03-02", hours=19), work("2026-03-03", hours=5, activity="training")]
    assert buckets(judge(lived(entries), pack)) == (0, 0, 0, 24 * H)
    assert buckets(judge(lived([*entries, work("2026-03-04")]), pack)) == (25 * H, 0, 0, 0)


def test_each_month_and_setting_stands_alone() -> None:
    pack = pack_of(f"[{MONTH}, scope: setting}}]")
    entries = [
        work("2026-03-31", hours=20),
        work("2026-04-01", hours=19),
        work("2026-03-31", hours=19, at=COVE),
    ]
    judged = judge(lived(entries), pack)
    assert buckets(judged) == (20 * H, 0, 0, 38 * H)
    assert found(judged) == ["below_minimum", "below_minimum"]


def test_a_month_of_which_nothing_is_left_is_not_told_again() -> None:
    judged = judge(lived([work("2026-03-02", activity="crisis")]), PACK)
    assert found(judged) == ["not_counted"]
    assert found(judge(lived(), PACK)) == []


def test_the_minimum_is_asked_of_what_the_maximum_left() -> None:
    pack = pack_of(f"""
    - {MONTH}}}
    - {{id: most, rule: max_per_window, at_most: 10 h, window: month, hours: {{category: other}}}}
    """)
    entries = [
        work("2026-03-02", hours=9),
        work("2026-03-03", hours=12, activity="training"),
    ]
    assert buckets(judge(lived(entries), pack)) == (0, 0, 2 * H, 19 * H)
