"""Edges of people and papers, and of what is asked for in the end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    ME,
    agreement,
    course,
    form,
    licence,
    lived,
    met,
    person,
    work,
)
from tests.unit.rules.packs import buckets, credited, found, judge, pack_of
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.people import Credential, LicenceStatus, SupervisorTraining
from witnessmark.domain.sessions import Medium, Session

MONDAY, TUESDAY = "2026-02-02", "2026-02-03"


@pytest.mark.parametrize("medium", [Medium.IN_PERSON, Medium.VIDEO, Medium.PHONE])
def test_how_the_work_was_done_is_never_a_category(medium: Medium) -> None:
    judged = judge(lived([work(MONDAY, medium=medium)]), pack_of(""))
    assert credited(judged) == {"direct": 60}


TRAINED = pack_of("""
- {id: trained, rule: supervisor_trained, course: 15 h, within_years_before: 2, grace_days: 60,
   then_minutes: 6 h, then_every_years: 2}
""")


@pytest.mark.parametrize(
    ("training", "day", "expected"),
    [
        ([course("2024-02-02")], MONDAY, (60, 0, 0, 0)),  # two years before, to the day
        ([course("2024-02-01")], MONDAY, (0, 60, 0, 0)),  # a day older: not on record
        ([course("2026-04-03")], MONDAY, (60, 0, 0, 0)),  # day 60
        ([course("2026-04-04")], MONDAY, (0, 0, 0, 60)),  # day 61
        ([course("2025-01-01", minutes=899)], MONDAY, (0, 60, 0, 0)),
        ([course("2025-01-01", minutes=450), course("2025-02-01", minutes=450)], MONDAY,
         (60, 0, 0, 0)),
    ],
)  # fmt: skip
def test_a_supervisor_is_trained_in_time(
    training: list[SupervisorTraining], day: str, expected: tuple[int, int, int, int]
) -> None:
    alma = person(ALMA, licence(), training=training)
    assert buckets(judge(lived([work(day)], people=[alma]), TRAINED)) == expected


@pytest.mark.parametrize(
    ("later", "held"),
    [([course("2026-01-05", minutes=360)], 0), ([course("2026-01-05", minutes=359)], 60), ([], 60)],
)
def test_a_supervisor_trains_again_every_two_years(
    later: list[SupervisorTraining], held: int
) -> None:
    # Supervises since 2024-01-02; from 2026-01-02 on six hours of the last two years are asked.
    alma = person(ALMA, licence(), training=[course("2023-12-01"), *later])
    judged = judge(lived([work("2024-01-02"), work(MONDAY)], people=[alma]), TRAINED)
    assert judged.total.held == held


QUALIFIED = pack_of("""
- {id: supervisor, rule: supervisor_qualified_at, licences: [lmft], licensed_years: 2,
   of_last_years: 5, any_licence_for_years: true}
