"""Evaluations of a supervisee, due every so many months."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.rules.builders import (
    ALMA,
    ME,
    buckets,
    form,
    found,
    judge,
    lived,
    pack_of,
    the,
    work,
)
from witnessmark.domain.forms import Form

_RULE = "id: evaluated, rule: evaluation_every, form: evaluation, months"
QUARTERLY = pack_of(f"[{{{_RULE}: 3}}]")
YEARLY_WARNS = pack_of(f"[{{{_RULE}: 12, severity: warns}}]")
FIRST = "2026-01-15"  # the quarters are over on 14 April, 14 July, 14 October


def test_a_quarter_that_went_by_without_an_evaluation_is_held() -> None:
    entries = [work(FIRST), work("2026-04-14"), work("2026-04-15", hours=2)]
    evaluated = form("evaluation", (ALMA, "2026-07-14"))

    judged = judge(lived(entries, forms=[evaluated]), QUARTERLY)

    assert buckets(judged) == (120, 120, 0, 0)
    told = the(judged, "evaluation_missing")
    assert (str(told.period.first), str(told.period.last)) == (FIRST, "2026-04-14")
    assert (told.minutes, told.by_when) == (120, None)
    assert told.happened == (
        "An evaluation every 3 months is asked for, and none is on record for 2026-01-15 to"
        " 2026-04-14. Does not count yet: 2 h."
    )


@pytest.mark.parametrize(
    ("on", "codes", "held"),
    [("2026-04-14", ["evaluation_due"], 0), ("2026-04-15", ["evaluation_missing"], 60)],
)
def test_while_the_quarter_runs_its_hours_count_and_its_last_day_is_told(
    on: str, codes: Sequence[str], held: int
) -> None:
    judged = judge(lived([work(FIRST)]), QUARTERLY, on)

    assert found(judged) == codes
    assert buckets(judged) == (60 - held, held, 0, 0)
    assert str(judged.findings[0].by_when) == ("None" if held else "2026-04-14")


@pytest.mark.parametrize(
    ("signed", "held"),
    [("2026-01-14", 60), (FIRST, 0), ("2026-04-14", 0), ("2026-04-15", 60)],
)
def test_an_evaluation_without_days_is_of_the_day_it_was_signed(signed: str, held: int) -> None:
    case = lived([work(FIRST)], forms=[form("evaluation", (ALMA, signed))])

    assert buckets(judge(case, QUARTERLY)) == (60 - held, held, 0, 0)


def test_an_evaluation_is_of_the_last_day_it_speaks_of_whenever_it_was_signed() -> None:
    late = form("evaluation", (ALMA, "2026-05-02"), first_day=FIRST, last_day="2026-04-14")
    other = form("evaluation", (ALMA, "2026-04-02"), first_day="2025-01-01", last_day="2025-03-31")

    assert found(judge(lived([work(FIRST)], forms=[late]), QUARTERLY)) == []
    assert found(judge(lived([work(FIRST)], forms=[other]), QUARTERLY)) == ["evaluation_missing"]


@pytest.mark.parametrize(
    "none",
    [
        form("evaluation", last_day="2026-04-01"),
        form("evaluation", (ME, "2026-04-01")),
        form("evaluation", (ALMA, "2026-04-01"), supervisee="sam"),
        form("evaluation", (ALMA, "2026-04-01"), supervisee=None),
        form("another-form", (ALMA, "2026-04-01")),
    ],
)
def test_what_is_unsigned_signed_by_the_supervisee_or_of_somebody_else_is_no_evaluation(
    none: Form,
) -> None:
    assert found(judge(lived([work(FIRST)], forms=[none]), QUARTERLY)) == ["evaluation_missing"]


def test_the_last_day_of_the_second_quarter_is_of_no_other() -> None:
    first_only = form("evaluation", (ALMA, "2026-04-01"))

    judged = judge(lived([work(FIRST), work("2026-07-14")], forms=[first_only]), QUARTERLY)

    assert buckets(judged) == (60, 60, 0, 0)


def test_quarters_without_hours_need_no_evaluation() -> None:
    evaluated = [form("evaluation", (ALMA, "2026-04-01")), form("evaluation", (ALMA, "2026-10-14"))]

    judged = judge(lived([work(FIRST), work("2026-10-14")], forms=evaluated), QUARTERLY)

    assert found(judged) == []


@pytest.mark.parametrize(("day", "codes"), [("2026-02-27", 1), ("2026-02-28", 2)])
def test_months_begin_on_the_last_day_of_a_month_that_is_too_short(day: str, codes: int) -> None:
    monthly = pack_of(f"[{{{_RULE}: 1}}]")

    judged = judge(lived([work("2026-01-31"), work(day)]), monthly)

    assert found(judged) == ["evaluation_missing"] * codes


def test_a_yearly_one_over_the_turn_of_the_year_that_only_warns() -> None:
    judged = judge(
        lived([work("2024-07-01"), work("2025-06-30"), work("2025-07-01")]), YEARLY_WARNS
    )

    assert found(judged) == ["evaluation_missing", "evaluation_missing"]
    assert buckets(judged) == (180, 0, 0, 0)
    first, second = (one.period for one in judged.findings)
    assert (str(first.last), str(second.first)) == ("2025-06-30", "2025-07-01")


def test_without_hours_there_is_nothing_to_evaluate() -> None:
    assert found(judge(lived(), QUARTERLY)) == []
