"""Settings: the workplaces where hours are gained, each with its own clock and week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from witnessmark.domain.ids import SettingId


class Weekday(StrEnum):
    """A day on which a setting's week may start, in `date.weekday()` order."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class Setting:
    """A workplace. `time_zone` is an IANA name (`America/Los_Angeles`).

    `kind` is a board's word for the sort of place it is (`hospital`, `community-mental-health`).
    """

    id: SettingId
    name: str
    time_zone: str
    week_start: Weekday = Weekday.MONDAY
    kind: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The workplace's clock."""
        return ZoneInfo(self.time_zone)

    def week_of(self, day: date) -> date:
        """Return the first day of the week that holds `day`."""
        return day - timedelta(days=(day.weekday() - list(Weekday).index(self.week_start)) % 7)

    def day_of(self, instant: datetime) -> date:
        """Return the workplace's own date at an aware instant."""
        return instant.astimezone(self.zone).date()

    def minutes_in(self, day: date) -> int:
        """Return the real length of a local day: 1440, or 1380/1500 where the clock changes."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        following = day + timedelta(days=1)
        end = datetime(following.year, following.month, following.day, tzinfo=self.zone)
        return elapsed_minutes(midnight, end)

    def minutes_by_day(self, start: datetime, end: datetime) -> dict[date, int]:
        """Return the minutes of a span that fall on each local day (DST counted)."""
        shares: dict[date, int] = {}
        day, since = self.day_of(start), start
        while since < end:
            following = day + timedelta(days=1)
            midnight = datetime(following.year, following.month, following.day, tzinfo=self.zone)
            until = midnight if midnight.timestamp() < end.timestamp() else end
            shares[day] = elapsed_minutes(since, until)
            day, since = following, until
        return shares


def elapsed_minutes(start: datetime, end: datetime) -> int:
    """Return whole minutes that really passed between two aware instants (DST counted)."""
    return int((end.timestamp() - start.timestamp()) // 60)
