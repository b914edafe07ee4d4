"""What is known to be bad goes before what is unknown, whatever the rules are called."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
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
from witnessmark.domain.people import LicenceStatus

UNKNOWN = "supervisor_licence_unknown"
RULES = """
- {id: a-agreement, rule: agreement_in_force}
- {id: b-licence, rule: supervisor_qualified_at, licences: [lmft]}
"""


def test_hours_that_do_not_count_for_good_ask_for_nothing_to_be_recorded() -> None:
    lapsed = person(
        "alma", licence(history=[("2020-01-01", LicenceStatus.LAPSED)], issued="2020-01-01")
    )

    judged = judge(lived([work("2026-03-09")], people=[lapsed], agreements=[]), pack_of(RULES))

    assert buckets(judged) == (0, 0, 0, 60)
    assert found(judged) == ["supervisor_not_licensed"]


def test_what_is_unknown_is_told_for_each_reason_though_the_minutes_fall_once() -> None:
    judged = judge(
        lived([work("2026-03-09")], people=[person("alma")], agreements=[]), pack_of(RULES)
    )

    assert buckets(judged) == (0, 60, 0, 0)
    assert the(judged, "agreement_missing").minutes == 60
    assert the(judged, "supervisor_licence_unknown").minutes == 0


BOTH = """
- {{id: {licensed}, rule: supervisor_qualified_at, licences: [lmft]}}
- {{id: {trained}, rule: supervisor_trained, course: 15 h}}
"""
LICENSED_ONLY = person(ALMA, licence())
TRAINED_ONLY = person(BEA, licence(expires="2026-01-01"), training=[course("2020-01-01")])


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_two_leaders_of_whom_each_lacks_something_else_do_not_make_one(
    names: tuple[str, str],
) -> None:
    pack = pack_of(BOTH.format(licensed=names[0], trained=names[1]))
    case = lived([], [met("2026-03-09", led_by=[ALMA, BEA])], people=[LICENSED_ONLY, TRAINED_ONLY])

    judged = judge(case, pack)

    # Alma's training may not be on record; so it waits, by the rule that asks for it.
    assert buckets(judged) == (0, 60, 0, 0)
    told = the(judged, "supervisor_training_missing")
    assert (found(judged), told.rule) == (["supervisor_training_missing"], names[1])


def test_one_leader_of_two_with_all_that_is_asked_is_enough_for_both_rules() -> None:
    alma = person(ALMA, licence(), training=[course("2020-01-01")])
    case = lived([], [met("2026-03-09", led_by=[ALMA, BEA])], people=[alma, person(BEA)])

    judged = judge(case, pack_of(BOTH.format(licensed="a", trained="b")))

    assert (buckets(judged), found(judged)) == ((60, 0, 0, 0), [])


WARNED = """
- {id: a-year, rule: supervisor_qualified_at, licences: [lmft], licensed_years: 1, severity: warns}
- {id: b-licence, rule: supervisor_qualified_at, licences: [lmft]}
"""


@pytest.mark.parametrize(
    ("expires", "code"), [("2026-01-01", "supervisor_not_licensed"), (None, UNKNOWN)]
)
def test_a_rule_that_only_warns_does_not_say_again_what_one_that_takes_says(
    expires: str | None, code: str
) -> None:
    alma = person(ALMA, *([licence(expires=expires)] if expires else []))

    judged = judge(lived([work("2026-03-09")], people=[alma]), pack_of(WARNED))

    assert (found(judged), the(judged, code).rule) == ([code], "b-licence")
