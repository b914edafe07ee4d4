"""Whether the supervisee was registered with the board on the day of the hours."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    ME,
    ON,
    buckets,
    candidacy,
    found,
    judge,
    licence,
    lived,
    pack_of,
    person,
    the,
    work,
)
from witnessmark.domain.people import Credential, LicenceStatus
from witnessmark.rules.findings import Evaluation
from witnessmark.rules.pack import Pack

COUNTS, HELD, VOID = (60, 0, 0, 0), (0, 60, 0, 0), (0, 0, 0, 60)
_ALWAYS = "id: registered, rule: person_status_at, licences: [amft]"
ALWAYS = pack_of(f"[{{{_ALWAYS}}}]")
AFTER_DEGREE = pack_of(f"[{{{_ALWAYS}, from_milestone: degree}}]")
NINETY = pack_of(f"[{{{_ALWAYS}, from_milestone: degree, grace_days: 90}}]")
NINETY_PRINTED = pack_of(
    f"[{{{_ALWAYS}, from_milestone: degree, grace_days: 90, fingerprinted_first: true}}]"
)
NINETY_ONLY = pack_of(f"[{{{_ALWAYS}, grace_days: 90}}]")
DEGREE, LAST = "2026-02-01", "2026-05-02"  # 90 days: 27 in February, 31, 30, and 2 in May


def registration(issued: str = "2026-06-01") -> Credential:
    return licence("AMFT", issued=issued, history=[(issued, LicenceStatus.REGISTERED)])


def judged_by(
    pack: Pack, day: str, *registered: Credential, on: str = ON, **milestones: str
) -> Evaluation:
    """Judge one hour of a day."""
    way = [candidacy(**milestones)] if milestones else []
    return judge(lived([work(day)], people=[person(ME, *registered)], candidacies=way), pack, on)


@pytest.mark.parametrize(("day", "expected"), [("2026-05-31", VOID), ("2026-06-01", COUNTS)])
def test_hours_count_from_the_day_of_registration(day: str, expected: tuple[int, ...]) -> None:
    judged = judged_by(ALWAYS, day, registration())

    assert buckets(judged) == expected
    assert found(judged) == (["not_registered"] if expected == VOID else [])


@pytest.mark.parametrize(
    ("day", "expected", "code"),
    [
        ("2026-06-30", COUNTS, None),
        ("2026-07-01", VOID, "not_registered"),
        ("2026-07-31", VOID, "not_registered"),
        ("2026-08-01", COUNTS, None),
        ("2026-08-31", COUNTS, None),
        ("2026-09-01", VOID, "not_registered"),
    ],
)
def test_a_suspended_or_expired_registration_is_none(
    day: str, expected: tuple[int, ...], code: str | None
) -> None:
    history = [
        ("2026-06-01", LicenceStatus.REGISTERED),
        ("2026-07-01", LicenceStatus.SUSPENDED),
        ("2026-08-01", LicenceStatus.REGISTERED),
    ]
    held = licence("AMFT", issued="2026-06-01", expires="2026-08-31", history=history)

    judged = judged_by(AFTER_DEGREE, day, held, degree=DEGREE)

    assert buckets(judged) == expected
    assert found(judged) == ([code] if code else [])


def test_of_two_registrations_the_first_day_is_told() -> None:
    judged = judged_by(ALWAYS, "2026-05-31", registration("2026-09-01"), registration())

    assert "registered from 2026-06-01 on" in the(judged, "not_registered").happened


def test_without_a_registration_on_record_hours_are_held() -> None:
    judged = judged_by(ALWAYS, "2026-06-01", licence("LMFT"))

    assert buckets(judged) == HELD
    assert the(judged, "registration_unknown").cure.startswith("Record it with its first day")


@pytest.mark.parametrize(("since", "expected"), [("2026-06-01", HELD), ("2026-05-31", COUNTS)])
def test_a_registration_that_nothing_is_said_of_that_day_is_held(
    since: str, expected: tuple[int, ...]
) -> None:
    history = [(since, LicenceStatus.REGISTERED)]

    judged = judged_by(ALWAYS, "2026-05-31", licence("AMFT", issued="2026-05-31", history=history))

    assert buckets(judged) == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-05-31", VOID), ("2026-06-01", COUNTS)])
def test_the_milestone_stands_for_a_registration_that_is_not_on_record(
    day: str, expected: tuple[int, ...]
) -> None:
    assert buckets(judged_by(ALWAYS, day, registered="2026-06-01")) == expected


def test_the_milestone_does_not_outlive_a_registration_that_is_on_record() -> None:
    expired = licence(
        "AMFT",
        issued="2026-01-01",
        expires="2026-05-31",
        history=[("2026-01-01", LicenceStatus.REGISTERED)],
    )

    judged = judged_by(ALWAYS, "2026-06-01", expired, registered="2026-01-01")

    assert the(judged, "not_registered").happened == (
        "The supervisee was not registered with the board: lapsed. Does not count: 1 h."
    )


@pytest.mark.parametrize(("day", "expected"), [("2026-01-31", COUNTS), (DEGREE, VOID)])
def test_hours_before_the_degree_need_no_registration(day: str, expected: tuple[int, ...]) -> None:
    assert buckets(judged_by(AFTER_DEGREE, day, registration(), degree=DEGREE)) == expected


def test_while_the_day_of_the_degree_is_not_known_hours_before_the_registration_are_held() -> None:
    judged = judged_by(AFTER_DEGREE, "2026-01-31", registration())

    assert buckets(judged) == HELD
    assert the(judged, "registration_unknown").happened.startswith("The day of the degree")


@pytest.mark.parametrize(("received", "expected"), [(LAST, COUNTS), ("2026-05-03", VOID)])
@pytest.mark.parametrize("day", [DEGREE, "2026-05-31"])
def test_within_ninety_days_of_the_degree_an_application_covers_the_hours_until_it_is_granted(
    day: str, received: str, expected: tuple[int, ...]
) -> None:
    judged = judged_by(NINETY, day, registration(), degree=DEGREE, registration_received=received)

    assert buckets(judged) == expected


@pytest.mark.parametrize(("on", "by_when"), [(LAST, LAST), ("2026-05-03", "None")])
def test_an_application_not_received_yet_holds_the_hours(on: str, by_when: str) -> None:
    judged = judged_by(NINETY, "2026-03-01", on=on, degree=DEGREE)

    assert buckets(judged) == HELD
    assert str(the(judged, "registration_unknown").by_when) == by_when


def test_hours_after_an_application_in_time_are_held_until_it_is_granted() -> None:
    judged = judged_by(NINETY, "2026-03-01", degree=DEGREE, registration_received=LAST)

    assert buckets(judged) == HELD
    assert the(judged, "registration_unknown").happened.startswith("A registration is not")


@pytest.mark.parametrize(
    ("printed", "expected", "code"),
    [
        ("2026-03-01", COUNTS, None),
        ("2026-03-02", VOID, "not_registered"),
        (None, HELD, "registration_unknown"),
    ],
)
def test_hours_before_registration_count_from_the_fingerprints_on(
    printed: str | None, expected: tuple[int, ...], code: str | None
) -> None:
    known = {"fingerprinted": printed} if printed else {}

    judged = judged_by(
        NINETY_PRINTED,
        "2026-03-01",
        registration(),
        degree=DEGREE,
        registration_received=LAST,
        **known,
    )

    assert buckets(judged) == expected
    assert found(judged) == ([code] if code else [])


@pytest.mark.parametrize(
    ("day", "degree", "expected"),
    [("2026-01-31", DEGREE, VOID), (DEGREE, DEGREE, COUNTS), (DEGREE, None, HELD)],
)
def test_where_nothing_counts_before_the_degree_the_ninety_days_still_begin_with_it(
    day: str, degree: str | None, expected: tuple[int, ...]
) -> None:
    known = {"degree": degree} if degree else {}

    judged = judged_by(NINETY_ONLY, day, registration(), registration_received=LAST, **known)

    assert buckets(judged) == expected


def test_hours_of_somebody_registered_on_probation_count_and_the_board_is_to_be_asked() -> None:
    history = [("2026-01-01", LicenceStatus.REGISTERED), ("2026-03-01", LicenceStatus.PROBATION)]
    probation = licence("AMFT", issued="2026-01-01", history=history)

    judged = judged_by(ALWAYS, "2026-03-01", probation)

    assert buckets(judged) == COUNTS
    assert the(judged, "registration_on_probation").cure == (
        "Ask the board whether hours during the probation count."
    )
