"""The whole table from error to row, by hand (engine.md 2.5)."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from witnessmark import errors
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    ConflictError,
    GoneError,
    HostError,
    LockedError,
    MappingError,
    MovedError,
    NotLetInError,
    NotSupportedError,
    OutcomeUnknownError,
    RefusedError,
    SecretError,
    StoreError,
    TryLaterError,
    TwiceError,
    UnreadableAnswerError,
    WaitsForError,
    WitnessmarkError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.records import HostRef, Part, RecordKey
from witnessmark.sync.outcomes import (
    Policy,
    held_back,
    is_of_the_pass,
    outcome_of,
    speaks_of_the_host,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = RecordKey(ObjectKind.SESSION, "s-1")
KNOWN = (Part("session", HostRef("there/1"), "1", "ours"),)
ASK, OURS, THEIRS = OnConflict.ASK, OnConflict.OURS, OnConflict.THEIRS


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def row(attempts: int = 0, failing: timedelta | None = None) -> Delivery:
    since = NOW - failing if failing is not None else None
    state = DeliveryState.OPEN
    return Delivery("ehr", KEY, 2, 1, state, attempts=attempts, failing_since=since)


def after(
    error: WitnessmarkError,
    *,
    attempts: int = 0,
    failing: timedelta | None = None,
    policy: OnConflict = ASK,
) -> Settled:
    patience = Policy(12, policy, lambda: 0.5)
    return outcome_of(error, row(attempts, failing), known=KNOWN, policy=patience, now=NOW)


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


CONFLICT = ConflictError("it differs", expected="ours", found="theirs", differs=("status",))
GONE = GoneError("it is gone", expected="ours")
MOVED = MovedError("it moved", expected="ours", found="theirs", host_ref="there/2")
LOCKED = LockedError("it is locked", expected="ours", found="ours")
WAITS = WaitsForError("staff/p", "p is not matched")
AWAY = TryLaterError("away")
BUSY = TryLaterError("busy", after=600)
LOST = OutcomeUnknownError("no answer")
PAGE = UnreadableAnswerError("a page")
DENIED = NotSupportedError("hold_forms", "405")
REFUSED = RefusedError("422")
TWICE = TwiceError("two of them")
ODD = MappingError("session/s-1", "end", "too odd")
SHUT_OUT = NotLetInError("401")

OPEN, DONE, WAITING = DeliveryState.OPEN, DeliveryState.DONE, DeliveryState.WAITING
ASKED, GIVEN_UP = DeliveryState.CONFLICT, DeliveryState.QUARANTINED

TABLE: list[tuple[WitnessmarkError, DeliveryState, DeliveryState, DeliveryState, Trouble]] = [
    # error, at first, at the twelfth attempt, after 72 hours, and what the trouble is
    (WAITS, WAITING, GIVEN_UP, GIVEN_UP, Trouble.NONE),
    (CONFLICT, ASKED, ASKED, ASKED, Trouble.CHANGED),
    (GONE, ASKED, ASKED, ASKED, Trouble.GONE),
    (MOVED, ASKED, ASKED, ASKED, Trouble.MOVED),
    (LOCKED, ASKED, ASKED, ASKED, Trouble.LOCKED),
    (TWICE, ASKED, ASKED, ASKED, Trouble.TWICE),
    (AWAY, OPEN, OPEN, GIVEN_UP, Trouble.AWAY),
    (BUSY, OPEN, OPEN, OPEN, Trouble.AWAY),
    (LOST, OPEN, GIVEN_UP, GIVEN_UP, Trouble.UNKNOWN),
    (PAGE, OPEN, GIVEN_UP, GIVEN_UP, Trouble.UNREADABLE),
    (DENIED, OPEN, GIVEN_UP, GIVEN_UP, Trouble.REFUSED),
    (REFUSED, GIVEN_UP, GIVEN_UP, GIVEN_UP, Trouble.REFUSED),
    (SHUT_OUT, GIVEN_UP, GIVEN_UP, GIVEN_UP, Trouble.REFUSED),
    (ODD, GIVEN_UP, GIVEN_UP, GIVEN_UP, Trouble.NONE),
]


def named(error: object) -> str | None:
    return type(error).__name__ if isinstance(error, Exception) else None


@pytest.mark.parametrize(("error", "first", "twelfth", "old", "trouble"), TABLE, ids=named)
def test_each_error_leads_to_its_row(
    error: WitnessmarkError,
    first: DeliveryState,
    twelfth: DeliveryState,
    old: DeliveryState,
    trouble: Trouble,
) -> None:
    assert (after(error).state, after(error).trouble) == (first, trouble)
    assert after(error, attempts=11).state is twelfth
    assert after(error, failing=hours(71.9)).state is first
    assert after(error, failing=hours(72)).state is old


def test_no_error_of_a_host_is_left_out_of_the_table() -> None:
    every = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, HostError) and kind is not HostError
    }
    assert {type(error) for error, *_ in TABLE} == every | {MappingError}


def test_a_host_that_is_away_is_no_records_fault_however_often() -> None:
    settled = after(AWAY, attempts=11)
    assert (settled.state, settled.blameless) == (OPEN, True)
    assert settled.not_before == seconds(30)


def test_what_the_host_asks_for_is_waited_for() -> None:
    assert after(BUSY).not_before == seconds(600)


def test_a_lost_answer_is_tried_again_later_and_later_and_at_last_given_up() -> None:
    assert after(LOST).not_before == seconds(1)
    assert after(LOST, attempts=5).not_before == seconds(32)
    assert after(LOST, attempts=11).reason == "given up after 12 attempts: no answer"
    assert after(LOST, failing=hours(80)).reason == "given up after 72 hours: no answer"


def test_an_answer_that_breaks_the_protocol_or_the_terms_is_given_up_after_three() -> None:
    for error in (PAGE, DENIED):
        assert after(error, attempts=1).state is OPEN
        assert after(error, attempts=2).state is GIVEN_UP


def test_a_clock_that_was_set_back_makes_nothing_older() -> None:
    assert after(AWAY, failing=hours(-24)).state is OPEN


def test_what_is_held_back_is_tried_the_more_rarely_the_longer_it_fails() -> None:
    patience = Policy(12, ASK, lambda: 0.5)
    waits = [
        held_back(REFUSED, row(failing=failing), policy=patience, now=NOW).not_before
        for failing in (None, hours(0.5), hours(24))
    ]
    assert waits == [seconds(30), seconds(900), seconds(1800)]


@pytest.mark.parametrize(
    ("policy", "error", "state", "digest", "trouble"),
    [
        (OURS, CONFLICT, OPEN, "theirs", Trouble.CHANGED),
        (THEIRS, CONFLICT, DONE, "theirs", Trouble.NONE),
        (OURS, MOVED, OPEN, "theirs", Trouble.MOVED),
        (THEIRS, MOVED, DONE, "theirs", Trouble.NONE),
        (OURS, GONE, ASKED, None, Trouble.GONE),
        (THEIRS, GONE, DONE, "", Trouble.GONE),
        (OURS, LOCKED, OPEN, None, Trouble.LOCKED),
        (THEIRS, LOCKED, OPEN, None, Trouble.LOCKED),
    ],
)
def test_the_policy_decides_a_conflict_but_nothing_gone_is_silently_made_again(
    policy: OnConflict,
    error: ConflictError,
    state: DeliveryState,
    digest: str | None,
    trouble: Trouble,
) -> None:
    settled = after(error, policy=policy)
    assert (settled.state, settled.trouble) == (state, trouble)
    assert (settled.receipt[0].digest if settled.receipt else None) == digest


def test_a_moved_copy_is_followed_to_where_it_stands() -> None:
    settled = after(MOVED, policy=OURS)
    assert settled.receipt is not None
    assert settled.receipt[0].host_ref == "there/2"


def test_a_host_that_changes_or_locks_it_each_time_is_not_fought_for_ever() -> None:
    for error, policy in ((CONFLICT, OURS), (LOCKED, OURS), (LOCKED, THEIRS)):
        assert after(error, attempts=11, policy=policy).state is ASKED


@pytest.mark.parametrize(
    ("error", "of_the_pass", "of_the_host"),
    [
        (SecretError("env:KEY is not set"), True, False),
        (StoreError("the disk is full"), True, False),
        (SHUT_OUT, True, True),
        (AWAY, False, True),
        (REFUSED, False, True),
        (TWICE, False, False),
        (CONFLICT, False, False),
        (LOCKED, False, False),
        (WAITS, False, False),
        (ODD, False, False),
    ],
)
def test_what_ends_a_pass_and_what_says_the_host_is_unwell(
    error: WitnessmarkError, *, of_the_pass: bool, of_the_host: bool
) -> None:
    assert (is_of_the_pass(error), speaks_of_the_host(error)) == (of_the_pass, of_the_host)
