"""How many supervisees may be in one group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    buckets,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)

AT_MOST_8 = pack_of("[{id: size, rule: group_size, supervision: [group], at_most: 8}]")
AT_LEAST_3 = pack_of("[{id: size, rule: group_size, supervision: [triadic, group], at_least: 3}]")


@pytest.mark.parametrize(("together", "credited", "void"), [(8, 120, 0), (9, 0, 120)])
def test_a_group_of_eight_counts_and_one_of_nine_does_not(
    together: int, credited: int, void: int
) -> None:
    judged = judge(lived([], [met("2026-03-10", minutes=120, together=together)]), AT_MOST_8)

    assert buckets(judged) == (credited, 0, 0, void)


@pytest.mark.parametrize(("together", "credited", "void"), [(2, 0, 60), (3, 60, 0), (4, 60, 0)])
def test_a_group_may_be_too_small_too(together: int, credited: int, void: int) -> None:
    judged = judge(lived([], [met("2026-03-10", together=together)]), AT_LEAST_3)

    assert buckets(judged) == (credited, 0, 0, void)
    assert not void or "at least 3" in the(judged, "group_size").happened


def test_a_session_between_the_bounds_of_its_class_is_of_that_class() -> None:
    bands = "[{supervision: group, at_least: 3, at_most: 8}]"
    pack = pack_of(
        f"[{{id: classes, rule: supervision_class, bands: {bands}}},"
        " {id: size, rule: group_size, at_most: 4}]"
    )

    assert found(judge(lived([], [met("2026-03-10", together=5)]), pack)) == ["group_size"]


def test_a_class_the_rule_does_not_name_and_other_work_are_left_alone() -> None:
    case = lived([work("2026-03-10", hours=4)], [met("2026-03-10", together=1)])

    judged = judge(case, AT_LEAST_3)

    assert buckets(judged) == (300, 0, 0, 0)
    assert found(judged) == []


def test_groups_of_one_size_are_told_once_with_everybody_who_led_them() -> None:
    sessions = [
        met("2026-03-24", together=9, led_by=[BEA, ALMA]),
        met("2026-03-10", together=9, led_by=[ALMA, BEA]),
        met("2026-03-17", together=8, led_by=[ALMA, BEA]),
    ]

    told = the(judge(lived([], sessions), AT_MOST_8), "group_size")

    assert (str(told.period.first), str(told.period.last)) == ("2026-03-10", "2026-03-24")
    assert told.minutes == 120
    assert told.happened == (
        "9 supervisees met with Invented Alma and Invented Bea, and this board takes at most 8."
        " Does not count: 2 h."
    )
    assert told.setting == "harbor"


def test_who_was_expected_and_absent_makes_no_group_larger() -> None:
    whole = met("2026-03-10", together=9)
    *present, absent = whole.attended
    session = replace(whole, attended=(*present, replace(absent, minutes=0)))

    assert buckets(judge(lived([], [session]), AT_MOST_8)) == (60, 0, 0, 0)


def test_a_rule_that_warns_takes_nothing_and_still_tells() -> None:
    warns = pack_of("[{id: size, rule: group_size, at_most: 8, severity: warns}]")

    judged = judge(lived([], [met("2026-03-10", together=9)]), warns)

    assert buckets(judged) == (60, 0, 0, 0)
    assert the(judged, "group_size").minutes == 0
