"""By when something is due: a number of business days, days or hours on a setting's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_FRIDAY = 4
_LAST_SECOND = time(23, 59, 59)


class DueUnit(StrEnum):
    """What a clinic counts in. Business days are Monday to Friday; holidays are not known."""

    BUSINESS = "business"
    CALENDAR = "calendar"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clinic's policy: so many of a unit."""

    number: int
    unit: DueUnit

    def due(self, since: datetime, zone: ZoneInfo) -> datetime:
        """Return the last second in time, in UTC: of the local day, unless hours are counted."""
        if self.unit is DueUnit.HOURS:
            return since.astimezone(UTC) + timedelta(hours=self.number)
        day = since.astimezone(zone).date()
        if self.unit is DueUnit.BUSINESS:
            day = _business(day, self.number)
        else:
            day += timedelta(days=self.number)
        return datetime.combine(day, _LAST_SECOND, tzinfo=zone).astimezone(UTC)


def _business(day: date, number: int) -> date:
    """Return the day so many business days later; 0 is that very day, or the next business day."""
    left = number
    while left or day.weekday() > _FRIDAY:
        day += timedelta(days=1)
        left -= bool(left) and day.weekday() <= _FRIDAY
    return day
