"""Dates and times as files write them, read strictly; a time that happens twice is asked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from witnessmark.domain.settings import Setting

MOMENT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}(\.[0-9]{6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
)
"""An instant with its offset, or a local time in the setting's zone."""

DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CLOCK_PATTERN = r"^[0-9]{2}:[0-9]{2}$"


class LocalTimeError(ValueError):
    """A local time that does not name one instant. `mend` says what to write instead."""

    def __init__(self, message: str, mend: str) -> None:
        """Keep the cure apart from what is wrong."""
        self.mend = mend
        super().__init__(message)


def read_day(text: str) -> date:
    """Read `2026-10-05`. Raises ValueError."""
    if not re.fullmatch(DAY_PATTERN, text):
        raise ValueError(f"{text!r} is not a date such as 2026-10-05")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text} in the calendar") from None


def read_clock(text: str) -> time:
    """Read `17:30`. Raises ValueError."""
    if not re.fullmatch(CLOCK_PATTERN, text):
        raise ValueError(f"{text!r} is not a time of day such as 17:30")
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text} on the clock") from None


def read_moment(text: str) -> datetime:
    """Read `2026-10-05 17:30` (stays naive) or `2026-10-05T17:30-07:00`. Raises ValueError."""
    if not re.fullmatch(MOMENT_PATTERN, text):
        raise ValueError(f"{text!r} is not a time such as 2026-10-05 17:30")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text} in the calendar") from None


def instant_in(setting: Setting, moment: datetime) -> datetime:
    """Return the UTC instant; a naive moment is the setting's own clock.

    Raises LocalTimeError when that clock shows the time twice or never that day.
    """
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    first = moment.replace(tzinfo=setting.zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(setting.zone).replace(tzinfo=None) != moment:
        message = f"{moment} does not exist in {setting.time_zone}: the clock skipped that hour"
        raise LocalTimeError(message, "Correct the time.")
    message = f"{moment} happened twice in {setting.time_zone}: the clock was set back that day"
    choice = f"Write {first.isoformat()} for the first, {second.isoformat()} for the second time."
    raise LocalTimeError(message, choice)
