"""Until when a host asked us to wait. Asked right before each send; rows make it last."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from witnessmark.errors import TryLaterError
from witnessmark.ports.clock import Clock
from witnessmark.ports.host import Connection, GateRows
from witnessmark.transport.steps import Conversation, do

LONGEST_WAIT = 3600
_MOST_DIGITS = 9


class HostGate:
    """One gate per connection: rows shared by all workers, with a copy in memory."""

    def __init__(self, rows: GateRows, *, clock: Clock) -> None:
        """Start open; `look` brings in what other workers were told."""
        self._rows = rows
        self._clock = clock
        self._until: dict[tuple[str, str], int] = {}

    def look(self, on: Connection) -> Conversation[None]:
        """Bring in what other workers were told; once per call, since rows cost a query."""
        self._keep(on, (yield from do(lambda: self._rows.paused_until(on))))

    def check(self, on: Connection) -> None:
        """Raise TryLaterError while the host wants no request to start."""
        left = self._until.get((on.clinic, on.id), 0) - self._clock.now().timestamp()
        if left > 0:
            raise TryLaterError("The EHR asked us to wait.", after=math.ceil(left))

    def pause(self, on: Connection, seconds: int) -> Conversation[None]:
        """Close the gate, here at once and then for every worker."""
        until = math.ceil(self._clock.now().timestamp()) + seconds
        self._keep(on, until)
        yield from do(lambda: self._rows.pause(on, until=until))

    def seconds_asked(self, headers: Mapping[str, str]) -> int | None:
        """Read Retry-After (RFC 9110 section 10.2.3) as 0-3600 s; None if absent or unreadable.

        A date is measured from the answer's own Date, so that skewed clocks change nothing.
        """
        asked = headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdigit():
            return LONGEST_WAIT if len(asked) > _MOST_DIGITS else min(int(asked), LONGEST_WAIT)
        until = _instant(asked)
        if until is None:
            return None
        since = _instant(headers.get("date", "")) or self._clock.now()
        return max(0, min(math.ceil((until - since).total_seconds()), LONGEST_WAIT))

    def _keep(self, on: Connection, until: int) -> None:
        key = (on.clinic, on.id)
        self._until[key] = max(self._until.get(key, 0), until)


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
