"""A pack is judged as a whole: one bad example for every problem, each told with its line."""

from __future__ import annotations

import pytest

from witnessmark.application.rule_packs import shipped
from witnessmark.declared import loads
from witnessmark.errors import DeclarationError, Problem
from witnessmark.rules.checking import MENDS, problems_of
from witnessmark.rules.naming import KEYS, VALUES
from witnessmark.rules.pack import Pack
from witnessmark.rules.schema import pack_schema

GOOD = """\
pack: invented
title: Invented board, counselor in training
authority: {name: Invented board, jurisdiction: US-XX}
about: Rules of a test.
status: draft
words: {supervisee: resident, supervisor: supervisor, hours: hours, period: week}
sources:
  code: {title: Invented code, read: Whole.}
versions:
  - {id: old, title: Old rules, applies_by: hours, valid_to: 2025-12-31}
  - {id: new, title: New rules, applies_by: hours, valid_from: 2026-01-01}
licences:
  lpc: {title: Counselor, jurisdiction: US-XX, types: [LPC]}
categories: {direct: Direct hours, supervision: Supervision}
shown_by: week
rules:
  - id: kinds-of-hours
    rule: category_map
    citation: Code 1
    source: code
    activities:
      individual-therapy: direct
      supervision: supervision
      consultation: direct
  - id: classes
    rule: supervision_class
    citation: Code 2
    source: code
    bands:
      - {supervision: individual, at_least: 1, at_most: 2}
      - {supervision: group, at_least: 3}
  - id: weekly
    rule: units_per_window
    citation: Code 3
    source: code
    window: week
    valid_from: 2020-01-01
    valid_to: 2030-01-01
    unit: {individual: 1 h, group: 2 h}
    shortest: {individual: 30 min}
    base: 1
    work: {category: direct, under: lpc}
    each_unit_supports: 10 h
    most: 2
    doubts:
      most: {why: unread, says: From memory.}
  - id: total
    rule: total_at_least
    citation: Code 4
    source: code
    versions: [old, new]
    title: Hours in all
    minutes: 3000 h
"""

AGAIN = """2026-01-01, valid_to: 2026-12-31}
  - {id: old, title: Again, applies_by: hours, valid_from: 2027-01-01}"""
YEARLY = """minutes: 3000 h
  - {id: y, rule: evaluation_every, citation: Code 5, source: code, form: yearly, months: 12}"""

BAD = [
    ("category_map_missing", "rule: category_map\n", "rule: category_map\n    versions: old\n",
     "versions[1].id", 11),
    ("dates_reversed", "valid_from: 2020", "valid_from: 2031", "rules[2].valid_from", 37),
    ("dates_reversed", "valid_to: 2025-12-31", "valid_from: 2026-01-01, valid_to: 2025-12-31",
     "versions[0].valid_from", 10),
    ("id_twice", "id: classes", "id: kinds-of-hours", "rules[1].id", 25),
    ("id_twice", "2026-01-01}", AGAIN, "versions[2].id", 12),
    ("number_unknown", "      most: {", "      mots: {", "rules[2].doubts.mots", 46),
    ("review_unsigned", "status: draft", "status: reviewed", "status", 5),
    ("review_unsigned", "status: draft\n", "status: draft\nreviewed: {by: A. B., on: 2026-01-01}\n",
     "status", 5),
    ("unknown_activity", "individual-therapy:", "individual-therapie:",
     "rules[0].activities.individual-therapie", 22),
    ("unknown_category", "consultation: direct", "consultation: dirct",
     "rules[0].activities.consultation", 24),
    ("unknown_category", "category: direct", "category: dirct", "rules[2].work.category", 42),
    ("unknown_class", "{individual: 1 h", "{triadic: 1 h", "rules[2].unit.triadic", 39),
    ("unknown_licence", "under: lpc", "under: lcp", "rules[2].work.under", 42),
    ("unknown_source", "Code 4\n    source: code", "Code 4\n    source: law", "rules[3].source",
     50),
    ("unknown_version", "[old, new]", "[old, next]", "rules[3].versions[1]", 51),
    ("unknown_equivalent", "minutes: 3000 h", "equivalent: clock-hours\n    number: 3000",
     "rules[3].equivalent", 53),
    ("unknown_form", "minutes: 3000 h", YEARLY, "rules[4].form", 54),
    ("versions_gap", "2026-01-01}", "2026-01-02}", "versions[1]", 11),
    ("versions_overlap", "2026-01-01}", "2025-12-31}", "versions[1]", 11),
    ("versions_overlap", ", valid_to: 2025-12-31", "", "versions[1]", 11),
    ("word_missing", ", period: week", "", "words", 6),
]  # fmt: skip


