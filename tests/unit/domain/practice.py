"""An invented practice in Los Angeles, by hand: people, one setting, one week in March 2026."""

from datetime import UTC, date, datetime

from witnessmark.domain.hours import Activity, Entry, HourLog
from witnessmark.domain.ids import EntryId, LogId, PersonId, SettingId
from witnessmark.domain.sessions import Medium
from witnessmark.domain.settings import Setting, Weekday

SUPERVISEE = PersonId("ada")
SUPERVISOR = PersonId("ben")
OTHER_SUPERVISOR = PersonId("cleo")
CLERK = PersonId("dina")

SETTING = Setting(SettingId("harbour"), "Harbour Practice", "America/Los_Angeles", Weekday.SUNDAY)
WEEK = date(2026, 3, 8)
"""A Sunday; the clock in Los Angeles skips an hour on it."""
LATER = datetime(2026, 3, 16, 17, tzinfo=UTC)
"""Monday after that week, 10:00 in Los Angeles."""


def entry(
    name: str, day: date, minutes: int = 60, *, supervisor: PersonId = SUPERVISOR, version: int = 1
) -> Entry:
    return Entry(
        EntryId(name),
        day,
        minutes,
        Activity.INDIVIDUAL_THERAPY,
        Medium.IN_PERSON,
        supervisor,
        version,
    )


MONDAY = entry("mon", date(2026, 3, 9), 120)
TUESDAY = entry("tue", date(2026, 3, 10), 90)
FRIDAY_ELSEWHERE = entry("fri", date(2026, 3, 13), 45, supervisor=OTHER_SUPERVISOR)


def draft(*entries: Entry) -> HourLog:
    return HourLog(LogId("log-1"), SUPERVISEE, SETTING.id, WEEK, entries)
