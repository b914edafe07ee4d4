"""What the EHR says by now of drafts that were confirmed. It is told, never applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from witnessmark.application.acts import Act
from witnessmark.application.calendars import as_decided
from witnessmark.application.person_feeds import read_anew
from witnessmark.domain.actors import Action
from witnessmark.domain.drafts import ConfirmedDraft, DraftLine, Now
from witnessmark.domain.hours import HourLog, LogState
from witnessmark.domain.ids import PersonId
from witnessmark.domain.settings import Setting, elapsed_minutes
from witnessmark.errors import DomainError, NotAllowedError
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.host import Feed
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Changed:
    """One appointment as the EHR has it now; day and minutes where it stands at another time."""

    now: Now
    day: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A confirmed draft and what the EHR says now of its appointments.

    `proposed` was booked, `logged` stands in the person's weeks today.
    """

    draft: str
    proposed: tuple[DraftLine, ...]
    logged: tuple[DraftLine, ...]
    appointments: int
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Differences, and appointments that left a draft which the others still fill: proposals anew.

    `differing` are the appointments behind each difference, by draft.
    """

    differences: tuple[Difference, ...]
    differing: dict[str, tuple[KeptAppointment, ...]]
    released: tuple[KeptAppointment, ...]


def differences(work: Work, person: PersonId, *, act: Act) -> tuple[Difference, ...]:
    """Return what the EHR says otherwise of confirmed drafts. Raises NotAllowedError."""
    may_look(act, person)
    return standing_of(work, person).differences


def keep_confirmed(work: Work, draft_id: str, *, act: Act) -> None:
    """Say that what was confirmed is right, whatever the EHR says now. Raises DomainError."""
    person = oneself(act)
    kept = standing_of(work, person).differing.get(draft_id)
    if kept is None:
        raise DomainError(
            "no_difference", "The EHR says nothing else of this.", "Look at your drafts again."
        )
    work.calendar.keep(map(_as_it_is, kept))
    act.write_down(work, "draft_kept", f"draft/{draft_id}", appointments=len(kept))


def may_look(act: Act, person: PersonId) -> None:
    """Raise NotAllowedError unless this is the person, or the operator.

    Hours that were not handed in are nobody else's to see (architecture 1.5).
    """
    act.permit(Action.EXPLAIN)
    if act.actor.person not in {None, person}:
        raise NotAllowedError(Action.EXPLAIN.value, act.actor.role.value)


def oneself(act: Act) -> PersonId:
    """Return who says what they did. Raises NotAllowedError for the operator."""
    act.permit(Action.LOG_HOURS)
    if act.actor.person is None:
        raise NotAllowedError(Action.LOG_HOURS.value, act.actor.role.value)
    return act.actor.person


def standing_of(work: Work, person: PersonId) -> Standing:
    """Return how a person's confirmed drafts stand with the EHR."""
    by_draft: dict[str, list[KeptAppointment]] = defaultdict(list)
    for one in work.calendar.differing(person):
        by_draft[one.draft].append(one)
    told: list[Difference] = []
    differing: dict[str, tuple[KeptAppointment, ...]] = {}
    released: list[KeptAppointment] = []
    confirmed = work.calendar.confirmed(person, by_draft).values()
    logs = _weeks_of(work, confirmed)
    for draft in sorted(confirmed, key=_in_time):
        kept, setting = by_draft[draft.id], work.settings.get(draft.setting)
        changed = [one for one in kept if not one.is_as_decided]
        logged = _logged(logs, draft)
        if any(one.covers and one.is_as_decided for one in kept):
            days = {line.day for line in draft.proposed}
            elsewhere = [one for one in changed if _days(one, setting).isdisjoint(days)]
            released += [one for one in elsewhere if one.start]
            changed = [one for one in changed if one.start and one not in elsewhere]
        if changed and logged:
            changes = tuple(_changed(one, setting) for one in changed)
            told.append(Difference(draft.id, draft.proposed, logged, len(kept), changes))
            differing[draft.id] = tuple(changed)
    return Standing(tuple(told), differing, tuple(released))


def release_unlogged(work: Work, connection: str, *, person: PersonId, since: date) -> int:
    """Take back confirmations since a day of which nothing is logged any more; return how many.

    Their appointments are forgotten and the calendar is read anew: what stands is proposed again.
    """
    confirmed = work.calendar.confirmed_since(person, since)
    logs = _weeks_of(work, confirmed)
    released = [draft for draft in confirmed if not _logged(logs, draft)]
    behind = work.calendar.of_drafts(person, [draft.id for draft in released])
    for name in {connection, *(one.connection for one in behind)} if released else ():
        match = work.staff.matches(name).get(person)
        refs = [match.host_ref] if match else []
        read_anew(work, name, person=person, refs=refs, feeds=[Feed.CALENDAR])
    work.calendar.unconfirm(released)
    return len(released)


def _in_time(draft: ConfirmedDraft) -> tuple[date, str]:
    return draft.proposed[0].day, draft.id


def _days(one: KeptAppointment, setting: Setting) -> set[date]:
    return {setting.day_of(each) for each in (one.start, one.end) if each is not None}


def _changed(one: KeptAppointment, setting: Setting) -> Changed:
    if one.start is None or one.end is None:
        return Changed(one.now)
    return Changed(one.now, setting.day_of(one.start), elapsed_minutes(one.start, one.end))


def _as_it_is(one: KeptAppointment) -> KeptAppointment:
    """Return it as decided as the host has it now; what is gone may come back as confirmed."""
    if one.now is Now.GONE:
        return replace(one, seen=one.decided, covers=False)
    return replace(as_decided(one), decided=one.seen, covers=False)


def _weeks_of(work: Work, drafts: Iterable[ConfirmedDraft]) -> Mapping[str, HourLog]:
    return work.logs.many({one.log for draft in drafts for one in draft.entries})


def _logged(logs: Mapping[str, HourLog], draft: ConfirmedDraft) -> tuple[DraftLine, ...]:
    held = [logs[one.log] for one in draft.entries if one.log in logs]
    standing = {log.id: log for log in held if log.state is not LogState.ENTERED_IN_ERROR}
    ours = {one.entry for one in draft.entries}
    return _by_day(
        DraftLine(entry.day, entry.minutes)
        for log in standing.values()
        for entry in log.entries
        if entry.id in ours
    )


def _by_day(lines: Iterable[DraftLine]) -> tuple[DraftLine, ...]:
    minutes: dict[date, int] = defaultdict(int)
    for line in lines:
        minutes[line.day] += line.minutes
    return tuple(DraftLine(day, minutes[day]) for day in sorted(minutes))
