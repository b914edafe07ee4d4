"""What a board asks for in the end: totals, time, windows, shares; of a group, one."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.unit.rules.builders import (
    COVE,
    HARBOR,
    agreement,
    buckets,
    judge,
    licence,
    lived,
    met,
    pack_of,
    person,
    setting,
    work,
)
from witnessmark.domain.ids import PersonId
from witnessmark.domain.settings import Weekday
from witnessmark.errors import DeclarationError
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation, Measure, Requirement
from witnessmark.rules.pack import Pack

H = 60


def _needs(rules: str) -> Pack:
    return pack_of("\n".join(f"- {{title: Some, {rule}}}" for rule in rules.splitlines() if rule))


def _asked(judged: Evaluation) -> list[Requirement]:
    return sorted(judged.requirements, key=lambda one: one.rule)


def _only(experience: Experience, rule: str, on: str = "2026-11-24") -> Requirement:
    (one,) = judge(experience, _needs(rule), on).requirements
    return one


def _so_far(one: Requirement) -> tuple[object, object, object]:
    return one.done, one.held, one.needed


# Totals


@pytest.mark.parametrize(("minutes", "met_"), [(600, True), (599, False)])
def test_a_total_is_met_to_the_minute(minutes: int, *, met_: bool) -> None:
    one = _only(
        lived([work("2026-03-09", minutes=minutes)]),
        "id: t, rule: total_at_least, minutes: 10 h",
    )
    assert _so_far(one) == (minutes, 0, 600)
    assert (one.measure, one.met, one.title) == (Measure.MINUTES, met_, "Some")


def test_only_hours_of_the_selection_that_count_are_in_a_total() -> None:
    entries = [
        work("2026-03-09", hours=2),
        work("2026-03-09", hours=4, activity="training"),
        work("2026-03-09", hours=8, activity="crisis"),
    ]
    rule = "id: t, rule: total_at_least, minutes: 10 h, hours: {category: direct}"
    assert _so_far(_only(lived(entries), rule)) == (120, 0, 600)
    assert _so_far(_only(lived(), rule)) == (0, 0, 600)


def test_what_is_held_stands_beside_what_is_done() -> None:
    pack = _needs("""
id: t, rule: total_at_least, minutes: 10 h
id: w, rule: span_at_least, weeks: 4
id: m, rule: span_at_least, months: 2
id: s, rule: share_needed, hours: {category: direct}, at_least: 60%
""")
    least = pack_of("[{id: least, rule: min_per_window, at_least: 5 h, window: month}]").rules[-1]
    pack = pack.model_copy(update={"rules": (*pack.rules, least)})
    entries = [
        work("2026-03-02", hours=3),
        work("2026-03-09", hours=6, activity="training"),
        work("2026-05-04", hours=4),
    ]
    months, share, total, weeks = _asked(judge(lived(entries), pack, "2026-05-06"))
    assert _so_far(total) == (540, 240, 600)
    assert _so_far(weeks) == (2, 1, 4)
    assert _so_far(months) == (0, 2, 2)
    assert _so_far(share) == (Fraction(1, 3), Fraction(7, 13) - Fraction(1, 3), Fraction(3, 5))


def test_a_share_that_cures_would_lower_gains_nothing_by_them() -> None:
    least = pack_of("[{id: least, rule: min_per_window, at_least: 5 h, window: month}]").rules[-1]
    pack = _needs("id: s, rule: share_needed, hours: {category: direct}, at_least: 60%")
    pack = pack.model_copy(update={"rules": (*pack.rules, least)})
    entries = [work("2026-04-30", hours=5), work("2026-05-04", activity="training")]
    (share,) = judge(lived(entries), pack, "2026-05-06").requirements
    assert _so_far(share) == (1, 0, Fraction(3, 5))


def test_a_need_holds_by_the_day_of_evaluation_and_counts_the_hours_of_every_day() -> None:
    pack = _needs("""
