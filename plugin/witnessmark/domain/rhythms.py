"""When a recurring session falls: the same time on the setting's wall clock, all year round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from witnessmark.domain.groups import Rhythm
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError


def occurrences(
    rhythm: Rhythm, setting: Setting, *, since: date, until: date
) -> tuple[tuple[datetime, datetime], ...]:
    """Return start and end, as UTC instants, of each occurrence on the days `since` to `until`.

    Both days are included, as is the rhythm's own last day. A time the clock skips in spring is
    held later by what was skipped; one it shows twice in autumn is the first (PEP 495, fold 0).
    `minutes` are minutes that really pass. Raises DomainError for a rhythm that never moves on.
    """
    if rhythm.every_weeks < 1:
        raise DomainError("rhythm_stands_still", "A rhythm takes weeks.", "Repeat it every week.")
    last = until if rhythm.until is None else min(until, rhythm.until)
    step = timedelta(weeks=rhythm.every_weeks)
    missed = -((rhythm.first_day - since) // step) if since > rhythm.first_day else 0
    day = rhythm.first_day + missed * step
    found = []
    while day <= last:
        start = datetime.combine(day, rhythm.at, tzinfo=setting.zone).astimezone(UTC)
        found.append((start, start + timedelta(minutes=rhythm.minutes)))
        day += step
    return tuple(found)
