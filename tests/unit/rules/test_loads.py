"""How many supervisees a supervisor has, and how many supervisors a supervisee."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    agreement,
    buckets,
    found,
    judge,
    lived,
    met,
    pack_of,
    setting,
    the,
    work,
)
from witnessmark.domain.agreements import Agreement

LOAD = pack_of("[{id: load, rule: supervisor_load_max, at_most: 2}]")
AT_CLINICS = pack_of("[{id: load, rule: supervisor_load_max, at_most: 2, settings: [clinic]}]")
ONE_AT_ONCE = pack_of("[{id: one, rule: concurrent_supervisors_max, at_most: 1}]")
TWO_AT_ONCE = pack_of("[{id: two, rule: concurrent_supervisors_max, at_most: 2}]")


def others(*names: str, at: str = COVE, ends: str | None = None) -> list[Agreement]:
    """Return agreements of others with Alma."""
    return [agreement("2026-03-02", supervisee=name, at=at, ends=ends) for name in names]


def test_a_supervisor_with_as_many_as_allowed_is_not_told_of() -> None:
    agreements = [agreement(), *others("sam")]

    assert found(judge(lived([work("2026-03-02")], agreements=agreements), LOAD)) == []


def test_a_supervisor_with_more_is_told_of_once_from_first_to_last_day_and_nothing_falls() -> None:
    agreements = [agreement(), *others("sam", "kim", ends="2026-03-10")]
    days = ["2026-03-01", "2026-03-02", "2026-03-05", "2026-03-10", "2026-03-11"]

    judged = judge(lived([work(day) for day in days], agreements=agreements), LOAD)

    told = the(judged, "supervisor_load")
    assert (str(told.period.first), str(told.period.last)) == ("2026-03-02", "2026-03-10")
    assert told.happened == (
        "Invented Alma had agreements with up to 3 supervisees at once; this board allows 2."
    )
    assert (told.minutes, buckets(judged)) == (0, (300, 0, 0, 0))


def test_the_highest_number_is_told_whenever_it_was() -> None:
    agreements = [agreement(), *others("sam", "kim"), *others("lou", ends="2026-03-03")]

    judged = judge(lived([work("2026-03-03"), work("2026-03-04")], agreements=agreements), LOAD)

    assert "up to 4" in the(judged, "supervisor_load").happened


def test_a_supervisee_at_two_settings_is_one() -> None:
    agreements = [agreement(), agreement(at=COVE), *others("sam"), *others("sam", at="harbor")]

    assert found(judge(lived([work("2026-03-02")], agreements=agreements), LOAD)) == []


def test_each_supervisor_who_led_is_looked_at_and_nobody_else() -> None:
    agreements = [agreement(), agreement(supervisor=BEA), *others("sam", "kim")]
    of_bea = lived([work("2026-03-02", under=BEA)], agreements=agreements)
    of_both = lived([], [met("2026-03-02", led_by=[BEA, ALMA])], agreements=agreements)

    assert found(judge(of_bea, LOAD)) == []
    assert "Alma" in the(judge(of_both, LOAD), "supervisor_load").happened


def test_settings_of_another_kind_are_not_counted() -> None:
    places = [setting("harbor", kind="clinic"), setting("cove", kind="exempt")]
    exempt = lived(
        [work("2026-03-02")], agreements=[agreement(), *others("sam", "kim")], settings=places
    )
    clinic = lived(
        [work("2026-03-02")],
        agreements=[agreement(), *others("sam", "kim", at="harbor")],
        settings=places,
    )
    elsewhere = lived(
        [work("2026-03-02")],
        agreements=[agreement(), *others("sam", "kim", at="unknown")],
        settings=places,
    )

    assert found(judge(exempt, AT_CLINICS)) == []
    assert found(judge(clinic, AT_CLINICS)) == ["supervisor_load"]
    assert found(judge(elsewhere, AT_CLINICS)) == []
    assert found(judge(elsewhere, LOAD)) == ["supervisor_load"]


@pytest.mark.parametrize(
    ("agreements", "codes"),
    [
        ([agreement()], []),
        ([agreement(), agreement(at=COVE)], []),  # one supervisor in two places
        ([agreement(), agreement(supervisor=BEA)], ["too_many_supervisors"]),
        ([agreement(), agreement(supervisor=BEA, supervisee="sam")], []),
        ([agreement(ends="2026-03-01"), agreement("2026-03-02", supervisor=BEA)], []),
        (
            [agreement(ends="2026-03-02"), agreement("2026-03-02", supervisor=BEA)],
            ["too_many_supervisors"],
        ),
    ],
)
def test_supervisors_are_counted_by_their_agreements_in_force_that_day(
    agreements: Sequence[Agreement], codes: Sequence[str]
) -> None:
    case = lived([work("2026-03-01"), work("2026-03-02")], agreements=agreements)

    judged = judge(case, ONE_AT_ONCE)

    assert found(judged) == codes
    assert found(judge(case, TWO_AT_ONCE)) == []
    assert buckets(judged) == (120, 0, 0, 0)


def test_too_many_supervisors_are_told_with_their_number_from_first_to_last_day() -> None:
    agreements = [agreement(), agreement("2026-03-02", supervisor=BEA)]
    days = ["2026-03-01", "2026-03-02", "2026-03-09"]

    told = the(
        judge(lived([work(day) for day in days], agreements=agreements), ONE_AT_ONCE),
        "too_many_supervisors",
    )

    assert (str(told.period.first), str(told.period.last)) == ("2026-03-02", "2026-03-09")
    assert told.happened.startswith("Agreements with up to 2 supervisors were in force at once")


def test_where_there_are_no_hours_nothing_is_told() -> None:
    agreements = [agreement(), agreement(supervisor=BEA), *others("sam", "kim")]

    assert found(judge(lived(agreements=agreements), ONE_AT_ONCE)) == []
    assert found(judge(lived(agreements=agreements), LOAD)) == []
