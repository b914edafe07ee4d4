"""What is known to be bad goes before what is unknown, whatever the rules are called."""

from __future__ import annotations

from tests.unit.rules.builders import (
    buckets,
    found,
    judge,
    licence,
    lived,
    pack_of,
    person,
    the,
    work,
)
from witnessmark.domain.people import LicenceStatus

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
