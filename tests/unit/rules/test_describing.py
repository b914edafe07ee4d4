"""Packs in words: what a person reads of a rule is what its pack says, and pages hold it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.rules.packs import pack_of
from witnessmark.cli.pack_pages import rendered
from witnessmark.rules import schema
from witnessmark.rules.describing import (
    DECIDING,
    DOUBTS,
    SCOPES,
    SEVERITIES,
    SHORTFALLS,
    WINDOWS,
    Number,
    RuleWords,
    described,
)
from witnessmark.rules.findings import Severity
from witnessmark.rules.pages import HEADINGS, render
from witnessmark.rules.rule import AppliesBy, Doubting, OnShortfall, Phase, Scope
from witnessmark.rules.windows import Window
from witnessmark.shipped import shipped

ROOT = Path(__file__).parents[3]

WEEKLY = """
- id: weekly
  rule: units_per_window
  window: week
  scope: setting
  severity: blocks
  on_shortfall: ask
  unit: {individual: 1 h, group: 90 min}
  shortest: {individual: 30 min}
  base: 1
  work: {category: direct, real_time: true}
  each_unit_supports: 7.5 h
  most: 2
  doubts:
    most: {why: unread, says: Somebody said so.}
    on_shortfall: {why: policy, says: The board is silent.}
"""


def words_of(rules: str, rule: str, *, header: str = "") -> RuleWords:
    """Return the words of one rule."""
    pack = described(pack_of(rules, header=header))
    return next(one for one in pack.rules if one.id == rule)


def test_a_rule_says_what_its_kind_does_and_its_own_numbers_as_they_are_written() -> None:
    weekly = words_of(WEEKLY, "weekly")
    assert weekly.says == (
        "One unit of supervision a window, and more where there is much client work."
    )
    assert weekly.numbers == (
        Number("unit", "individual 1 h, group 90 min"),
        Number("shortest", "individual 30 min"),
        Number("base", "1"),
        Number("work", "category direct, real time yes"),
        Number("each unit supports", "7.5 h"),
        Number("most", "2", "read by nobody: Somebody said so."),
        Number("on shortfall", "", "our reading: The board is silent."),
    )
    assert weekly.holds == (
        "each week; each setting by itself; decides whether hours count; a window that is short"
        " waits for a person's decision"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [("60%", "60%"), ("7.5%", "7.5%"), ("1.33", "1.33"), ("2", "2"), ("1/15", "1/15"),
     ("0.6", "60%"), ("1", "1"), ("0", "0%")],
)  # fmt: skip
def test_an_exact_number_is_told_as_a_pack_writes_it(written: str, said: str) -> None:
    rules = f"""
- id: worth
  rule: equivalence
  name: clock
  parts: [{{hours: {{category: direct}}, factor: {written}}}]
"""
    assert words_of(rules, "worth").numbers[1] == Number(
        "parts", f"hours category direct, factor {said}"
    )


def test_a_draft_and_its_unread_numbers_are_told_before_anything_else() -> None:
    draft, unread = described(pack_of(WEEKLY)).standing
    assert draft.startswith("DRAFT: nobody has signed for these rules.")
    assert unread.startswith("1 of its numbers was read by nobody at the source")
    signed = "{status: reviewed, reviewed: {by: Ada Example (invented), 'on': 2026-11-02}}"
    assert described(pack_of("[]", header=signed)).standing == (
        "Reviewed by Ada Example (invented) on 2026-11-02.",
    )


def test_a_version_tells_which_day_decides_and_when_it_holds() -> None:
    header = """
versions:
  - {id: old, title: Before, applies_by: hours, valid_to: 2026-12-31}
  - {id: new, title: After, applies_by: application, valid_from: 2027-01-01}
"""
    pack = described(pack_of("[]", header=header))
    assert pack.versions == (
        Number("old", "Before; the day of the hours decides (until 2026-12-31)"),
        Number("new", "After; the day the application was received decides (from 2027-01-01)"),
    )


def test_a_page_holds_requirements_rules_law_and_doubts() -> None:
    total = "- {id: total, rule: total_at_least, title: Hours | all, minutes: 3000 h}"
    page = render(described(pack_of(WEEKLY + total)))
    assert r"| Hours \| all | minutes: 3000 h | Test code 1 |  |" in page
    assert "### How much work its supervision supports\n\n**`weekly`**" in page
    assert "- most: 2 **[read by nobody: Somebody said so.]**" in page
    assert "- law: Test code 1 (source `test`)" in page


def test_every_word_a_pack_can_use_has_words() -> None:
    assert list(WINDOWS) == list(Window)
    assert list(SCOPES) == list(Scope)
    assert list(SEVERITIES) == list(Severity)
    assert list(SHORTFALLS) == list(OnShortfall)
    assert list(DECIDING) == list(AppliesBy)
    assert list(DOUBTS) == list(Doubting)
    assert list(HEADINGS) == list(Phase)


def test_the_pages_of_the_packs_are_those_of_the_code() -> None:
    folder = ROOT / "docs" / "packs"
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert written == rendered(), "python -m witnessmark.cli.pack_pages docs/packs writes them anew"


def test_the_published_schema_is_the_model_s() -> None:
    published = shipped("schemas/rule-pack.schema.json").read_text(encoding="utf-8")
    assert published == schema.render(), (
        "witnessmark rules schema > schemas/rule-pack.schema.json writes it anew"
    )


def test_the_schema_refuses_what_it_does_not_name_and_describes_what_it_does() -> None:
    published = schema.pack_schema()
    sections = [published, *(one for one in published["$defs"].values() if "properties" in one)]
    assert all(one["additionalProperties"] is False for one in sections)
    assert all(one["description"] for one in sections)


def test_the_schema_lets_one_stand_where_a_list_of_one_is_meant() -> None:
    hours = schema.pack_schema()["$defs"]["Hours"]["properties"]
    assert [one.get("type") for one in hours["category"]["anyOf"]] == ["string", "array"]
    assert [one.get("type") for one in hours["medium"]["anyOf"]] == [None, "array"]
    assert schema.pack_schema()["properties"]["rules"]["type"] == "array"
