"""Hours in a board's own unit, beside the minutes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.rules.builders import (
    COVE,
    HARBOR,
    agreement,
    buckets,
    judge,
    lived,
    met,
    pack_of,
    work,
)
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Measure

BACB = """
- id: mixed
  rule: equivalence
  name: trainee-hours
  parts:
    - {hours: {structure: concentrated}, factor: 1.33}
    - {hours: {structure: supervised}, factor: 1}
- {id: total, rule: total_at_least, title: Hours, equivalent: trainee-hours, number: 2000}
"""
STRUCTURES = [
    agreement(at=HARBOR, structure="concentrated"),
    agreement(at=COVE, structure="supervised"),
]


def _worth(experience: Experience, rule: str) -> Fraction:
    return judge(experience, pack_of(f"[{{id: e, name: e, {rule}}}]")).equivalents["e"]


@pytest.mark.parametrize(("supervised", "done", "met_"), [(1202, 2000, True), (1201, 1999, False)])
def test_concentrated_hours_are_worth_a_third_more_exactly(
    supervised: int, done: int, *, met_: bool
) -> None:
    """Vector 21: 600 h x 1.33 = 798."""
    entries = [work("2026-03-02", hours=600), work("2026-03-02", hours=supervised, at=COVE)]
    judged = judge(lived(entries, agreements=STRUCTURES), pack_of(BACB))
    assert judged.equivalents == {"trainee-hours": done}
    (total,) = judged.requirements
    assert (total.done, total.needed, total.held) == (Fraction(done), Fraction(2000), Fraction(0))
    assert (total.measure, total.met) == (Measure.EQUIVALENT_HOURS, met_)
    assert buckets(judged) == ((600 + supervised) * 60, 0, 0, 0)


def test_a_third_more_of_a_minute_is_no_rounded_number() -> None:
    life = lived([work("2026-03-02", minutes=1)], agreements=STRUCTURES)
    assert judge(life, pack_of(BACB)).equivalents["trainee-hours"] == Fraction(133, 6000)


def test_hours_are_of_the_first_part_they_fit_and_of_none_they_are_worth_nothing() -> None:
    rule = (
        "rule: equivalence, parts: [{hours: {activity: group-therapy}, factor: 2},"
        " {hours: {category: direct}, factor: 1/2}]"
    )
    entries = [
        work("2026-03-02", hours=1, activity="group-therapy"),
        work("2026-03-02", hours=3),
        work("2026-03-02", hours=9, activity="training"),
    ]
    assert _worth(lived(entries), rule) == Fraction(7, 2)
    assert _worth(lived(), rule) == 0


def test_what_does_not_count_is_worth_nothing_and_what_is_held_would_come_on_top() -> None:
    rules = BACB + "- {id: least, rule: min_per_window, at_least: 3 h, window: month}\n"
    entries = [
        work("2026-03-02", hours=4),
        work("2026-03-02", hours=4, activity="crisis"),
        work("2026-04-01", hours=2),
        work("2026-05-04", hours=2),
    ]
    judged = judge(lived(entries, agreements=STRUCTURES), pack_of(rules), "2026-05-06")
    (total,) = judged.requirements
    assert (total.done, total.held) == (Fraction(532, 100), Fraction(266, 100))


def test_an_equivalent_of_another_version_is_not_there() -> None:
    rule = "rule: equivalence, parts: [{factor: 1}], valid_to: 2026-06-30"
    pack = pack_of(f"[{{id: e, name: e, {rule}}}]")
    life = lived([work("2026-03-02")])
    assert judge(life, pack, "2026-07-01").equivalents == {}
    assert judge(life, pack, "2026-06-30").equivalents == {"e": 1}


NEW_YORK = "rule: contact_hour, min_minutes: 45 min, hours: {category: direct}"


def test_60_sessions_of_45_minutes_are_60_contact_hours_or_45_hours() -> None:
    """Vector 25."""
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 21)]
    life = lived([work(day, minutes=45) for day in days])
    assert _worth(life, NEW_YORK) == 60
    assert _worth(life, f"{NEW_YORK}, part: 15 min") == 60
    assert _worth(life, "rule: rounding, quantum: 1 min, mode: down") == 45


@pytest.mark.parametrize(
    ("minutes", "whole", "parts"),
    [
        (44, 0, Fraction(0)),
        (45, 1, Fraction(1)),
        (59, 1, Fraction(1)),
        (60, 1, Fraction(4, 3)),
        (89, 1, Fraction(5, 3)),
        (90, 2, Fraction(2)),
    ],
)
def test_a_contact_shorter_than_the_least_is_none_and_a_longer_one_counts_by_parts(
    minutes: int, whole: int, parts: Fraction
) -> None:
    life = lived([work("2026-03-02", minutes=minutes)])
    assert _worth(life, NEW_YORK) == whole
    assert _worth(life, f"{NEW_YORK}, part: 15 min") == parts


def test_two_short_contacts_make_no_long_one() -> None:
    life = lived([work("2026-03-02", minutes=30), work("2026-03-02", minutes=30)])
    assert _worth(life, NEW_YORK) == 0


def test_a_session_past_midnight_is_one_contact() -> None:
    life = lived((), [met("2026-12-31", clock="23:30", minutes=60)])
    assert _worth(life, "rule: contact_hour, min_minutes: 45 min") == 1
    assert _worth(life, "rule: rounding, quantum: 60 min, mode: down") == 1


def test_only_the_hours_a_rule_names_are_contacts() -> None:
    life = lived([work("2026-03-02", minutes=45, activity="training")])
    assert _worth(life, NEW_YORK) == 0
    training = "rule: rounding, hours: {category: other}, quantum: 15 min, mode: down"
    assert _worth(life, training) == Fraction(3, 4)


@pytest.mark.parametrize(
    ("minutes", "down", "nearest", "up"),
    [
        (60, 60, 60, 60),
        (61, 60, 60, 75),
        (67, 60, 60, 75),
        (68, 60, 75, 75),
        (74, 60, 75, 75),
        (75, 75, 75, 75),
        (7, 0, 0, 15),
        (8, 0, 15, 15),
    ],
)
def test_each_contact_is_rounded_down_to_the_nearest_or_up(
    minutes: int, down: int, nearest: int, up: int
) -> None:
    life = lived([work("2026-03-02", minutes=minutes)])
    for mode, expected in (("down", down), ("nearest", nearest), ("up", up)):
        worth = _worth(life, f"rule: rounding, quantum: 15 min, mode: {mode}")
        assert worth == Fraction(expected, 60)


def test_half_a_quantum_is_rounded_up_to_the_nearest() -> None:
    life = lived([work("2026-03-02", minutes=65)])
    assert _worth(life, "rule: rounding, quantum: 10 min, mode: nearest") == Fraction(70, 60)
