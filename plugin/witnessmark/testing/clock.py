"""Time and ids for tests: nothing moves by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class StandingClock:
    """A clock that only moves when told to."""

    instant: datetime = MOMENT

    def now(self) -> datetime:
        """Return the present as an aware UTC instant."""
        return self.instant

    def advance(self, *, seconds: int) -> None:
        """Let so many seconds pass."""
        self.instant += timedelta(seconds=seconds)


@dataclass(slots=True)
class CountedIds:
    """Ids that count from `id-1`."""

    count: int = 0

    def new(self) -> str:
        """Return the next id."""
        self.count += 1
        return f"id-{self.count}"
