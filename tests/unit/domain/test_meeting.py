"""A session must be able to have happened; what it counts for is another question."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests.unit.domain.practice import (
    CLERK,
    OTHER_SUPERVISOR,
    SETTING,
    SUPERVISEE,
    SUPERVISOR,
)
from witnessmark.domain.ids import PersonId, SessionId
from witnessmark.domain.meeting import Overlap, impossible_session, overlapping
from witnessmark.domain.sessions import Attendance, Session, SessionStatus

START = datetime(2026, 3, 10, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
HELD = Session(
    SessionId("s1"),
    SETTING.id,
    START,
    START + HOUR,
    SessionStatus.HELD,
    (SUPERVISOR,),
    (Attendance(SUPERVISEE, 60),),
)


def session(name: str, starts_after: int, *attended: Attendance, lead: PersonId) -> Session:
    start = START + timedelta(minutes=starts_after)
    return replace(
        HELD, id=SessionId(name), start=start, end=start + HOUR, led_by=(lead,), attended=attended
    )


def test_a_session_that_can_be_passes() -> None:
    planned = replace(HELD, status=SessionStatus.PLANNED)
    assert impossible_session(HELD, at=START + HOUR) == ()
    assert impossible_session(planned, at=START - 24 * HOUR) == ()


def test_all_impossible_facts_of_a_session_are_told_at_once() -> None:
    wrong = replace(
        HELD,
        end=START,
        attended=(Attendance(SUPERVISEE, 1), Attendance(SUPERVISOR, 0), Attendance(SUPERVISEE, 0)),
    )
    assert [problem.code for problem in impossible_session(wrong, at=START - HOUR)] == [
        "ends_before_start",
        "held_in_future",
        "leads_and_attends",
        "person_twice",
        "attended_impossibly_long",
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(HELD, led_by=()), "nobody_leads"),
        (replace(HELD, led_by=(CLERK, CLERK)), "person_twice"),
        (replace(HELD, attended=(Attendance(SUPERVISEE, 61),)), "attended_impossibly_long"),
        (replace(HELD, attended=(Attendance(SUPERVISEE, -1),)), "attended_impossibly_long"),
        (replace(HELD, start=HELD.start + HOUR, end=HELD.end + HOUR), "held_in_future"),
        (
            replace(HELD, status=SessionStatus.NO_SHOW, start=START + HOUR, end=START + 3 * HOUR),
            "missed_in_future",
        ),
    ],
)
def test_one_impossible_fact_is_enough(wrong: Session, code: str) -> None:
    now = START + HOUR - timedelta(seconds=1) if code == "missed_in_future" else START + HOUR
    assert [problem.code for problem in impossible_session(wrong, at=now)] == [code]


def test_a_session_over_the_repeated_hour_ends_after_it_starts() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    across = replace(
        HELD,
        start=datetime(2026, 11, 1, 1, 45, tzinfo=zone),
        end=datetime(2026, 11, 1, 1, 15, tzinfo=zone, fold=1),
        attended=(Attendance(SUPERVISEE, 30),),
    )
    assert impossible_session(across, at=datetime(2026, 12, 1, tzinfo=UTC)) == ()


def test_a_person_is_held_to_one_place_at_a_time_whatever_the_clocks_say() -> None:
    tokyo = timezone(9 * HOUR)
    second = session("s2", 30, Attendance(SUPERVISEE, 60), lead=OTHER_SUPERVISOR)
    second = replace(second, start=second.start.astimezone(tokyo), end=second.end.astimezone(tokyo))
    (overlap,) = overlapping([second, HELD])
    assert overlap == Overlap(SUPERVISEE, HELD.id, second.id)
    assert (overlap.problem.code, overlap.problem.path) == ("two_places_at_once", "sessions.s2")


def test_leading_two_sessions_at_once_is_impossible() -> None:
    second = session("s2", 59, Attendance(CLERK, 60), lead=SUPERVISOR)
    assert overlapping([HELD, second]) == (Overlap(SUPERVISOR, HELD.id, second.id),)


@pytest.mark.parametrize(
    "second",
    [
        session("next", 60, Attendance(SUPERVISEE, 60), lead=SUPERVISOR),
        session("absent", 30, Attendance(SUPERVISEE, 0), lead=OTHER_SUPERVISOR),
        session("changed-rooms", 30, Attendance(SUPERVISEE, 30), lead=OTHER_SUPERVISOR),
        replace(
            session("cancelled", 30, Attendance(SUPERVISEE, 60), lead=SUPERVISOR),
            status=SessionStatus.CANCELLED,
        ),
    ],
    ids=lambda one: one.id,
)
def test_what_can_be_is_no_overlap(second: Session) -> None:
    assert overlapping([HELD, second]) == ()


def test_a_long_session_overlaps_every_one_inside_it() -> None:
    long = replace(HELD, id=SessionId("long"), end=START + 4 * HOUR)
    inside = [session(f"in{n}", 60 * n, lead=SUPERVISOR) for n in (1, 2, 4)]
    found = overlapping([*inside, replace(long, attended=())])
    assert [(one.earlier, one.later) for one in found] == [("long", "in1"), ("long", "in2")]
