"""Until when a host asked us to wait. Rows make it last; no request starts before that time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from witnessmark.errors import TryLaterError
from witnessmark.ports.clock import Clock
from witnessmark.ports.host import Connection
from witnessmark.ports.locks import GateRows
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
        """Bring in what other workers were told, and check; once per request."""
        self._keep(on, (yield from do(lambda: self._rows.paused_until(on))))
        self.check(on)

    def check(self, on: Connection) -> None:
        """Raise TryLaterError while the host wants no request to start; asks memory alone."""
        until = self._until.get((on.clinic, on.id), 0)
        left = until - self._clock.now().timestamp()
        if left > 0:
            when = f"{datetime.fromtimestamp(until, UTC):%H:%M:%S} UTC"
            raise TryLaterError(
                f"The {on.called} asked us to wait until {when}.", after=math.ceil(left)
            )

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
        until = http_instant(asked)
        if until is None:
            return None
        since = http_instant(headers.get("date", "")) or self._clock.now()
        return max(0, min(math.ceil((until - since).total_seconds()), LONGEST_WAIT))

    def _keep(self, on: Connection, until: int) -> None:
        key = (on.clinic, on.id)
        self._until[key] = max(self._until.get(key, 0), until)


def http_instant(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110 section 5.6.7) as an aware instant; None if it is none."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