""")
ELSEWHERE = licence("LMHC", board="us-fl-doh-lmhc", jurisdiction="US-FL", issued="2020-01-01")


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        ([licence(issued="2024-02-02")], (60, 0, 0, 0)),  # two years to the day
        ([licence(issued="2024-02-03")], (0, 0, 0, 60)),
        ([licence(issued="2025-06-01"), ELSEWHERE], (60, 0, 0, 0)),  # years of another state
        ([ELSEWHERE], (0, 0, 0, 60)),  # but no licence here
        ([], (0, 60, 0, 0)),  # nothing known
        ([licence(expires="2026-02-02")], (60, 0, 0, 0)),  # the last good day
        ([licence(expires="2026-02-01")], (0, 0, 0, 60)),
        ([licence(history=[("2010-01-01", LicenceStatus.PROBATION)])], (0, 0, 0, 60)),
    ],
)
def test_a_supervisor_is_licensed_on_the_day_and_long_enough(
    licences: list[Credential], expected: tuple[int, int, int, int]
) -> None:
    case = lived([work(MONDAY)], people=[person(ALMA, *licences)])
    assert buckets(judge(case, QUALIFIED)) == expected


SUBSTITUTE = pack_of("[{id: agreed, rule: agreement_in_force, substitute_days: 30}]")


@pytest.mark.parametrize(
    ("day", "known", "expected"),
    [
        ("2026-03-03", [agreement()], (120, 0, 0, 0)),  # the thirtieth day
        ("2026-03-04", [agreement()], (60, 60, 0, 0)),  # the thirty-first
        (TUESDAY, [agreement(ends="2026-02-01")], (0, 120, 0, 0)),  # nobody to stand in for
        (TUESDAY, [agreement(at=COVE)], (0, 120, 0, 0)),
    ],
)
def test_a_substitute_stands_in_for_thirty_days(
    day: str, known: list[Agreement], expected: tuple[int, int, int, int]
) -> None:
    case = lived([work(MONDAY, under=BEA), work(day, under=BEA)], agreements=known)
    assert buckets(judge(case, SUBSTITUTE)) == expected


TWO = pack_of("[{id: two, rule: concurrent_supervisors_max, at_most: 2, severity: warns}]")


@pytest.mark.parametrize(
    ("starts", "told"), [("2026-02-10", False), ("2026-02-09", True), ("2026-02-02", True)]
)
def test_a_third_supervisor_at_once_is_told(starts: str, *, told: bool) -> None:
    known = [
        agreement(),
        agreement(supervisor=BEA, ends="2026-02-09"),
        agreement(starts, supervisor="cleo"),
    ]
    case = lived([work(MONDAY), work("2026-02-09"), work("2026-02-10")], agreements=known)
    judged = judge(case, TWO)
    assert found(judged) == (["too_many_supervisors"] if told else [])
    assert judged.total.credited == 180


YEARLY = pack_of("[{id: yearly, rule: evaluation_every, form: yearly, months: 12}]", header="""
forms: {yearly: {title: A yearly evaluation}}
""")  # fmt: skip


@pytest.mark.parametrize(
    ("signed", "held"),
    [("2026-02-01", 0), ("2026-02-02", 60), ("2025-02-02", 0), ("2025-02-01", 60)],
)
def test_an_evaluation_belongs_to_the_twelve_months_it_was_signed_in(
    signed: str, held: int
) -> None:
    # From 2025-02-02 to 2026-02-01; the next year runs.
    case = lived([work("2025-02-02"), work(MONDAY)], forms=[form("yearly", (ALMA, signed))])
    assert judge(case, YEARLY, "2026-06-01").total.held == held


def test_the_supervisee_cannot_evaluate_herself() -> None:
    case = lived([work("2025-02-02")], forms=[form("yearly", (ME, "2025-12-01"))])
    assert judge(case, YEARLY, "2026-06-01").total.held == 60


def test_a_relation_that_a_board_does_not_allow_voids_the_hours_under_it_alone() -> None:
    rules = pack_of("[{id: none, rule: no_barred_relation}]")
    known = [agreement(barred_relation=True), agreement(supervisor=BEA)]
    case = lived([work(MONDAY), work(MONDAY, under=BEA), work(TUESDAY)], agreements=known)
    assert buckets(judge(case, rules)) == (60, 0, 0, 120)


def test_one_supervisor_without_a_barred_relation_is_enough() -> None:
    rules = pack_of("[{id: none, rule: no_barred_relation}]")
    known = [agreement(barred_relation=True), agreement(supervisor=BEA)]
    case = lived([], [met(MONDAY, led_by=[ALMA, BEA])], agreements=known)
    assert buckets(judge(case, rules)) == (60, 0, 0, 0)


def test_a_relation_of_an_agreement_that_is_over_bars_nothing_after_it() -> None:
    rules = pack_of("[{id: none, rule: no_barred_relation}]")
    known = [agreement(barred_relation=True, ends=MONDAY), agreement(TUESDAY)]
    case = lived([work(MONDAY), work(TUESDAY)], agreements=known)
    assert buckets(judge(case, rules)) == (60, 0, 0, 60)


WEEKS = pack_of("""
- {id: alone, rule: windows_with, title: Weeks alone, window: week, minutes: 60 min, at_least: 2,
   supervision: [individual, triadic]}
