"""Versions of a pack: the day that decides, both ends included, and what is taken for granted."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.builders import candidacy, lived, work
from tests.unit.rules.packs import judge, pack_of
from witnessmark.domain.candidacies import Milestone
from witnessmark.errors import DomainError
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.pack import Pack
from witnessmark.rules.versions import Versions

ON = date(2026, 6, 1)


def versioned(applies_by: str) -> Pack:
    return pack_of(
        "",
        header=f"""
versions:
  - {{id: first, title: To the tenth, applies_by: {applies_by}, valid_to: 2026-02-10}}
  - {{id: second, title: To the twentieth, applies_by: {applies_by}, valid_from: 2026-02-11,
     valid_to: 2026-02-20}}
  - {{id: third, title: From March, applies_by: {applies_by}, valid_from: 2026-03-01}}
""",
    )


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2026-02-10", "first"),
        ("2026-02-11", "second"),
        ("2026-02-20", "second"),
        ("2026-02-21", "second"),  # a gap: the last one begun
        ("2026-02-28", "second"),
        ("2026-03-01", "third"),
    ],
)
def test_both_ends_of_a_version_belong_to_it(day: str, version: str) -> None:
    versions = Versions(versioned("hours"), None, ON)
    assert versions.of(date.fromisoformat(day)) == version
    assert versions.current == "third"
    assert versions.taken_for_granted is None


@pytest.mark.parametrize(
    ("applies_by", "milestone"),
    [
        ("application", "application_received"),
        ("registration", "registered"),
        ("matriculation", "matriculated"),
    ],
)
def test_a_milestone_decides_whatever_day_the_hours_are_of(applies_by: str, milestone: str) -> None:
    pack = versioned(applies_by)
    known = Versions(pack, candidacy(**{milestone: "2026-02-11"}), ON)
    assert {known.of(date(2020, 1, 1)), known.of(ON), known.current} == {"second"}
    assert known.taken_for_granted is None
    other = Versions(pack, candidacy(degree="2026-02-11"), ON)
    assert other.of(date(2020, 1, 1)) == "third"  # by the day of evaluation
    assert other.taken_for_granted is Milestone(milestone.replace("_", "-"))
    assert Versions(pack, None, date(2026, 2, 10)).current == "first"


def test_a_version_asked_for_is_taken_and_an_unknown_one_refused() -> None:
    pack = versioned("application")
    asked = Versions(pack, None, ON, "first")
    assert (asked.current, asked.of(ON), asked.taken_for_granted) == ("first", "first", None)
    with pytest.raises(DomainError, match="fourth"):
        evaluate(lived([work("2026-02-02")]), pack, on=ON, version="fourth")


@pytest.mark.parametrize(
    ("day", "overflow"),
    [("2026-02-01", 0), ("2026-02-02", 60), ("2026-02-05", 60), ("2026-02-06", 0)],
)
def test_both_ends_of_a_rule_belong_to_it(day: str, overflow: int) -> None:
    rules = pack_of(
        "[{id: most, rule: max_per_window, window: week, at_most: 1 h, valid_from: 2026-02-02,"
        " valid_to: 2026-02-05}]"
    )
    assert judge(lived([work(day, hours=2)]), rules).total.overflow == overflow


@pytest.mark.parametrize(("received", "overflow"), [("2026-02-02", 60), ("2026-02-01", 0)])
def test_a_rule_can_go_by_a_milestone_too(received: str, overflow: int) -> None:
    rules = pack_of(
        "[{id: most, rule: max_per_window, window: week, at_most: 1 h, applies_by: application,"
        " valid_from: 2026-02-02}]"
    )
    case = lived(
        [work("2020-02-02", hours=2)], candidacies=[candidacy(application_received=received)]
    )
    assert judge(case, rules).total.overflow == overflow
