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
PROTOCOL_FAULTS = 3
"""An answer that breaks the protocol this often is no passing fault (engine.md section 2.5)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient to be, and whose word holds. `jitter` returns a number in [0, 1)."""

    attempts: int
    on_conflict: OnConflict
    jitter: Callable[[], float]


def outcome_of(
    error: WitnessmarkError, row: Delivery, *, known: Receipt, policy: Policy, now: datetime
) -> Settled:
    """Return the row that follows from an error; never raises, never loses the reason."""
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
        case NotSupportedError():
            return Settled(DeliveryState.KEPT_HERE, error.person_message)
        case TryLaterError() | OutcomeUnknownError():
            return _again(error, row, policy.attempts, policy=policy, now=now)
        case UnreadableAnswerError():
            limit = min(PROTOCOL_FAULTS, policy.attempts)
            return _again(error, row, limit, policy=policy, now=now)
        case HostError():
            return Settled(DeliveryState.QUARANTINED, error.person_message)
        case MappingError():
            return Settled(DeliveryState.QUARANTINED, f"{error.element} cannot be said there")
        case _:
            return Settled(DeliveryState.QUARANTINED, type(error).__name__)


def _tired(row: Delivery, limit: int) -> bool:
    return row.attempts + 1 >= limit


def _again(
    error: HostError, row: Delivery, limit: int, *, policy: Policy, now: datetime
) -> Settled:
    if _tired(row, limit):
        reason = f"given up after {row.attempts + 1} attempts: {error.person_message}"
        return Settled(DeliveryState.QUARANTINED, reason)
    ceiling = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**row.attempts)
    asked = error.after if isinstance(error, TryLaterError) and error.after else 0
    wait = timedelta(seconds=max(asked, policy.jitter() * ceiling))
    return Settled(DeliveryState.OPEN, error.person_message, not_before=now + wait)