id: new, rule: total_at_least, minutes: 20 h, valid_from: 2026-01-01
id: old, rule: total_at_least, minutes: 30 h, valid_to: 2025-12-31
""")
    life = lived([work("2025-11-03", hours=8), work("2026-03-02", hours=4)])
    assert [(one.rule, int(one.done)) for one in judge(life, pack).requirements] == [("new", 720)]
    before = judge(life, pack, "2025-12-31").requirements
    assert [(one.rule, int(one.done)) for one in before] == [("old", 720)]


def test_a_need_looks_among_the_hours_it_names() -> None:
    life = lived([work("2026-03-02", hours=3), work("2026-03-02", at=COVE)])
    kind = "id: t, rule: total_at_least, minutes: 1 h, among: {structure: apart}"
    assert _only(life, kind).done == 0


@pytest.mark.parametrize(
    "asks",
    [
        "rule: total_at_least",
        "rule: total_at_least, minutes: 1 h, equivalent: e, number: 1",
        "rule: total_at_least, equivalent: e",
        "rule: total_at_least, number: 1",
        "rule: total_at_least, minutes: 1 h, number: 1",
        "rule: span_at_least",
        "rule: span_at_least, weeks: 1, months: 1",
    ],
)
def test_a_need_that_asks_for_nothing_or_for_two_things_is_no_need(asks: str) -> None:
    with pytest.raises(DeclarationError):
        _needs(f"id: t, {asks}")


# One of several


def test_of_a_group_one_met_need_is_enough() -> None:
    """Washington: 36 months or 3,000 hours; here 3 months or 10 hours, and 2 hours direct."""
    pack = _needs("""
id: a, rule: total_at_least, minutes: 10 h, any_of: time
id: b, rule: span_at_least, months: 3, any_of: time
id: c, rule: total_at_least, minutes: 20 h
id: d, rule: total_at_least, minutes: 15 h, any_of: other
""")
    judged = judge(lived([work("2026-03-02", hours=10)]), pack)
    assert [(one.rule, one.met, judged.settled(one)) for one in _asked(judged)] == [
        ("a", True, True),
        ("b", False, True),
        ("c", False, False),
        ("d", False, False),
    ]
    assert sorted(one.rule for one in judged.still_needed) == ["c", "d"]


def test_a_group_of_which_none_is_met_is_needed_yet() -> None:
    pack = _needs("""
