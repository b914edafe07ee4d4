"""Whether a supervisor was licensed, and for long enough, on the day of the hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    buckets,
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
from witnessmark.domain.people import Credential, LicenceStatus
from witnessmark.rules.kinds.qualified import days_in_good_standing

LICENSED, LAPSED = LicenceStatus.LICENSED, LicenceStatus.LAPSED
LMFT = pack_of("[{id: licensed, rule: supervisor_qualified_at, licences: [lmft]}]")
_TWO_YEARS = """
- id: licensed
  rule: supervisor_qualified_at
  licences: [lmft]
  licensed_years: 2
"""
TWO_YEARS = pack_of(_TWO_YEARS)
TWO_OF_FIVE = pack_of(_TWO_YEARS + "  of_last_years: 5")
TWO_OF_ANY = pack_of(_TWO_YEARS + "  of_last_years: 10\n  any_licence_for_years: true")
COUNTS, HELD, VOID = (60, 0, 0, 0), (0, 60, 0, 0), (0, 0, 0, 60)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-28", VOID),  # the day before it was issued
        ("2026-03-01", COUNTS),
        ("2026-03-31", COUNTS),  # its last day counts until midnight
        ("2026-04-01", VOID),
    ],
)
def test_a_licence_counts_from_its_first_day_through_its_last(
    day: str, expected: tuple[int, ...]
) -> None:
    alma = person(ALMA, licence(issued="2026-03-01", expires="2026-03-31"))

    assert buckets(judge(lived([work(day)], people=[alma]), LMFT)) == expected


def test_a_session_over_the_midnight_of_the_last_day_counts_until_midnight() -> None:
    alma = person(ALMA, licence(expires="2026-03-11"))
    case = lived([], [met("2026-03-11", clock="23:40", minutes=60)], people=[alma])

    assert buckets(judge(case, LMFT)) == (20, 0, 0, 40)


def test_the_hour_that_the_clock_repeats_falls_on_the_day_after_the_last() -> None:
    alma = person(ALMA, licence(expires="2026-10-31"))
    case = lived([], [met("2026-10-31", clock="22:00", minutes=540)], people=[alma])

    assert buckets(judge(case, LMFT)) == (120, 0, 0, 420)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-09", COUNTS),
        ("2026-03-10", VOID),  # suspended
        ("2026-04-19", VOID),
        ("2026-04-20", COUNTS),  # reinstated
        ("2026-05-01", VOID),  # on probation
    ],
)
def test_a_suspended_supervisor_counts_again_from_the_day_of_reinstatement(
    day: str, expected: tuple[int, ...]
) -> None:
    history = [
        ("2010-01-01", LICENSED),
        ("2026-03-10", LicenceStatus.SUSPENDED),
        ("2026-04-20", LICENSED),
        ("2026-05-01", LicenceStatus.PROBATION),
    ]
    alma = person(ALMA, licence(history=history))

    assert buckets(judge(lived([work(day)], people=[alma]), LMFT)) == expected


@pytest.mark.parametrize(
    ("licences", "expected", "code"),
    [
        ([], HELD, "supervisor_licence_unknown"),
        ([licence("LCSW")], VOID, "supervisor_not_licensed"),
        ([licence("LMFT", jurisdiction="US-TX", board="us-tx")], VOID, "supervisor_not_licensed"),
        ([licence(history=[("2026-03-11", LICENSED)])], HELD, "supervisor_licence_unknown"),
        (
            [licence(issued="2026-03-10", history=[("2026-03-11", LICENSED)])],
            HELD,
            "supervisor_licence_unknown",
        ),
        ([licence(history=[("2026-03-10", LICENSED)])], COUNTS, None),
    ],
)
def test_what_is_not_on_record_is_held_and_another_licence_is_void(
    licences: Sequence[Credential], expected: tuple[int, ...], code: str | None
) -> None:
    judged = judge(lived([work("2026-03-10")], people=[person(ALMA, *licences)]), LMFT)

    assert buckets(judged) == expected
    assert found(judged) == ([code] if code else [])


def test_hours_of_somebody_nothing_is_known_of_are_held_under_their_id() -> None:
    judged = judge(lived([work("2026-03-10", under="zoe")]), LMFT)

    assert buckets(judged) == HELD
    assert the(judged, "supervisor_licence_unknown").cure == (
        "Record zoe's licence: the board, the number, and how it stood from when to when."
    )


@pytest.mark.parametrize("led_by", [[ALMA, BEA], [BEA, ALMA]])
def test_one_qualified_leader_of_two_is_enough(led_by: Sequence[str]) -> None:
    bea = person(BEA, licence(expires="2026-01-01"))

    judged = judge(lived([], [met("2026-03-10", led_by=led_by)], people=[bea]), LMFT)

    assert buckets(judged) == COUNTS
    assert found(judged) == []


@pytest.mark.parametrize("led_by", [[ALMA, BEA], [BEA, ALMA]])
def test_of_two_leaders_the_one_nothing_is_known_of_may_still_cure_the_session(
    led_by: Sequence[str],
) -> None:
    people = [person(ALMA, licence(expires="2026-01-01")), person(BEA)]

    judged = judge(lived([], [met("2026-03-10", led_by=led_by)], people=people), LMFT)

    assert buckets(judged) == HELD
    assert "Bea" in the(judged, "supervisor_licence_unknown").happened


@pytest.mark.parametrize(("day", "expected"), [("2026-02-28", VOID), ("2026-03-01", COUNTS)])
def test_two_years_are_full_on_the_same_day_two_years_later(
    day: str, expected: tuple[int, ...]
) -> None:
    alma = person(ALMA, licence(issued="2024-03-01"))

    judged = judge(lived([work(day)], people=[alma]), TWO_YEARS)

    assert buckets(judged) == expected
    assert found(judged) == (["supervisor_too_new"] if expected == VOID else [])


@pytest.mark.parametrize(("lapsed", "expected"), [("2022-05-31", VOID), ("2022-06-01", COUNTS)])
def test_two_years_of_the_last_five_may_be_in_parts(lapsed: str, expected: tuple[int, ...]) -> None:
    # On 2026-06-01 the five years begin on 2021-06-01: 365 days until the lapse of 2022-06-01,
    # and 365 since the renewal of 2025-06-01, of 730 needed.
    history = [("2018-01-01", LICENSED), (lapsed, LAPSED), ("2025-06-01", LICENSED)]
    alma = person(ALMA, licence(issued="2018-01-01", history=history))

    assert buckets(judge(lived([work("2026-06-01")], people=[alma]), TWO_OF_FIVE)) == expected
    assert buckets(judge(lived([work("2026-06-01")], people=[alma]), TWO_YEARS)) == COUNTS


@pytest.mark.parametrize(("expires", "expected"), [("2021-12-29", VOID), ("2021-12-30", COUNTS)])
def test_years_under_another_licence_count_where_the_board_says_so(
    expires: str, expected: tuple[int, ...]
) -> None:
    # 366 days of 2020 and 364 of 2021 are the 730 that two years before 2026-03-01 have.
    texan = licence("LPC", jurisdiction="US-TX", issued="2020-01-01", expires=expires)
    case = lived([work("2026-03-01")], people=[person(ALMA, licence(issued="2026-03-01"), texan)])

    assert buckets(judge(case, TWO_OF_ANY)) == expected
    assert buckets(judge(case, TWO_YEARS)) == VOID


@pytest.mark.parametrize(
    "other", [licence("LPC", issued="2025-01-01"), licence("AMFT", training_licence=True)]
)
def test_two_licences_at_once_or_one_for_training_add_no_years(other: Credential) -> None:
    alma = person(ALMA, licence(issued="2025-01-01"), other)

    judged = judge(lived([work("2026-12-31")], people=[alma]), TWO_OF_ANY)

    assert found(judged) == ["supervisor_too_new"]
    assert "2 years of the last 10" in the(judged, "supervisor_too_new").happened


def test_a_supervisor_is_told_of_once_for_each_state_with_all_its_hours() -> None:
    alma = person(ALMA, licence(expires="2026-03-09"))
    case = lived(
        [work("2026-03-20", hours=2), work("2026-03-09"), work("2026-03-10")], people=[alma]
    )

    told = the(judge(case, LMFT), "supervisor_not_licensed")

    assert (str(told.period.first), str(told.period.last)) == ("2026-03-10", "2026-03-20")
    assert told.minutes == 180
    assert (
        told.happened
        == "Invented Alma was not in good standing as LMFT: lapsed. Does not count: 3 h."
    )


def test_a_licence_not_issued_yet_says_from_when_it_is() -> None:
    alma = person(ALMA, licence(issued="2026-03-11"))

    told = the(judge(lived([work("2026-03-10")], people=[alma]), LMFT), "supervisor_not_licensed")

    assert told.happened.endswith("not issued before 2026-03-11. Does not count: 1 h.")


@pytest.mark.parametrize(
    ("since", "before", "days"),
    [
        ("2026-01-01", "2026-01-01", 0),
        ("2026-01-01", "2026-01-11", 10),
        ("2026-01-10", "2026-01-21", 1 + 5),  # the 10th; then the 16th to the 20th
        ("2026-01-16", "2026-01-31", 5),
        ("2026-01-01", "2026-01-16", 10),
        ("2026-01-01", "2026-01-20", 10 + 4),  # its last day is not before itself
        ("2025-12-01", "2026-02-01", 15),
    ],
)
def test_days_in_good_standing_are_counted_once_and_inside_the_stretch(
    since: str, before: str, days: int
) -> None:
    history = [("2026-01-01", LICENSED), ("2026-01-11", LAPSED), ("2026-01-16", LICENSED)]
    licences = [
        licence(issued="2026-01-01", expires="2026-01-20", history=history),
        licence(issued="2026-01-03", expires="2026-01-08"),
    ]

    counted = days_in_good_standing(
        licences, since=date.fromisoformat(since), before=date.fromisoformat(before)
    )

    assert counted == days
