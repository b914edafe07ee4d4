"""By when something is due: hours, days and business days on a setting's own clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from witnessmark.domain.deadlines import Deadline, DueUnit

HERE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("number", "unit", "since", "due"),
    [
        # Monday afternoon: three business days are Thursday's end.
        (3, DueUnit.BUSINESS, "2026-11-16T15:00-08:00", "2026-11-19T23:59:59-08:00"),
        # Friday evening there is Saturday in UTC; the weekend is not counted.
        (3, DueUnit.BUSINESS, "2026-11-21T02:00+00:00", "2026-11-25T23:59:59-08:00"),
        (1, DueUnit.BUSINESS, "2026-11-21T12:00-08:00", "2026-11-23T23:59:59-08:00"),
        (5, DueUnit.BUSINESS, "2026-11-16T09:00-08:00", "2026-11-23T23:59:59-08:00"),
        # The clocks go back on 1 November 2026: the day is a local day all the same.
        (2, DueUnit.CALENDAR, "2026-10-31T09:00-07:00", "2026-11-02T23:59:59-08:00"),
        (72, DueUnit.HOURS, "2026-10-31T09:00-07:00", "2026-11-03T08:00-08:00"),
    ],
)
def test_it_is_due_at_the_end_of_the_local_day_or_after_so_many_hours(
    number: int, unit: DueUnit, since: str, due: str
) -> None:
    found = Deadline(number, unit).due(datetime.fromisoformat(since), HERE)
    assert found == datetime.fromisoformat(due)
