"""What is read of a host in one pass: the clinic's feeds, then those of members of its staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from witnessmark.application.acts import Act
from witnessmark.application.calendars import calendar_swept, calendars_to_pull
from witnessmark.application.cosigning import notes_to_look_at_again, notes_to_pull
from witnessmark.application.draft_differences import release_unlogged
from witnessmark.application.feeds import Pull, Take
from witnessmark.application.pulling import Pulled, apply_page
from witnessmark.application.requests import take_moves
from witnessmark.application.sweeping import Sweep, end_staff, note_inventory
from witnessmark.manifest.model import Manifest
from witnessmark.ports.host import AppointmentSeen, Feed, Page, StaffSeen
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Work


def pulls_of_clinic(connection: str) -> tuple[Pull, ...]:
    """Return what is read first: who is who decides what is read of whom."""
    return tuple(Pull(feed, _taking(connection)) for feed in (Feed.STAFF, Feed.OUR_COPIES))


def _taking(connection: str) -> Take:
    def take(work: Work, page: Page, act: Act) -> Pulled:
        take_moves(work, connection, page, act=act)
        return apply_page(work, connection, page=page, act=act)

    return take


@dataclass(frozen=True, slots=True)
class Whole:
    """A feed that a sweep reads from its beginning on, without a cursor; `end` draws the sum."""

    pull: Pull
    end: Callable[[Work, Act], object] = lambda _work, _act: None


def whole_staff(connection: str) -> Whole:
    """Return the reading of the whole staff list."""
    listed: set[HostRef] = set()
    take = _taking(connection)

    def listing(work: Work, page: Page, act: Act) -> Pulled:
        listed.update(one.host_ref for one in page.changes if isinstance(one, StaffSeen))
        return take(work, page, act)

    def end(work: Work, act: Act) -> int:
        return end_staff(work, connection, listed=listed, act=act)

    return Whole(Pull(Feed.STAFF, listing), end)


def inventory(connection: str, sweep: Sweep) -> Pull:
    """Return the reading of every copy of ours, to be read from the sweep's cursor on."""
    take = _taking(connection)

    def noting(work: Work, page: Page, act: Act) -> Pulled:
        note_inventory(work, connection, page=page, sweep=sweep)
        return take(work, page, act)

    return Pull(Feed.INVENTORY, noting)


def whole_of_staff(
    work: Work, connection: str, *, manifest: Manifest, act: Act
) -> tuple[Whole, ...]:
    """Return what a sweep reads of single members of staff. Takes a writing transaction."""
    calendars = calendars_to_pull(work, connection, manifest=manifest, act=act)
    notes = notes_to_look_at_again(work, connection, manifest=manifest)
    return (*(_whole_calendar(connection, one) for one in calendars), *map(Whole, notes))


def _whole_calendar(connection: str, pull: Pull) -> Whole:
    listed: set[HostRef] = set()

    def listing(work: Work, page: Page, act: Act) -> Pulled:
        listed.update(one.host_ref for one in page.changes if isinstance(one, AppointmentSeen))
        return pull.take(work, page, act)

    def end(work: Work, _act: Act) -> int:
        if pull.person is None or pull.reading is None:
            return 0
        since = pull.reading.since
        return calendar_swept(work, connection, person=pull.person, seen=listed, since=since)

    return Whole(replace(pull, take=listing), end)


def pulls_of_staff(
    work: Work, connection: str, *, manifest: Manifest, act: Act
) -> tuple[Pull, ...]:
    """Return what is read of single members of staff. Takes a writing transaction."""
    calendars = calendars_to_pull(work, connection, manifest=manifest, act=act)
    for one in calendars:
        if one.person is not None and one.reading is not None:
            # A workplace's day may begin a day before or after that of UTC.
            since = one.reading.since + timedelta(days=1)
            release_unlogged(work, connection, person=one.person, since=since)
    return (
        *calendars,
        *notes_to_pull(work, connection, manifest=manifest, act=act),
    )
