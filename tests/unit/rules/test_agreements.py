"""Supervision agreements on the day of the hours: in force, signed in time, with nobody barred."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    ON,
    agreement,
    buckets,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)
from witnessmark.domain.agreements import Agreement
from witnessmark.rules.findings import Evaluation
from witnessmark.rules.pack import Pack

COUNTS, HELD, VOID = (60, 0, 0, 0), (0, 60, 0, 0), (0, 0, 0, 60)
_RULE = "id: agreed, rule: agreement_in_force"
FIRST = pack_of(f"[{{{_RULE}}}]")
SIXTY_WARN = pack_of(f"[{{{_RULE}, grace_days: 60, on_late: warn}}]")
SIXTY_VOID = pack_of(f"[{{{_RULE}, grace_days: 60, on_late: void}}]")
SUBSTITUTE = pack_of(f"[{{{_RULE}, substitute_days: 30}}]")
BARRED = pack_of("[{id: barred, rule: no_barred_relation}]")


def judged_by(pack: Pack, days: Sequence[str], *agreements: Agreement, on: str = ON) -> Evaluation:
    """Judge one hour under Alma on each of these days."""
    return judge(lived([work(day) for day in days], agreements=agreements), pack, on)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-11", VOID),
        ("2026-01-12", COUNTS),
        ("2026-04-15", COUNTS),  # its last day
        ("2026-04-16", VOID),
    ],
)
def test_an_agreement_holds_from_its_first_day_through_its_last(
    day: str, expected: tuple[int, ...]
) -> None:
    judged = judged_by(FIRST, [day], agreement("2026-01-12", ends="2026-04-15"))

    assert buckets(judged) == expected
    assert found(judged) == (["agreement_not_in_force"] if expected == VOID else [])


@pytest.mark.parametrize(("day", "expected"), [("2026-01-13", VOID), ("2026-01-14", COUNTS)])
def test_without_grace_it_holds_from_the_signature_on(day: str, expected: tuple[int, ...]) -> None:
    judged = judged_by(FIRST, [day], agreement("2026-01-12", signed_on="2026-01-14"))

    assert buckets(judged) == expected
    if expected == VOID:
        told = the(judged, "agreement_not_in_force")
        assert told.happened == (
            "The agreement with Invented Alma was not in force; it is from 2026-01-14 on."
            " Does not count: 1 h."
        )


@pytest.mark.parametrize(
    "agreements",
    [
        (),
        (agreement(at=COVE),),
        (agreement(supervisor=BEA),),
        (agreement(supervisee="somebody-else"),),
        (agreement(supervisee="another"),),
    ],
)
def test_without_an_agreement_of_this_pair_at_this_setting_hours_are_held(
    agreements: Sequence[Agreement],
) -> None:
    judged = judged_by(FIRST, ["2026-03-02", "2026-03-09"], *agreements)

    assert buckets(judged) == (0, 120, 0, 0)
    told = the(judged, "agreement_missing")
    assert (str(told.period.first), str(told.period.last)) == ("2026-03-02", "2026-03-09")
    assert told.setting == HARBOR


def test_hours_at_two_settings_are_told_of_no_one_setting() -> None:
    case = lived([work("2026-03-02"), work("2026-03-03", at=COVE)], agreements=())

    told = the(judge(case, FIRST), "agreement_missing")

    assert (told.setting, told.minutes) == (None, 120)


def test_between_two_agreements_hours_are_void_and_one_of_both_is_enough() -> None:
    agreements = [agreement(ends="2026-04-15"), agreement("2026-04-18", signed_on="2026-04-18")]

    judged = judged_by(FIRST, ["2026-04-15", "2026-04-16", "2026-04-17", "2026-04-18"], *agreements)

    assert buckets(judged) == (120, 0, 0, 120)
    assert "2000-01-01 to 2026-04-15; from 2026-04-18 on" in (
        the(judged, "agreement_not_in_force").happened
    )


def test_of_two_agreements_that_day_the_signed_one_is_enough() -> None:
    judged = judged_by(FIRST, ["2026-03-02"], agreement(signed_on=None), agreement("2026-01-01"))

    assert buckets(judged) == COUNTS
    assert found(judged) == []


def test_of_two_agreements_that_day_an_unsigned_one_may_still_cure_what_the_other_cannot() -> None:
    late = agreement("2026-01-01", signed_on="2026-03-03")

    judged = judged_by(FIRST, ["2026-03-02"], late, agreement(signed_on=None))

    assert found(judged) == ["agreement_missing"]
    assert buckets(judged) == HELD


@pytest.mark.parametrize("led_by", [[ALMA, BEA], [BEA, ALMA]])
def test_an_agreement_with_one_leader_of_two_is_enough(led_by: Sequence[str]) -> None:
    case = lived([], [met("2026-03-02", led_by=led_by)], agreements=[agreement()])

    assert buckets(judge(case, FIRST)) == COUNTS


@pytest.mark.parametrize(
    ("pack", "signed", "credited", "void", "codes"),
    [
        (SIXTY_WARN, "2026-03-06", 180, 0, []),
        (SIXTY_WARN, "2026-03-07", 180, 0, ["agreement_late"]),
        (SIXTY_VOID, "2026-03-06", 180, 0, []),
        (SIXTY_VOID, "2026-03-07", 60, 120, ["agreement_late"]),
    ],
)
def test_an_agreement_signed_on_day_sixty_is_in_time_and_on_day_sixty_one_late(
    pack: Pack, signed: str, credited: int, void: int, codes: Sequence[str]
) -> None:
    days = ["2026-01-05", "2026-03-06", "2026-03-07"]

    judged = judged_by(pack, days, agreement("2026-01-01", signed_on=signed))

    assert buckets(judged) == (credited, 0, 0, void)
    assert found(judged) == codes


def test_a_late_agreement_says_when_it_was_due_and_which_hours_it_is_about() -> None:
    days = ["2026-01-05", "2026-03-06", "2026-03-07"]

    judged = judged_by(SIXTY_VOID, days, agreement("2026-01-01", signed_on="2026-03-07"))

    told = the(judged, "agreement_late")
    assert (str(told.period.first), str(told.period.last)) == ("2026-01-05", "2026-03-06")
    assert told.happened == (
        "The agreement with Invented Alma was signed on 2026-03-07; it was due by 2026-03-06."
        " Does not count: 2 h."
    )


@pytest.mark.parametrize(("pack", "deadline"), [(FIRST, "2026-01-05"), (SIXTY_WARN, "2026-03-06")])
def test_while_it_may_still_be_signed_hours_count_and_its_last_day_is_told(
    pack: Pack, deadline: str
) -> None:
    unsigned = agreement("2026-01-01", signed_on=None)

    judged = judged_by(pack, ["2026-01-05"], unsigned, on=deadline)

    assert buckets(judged) == COUNTS
    assert str(the(judged, "agreement_due").by_when) == deadline


@pytest.mark.parametrize(("pack", "after"), [(FIRST, "2026-01-06"), (SIXTY_WARN, "2026-03-07")])
def test_after_its_time_hours_are_held_until_the_day_of_signature_is_recorded(
    pack: Pack, after: str
) -> None:
    judged = judged_by(pack, ["2026-01-05"], agreement("2026-01-01", signed_on=None), on=after)

    assert buckets(judged) == HELD
    assert the(judged, "agreement_missing").cure == "Record the day on which it was signed."


def test_each_agreement_is_counted_from_the_first_hours_under_it_at_its_setting() -> None:
    earlier = agreement("2025-01-01", ends="2025-12-31")
    renewed = agreement("2026-01-01", signed_on="2026-03-07")
    entries = [
        work("2025-12-31"),
        work("2026-01-02", at=COVE),
        work("2026-01-03", under=BEA),
        work("2026-01-06"),
    ]
    others = [agreement(at=COVE), agreement(supervisor=BEA)]

    judged = judge(lived(entries, agreements=[earlier, renewed, *others]), SIXTY_VOID)

    assert buckets(judged) == (240, 0, 0, 0)  # 60 days after 6 January are 7 March


@pytest.mark.parametrize(("day", "held"), [("2026-03-31", 0), ("2026-04-01", 60)])
def test_a_substitute_stands_in_for_thirty_days_without_an_agreement(day: str, held: int) -> None:
    entries = [work("2026-03-02", under=BEA), work(day, under=BEA)]

    judged = judge(lived(entries, agreements=[agreement()]), SUBSTITUTE)

    assert buckets(judged) == (120 - held, held, 0, 0)


@pytest.mark.parametrize(("again", "held"), [("2026-03-30", 60), ("2026-03-31", 0)])
def test_somebody_who_stood_in_may_do_so_again_after_as_many_days(again: str, held: int) -> None:
    # From 28 February to 30 March are thirty days.
    entries = [work(day, under=BEA) for day in ("2026-02-08", "2026-02-28", again)]

    judged = judge(lived(entries, agreements=[agreement()]), SUBSTITUTE)

    assert buckets(judged) == (180 - held, held, 0, 0)


def test_who_stands_in_every_twenty_days_is_counted_from_the_first_of_them() -> None:
    # 14 March is forty days after 2 February; nowhere do thirty lie between.
    entries = [work(day, under=BEA) for day in ("2026-02-02", "2026-02-22", "2026-03-14")]

    judged = judge(lived(entries, agreements=[agreement()]), SUBSTITUTE)

    assert buckets(judged) == (120, 60, 0, 0)


@pytest.mark.parametrize("agreements", [[agreement(ends="2026-03-01")], [agreement(at=COVE)], []])
def test_a_substitute_needs_somebody_to_stand_in_for(agreements: Sequence[Agreement]) -> None:
    judged = judge(lived([work("2026-03-02", under=BEA)], agreements=agreements), SUBSTITUTE)

    assert found(judged) == ["agreement_missing"]


def test_without_days_for_substitutes_nobody_stands_in() -> None:
    judged = judge(lived([work("2026-03-02", under=BEA)], agreements=[agreement()]), FIRST)

    assert buckets(judged) == HELD


def test_hours_under_a_barred_relation_are_void_while_its_agreement_runs() -> None:
    barred = agreement("2026-03-02", ends="2026-03-03", barred_relation=True)
    days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]

    judged = judged_by(BARRED, days, agreement(), barred)

    assert buckets(judged) == (120, 0, 0, 120)
    told = the(judged, "barred_relation")
    assert (str(told.period.first), str(told.period.last)) == ("2026-03-02", "2026-03-03")


def test_a_relation_that_is_barred_at_one_setting_is_barred_at_all() -> None:
    elsewhere = agreement(at=COVE, barred_relation=True)

    assert buckets(judged_by(BARRED, ["2026-03-02"], agreement(), elsewhere)) == VOID


def test_a_barred_relation_of_another_pair_bars_nothing_here() -> None:
    others = [
        agreement(supervisor=BEA, barred_relation=True),
        agreement(supervisee="somebody-else", barred_relation=True),
    ]

    assert buckets(judged_by(BARRED, ["2026-03-02"], agreement(), *others)) == COUNTS


def test_a_second_leader_without_the_relation_is_enough() -> None:
    agreements = [agreement(barred_relation=True), agreement(supervisor=BEA)]
    alone, both = met("2026-03-02"), met("2026-03-03", led_by=[ALMA, BEA])

    assert buckets(judge(lived([], [alone, both], agreements=agreements), BARRED)) == (60, 0, 0, 60)
