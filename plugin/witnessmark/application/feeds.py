"""One feed of a host to read, and what takes its pages into the store. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from witnessmark.application.acts import Act
from witnessmark.application.person_feeds import cursor_key
from witnessmark.application.pulling import Pulled
from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import Feed, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Work

Take = Callable[[Work, Page, Act], Pulled]


@dataclass(frozen=True, slots=True)
class Pull:
    """A feed that is read to its end; `take` keeps one page of it, in the cursor's transaction.

    `person` is who stands behind `reading`, for the feeds that are read of one member of staff.
    """

    feed: Feed
    take: Take
    reading: Reading | None = None
    person: PersonId | None = None

    @property
    def cursor_key(self) -> str:
        """Name its cursor. It begins anew where a person is matched with somebody else there."""
        if self.reading is None or self.person is None:
            return self.feed.value
        return cursor_key(self.feed, self.person, self.reading.of)

    @property
    def title(self) -> str:
        """Return what is read, as a person is told."""
        feed = self.feed.value.replace("_", " ")
        return f"{feed} of {self.person}" if self.person else feed


def supervisees_there(
    work: Work, connection: str, *, since: date, until: date
) -> Mapping[PersonId, HostRef]:
    """Return who was supervised on any of these days, where the host's staff has them."""
    matches = work.staff.matches(connection)
    supervised = {
        agreement.supervisee
        for agreement in work.agreements.all()
        if agreement.starts <= until and (agreement.ends is None or agreement.ends >= since)
    }
    return {person: matches[person].host_ref for person in sorted(supervised & matches.keys())}
