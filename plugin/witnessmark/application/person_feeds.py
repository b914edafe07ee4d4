"""How far the feeds of one member of staff were read, and having them read anew."""

from __future__ import annotations

from collections.abc import Iterable

from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import Feed
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Work

OF_ONE_PERSON = (Feed.CALENDAR, Feed.NOTES)


def cursor_key(feed: Feed, person: PersonId, ref: HostRef) -> str:
    """Name the cursor of a person's feed, as it is read of this member of the host's staff."""
    return f"{feed.value}/{person}/{ref}"


def read_anew(
    work: Work,
    connection: str,
    *,
    person: PersonId,
    refs: Iterable[HostRef],
    feeds: Iterable[Feed] = OF_ONE_PERSON,
) -> None:
    """Have a person's feeds read from their beginning at the next pull."""
    of = tuple(feeds)
    for ref in refs:
        for feed in of:
            work.cursors.forget(connection, cursor_key(feed, person, ref))
