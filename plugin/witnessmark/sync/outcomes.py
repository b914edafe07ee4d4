"""What follows from how a delivery ended: the one table from error to row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from witnessmark.application.conflicts import settle_conflict
from witnessmark.errors import (
    ConflictError,
    HostError,
    MappingError,
    NotLetInError,
    NotSupportedError,
    OutcomeUnknownError,
    TryLaterError,
    UnreadableAnswerError,
    WaitsForError,
    WitnessmarkError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.records import Receipt

FIRST_WAIT_SECONDS = 2
LONGEST_WAIT_SECONDS = 3600
AWAY_SECONDS = 60
"""How long a record rests, at most, when it was the host that was away."""
PROTOCOL_FAULTS = 3
"""An answer that breaks the protocol, or the terms, this often is no passing fault."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient to be, and whose word holds. `jitter` returns a number in [0, 1)."""

    attempts: int
    on_conflict: OnConflict
    jitter: Callable[[], float]


def is_of_the_pass(error: WitnessmarkError) -> bool:
    """Whether an error is no record's: it ends the pass (a key, the store, being shut out)."""
    return isinstance(error, NotLetInError) or not isinstance(error, (HostError, MappingError))


def speaks_of_the_host(error: WitnessmarkError) -> bool:
    """Whether an error, seen again and again, says that the host itself is unwell."""
    return isinstance(error, HostError) and not isinstance(error, (WaitsForError, ConflictError))


def outcome_of(
    error: WitnessmarkError, row: Delivery, *, known: Receipt, policy: Policy, now: datetime
) -> Settled:
    """Return the row that follows from a record's error; never raises, never loses the reason."""
    match error:
        case WaitsForError() if not _tired(row, policy.attempts):
            return Settled(DeliveryState.WAITING, error.person_message, waiting_on=error.key)
        case ConflictError():
            return settle_conflict(
                OnConflict.ASK if _tired(row, policy.attempts) else policy.on_conflict,
                known,
                expected=error.expected,
                found=error.found,
                what=error.person_message,
            )
        case TryLaterError():
            return _rest(error, policy=policy, now=now)
        case OutcomeUnknownError():
            return _again(error, row, policy.attempts, policy=policy, now=now)
        case UnreadableAnswerError() | NotSupportedError():
            limit = min(PROTOCOL_FAULTS, policy.attempts)
            return _again(error, row, limit, policy=policy, now=now)
        case HostError():
            return Settled(DeliveryState.QUARANTINED, error.person_message)
        case MappingError():
            return Settled(DeliveryState.QUARANTINED, f"{error.element} cannot be said there")
        case _:
            return Settled(DeliveryState.QUARANTINED, str(error))


def _tired(row: Delivery, limit: int) -> bool:
    return row.attempts + 1 >= limit


def _rest(error: TryLaterError, *, policy: Policy, now: datetime) -> Settled:
    """Leave a record owed that had no part in it: the host was away, or asked to wait."""
    wait = timedelta(seconds=max(error.after or 0, policy.jitter() * AWAY_SECONDS))
    return Settled(DeliveryState.OPEN, error.person_message, not_before=now + wait, blameless=True)


def _again(
    error: HostError, row: Delivery, limit: int, *, policy: Policy, now: datetime
) -> Settled:
    if _tired(row, limit):
        reason = f"given up after {row.attempts + 1} attempts: {error.person_message}"
        return Settled(DeliveryState.QUARANTINED, reason)
    ceiling = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**row.attempts)
    wait = timedelta(seconds=policy.jitter() * ceiling)
    return Settled(DeliveryState.OPEN, error.person_message, not_before=now + wait)
