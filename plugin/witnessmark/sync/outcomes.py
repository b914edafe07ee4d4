"""What follows from how a delivery ended: the one table from error to row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from witnessmark.application.conflicts import settle_conflict
from witnessmark.errors import (
    ConflictError,
    HostError,
    LockedError,
    MappingError,
    NotLetInError,
    NotSupportedError,
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    TwiceError,
    UnreadableAnswerError,
    WaitsForError,
    WitnessmarkError,
)
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.records import Receipt

FIRST_WAIT_SECONDS = 2
LONGEST_WAIT_SECONDS = 3600
AWAY_SECONDS = 60
"""How long a record rests, at most, when it was the host that was away."""
WRITTEN_AGAIN = 3
"""What was written over the EHR's changes this often and is changed again is asked about."""
PROTOCOL_FAULTS = 3
"""An answer that breaks the protocol, or the terms, this often is no passing fault."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient to be, and whose word holds. `jitter` returns a number in [0, 1).

    `patience` is how long one generation may fail before it is given up, however few the attempts.
    """

    attempts: int
    on_conflict: OnConflict
    jitter: Callable[[], float]
    patience: timedelta = timedelta(hours=72)


def is_of_the_pass(error: WitnessmarkError) -> bool:
    """Whether an error is no record's: it ends the pass (a key, the store, being shut out)."""
    return isinstance(error, NotLetInError) or not isinstance(error, (HostError, MappingError))


def speaks_of_the_host(error: WitnessmarkError) -> bool:
    """Whether an error, seen again and again, says that the host itself is unwell."""
    of_the_record = (WaitsForError, ConflictError, TwiceError)
    return isinstance(error, HostError) and not isinstance(error, of_the_record)


def is_worn_out(row: Delivery, policy: Policy, now: datetime) -> bool:
    """Whether this generation has failed for longer than anybody waits."""
    return row.failing_since is not None and now - row.failing_since >= policy.patience


def outcome_of(
    error: WitnessmarkError, row: Delivery, *, known: Receipt, policy: Policy, now: datetime
) -> Settled:
    """Return the row that follows from a record's error; never raises, never loses the reason."""
    tired = row.attempts + 1 >= policy.attempts or is_worn_out(row, policy, now)
    match error:
        case WaitsForError() if not tired:
            return Settled(DeliveryState.WAITING, error.person_message, waiting_on=error.key)
        case LockedError() if policy.on_conflict is not OnConflict.ASK and not tired:
            return _again(error, row, policy.attempts, policy=policy, now=now)
        case ConflictError():
            fought = row.trouble is Trouble.DOUBTED and row.attempts >= WRITTEN_AGAIN
            asks = tired or fought
            return settle_conflict(OnConflict.ASK if asks else policy.on_conflict, known, error)
        case TryLaterError():
            return _away(error, row, policy=policy, now=now)
        case OutcomeUnknownError():
            return _again(error, row, policy.attempts, policy=policy, now=now)
        case UnreadableAnswerError() | NotSupportedError():
            limit = min(PROTOCOL_FAULTS, policy.attempts)
            return _again(error, row, limit, policy=policy, now=now)
        case _:
            return _final(error)


def _final(error: WitnessmarkError) -> Settled:
    """Return what no further attempt changes."""
    match error:
        case TwiceError():
            return Settled(DeliveryState.CONFLICT, error.person_message, trouble=Trouble.TWICE)
        case RefusedError():
            return Settled(DeliveryState.QUARANTINED, error.person_message, trouble=Trouble.REFUSED)
        case HostError():
            return Settled(DeliveryState.QUARANTINED, error.person_message)
        case MappingError():
            return Settled(DeliveryState.QUARANTINED, f"{error.element} cannot be said there")
        case _:
            return Settled(DeliveryState.QUARANTINED, str(error))


def held_back(error: HostError, row: Delivery, *, policy: Policy, now: datetime) -> Settled:
    """Leave a record owed of which it is not sure that it was at fault, the longer the rarer."""
    failing = (now - row.failing_since).total_seconds() if row.failing_since else 0
    longest = min(max(AWAY_SECONDS, failing), LONGEST_WAIT_SECONDS)
    return Settled(
        DeliveryState.OPEN,
        error.person_message,
        not_before=now + timedelta(seconds=policy.jitter() * longest),
        blameless=True,
        trouble=_trouble(error),
    )


def _trouble(error: HostError) -> Trouble:
    match error:
        case TryLaterError():
            return Trouble.AWAY
        case OutcomeUnknownError():
            return Trouble.UNKNOWN
        case UnreadableAnswerError():
            return Trouble.UNREADABLE
        case LockedError():
            return Trouble.LOCKED
        case _:
            return Trouble.REFUSED


def _away(error: TryLaterError, row: Delivery, *, policy: Policy, now: datetime) -> Settled:
    """Leave a record owed that had no part in it: the host was away, or asked to wait.

    What the host asks for is waited for, whatever has been waited for before.
    """
    if error.after is None and is_worn_out(row, policy, now):
        return Settled(
            DeliveryState.QUARANTINED, _given_up(error, row, policy, now), trouble=Trouble.AWAY
        )
    wait = timedelta(seconds=max(error.after or 0, policy.jitter() * AWAY_SECONDS))
    return Settled(
        DeliveryState.OPEN,
        error.person_message,
        not_before=now + wait,
        blameless=True,
        trouble=Trouble.AWAY,
    )


def _again(
    error: HostError, row: Delivery, limit: int, *, policy: Policy, now: datetime
) -> Settled:
    trouble = _trouble(error)
    if row.attempts + 1 >= limit or is_worn_out(row, policy, now):
        reason = _given_up(error, row, policy, now)
        return Settled(DeliveryState.QUARANTINED, reason, trouble=trouble)
    ceiling = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**row.attempts)
    wait = timedelta(seconds=policy.jitter() * ceiling)
    return Settled(DeliveryState.OPEN, error.person_message, not_before=now + wait, trouble=trouble)


def _given_up(error: HostError, row: Delivery, policy: Policy, now: datetime) -> str:
    if is_worn_out(row, policy, now):
        hours = round(policy.patience / timedelta(hours=1))
        return f"given up after {hours} hours: {error.person_message}"
    return f"given up after {row.attempts + 1} attempts: {error.person_message}"