id: a, rule: total_at_least, minutes: 10 h, any_of: time
id: b, rule: span_at_least, months: 3, any_of: time
id: c, rule: total_at_least, minutes: 1 h
""")
    judged = judge(lived([work("2026-03-02", hours=9)]), pack)
    assert sorted(one.rule for one in judged.still_needed) == ["a", "b"]


# Time


def test_weeks_are_those_with_hours_that_count_each_once_over_the_year_end() -> None:
    """Vector 8: 20 hours without what makes them count are no week."""
    entries = [
        work("2025-12-29"),
        work("2026-01-04", at=COVE),
        work("2026-01-05"),
        work("2026-01-12", hours=20, activity="crisis"),
    ]
    weeks = _only(lived(entries), "id: w, rule: span_at_least, weeks: 3")
    assert (*_so_far(weeks), weeks.measure) == (2, 0, 3, Measure.WEEKS)
    assert _only(lived(), "id: w, rule: span_at_least, weeks: 3").done == 0


def test_a_week_counts_once_though_settings_begin_theirs_on_other_days() -> None:
    sunday = setting(COVE, week_start=Weekday.SUNDAY)
    entries = [work("2026-03-09"), work("2026-03-15", at=COVE), work("2026-03-16", at=COVE)]
    one = _only(lived(entries, settings=[sunday]), "id: w, rule: span_at_least, weeks: 2")
    assert one.done == 2


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2024-01-01", "2025-06-30", 18),
        ("2024-01-01", "2025-06-29", 17),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-02-27", 11),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-01-31", "2025-02-27", 0),
        ("2025-12-15", "2026-01-14", 1),
        ("2025-12-15", "2026-01-13", 0),
        ("2025-12-15", "2025-12-15", 0),
    ],
)
def test_months_go_from_the_first_to_the_last_hour_that_counts(
    first: str, last: str, months: int
) -> None:
    entries = [work("2020-01-01", activity="crisis"), work(first), work(last)]
    one = _only(lived(entries), "id: m, rule: span_at_least, months: 18")
    assert (*_so_far(one), one.measure) == (months, 0, 18, Measure.MONTHS)


def test_without_hours_that_count_there_are_no_months() -> None:
    rule = "id: m, rule: span_at_least, months: 18"
    assert _so_far(_only(lived(), rule)) == (0, 0, 18)
    assert _so_far(_only(lived([work("2026-03-02", activity="crisis")]), rule)) == (0, 0, 18)


def test_of_two_settings_of_the_first_day_neither_is_first_by_its_name() -> None:
    """The week that spans settings starts on the Monday: one of them, whichever is called what."""
    for monday, sunday in ((HARBOR, COVE), (COVE, HARBOR)):
        life = lived(
            [work("2026-03-04", at=HARBOR), work("2026-03-04", at=COVE), work("2026-03-08")],
            settings=[setting(monday), setting(sunday, week_start=Weekday.SUNDAY)],
        )
        assert _only(life, "id: w, rule: span_at_least, weeks: 9").done == 1


# Windows with supervision

WEEKS = (
    "id: w, rule: windows_with, supervision: [individual, triadic], minutes: 1 h, window: week,"
    " at_least: 3, of: 4"
)


def test_a_week_with_an_hour_of_individual_or_triadic_supervision_is_one() -> None:
    """Vector 6: with two supervisees it is triadic, with three a group."""
    sessions = [
        met("2026-03-09"),
        met("2026-03-16", together=2),
        met("2026-03-23", together=3, minutes=120),
        met("2026-03-30", minutes=59),
        met("2026-04-06", minutes=30),
        met("2026-04-12", minutes=30, at=COVE),
    ]
    one = _only(lived([work("2026-04-20")], sessions), WEEKS)
    assert (*_so_far(one), one.measure, one.of) == (3, 0, 3, Measure.WEEKS, 4)
    apart = _only(lived((), [*sessions, met("2026-03-10", at=COVE)]), f"{WEEKS}, scope: setting")
    assert apart.done == 2


def test_52_of_104_weeks_are_asked_and_51_are_too_few() -> None:
    rule = WEEKS.replace("at_least: 3, of: 4", "at_least: 52, of: 104")
    monday = date(2024, 1, 1)
    sessions = [met(str(monday + timedelta(weeks=week))) for week in range(52)]
    assert _only(lived((), sessions), rule).met
    assert not _only(lived((), sessions[1:]), rule).met


def test_only_weeks_led_under_a_licence_of_that_day_are_those_under_it() -> None:
    lcsw = licence("LCSW", expires="2026-03-31")
    life = lived(
        (),
        [
            met("2026-03-09", led_by=["dana"]),
            met("2026-03-16"),
            met("2026-04-06", led_by=["dana"]),
        ],
        people=[person("dana", lcsw)],
        agreements=[agreement(supervisor=PersonId("dana")), agreement()],
    )
    one = _only(life, f"{WEEKS}, under: lcsw")
    assert one.done == 1


def test_supervision_beyond_a_maximum_makes_its_week_one_and_held_supervision_would() -> None:
    beyond = pack_of("""
    - {id: s, rule: max_per_window, at_most: 2 h, window: week, hours: {category: supervision}}
    - {id: f, rule: min_per_window, at_least: 2 h, window: week}
    """).rules[-2:]
    pack = _needs(WEEKS)
    pack = pack.model_copy(update={"rules": (*pack.rules, *beyond)})
    sessions = [
        met("2026-03-09", minutes=120, together=4),
        met("2026-03-10"),
        met("2026-03-16"),
        met("2026-05-04"),
    ]
    judged = judge(lived((), sessions), pack, "2026-05-06")
    assert buckets(judged) == (120, 60, 60, 60)
    (one,) = judged.requirements
    assert _so_far(one) == (1, 1, 3)


@pytest.mark.parametrize(
    ("window", "done", "measure"),
    [("month", 2, Measure.MONTHS), ("quarter", 1, Measure.COUNT), ("lifetime", 1, Measure.COUNT)],
)
def test_windows_are_counted_in_what_they_are(window: str, done: int, measure: Measure) -> None:
    rule = WEEKS.replace("window: week", f"window: {window}")
    one = _only(lived((), [met("2026-01-31"), met("2026-02-01")]), rule)
    assert one.done == done
    assert one.measure is measure


# Shares


@pytest.mark.parametrize(
    ("direct", "met_"), [(900, True), (899, False)], ids=["exactly-60", "a-minute-less"]
)
def test_a_share_is_exact(direct: int, *, met_: bool) -> None:
    entries = [
        work("2026-03-09", minutes=direct),
        work("2026-03-10", minutes=1500 - direct, activity="training"),
    ]
    rule = "id: s, rule: share_needed, hours: {category: direct}, at_least: 60%"
    one = _only(lived(entries), rule)
    assert _so_far(one) == (Fraction(direct, 1500), 0, Fraction(3, 5))
    assert (one.met, one.measure) == (met_, Measure.SHARE)


def test_a_share_may_be_of_some_hours_only_and_of_none_there_is_none() -> None:
    rule = (
        "id: s, rule: share_needed, hours: {activity: couple-family-therapy},"
        " of: {category: direct}, at_least: 1/2"
    )
    entries = [
        work("2026-03-09", hours=1, activity="couple-family-therapy"),
        work("2026-03-10", hours=2),
        work("2026-03-11", hours=9, activity="training"),
    ]
    assert _only(lived(entries), rule).done == Fraction(1, 3)
    assert _only(lived(), rule).done == 0