- {id: clinical, rule: windows_with, title: Under an LCSW, window: week, minutes: 60 min,
   at_least: 1, supervision: [individual, triadic], under: [lcsw]}
""")


@pytest.mark.parametrize(
    ("sessions", "alone", "clinical"),
    [
        ([met(MONDAY), met("2026-02-09", together=2)], 2, 0),
        ([met(MONDAY), met(TUESDAY)], 1, 0),  # one week
        ([met(MONDAY, minutes=30), met(TUESDAY, minutes=30)], 1, 0),  # an hour of the week
        ([met(MONDAY, minutes=59), met("2026-02-09", together=3)], 0, 0),
        ([met("2026-02-08"), met("2026-02-09")], 2, 0),  # Sunday and Monday
        ([met(MONDAY, led_by=[BEA])], 1, 1),
        ([met(MONDAY, led_by=[ALMA, BEA])], 1, 1),
    ],
)
def test_weeks_with_an_hour_alone_are_counted_and_those_under_one_licence(
    sessions: list[Session], alone: int, clinical: int
) -> None:
    bea = person(BEA, licence("LCSW"))
    judged = judge(lived([], sessions, people=[bea]), WEEKS)
    assert [(one.rule, one.done) for one in judged.requirements] == [
        ("alone", Fraction(alone)),
        ("clinical", Fraction(clinical)),
    ]


FACTORS = pack_of("""
- id: fieldwork
  rule: equivalence
  name: fieldwork
  parts: [{hours: {structure: concentrated}, factor: 1.33}, {factor: 1}]
- {id: total, rule: total_at_least, title: Ten hours, equivalent: fieldwork, number: 10}
""")


@pytest.mark.parametrize(
    ("concentrated", "supervised", "worth", "met_"),
    [
        (600, 0, Fraction(133, 10), True),
        (0, 600, Fraction(10), True),
        (300, 201, Fraction(10), True),  # 5 x 1.33 = 6.65, and 3.35
        (300, 200, Fraction(10) - Fraction(1, 60), False),
        (1, 0, Fraction(133, 6000), False),
    ],
)
def test_an_equivalent_is_exact(
    concentrated: int, supervised: int, worth: Fraction, *, met_: bool
) -> None:
    known = [
        agreement(structure="concentrated", ends=MONDAY),
        agreement(TUESDAY, structure="supervised"),
    ]
    entries = [work(MONDAY, minutes=concentrated)] if concentrated else []
    entries += [work(TUESDAY, minutes=supervised)] if supervised else []
    judged = judge(lived(entries, agreements=known), FACTORS)
    assert judged.equivalents["fieldwork"] == worth
    assert judged.requirements[0].met == met_
    assert judged.total.credited == concentrated + supervised


@pytest.mark.parametrize(
    ("mode", "hours"),
    [("down", Fraction(1)), ("nearest", Fraction(5, 4)), ("up", Fraction(3, 2))],
)
def test_rounding_is_by_contact_and_beside_the_minutes(mode: str, hours: Fraction) -> None:
    # 22, 23 and 30 minutes in quarters: down 15 + 15 + 30, nearest 15 + 30 + 30, up 30 + 30 + 30.
    rules = pack_of(f"[{{id: round, rule: rounding, name: hours, quantum: 15 min, mode: {mode}}}]")
    judged = judge(lived([work(MONDAY, minutes=each) for each in (22, 23, 30)]), rules)
    assert judged.equivalents == {"hours": hours}
    assert judged.total.credited == 75
