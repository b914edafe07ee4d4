"""Units of supervision a week needs: one, and a second beyond ten hours of client work."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.rules.builders import (
    ALMA,
    COVE,
    ME,
    agreement,
    buckets,
    credited,
    found,
    judge,
    licence,
    lived,
    met,
    pack_of,
    person,
    setting,
    the,
    work,
)
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Weekday
from witnessmark.errors import DeclarationError
from witnessmark.rules.kinds.units import units
from witnessmark.rules.pack import Pack

UNITS = """
- id: units
  rule: units_per_window
  window: week
  scope: setting
  unit: {individual: 1 h, triadic: 1 h, group: 2 h}
  shortest: {individual: 1 h, triadic: 1 h, group: 1 h}
  base: 1
  work: {category: direct}
  each_unit_supports: 10 h
  most: 2
"""
EVERY = ["zero_window", "cap_to_supported", "max_compliant_subset", "ask"]
"""All values of `on_shortfall`."""


def california(on_shortfall: str = "cap_to_supported", more: str = "") -> Pack:
    return pack_of(f"{UNITS}  on_shortfall: {on_shortfall}\n{more}")


def test_ten_hours_of_client_work_need_one_unit() -> None:
    judged = judge(lived([work("2026-03-09", hours=10)], [met("2026-03-10")]), california())

    assert credited(judged) == {"direct": 600, "supervision": 60}
    assert found(judged) == []


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("cap_to_supported", (660, 60, 0, 0)),
        ("max_compliant_subset", (660, 0, 0, 60)),
        ("ask", (0, 720, 0, 0)),
        ("zero_window", (0, 0, 0, 720)),
    ],
)
def test_the_eleventh_hour_needs_a_second_unit(
    on_shortfall: str, expected: tuple[int, int, int, int]
) -> None:
    week = lived([work("2026-03-09", hours=11)], [met("2026-03-10")])

    judged = judge(week, california(on_shortfall))

    assert buckets(judged) == expected
    assert the(judged, "units_short").minutes == expected[1] + expected[3]


def test_a_minute_beyond_ten_hours_is_held_and_it_is_the_latest() -> None:
    week = lived(
        [work("2026-03-13", minutes=301), work("2026-03-09", hours=5)], [met("2026-03-14")]
    )

    judged = judge(week, california())

    assert buckets(judged) == (660, 1, 0, 0)
    (cut,) = [one for one in judged.judged if one.cuts]
    assert (cut.piece.day.day, cut.tally.held) == (13, 1)


@pytest.mark.parametrize(
    "sessions",
    [
        [met("2026-03-10"), met("2026-03-12")],
        [met("2026-03-10", minutes=120)],
        [met("2026-03-10"), met("2026-03-12", minutes=120, together=3)],
        [met("2026-03-10", minutes=240, together=8)],
        [met("2026-03-10", together=2), met("2026-03-12", together=2)],
        [met("2026-03-09", minutes=60, together=4)] * 4,
    ],
)
def test_two_units_are_made_of_individual_triadic_and_group(sessions: list[Session]) -> None:
    week = lived([work("2026-03-09", hours=11)], sessions)

    assert found(judge(week, california())) == []


def test_never_more_than_two_units_are_asked() -> None:
    week = lived([work("2026-03-09", hours=35)], [met("2026-03-10", minutes=120)])

    assert buckets(judge(week, california())) == (37 * 60, 0, 0, 0)


def test_five_individual_hours_and_two_of_group_are_six_units() -> None:
    six = pack_of(f"{UNITS}  on_shortfall: cap_to_supported\n".replace("most: 2", "most: 6"))
    alone = met("2026-03-10", minutes=300)
    entries = [work("2026-03-09", hours=24), work("2026-03-12", hours=24)]
    entries.append(work("2026-03-13", hours=12))

    enough = lived(entries, [alone, met("2026-03-11", minutes=120, together=3)])
    short = lived(entries, [alone, met("2026-03-11", minutes=119, together=3)])

    assert buckets(judge(enough, six)) == (67 * 60, 0, 0, 0)
    assert buckets(judge(short, six)) == (50 * 60 + 419, 600, 0, 0)


@pytest.mark.parametrize("on_shortfall", EVERY)
def test_a_week_without_its_unit_is_worth_nothing(on_shortfall: str) -> None:
    week = lived([work("2026-03-09", hours=15), work("2026-03-10", hours=5, activity="training")])

    judged = judge(week, california(on_shortfall))

    assert buckets(judged) == (0, 0, 0, 20 * 60)
    finding = the(judged, "units_missing")
    assert finding.minutes == 20 * 60
    assert finding.by_when is None
    assert finding.cure == "It is over: supervision after it mends nothing."


def test_a_week_that_still_runs_is_held_and_says_what_it_lacks() -> None:
    week = lived([work("2026-03-09", hours=3)])

    judged = judge(week, california(), on="2026-03-15")

    assert buckets(judged) == (0, 180, 0, 0)
    finding = the(judged, "units_missing")
    assert finding.happened == (
        "In this week: 0 units of supervision; 3 h of client work need 1 unit."
        " Does not count yet: 3 h."
    )
    assert finding.cure == (
        "1 h of individual supervision or 1 h of triadic supervision or 2 h of group supervision"
        " in this setting by 2026-03-15 would mend it."
    )
    assert str(finding.by_when) == "2026-03-15"


def test_the_day_after_the_week_nothing_mends_it() -> None:
    week = lived([work("2026-03-09", hours=3)])

    assert buckets(judge(week, california(), on="2026-03-16")) == (0, 0, 0, 180)


def test_a_running_week_that_is_short_is_held_by_every_reading() -> None:
    week = lived([work("2026-03-09", hours=11)], [met("2026-03-10")])

    held = [buckets(judge(week, california(one), on="2026-03-15")) for one in EVERY]

    assert held == [(0, 720, 0, 0), (660, 60, 0, 0), (660, 60, 0, 0), (0, 720, 0, 0)]


def test_a_closed_week_held_for_decision_says_who_decides() -> None:
    week = lived([work("2026-03-09", hours=11)], [met("2026-03-10")])

    finding = the(judge(week, california()), "units_short")

    assert finding.cure == "It is over: your supervisor and you decide which of its hours to claim."


def test_a_setting_lends_its_unit_to_no_other() -> None:
    week = lived(
        [
            work("2026-03-09", hours=12),
            work("2026-03-10", hours=4, at=COVE),
            work("2026-03-11", hours=6, at=COVE, activity="training"),
        ],
        [met("2026-03-10"), met("2026-03-12", minutes=120, together=3, at=COVE)],
    )

    judged = judge(week, california())

    assert buckets(judged) == (23 * 60, 120, 0, 0)
    assert the(judged, "units_short").setting == "harbor"


def test_each_setting_has_its_own_week() -> None:
    sunday_first = setting(COVE, week_start=Weekday.SUNDAY)
    entries = [work("2026-03-15", hours=2), work("2026-03-15", hours=3, at=COVE)]
    sessions = [met("2026-03-16"), met("2026-03-16", at=COVE, clock="15:00")]

    judged = judge(lived(entries, sessions, settings=[sunday_first]), california())

    assert buckets(judged) == (180 + 60 + 60, 0, 0, 120)
    assert str(the(judged, "units_missing").period.first) == "2026-03-09"


@pytest.mark.parametrize(("minutes", "expected"), [(60, 120), (59, 0)])
def test_a_session_under_an_hour_makes_no_unit(minutes: int, expected: int) -> None:
    week = lived([work("2026-03-09")], [met("2026-03-10", minutes=minutes)])

    assert judge(week, california()).total.credited == expected


def test_an_hour_over_midnight_makes_a_unit() -> None:
    week = lived([work("2026-03-09", hours=2)], [met("2026-03-10", clock="23:30")])

    assert buckets(judge(week, california())) == (180, 0, 0, 0)


def test_an_hour_over_the_end_of_the_week_makes_half_a_unit_in_each() -> None:
    weeks = lived(
        [work("2026-03-09"), work("2026-03-16", hours=2)],
        [met("2026-03-15", clock="23:30"), met("2026-03-17", minutes=60)],
    )

    judged = judge(weeks, california())

    assert buckets(judged) == (120 + 30 + 60, 0, 0, 60 + 30)
    assert the(judged, "units_missing").happened == (
        "In this week: 1/2 units of supervision; 1 h of client work need 1 unit."
        " Does not count: 1 h 30 min."
    )


def test_a_unit_and_a_half_support_what_one_does() -> None:
    week = lived([work("2026-03-09", hours=11)], [met("2026-03-10", minutes=90)])

    judged = judge(week, california(), on="2026-03-12")

    assert buckets(judged) == (690, 60, 0, 0)
    assert the(judged, "units_short").cure == (
        "1 h of individual supervision or 1 h of triadic supervision or 1 h of group supervision"
        " in this setting by 2026-03-15 would mend it."
    )


def test_a_group_that_is_too_large_makes_no_unit() -> None:
    size = "- {{id: size, rule: group_size, supervision: group, at_most: {most}}}"
    week = lived([work("2026-03-09", hours=8)], [met("2026-03-10", minutes=120, together=9)])

    eight = judge(week, california(more=size.format(most=8)))
    ten = judge(week, california(more=size.format(most=10)))

    assert buckets(eight) == (0, 0, 0, 600)
    assert found(eight) == ["units_missing", "group_size"]
    assert buckets(ten) == (600, 0, 0, 0)


def test_two_supervisees_are_triadic_here_and_a_group_elsewhere() -> None:
    classes = """
