"""Drafts of hours from the EHR's calendar. They count once their person says: these happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from witnessmark.application.acts import Act
from witnessmark.application.calendars import as_decided
from witnessmark.application.draft_differences import may_look, oneself, standing_of
from witnessmark.application.weeks import add_to_week
from witnessmark.domain.drafts import (
    ConfirmedDraft,
    ConfirmedEntry,
    ConfirmedLine,
    Draft,
    Visit,
    drafts_from,
    place_of,
)
from witnessmark.domain.hours import Entry, HourLog, LogState
from witnessmark.domain.ids import EntryId, LogId, PersonId, SettingId
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.clock import Ids
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """Booked minutes of one day, and what the person has logged on that day already."""

    day: date
    minutes: int
    logged: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft as a person finds it. Setting and supervisor are empty where there is a choice.

    The days are those of the setting, of the clinic where the setting is open.
    """

    draft: str
    lines: tuple[ProposedLine, ...]
    appointments: int
    type_codes: tuple[str, ...]
    locations: tuple[str, ...]
    setting: SettingId | None
    supervisor: PersonId | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person says of a draft: where it was, and what each day's minutes were."""

    setting: SettingId
    lines: tuple[ConfirmedLine, ...]


def drafts_of(work: Work, person: PersonId, *, zone: ZoneInfo, act: Act) -> tuple[Proposal, ...]:
    """Return what the calendar proposes to a person of what is past; `zone` is the clinic's.

    Raises NotAllowedError for anybody else but the operator.
    """
    may_look(act, person)
    held = [one for one in work.agreements.all() if one.supervisee == person]
    settings = work.settings.many({one.setting for one in held})
    among = [(one, settings[one.setting]) for one in held]
    logged = _Logged(work, person)
    proposals = []
    for draft in _drafts(_open(work, person), act):
        place = place_of(draft, among)
        at = (settings[place.setting],) if place.setting else tuple(settings.values())
        lines = draft.lines_in(settings[place.setting].zone if place.setting else zone)
        proposals.append(
            Proposal(
                draft=draft.id,
                lines=tuple(
                    ProposedLine(line.day, line.minutes, logged.on(line.day, at)) for line in lines
                ),
                appointments=len(draft.visits),
                type_codes=_said(visit.type_code for visit in draft.visits),
                locations=_said(visit.location for visit in draft.visits),
                setting=place.setting,
                supervisor=place.supervisor,
            )
        )
    return tuple(proposals)


def confirm_draft(
    work: Work, draft_id: str, *, said: Confirmation, ids: Ids, act: Act
) -> tuple[HourLog, ...]:
    """Put a draft into its person's open weeks, as that person says that it happened.

    Only the supervisee does this. Raises NotAllowedError, and DomainError for a draft that is not
    (any more) proposed like this, for days that are not its, and for a week that is not open.
    """
    person = oneself(act)
    draft, behind = _draft(work, person, draft_id, act=act)
    setting = work.settings.get(said.setting)
    proposed = draft.lines_in(setting.zone)
    _fit(said.lines, {line.day for line in proposed})
    weeks: dict[date, list[ConfirmedLine]] = defaultdict(list)
    for line in said.lines:
        work.people.get(line.supervisor)
        weeks[setting.week_of(line.day)].append(line)
    logs: list[HourLog] = []
    added: list[ConfirmedEntry] = []
    for start, lines in weeks.items():
        log = _week(work, person, setting, start=start, ids=ids)
        entries = [_entry(line, ids) for line in lines]
        logs.append(add_to_week(work, log, entries=entries, act=act))
        added += [ConfirmedEntry(log.id, entry.id) for entry in entries]
    work.calendar.confirm(ConfirmedDraft(draft.id, person, setting.id, proposed, tuple(added)))
    covering = {visit.mark for visit in draft.visits if draft.is_covered_by(visit)}
    work.calendar.keep(
        replace(as_decided(one), decided=one.seen, draft=draft.id, covers=one.seen in covering)
        for one in behind
    )
    act.write_down(work, "draft_confirmed", f"draft/{draft.id}", appointments=len(behind))
    return tuple(logs)


def dismiss_draft(work: Work, draft_id: str, *, act: Act) -> None:
    """Say that a draft did not happen; it stays away until the EHR says something else of it.

    Only the supervisee does this. Raises NotAllowedError, DomainError.
    """
    draft, behind = _draft(work, oneself(act), draft_id, act=act)
    work.calendar.keep(replace(one, decided=one.seen, draft="", covers=False) for one in behind)
    act.write_down(work, "draft_dismissed", f"draft/{draft.id}", appointments=len(behind))


def _open(work: Work, person: PersonId) -> dict[str, KeptAppointment]:
    kept = (*work.calendar.undecided(person), *standing_of(work, person).released)
    return {one.seen: one for one in kept}


def _drafts(kept: dict[str, KeptAppointment], act: Act) -> tuple[Draft, ...]:
    visits = (
        Visit(one.seen, one.start, one.end, one.type_code, one.location)
        for one in kept.values()
        if one.start is not None and one.end is not None
    )
    return tuple(draft for draft in drafts_from(visits) if draft.end <= act.at)


def _draft(
    work: Work, person: PersonId, draft_id: str, *, act: Act
) -> tuple[Draft, tuple[KeptAppointment, ...]]:
    kept = _open(work, person)
    for draft in _drafts(kept, act):
        if draft.id == draft_id:
            return draft, tuple(kept[visit.mark] for visit in draft.visits)
    raise DomainError(
        "draft_not_there",
        "This is not proposed, or not any more like this.",
        "Look at your drafts again: the EHR's calendar may have changed.",
    )


def _fit(lines: Iterable[ConfirmedLine], days: set[date]) -> None:
    said = {line.day for line in lines}
    if not said or not said <= days:
        raise DomainError(
            "not_its_days",
            "These are not the days of this draft.",
            f"It is of {' and '.join(map(str, sorted(days)))} there.",
        )


def _week(work: Work, person: PersonId, setting: Setting, *, start: date, ids: Ids) -> HourLog:
    known = work.logs.of_week(person, setting.id, start)
    return known or HourLog(LogId(ids.new()), person, setting.id, start, ())


def _entry(line: ConfirmedLine, ids: Ids) -> Entry:
    name = EntryId(ids.new())
    return Entry(name, line.day, line.minutes, line.activity, line.modality, line.supervisor)


@dataclass(frozen=True, slots=True)
class _Logged:
    """What one person has logged by day; each week is read once."""

    work: Work
    person: PersonId
    weeks: dict[tuple[SettingId, date], HourLog | None] = field(default_factory=dict)

    def on(self, day: date, settings: Iterable[Setting]) -> int:
        """Return the minutes of that day in these settings."""
        logs = (self._week(one.id, one.week_of(day)) for one in settings)
        return sum(
            entry.minutes
            for log in logs
            if log is not None and log.state is not LogState.ENTERED_IN_ERROR
            for entry in log.entries
            if entry.day == day
        )

    def _week(self, setting: SettingId, start: date) -> HourLog | None:
        if (setting, start) not in self.weeks:
            self.weeks[setting, start] = self.work.logs.of_week(self.person, setting, start)
        return self.weeks[setting, start]


def _said(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}))
