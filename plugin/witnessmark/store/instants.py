"""Instants as whole microseconds since 1970 (UTC). 0 stands for none, so that rows sort alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)


def micros(instant: datetime | None) -> int:
    """Return the number that is stored. Raises ValueError for an instant without a zone."""
    if instant is None:
        return 0
    if instant.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return (instant - _EPOCH) // _STEP


def instant_of(stored: int) -> datetime | None:
    """Return the UTC instant of a stored number, None for 0."""
    return instant_at(stored) if stored else None


def instant_at(stored: int) -> datetime:
    """Return the UTC instant of a stored number."""
    return _EPOCH + stored * _STEP