def problems(*edits: tuple[str, str]) -> list[Problem]:
    """Return the problems of the good pack after these edits, each of one place."""
    text = GOOD
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    try:
        return list(problems_of(loads(text, Pack)))
    except DeclarationError as refusal:
        return list(refusal.problems)


def test_a_good_pack_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(("code", "old", "new", "path", "line"), BAD)
def test_every_problem_is_told_where_it_stands(
    code: str, old: str, new: str, path: str, line: int
) -> None:
    (found,) = problems((old, new))
    assert (found.code, found.path, found.line) == (code, path, line)
    assert found.mend == MENDS[code]


def test_every_problem_there_is_has_an_example() -> None:
    assert {code for code, *_ in BAD} == MENDS.keys()


def test_all_problems_are_told_at_once_in_file_order() -> None:
    found = problems(("status: draft", "status: reviewed"), ("[old, new]", "[old, next]"))
    assert [one.code for one in found] == ["review_unsigned", "unknown_version"]


def test_versions_that_different_days_decide_are_not_compared() -> None:
    later = "applies_by: application, valid_from: 2027"
    assert problems(("applies_by: hours, valid_from: 2026", later)) == []


def test_a_near_miss_is_told_with_the_word_that_may_be_meant() -> None:
    (found,) = problems(("consultation: direct", "consultation: dirct"))
    assert found.message == "There is no category 'dirct' here: did you mean `direct`?"


def test_an_unknown_kind_of_rule_is_told_with_the_nearest_and_its_line() -> None:
    (found,) = problems(("rule: units_per_window", "rule: unit_per_windows"))
    assert (found.path, found.line) == ("rules[2].rule", 33)
    assert found.message == "No kind is called 'unit_per_windows': did you mean `units_per_window`?"


def test_what_is_no_name_is_told_with_one_that_is() -> None:
    found = problems(("pack: invented", "pack: My_Board"), ("  code: {title", "  Code 1: {title"))
    assert [(one.path, one.line) for one in found] == [("pack", 1), ("sources.Code 1", 8)]
    assert found[0].message == (
        "'My_Board' is not a name of small letters, digits and hyphens such as us-ca-amft."
    )


def test_a_single_value_where_a_rule_belongs_is_told_plainly() -> None:
    (found,) = problems(("rules:\n", "rules:\n  - 5\n"))
    assert (found.path, found.line) == ("rules[0]", 17)
    assert found.message == "Names with values belong here, not a list or a single value."


def test_a_rule_of_no_kind_is_told() -> None:
    (found,) = problems(("    rule: supervision_class\n", ""))
    assert (found.code, found.path, found.line) == ("union_tag_not_found", "rules[1].rule", 25)


def test_a_wrong_number_within_a_rule_is_told_at_its_own_line() -> None:
    wrong, missing = problems(("group: 2 h", "group: 2 hours"), ("    base: 1\n", ""))
    assert (wrong.path, wrong.line) == ("rules[2].unit.group", 39)
    assert (missing.code, missing.path, missing.line) == ("missing", "rules[2].base", 32)


def test_a_rule_that_asks_for_two_things_is_told_as_a_whole() -> None:
    (found,) = problems(("minutes: 3000 h", "minutes: 3000 h\n    number: 5"))
    assert (found.code, found.path, found.line) == ("wrong_value", "rules[3]", 47)


def test_every_pack_that_ships_holds_together_under_its_own_name() -> None:
    names = {
        name: loads(path.read_text(encoding="utf-8"), Pack) for name, path in shipped().items()
    }
    assert {name: (one.value.pack, problems_of(one)) for name, one in names.items()} == {
        name: (name, []) for name in names
    }


FREE = {"any_of", "boards", "id", "name", "setting_kind", "settings", "structure"}
"""Names that lead nowhere else in a pack."""


def test_every_name_a_rule_can_hold_is_looked_up_or_known_to_be_free() -> None:
    defined = pack_schema()["$defs"]
    pattern = defined["Hours"]["properties"]["category"]["anyOf"][0]["pattern"]
    named = {
        name
        for section in defined.values()
        for name, member in section.get("properties", {}).items()
        if pattern in str(member)
    }
    assert named - VALUES.keys() - KEYS.keys() == FREE
