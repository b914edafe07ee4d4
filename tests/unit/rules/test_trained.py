"""Whether a supervisor has learned to supervise, in time and lately enough."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    ON,
    buckets,
    course,
    found,
    judge,
    licence,
    lived,
    met,
    pack_of,
    person,
    the,
    work,
)
from witnessmark.domain.people import SupervisorTraining
from witnessmark.rules.findings import Evaluation

COUNTS, HELD, VOID = (60, 0, 0, 0), (0, 60, 0, 0), (0, 0, 0, 60)
_BEFORE = "{id: trained, rule: supervisor_trained, course: 15 h, within_years_before: 2"
SIXTY = pack_of(f"[{_BEFORE}, grace_days: 60}}]")
BEFORE = pack_of(f"[{_BEFORE}, grace_days: 0}}]")
THEN = pack_of(f"[{_BEFORE}, grace_days: 60, then_minutes: 6 h, then_every_years: 2}}]")
FIRST = "2026-01-05"


def judged_with(
    *training: SupervisorTraining, days: Sequence[str] = (FIRST,), on: str = ON
) -> Evaluation:
    """Judge one hour on each of these days by sixty days of grace."""
    alma = person(ALMA, licence(), training=training)
    return judge(lived([work(day) for day in days], people=[alma]), SIXTY, on)


@pytest.mark.parametrize(
    ("completed", "expected"),
    [
        ("2024-01-04", HELD),  # too old; a newer one may not be on record
        ("2024-01-05", COUNTS),
        ("2026-03-06", COUNTS),  # 60 days after 5 January
        ("2026-03-07", VOID),
    ],
)
def test_a_course_within_two_years_before_or_sixty_days_after_counts(
    completed: str, expected: tuple[int, ...]
) -> None:
    judged = judged_with(course(completed))

    assert buckets(judged) == expected
    assert found(judged) == ([] if expected == COUNTS else ["supervisor_training_missing"])


@pytest.mark.parametrize(("on", "expected"), [("2026-03-06", COUNTS), ("2026-03-07", HELD)])
def test_without_a_course_on_record_hours_count_until_the_last_day_for_it(
    on: str, expected: tuple[int, ...]
) -> None:
    judged = judged_with(on=on)

    told = the(judged, "supervisor_training_missing")
    assert buckets(judged) == expected
    assert told.minutes == (60 if expected == HELD else 0)
    assert str(told.by_when) == ("None" if expected == HELD else "2026-03-06")


@pytest.mark.parametrize(
    ("on", "cure"),
    [
        ("2026-03-06", "Record the courses Invented Alma completed, or complete them by then."),
        (ON, "Record the courses Invented Alma completed and the days of completion."),
    ],
)
def test_a_missing_course_can_be_completed_only_while_there_is_time(on: str, cure: str) -> None:
    assert the(judged_with(on=on), "supervisor_training_missing").cure == cure


def test_a_late_course_leaves_the_hours_from_its_day_on() -> None:
    judged = judged_with(course("2026-04-01"), days=[FIRST, "2026-03-31", "2026-04-01"])

    assert buckets(judged) == (60, 0, 0, 120)
    told = the(judged, "supervisor_training_missing")
    assert (str(told.period.first), str(told.period.last)) == (FIRST, "2026-03-31")
    assert told.happened == (
        "Invented Alma completed the training in supervision on 2026-04-01; it was due by"
        " 2026-03-06. Does not count: 2 h."
    )


@pytest.mark.parametrize(("minutes", "expected"), [(420, COUNTS), (419, HELD)])
def test_courses_add_up(minutes: int, expected: tuple[int, ...]) -> None:
    judged = judged_with(course("2026-02-01", minutes=480), course("2025-06-01", minutes=minutes))

    assert buckets(judged) == expected


@pytest.mark.parametrize(("completed", "expected"), [("2026-03-06", COUNTS), ("2026-03-07", VOID)])
def test_courses_are_complete_on_the_day_of_the_last_one_that_is_needed(
    completed: str, expected: tuple[int, ...]
) -> None:
    judged = judged_with(
        course("2026-06-01", minutes=60),
        course(completed, minutes=60),
        course("2025-06-01", minutes=840),
    )

    assert buckets(judged) == expected


@pytest.mark.parametrize(("completed", "expected"), [(FIRST, COUNTS), ("2026-01-06", VOID)])
def test_without_grace_the_course_is_done_by_the_first_day(
    completed: str, expected: tuple[int, ...]
) -> None:
    alma = person(ALMA, licence(), training=[course(completed)])

    assert buckets(judge(lived([work(FIRST)], people=[alma]), BEFORE)) == expected


def test_the_first_day_is_of_sessions_too_and_of_this_supervisor_alone() -> None:
    alma = person(ALMA, licence(), training=[course("2026-03-07")])
    bea = person(BEA, licence(), training=[course("2025-01-01")])
    since_the_sixth = lived([work("2026-01-01", under=BEA), work("2026-01-06")], people=[alma, bea])
    since_the_fifth = lived([work("2026-01-06")], [met(FIRST)], people=[alma])

    assert buckets(judge(since_the_sixth, SIXTY)) == (120, 0, 0, 0)
    assert buckets(judge(since_the_fifth, SIXTY)) == (0, 0, 0, 120)


def test_one_trained_leader_of_two_is_enough() -> None:
    bea = person(BEA, licence(), training=[course("2025-01-01")])

    judged = judge(lived([], [met(FIRST, led_by=[ALMA, BEA])], people=[bea]), SIXTY)

    assert buckets(judged) == COUNTS
    assert found(judged) == []


@pytest.mark.parametrize(
    ("day", "later", "expected"),
    [
        ("2028-01-05", [], 60),  # two years after the first day nothing more is asked
        ("2028-01-06", [], 0),
        ("2028-01-06", [course("2026-01-06", minutes=360)], 60),
        ("2028-01-07", [course("2026-01-06", minutes=360)], 0),
        ("2028-01-07", [course("2027-01-06", minutes=359)], 0),
        ("2028-01-07", [course("2027-01-06", minutes=180), course("2027-02-06", minutes=180)], 60),
        ("2028-01-07", [course("2027-01-06", minutes=361)], 60),
        ("2028-01-07", [course("2028-01-07", minutes=360)], 60),
        ("2028-01-07", [course("2028-01-08", minutes=360)], 0),
    ],
)
def test_six_hours_are_asked_of_the_last_two_years_later_on(
    day: str, later: Sequence[SupervisorTraining], expected: int
) -> None:
    alma = person(ALMA, licence(), training=[course("2025-12-01"), *later])

    judged = judge(lived([work(FIRST), work(day)], people=[alma]), THEN, "2028-06-01")

    assert buckets(judged) == (60 + expected, 60 - expected, 0, 0)
    if not expected:
        assert the(judged, "supervisor_training_missing").happened.startswith("6 h of training")


@pytest.mark.parametrize("half", ["then_minutes: 6 h", "then_every_years: 2"])
def test_minutes_without_years_or_years_without_minutes_ask_nothing_later_on(half: str) -> None:
    alma = person(ALMA, licence(), training=[course("2025-12-01")])
    case = lived([work(FIRST), work("2028-01-07")], people=[alma])

    assert buckets(judge(case, pack_of(f"[{_BEFORE}, {half}}}]"), "2028-06-01")) == (120, 0, 0, 0)


@pytest.mark.parametrize(("day", "credited"), [("2028-02-01", 120), ("2028-02-02", 60)])
def test_the_time_for_what_comes_later_runs_from_a_course_done_in_grace(
    day: str, credited: int
) -> None:
    alma = person(ALMA, licence(), training=[course("2026-02-01")])

    judged = judge(lived([work(FIRST), work(day)], people=[alma]), THEN, "2028-06-01")

    assert buckets(judged) == (credited, 120 - credited, 0, 0)


@pytest.mark.parametrize(
    ("later", "expected", "said"),
    [
        ([], HELD, "6 h of training in supervision every 2 years"),
        ([course("2024-01-04", minutes=360)], HELD, "6 h of training in supervision every 2 years"),
        ([course("2024-01-05", minutes=359)], HELD, "6 h of training in supervision every 2 years"),
        ([course("2024-01-05", minutes=360)], COUNTS, None),
    ],
)
def test_who_learned_it_long_ago_and_kept_it_up_may_supervise(
    later: Sequence[SupervisorTraining], expected: tuple[int, ...], said: str | None
) -> None:
    alma = person(ALMA, licence(), training=[course("2015-06-01"), *later])

    judged = judge(lived([work(FIRST)], people=[alma]), THEN)

    assert buckets(judged) == expected
    assert [one.happened.startswith(said or "") for one in judged.findings] == [True] * bool(said)


def test_a_course_taken_long_ago_and_again_in_grace_is_no_late_one() -> None:
    alma = person(ALMA, licence(), training=[course("2015-06-01"), course("2026-02-01")])

    assert buckets(judge(lived([work("2026-02-02")], people=[alma]), THEN)) == COUNTS
    assert buckets(judge(lived([work(FIRST)], people=[alma]), THEN)) == COUNTS


def test_who_kept_it_up_since_long_ago_is_not_late_with_another_course() -> None:
    kept_up = [course("2015-06-01"), course("2024-06-01", minutes=360), course("2026-04-01")]
    alma = person(ALMA, licence(), training=kept_up)

    assert buckets(judge(lived([work(FIRST)], people=[alma]), THEN)) == COUNTS
