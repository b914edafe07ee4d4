"""What the EHR's calendar said of a person's appointments: what is read, kept and forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from witnessmark.application.acts import Act
from witnessmark.application.feeds import Pull, Take, supervisees_there
from witnessmark.application.pulling import Pulled
from witnessmark.application.terms import read_terms
from witnessmark.domain.capabilities import Capability
from witnessmark.domain.drafts import Now
from witnessmark.domain.ids import PersonId
from witnessmark.manifest.model import Manifest
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.host import AppointmentSeen, Booking, Feed, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Work

DAYS_BACK = "calendar_days_back"
LEAST_DAYS_KEPT = 56

_UNKNOWN = datetime.min.replace(tzinfo=UTC)

_NOW = {
    Booking.STANDS: Now.STANDS,
    Booking.CANCELLED: Now.CANCELLED,
    Booking.NO_SHOW: Now.NO_SHOW,
}


def calendars_to_pull(
    work: Work, connection: str, *, manifest: Manifest, act: Act
) -> tuple[Pull, ...]:
    """Return whose calendars are read now; forgets proposals that nobody took up for too long.

    Read are those of everyone who is or in the days read back was supervised, and is matched there.
    """
    oldest = oldest_kept(act.at, _days_back(work, manifest))
    work.calendar.forget_older(oldest)
    return _calendars(work, connection, manifest=manifest, act=act)


def oldest_kept(now: datetime, days_back: int) -> datetime:
    """Return from when on appointments are kept that were not confirmed: twice what is read back.

    Never less than eight weeks: a month may pass before somebody looks.
    """
    return now - timedelta(days=max(LEAST_DAYS_KEPT, 2 * days_back))


def take_calendar(
    work: Work,
    connection: str,
    *,
    person: PersonId,
    seen: Iterable[AppointmentSeen],
    oldest: datetime,
) -> None:
    """Keep what a page of a person's calendar says, as far as it may become hours.

    Told again, or in another order, it says the same: an older version never replaces a newer one,
    for which what proposes nothing is remembered, too. Nothing that was confirmed is altered.
    """
    in_time = sorted(seen, key=lambda one: one.changed_at or _UNKNOWN)
    newest = {work.calendar.mark(connection, one.host_ref): one for one in in_time}
    known = work.calendar.among(connection, person, newest)
    keep: list[KeptAppointment] = []
    forget: list[KeptAppointment] = []
    for mark, one in newest.items():
        former = known.get(mark)
        if former is not None and _is_older(one, former):
            continue
        now = _read(work, one, KeptAppointment(connection, person, mark, Now.STANDS, ""))
        if former is not None and former.draft:
            now = replace(now, decided=former.decided, draft=former.draft, covers=former.covers)
            keep += [as_decided(now) if now.is_as_decided else now]
        elif now.start is not None and now.start >= oldest:
            keep += [replace(now, decided=former.decided if former else "")]
        elif now.start is None and now.changed_at is not None and now.changed_at >= oldest:
            keep += [now]
        elif former is not None:
            forget += [former]
    work.calendar.keep(one for one in keep if one != known.get(one.mark))
    work.calendar.forget(forget)


def calendar_swept(
    work: Work, connection: str, *, person: PersonId, seen: Collection[HostRef], since: date
) -> int:
    """Take in that these are all appointments of a person since that day (UTC); return the missing.

    A proposal that is no longer there is forgotten; of what was confirmed it is told. A calendar
    without any appointment says nothing: that is rather an answer that was withheld.
    """
    if not seen:
        return 0
    there = {work.calendar.mark(connection, ref) for ref in seen}
    kept = [one for one in work.calendar.all_of(connection, person) if one.draft or one.start]
    lacking = [one for one in kept if one.mark not in there]
    drafts = work.calendar.confirmed(person, {one.draft for one in lacking if one.draft})
    gone: list[KeptAppointment] = []
    for one in lacking:
        days = [one.start.date()] if one.start else [x.day for x in drafts[one.draft].proposed]
        # A workplace's day may begin a day before or after that of UTC.
        if min(days) > since + timedelta(days=1) and one.now is not Now.GONE:
            gone.append(one)
    work.calendar.forget(one for one in gone if not one.draft)
    work.calendar.keep(replace(as_decided(one), now=Now.GONE, seen="") for one in gone if one.draft)
    return len(gone)


def as_decided(one: KeptAppointment) -> KeptAppointment:
    """Return it without what is no longer kept once its person decided."""
    return replace(one, now=Now.STANDS, start=None, end=None, type_code="", location="")


def _days_back(work: Work, manifest: Manifest) -> int:
    return manifest.values(work.values.all()).integer(DAYS_BACK)


def _calendars(work: Work, connection: str, *, manifest: Manifest, act: Act) -> tuple[Pull, ...]:
    terms = read_terms(work.connections.get(connection).terms)
    if terms is None or Capability.READ_CALENDAR not in terms.terms.agreed:
        return ()
    days, today = _days_back(work, manifest), act.at.date()
    since = today - timedelta(days=days)
    there = supervisees_there(work, connection, since=since, until=today)
    return tuple(
        Pull(Feed.CALENDAR, _taking(connection, person, ref, days), Reading(ref, since), person)
        for person, ref in there.items()
    )


def _taking(connection: str, person: PersonId, ref: HostRef, days: int) -> Take:
    def take(work: Work, page: Page, act: Act) -> Pulled:
        match = work.staff.matches(connection).get(person)
        if match is None or match.host_ref != ref:
            return Pulled()  # Matched with somebody else while this was read.
        oldest = oldest_kept(act.at, days)
        seen = [change for change in page.changes if isinstance(change, AppointmentSeen)]
        take_calendar(work, connection, person=person, seen=seen, oldest=oldest)
        return Pulled()

    return take


def _is_older(seen: AppointmentSeen, than: KeptAppointment) -> bool:
    return (seen.changed_at or _UNKNOWN) < (than.changed_at or _UNKNOWN)


def _read(work: Work, seen: AppointmentSeen, onto: KeptAppointment) -> KeptAppointment:
    told = work.calendar.said_of(onto.connection, onto.person, seen)
    said = replace(onto, seen=told, changed_at=seen.changed_at)
    if not seen.of_client:
        return replace(said, now=Now.NO_CLIENT)
    if seen.booking is not Booking.STANDS or seen.start is None or seen.end is None:
        return replace(said, now=_NOW[seen.booking])
    if seen.end <= seen.start:
        return said
    start, end = seen.start.astimezone(UTC), seen.end.astimezone(UTC)
    return replace(said, start=start, end=end, type_code=seen.type_code, location=seen.location)