- id: the-classes
  rule: supervision_class
  bands:
    - {supervision: individual, at_least: 1, at_most: 1}
    - {supervision: group, at_least: 2}
"""
    week = lived([work("2026-03-09", hours=8)], [met("2026-03-10", together=2)])

    assert judge(week, california()).total.credited == 540
    assert judge(week, california(more=classes)).total.credited == 0


@pytest.mark.parametrize(("met_on", "expected"), [("2026-03-10", 540), ("2026-03-12", 0)])
def test_a_unit_of_a_lapsed_licence_supports_nothing(met_on: str, expected: int) -> None:
    qualified = "- {id: qualified, rule: supervisor_qualified_at, licences: [lmft]}"
    days = [("2026-03-09", 4), ("2026-03-10", 4), ("2026-03-12", 5), ("2026-03-13", 4)]
    week = lived(
        [work(day, hours=hours) for day, hours in days],
        [met(met_on)],
        people=[person(ALMA, licence(expires="2026-03-11"))],
    )

    judged = judge(week, california(more=qualified))

    assert judged.total.credited == expected
    assert judged.total.void == 18 * 60 - expected


def test_supervision_itself_asks_for_no_unit() -> None:
    all_work = pack_of(f"{UNITS}  on_shortfall: zero_window\n".replace("{category: direct}", "{}"))
    week = lived([work("2026-03-09", hours=10)], [met("2026-03-10"), met("2026-03-11", minutes=30)])

    assert buckets(judge(week, all_work)) == (690, 0, 0, 0)


def test_a_week_of_which_nothing_is_left_is_not_told_twice() -> None:
    in_force = "- {id: agreed, rule: agreement_in_force}"
    late = agreement("2026-06-01", supervisee=ME)

    judged = judge(
        lived([work("2026-03-09", hours=10)], agreements=[late]), california(more=in_force)
    )

    assert buckets(judged) == (0, 0, 0, 600)
    assert found(judged) == ["agreement_not_in_force"]


def test_a_rule_that_only_warns_takes_nothing_and_still_tells() -> None:
    warning = pack_of(f"{UNITS}  severity: warns\n")

    judged = judge(lived([work("2026-03-09", hours=3)]), warning)

    assert buckets(judged) == (180, 0, 0, 0)
    finding = the(judged, "units_missing")
    assert finding.minutes == 0
    assert "Does not count" not in finding.happened


@pytest.mark.parametrize("on_shortfall", EVERY)
def test_more_individual_supervision_never_lowers_credit(on_shortfall: str) -> None:
    entries = [work("2026-03-09", hours=14), work("2026-03-11", hours=4, activity="training")]
    more = [met("2026-03-10", minutes=30), met("2026-03-11"), met("2026-03-12"), met("2026-03-13")]

    rising = [
        judge(lived(entries, more[:number]), california(on_shortfall)).total.credited
        for number in range(5)
    ]

    assert rising == sorted(rising)
    assert rising[-1] == 18 * 60 + 210


def test_no_hours_are_no_finding() -> None:
    assert found(judge(lived(), california())) == []


@pytest.mark.parametrize(
    ("instead", "of"),
    [
        ("most: 0", "most: 2"),
        ("base: 3", "base: 1"),
        ("each_unit_supports: 0 h", "each_unit_supports: 10 h"),
        ("window: rolling7", "window: week"),
        ("group: 0 h", "group: 2 h"),
    ],
)
def test_numbers_without_sense_are_refused(instead: str, of: str) -> None:
    with pytest.raises(DeclarationError):
        pack_of(UNITS.replace(of, instead))


def test_units_are_told_in_words() -> None:
    told = [units(Fraction(number, 2)) for number in range(5)]

    assert told == ["0 units", "1/2 units", "1 unit", "1 1/2 units", "2 units"]


def test_a_length_is_asked_of_the_classes_it_is_said_of() -> None:
    blocks = pack_of(UNITS.replace("{individual: 1 h, triadic: 1 h, group: 1 h}", "{group: 1 h}"))
    halves = [met("2026-03-10", minutes=30), met("2026-03-11", minutes=30)]
    groups = [met(f"2026-03-1{day}", minutes=59, together=3) for day in range(3)]

    assert found(judge(lived([work("2026-03-09", hours=8)], halves), blocks)) == []
    assert found(judge(lived([work("2026-03-09", hours=8)], groups), blocks)) == ["units_missing"]
