"""The whole table from error to row, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    ConflictError,
    GoneError,
    MappingError,
    NotLetInError,
    NotSupportedError,
    OutcomeUnknownError,
    RefusedError,
    SecretError,
    StoreError,
    TryLaterError,
    UnreadableAnswerError,
    WaitsForError,
    WitnessmarkError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.records import HostRef, Part, RecordKey
from witnessmark.sync.outcomes import Policy, is_of_the_pass, outcome_of, speaks_of_the_host

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = RecordKey(ObjectKind.SESSION, "s-1")
KNOWN = (Part("session", HostRef("there/1"), "1", "ours"),)


def row(attempts: int = 0) -> Delivery:
    return Delivery("ehr", KEY, 2, 1, DeliveryState.OPEN, attempts=attempts)


def after(
    error: WitnessmarkError, *, attempts: int = 0, policy: OnConflict = OnConflict.ASK
) -> Settled:
    patience = Policy(12, policy, lambda: 0.5)
    return outcome_of(error, row(attempts), known=KNOWN, policy=patience, now=NOW)


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


CONFLICT = ConflictError("it differs", expected="ours", found="theirs")
GONE = GoneError("it is gone", expected="ours")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (WaitsForError("staff/p", "p is not matched"), DeliveryState.WAITING),
        (CONFLICT, DeliveryState.CONFLICT),
        (GONE, DeliveryState.CONFLICT),
        (TryLaterError("away"), DeliveryState.OPEN),
        (OutcomeUnknownError("no answer"), DeliveryState.OPEN),
        (UnreadableAnswerError("a page"), DeliveryState.OPEN),
        (NotSupportedError("hold_forms", "405"), DeliveryState.OPEN),
        (RefusedError("422"), DeliveryState.QUARANTINED),
        (MappingError("session/s-1", "end", "too odd"), DeliveryState.QUARANTINED),
    ],
)
def test_each_error_leads_to_its_row(error: WitnessmarkError, state: DeliveryState) -> None:
    assert after(error).state is state


def test_a_host_that_is_away_is_no_records_fault_however_often() -> None:
    settled = after(TryLaterError("away"), attempts=11)
    assert (settled.state, settled.blameless) == (DeliveryState.OPEN, True)
    assert settled.not_before == seconds(30)


def test_what_the_host_asks_for_is_waited_for() -> None:
    assert after(TryLaterError("busy", after=600)).not_before == seconds(600)


def test_a_lost_answer_is_tried_again_later_and_later_and_at_last_given_up() -> None:
    assert after(OutcomeUnknownError("no answer")).not_before == seconds(1)
    assert after(OutcomeUnknownError("no answer"), attempts=5).not_before == seconds(32)
    given_up = after(OutcomeUnknownError("no answer"), attempts=11)
    assert given_up.state is DeliveryState.QUARANTINED
    assert given_up.reason == "given up after 12 attempts: no answer"


def test_an_answer_that_breaks_the_protocol_or_the_terms_is_given_up_after_three() -> None:
    assert after(UnreadableAnswerError("a page"), attempts=1).state is DeliveryState.OPEN
    assert after(UnreadableAnswerError("a page"), attempts=2).state is DeliveryState.QUARANTINED
    denied = NotSupportedError("hold_forms", "405")
    assert after(denied, attempts=1).state is DeliveryState.OPEN
    assert after(denied, attempts=2).state is DeliveryState.QUARANTINED


def test_waiting_again_and_again_for_what_is_there_is_given_up() -> None:
    settled = after(WaitsForError("hour_log/w", "first the week"), attempts=11)
    assert (settled.state, settled.reason) == (DeliveryState.QUARANTINED, "first the week")


@pytest.mark.parametrize(
    ("policy", "error", "state", "digest"),
    [
        (OnConflict.OURS, CONFLICT, DeliveryState.OPEN, "theirs"),
        (OnConflict.THEIRS, CONFLICT, DeliveryState.DONE, "theirs"),
        (OnConflict.OURS, GONE, DeliveryState.CONFLICT, None),
        (OnConflict.THEIRS, GONE, DeliveryState.DONE, ""),
    ],
)
def test_the_policy_decides_a_conflict_but_nothing_gone_is_silently_made_again(
    policy: OnConflict, error: ConflictError, state: DeliveryState, digest: str | None
) -> None:
    settled = after(error, policy=policy)
    assert settled.state is state
    assert (settled.receipt[0].digest if settled.receipt else None) == digest


def test_a_host_that_changes_it_each_time_is_not_fought_for_ever() -> None:
    settled = after(CONFLICT, attempts=11, policy=OnConflict.OURS)
    assert settled.state is DeliveryState.CONFLICT


@pytest.mark.parametrize(
    ("error", "of_the_pass", "of_the_host"),
    [
        (SecretError("env:KEY is not set"), True, False),
        (StoreError("the disk is full"), True, False),
        (NotLetInError("401"), True, True),
        (TryLaterError("away"), False, True),
        (RefusedError("422"), False, True),
        (CONFLICT, False, False),
        (WaitsForError("staff/p", "p"), False, False),
        (MappingError("session/s-1", "end", "odd"), False, False),
    ],
)
def test_what_ends_a_pass_and_what_says_the_host_is_unwell(
    error: WitnessmarkError, *, of_the_pass: bool, of_the_host: bool
) -> None:
    assert (is_of_the_pass(error), speaks_of_the_host(error)) == (of_the_pass, of_the_host)
