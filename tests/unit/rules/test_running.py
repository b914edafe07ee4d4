"""A window that runs: all that it lacks is told while something can be done about it."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import buckets, found, judge, lived, met, pack_of, the, work
from witnessmark.rules.findings import Severity

PACK = pack_of("""
- {id: four, rule: contact_count, window: month, at_least: 4, real_time: true}
- {id: seen, rule: observation_required, window: month, at_least: 1, severity: blocks}
- id: five
  rule: percent_per_window
  window: month
  supervision: {category: supervision}
  at_least: 5%
  on_shortfall: max_compliant_subset
- {id: least, rule: min_per_window, window: month, at_least: 20 h}
- {id: most, rule: max_per_window, window: month, at_most: 14 h}
""")
JUNE = lived([work("2026-06-03", hours=15)], [met("2026-06-04", minutes=30)])


def test_hours_that_one_rule_holds_hide_nothing_else_that_the_month_will_need() -> None:
    judged = judge(JUNE, PACK, "2026-06-30")

    assert buckets(judged) == (0, 930, 0, 0)
    told = [(one.code, one.minutes, str(one.by_when)) for one in judged.findings]
    assert told == [
        ("percent_short", 0, "2026-06-30"),
        ("contacts_short", 930, "2026-06-30"),
        ("below_minimum", 0, "2026-06-30"),
        ("observation_missing", 0, "2026-06-30"),
    ]
    unseen = the(judged, "observation_missing")
    assert unseen.severity is Severity.BLOCKS
    assert "Does not count" not in unseen.happened


def test_of_a_month_that_is_over_the_one_reason_is_enough() -> None:
    judged = judge(JUNE, PACK, "2026-07-01")
    assert buckets(judged) == (0, 0, 0, 930)
    assert found(judged) == ["contacts_short"]


@pytest.mark.parametrize("day", ["2026-06-10", "2026-06-30"])
def test_what_was_found_already_is_not_told_twice(day: str) -> None:
    short = lived([work("2026-06-03", hours=40)], [met("2026-06-04", observed=10)])
    pack = PACK.model_copy(
        update={"rules": tuple(one for one in PACK.rules if one.id not in {"four", "most"})}
    )
    assert found(judge(short, pack, day)) == ["percent_short"]
