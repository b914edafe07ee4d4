"""What counts at most in the end."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    buckets,
    candidacy,
    credited,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)

H = 60
OTHER = "record-keeping"
NON_CLINICAL = pack_of("""
- {id: cap, rule: category_cap, hours: {category: [other, supervision]}, at_most: 1250 h}
""")
NESTED = pack_of("""
- id: pre-degree
  rule: nested_cap
  hours: {before: degree}
  at_most: 13 h
  inner: {category: [direct, supervision]}
  inner_at_most: 7.5 h
""")
DEGREE = candidacy(degree="2026-02-01")


def test_of_the_last_week_what_still_fits_counts_and_direct_hours_are_untouched() -> None:
    """Vector 16: so far 1,245 h; then 8 h of other work and 2 h of supervision."""
    entries = [
        work("2025-03-03", hours=1245, activity=OTHER),
        work("2026-03-09", hours=8, activity=OTHER),
        work("2026-03-09", hours=20),
    ]
    judged = judge(lived(entries, [met("2026-03-13", minutes=120)]), NON_CLINICAL)
    week = judged.windows[-1].tally
    assert (week.logged, week.credited, week.overflow) == (30 * H, 25 * H, 5 * H)
    assert credited(judged) == {"direct": 20 * H, "other": 1250 * H, "supervision": 0}
    told = the(judged, "over_cap")
    assert told.minutes == 5 * H
    assert told.happened == (
        "So far there are 1,255 h of other or supervision hours, and at most 1,250 h count: 5 h too"
        " many."
    )


@pytest.mark.parametrize(("minutes", "beyond"), [(0, 0), (1, 1)])
def test_the_cap_itself_counts_and_one_minute_more_does_not(minutes: int, beyond: int) -> None:
    judged = judge(
        lived([work("2026-03-09", minutes=1250 * H + minutes, activity=OTHER)]), NON_CLINICAL
    )
    assert buckets(judged) == (1250 * H, 0, beyond, 0)
    assert found(judged) == ["over_cap"] * beyond


def test_a_cap_may_be_one_of_each_year() -> None:
    pack = pack_of("[{id: cap, rule: category_cap, at_most: 5 h, window: year}]")
    entries = [work(day, hours=6) for day in ("2024-12-31", "2025-12-30", "2025-12-31")]
    judged = judge(lived(entries), pack)
    assert [one.tally.credited for one in judged.judged] == [5 * H, 0, 5 * H]
    assert [one.minutes for one in judged.findings] == [7 * H, H]


def test_void_hours_fill_no_cap() -> None:
    pack = pack_of("[{id: cap, rule: category_cap, at_most: 5 h}]")
    entries = [work("2026-03-09", hours=5, activity="crisis"), work("2026-03-10", hours=5)]
    assert buckets(judge(lived(entries), pack)) == (5 * H, 0, 0, 5 * H)
    assert found(judge(lived(), pack)) == []


@pytest.mark.parametrize(
    ("direct", "other", "left", "caps"),
    [
        (450, 330, 780, 0),
        (451, 330, 780, 1),
        (450, 331, 780, 1),
        (480, 360, 780, 2),
        (900, 0, 450, 1),
        (0, 900, 780, 1),
    ],
)
def test_the_inner_cap_is_cut_first_and_no_minute_is_cut_for_both(
    direct: int, other: int, left: int, caps: int
) -> None:
    entries = [work("2026-01-05", minutes=direct)] if direct else []
    entries += [work("2026-01-06", minutes=other, activity=OTHER)] if other else []
    judged = judge(lived(entries, candidacies=[DEGREE]), NESTED)
    assert buckets(judged) == (left, 0, direct + other - left, 0)
    assert found(judged) == ["over_cap"] * caps


def test_each_of_two_nested_caps_tells_what_it_cut() -> None:
    entries = [work("2026-01-05", hours=8), work("2026-01-06", hours=6, activity=OTHER)]
    judged = judge(lived(entries, candidacies=[DEGREE]), NESTED)
    assert [one.happened for one in judged.findings] == [
        (
            "So far there are 8 h of direct or supervision hours, and at most 7 h 30 min count:"
            " 30 min too many."
        ),
        "So far there are 13 h 30 min, and at most 13 h count: 30 min too many.",
    ]
    assert credited(judged) == {"direct": 450, "other": 330}


def test_hours_from_the_degree_on_are_in_no_cap_of_those_before_it() -> None:
    entries = [work("2026-01-31", hours=8), work("2026-02-01", hours=30)]
    judged = judge(lived(entries, candidacies=[DEGREE]), NESTED)
    assert buckets(judged) == (37 * H + 30, 0, 30, 0)
    assert found(judge(lived(entries), NESTED)) == []


def test_the_smaller_of_two_caps_is_cut_first_whatever_they_are_called() -> None:
    """Direct 3 h on Monday, other 4 h on Tuesday; 2 h of other work, 5 h of all."""
    pack = pack_of("""
    - {id: a, rule: category_cap, at_most: 5 h}
    - {id: b, rule: category_cap, at_most: 2 h, hours: {category: other}}
    """)
    entries = [work("2026-03-10", hours=3), work("2026-03-09", hours=4, activity=OTHER)]
    judged = judge(lived(entries), pack)
    assert credited(judged) == {"direct": 180, "other": 120}
    assert found(judged) == ["over_cap"]
