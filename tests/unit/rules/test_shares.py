"""Group supervision at most half, individual at least half: what is too much falls."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    buckets,
    credited,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)
from witnessmark.errors import DeclarationError
from witnessmark.rules.experience import Experience

HALF = """
- id: half
  rule: share_per_window
  window: month
  scope: setting
  hours: {supervision: group}
  of: {category: supervision}
  at_most: 50%
"""
THIRD = HALF.replace("50%", "1/3")
LIFE = """
- id: half
  rule: share_per_window
  hours: {supervision: group}
  of: {category: supervision}
  at_most: 50%
  on_shortfall: cap_to_supported
"""


def june(alone: int, group: int) -> Experience:
    sessions = [met("2026-06-10", minutes=group, together=3)] if group else []
    sessions += [met("2026-06-09", minutes=alone)] if alone else []
    return lived([work("2026-06-08", hours=10)], sessions)


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("zero_window", (0, 0, 0, 600 + 360)),
        ("ask", (0, 600 + 360, 0, 0)),
        ("cap_to_supported", (600 + 300, 60, 0, 0)),
        ("max_compliant_subset", (600 + 300, 0, 0, 60)),
    ],
)
def test_group_beyond_half_falls_as_the_rule_says(
    on_shortfall: str, expected: tuple[int, int, int, int]
) -> None:
    pack = pack_of(f"{HALF}  on_shortfall: {on_shortfall}\n")

    judged = judge(june(150, 210), pack)

    assert buckets(judged) == expected
    assert the(judged, "share_over").happened.startswith(
        "In this month: 3 h 30 min of 6 h are group supervision, 58.3%; at most: 50%."
    )


@pytest.mark.parametrize(
    ("alone", "group", "over"), [(120, 120, 0), (120, 121, 1), (0, 1, 1), (120, 0, 0), (0, 0, 0)]
)
def test_half_exactly_is_not_too_much(alone: int, group: int, over: int) -> None:
    pack = pack_of(f"{HALF}  on_shortfall: max_compliant_subset\n")

    assert judge(june(alone, group), pack).total.void == over


def test_part_minutes_of_a_share_are_cut_off() -> None:
    pack = pack_of(f"{THIRD}  on_shortfall: max_compliant_subset\n")

    judged = judge(june(101, 60), pack)

    assert credited(judged)["supervision"] == 101 + 50  # a third of 151 is 50.3


def test_it_says_how_much_of_the_rest_is_needed_in_a_running_month() -> None:
    pack = pack_of(f"{THIRD}  on_shortfall: max_compliant_subset\n")

    judged = judge(june(60, 60), pack, on="2026-06-30")

    assert buckets(judged) == (600 + 90, 30, 0, 0)
    assert the(judged, "share_over").cure == (
        "1 h of other supervision hours in this setting by 2026-06-30 would mend it."
    )


def test_at_least_a_share_is_the_same_from_the_other_side() -> None:
    most = HALF.replace("{supervision: group}", "{supervision: individual}")
    pack = pack_of(
        most.replace("at_most: 50%", "at_least: 60%") + "  on_shortfall: max_compliant_subset\n"
    )

    enough, short = judge(june(90, 60), pack), judge(june(90, 61), pack, on="2026-06-12")

    assert found(enough) == []
    assert buckets(short) == (600 + 150, 1, 0, 0)
    finding = the(short, "share_over")
    assert "59.6%; at least: 60%." in finding.happened
    # 92 of 153 is 60.1%, and 91 of 152 is 59.9%
    assert finding.cure.startswith("2 min of individual supervision ")


def test_over_a_whole_life_too_much_waits_for_hours_to_come() -> None:
    life = lived(
        [work("2026-01-08", hours=10)],
        [met("2026-01-09", minutes=60), met("2026-05-09", minutes=180, together=3)],
    )

    judged = judge(life, pack_of(LIFE))

    assert buckets(judged) == (720, 120, 0, 0)
    finding = the(judged, "share_over")
    assert finding.cure == "2 h of other supervision hours would mend it."
    assert finding.by_when is None
    assert finding.happened.startswith("So far: 3 h of 4 h are group supervision, 75%;")


def test_a_share_of_a_life_is_of_what_counts_in_the_end() -> None:
    floor = """
- id: floor
  rule: hours_per_window_min
  window: month
  supervision: {category: supervision}
  minutes: 2 h
"""
    life = lived(
        [work("2026-04-08"), work("2026-05-08")],
        [met("2026-04-09", minutes=90), met("2026-05-09", minutes=120, together=3)],
    )

    judged = judge(life, pack_of(LIFE + floor))

    assert found(judged) == ["hours_short", "share_over"]
    assert buckets(judged) == (60, 120, 0, 150)


@pytest.mark.parametrize("on_shortfall", ["zero_window", "ask"])
def test_a_share_of_a_life_never_empties_it(on_shortfall: str) -> None:
    with pytest.raises(DeclarationError):
        pack_of(LIFE.replace("cap_to_supported", on_shortfall))


@pytest.mark.parametrize(
    "limits", ["", "  at_most: 50%\n  at_least: 50%\n", "  at_most: 0%\n", "  at_most: 100%\n"]
)
def test_exactly_one_limit_is_written(limits: str) -> None:
    with pytest.raises(DeclarationError):
        pack_of(HALF.replace("  at_most: 50%\n", limits))
