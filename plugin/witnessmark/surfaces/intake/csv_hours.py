"""Hours from a CSV: each row an entry of somebody's week, or refused with its reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from witnessmark.application.case_contents import CaseContents, EntryFact, WeekKey, known_to
from witnessmark.domain.hours import Activity, HourLog, LogState
from witnessmark.domain.ids import EntryId, PersonId, SettingId
from witnessmark.domain.settings import Setting, elapsed_minutes
from witnessmark.ports.clock import Ids
from witnessmark.ports.store import Work
from witnessmark.surfaces.intake.csv_columns import Answers, Columns, Layout, settle_columns
from witnessmark.surfaces.intake.csv_dates import read_date
from witnessmark.surfaces.intake.csv_table import Row, Table
from witnessmark.surfaces.intake.csv_values import (
    ACTIVITIES,
    MEDIA,
    read_clock_cell,
    read_hours,
    read_minutes,
    read_word,
    roster_of_people,
    roster_of_settings,
)
from witnessmark.surfaces.intake.moments import LocalTimeError, instant_in
from witnessmark.surfaces.intake.preview import (
    Accepted,
    Preview,
    Refused,
    RowReading,
    read_columns,
    too_many_cells,
)

HOURS = Layout(
    headings={
        "day": ("day", "date", "datum", "service date", "date of service"),
        "supervisee": ("supervisee", "name", "associate", "trainee", "resident", "intern"),
        "setting": ("setting", "site", "location", "workplace"),
        "activity": ("activity", "type", "category"),
        "minutes": ("minutes", "min", "mins", "duration minutes"),
        "hours": ("hours", "hrs", "duration hours"),
        "start": ("start", "start time", "from"),
        "end": ("end", "end time", "to"),
        "modality": ("modality", "medium", "mode"),
        "supervisor": ("supervisor", "responsible supervisor"),
    },
    needs=(
        ("day",),
        ("supervisee",),
        ("setting",),
        ("activity",),
        ("minutes", "hours", "start+end"),
        ("modality",),
        ("supervisor",),
    ),
)

Likeness = tuple[PersonId, SettingId, date, Activity, int]


def preview_hours(
    table: Table, answers: Answers, *, work: Work, ids: Ids, now: datetime
) -> Preview:
    """Say what a sheet of hours would bring to this clinic as it stands in the store.

    Raises DeclarationError while a column or the order of the dates is unclear.
    """
    reader = _Hours(work, settle_columns(table, HOURS, answers), ids=ids, now=now)
    for row in table.rows:
        reader.read(row, too_long=too_many_cells(row, table))
    return Preview(
        source=table.source,
        digest=table.digest,
        accepted=tuple(reader.accepted),
        refused=tuple(reader.refused),
        contents=CaseContents(entries=tuple(reader.entries)),
        alike=tuple(reader.alike),
        read=read_columns(reader.columns),
        unread=reader.columns.unread(),
    )


@dataclass(slots=True)
class _Week:
    """A week as the store has it: what is logged already, and whether it is still open."""

    closed: str
    logged: Counter[Likeness] = field(default_factory=Counter)
    minutes_on: dict[date, int] = field(default_factory=lambda: defaultdict(int))


class _Hours:
    def __init__(self, work: Work, columns: Columns, *, ids: Ids, now: datetime) -> None:
        known = known_to(work)
        self.columns = columns
        self.accepted: list[Accepted] = []
        self.refused: list[Refused] = []
        self.entries: list[EntryFact] = []
        self.alike: list[int] = []
        self._work = work
        self._ids = ids
        self._now = now
        self._settings = known.settings
        self._people = roster_of_people(known.people.values())
        self._places = roster_of_settings(known.settings.values())
        self._weeks: dict[WeekKey, _Week] = {}
        self._seen: set[Likeness] = set()

    def read(self, row: Row, *, too_long: bool) -> None:
        reading = RowReading(row, self.columns)
        if too_long:
            reading.fault("", "the row has more cells than there are headings")
        entry = self._entry(reading)
        if entry is not None:
            self._check(reading, entry)
        if reading.faults or entry is None:
            self.refused.append(reading.refused())
            return
        likeness = _likeness(entry)
        if likeness in self._seen:
            self.alike.append(row.line)
        self._seen.add(likeness)
        self._week(entry).minutes_on[entry.day] += entry.minutes
        self.entries.append(entry)
        self.accepted.append(Accepted(row.line, _in_words(entry)))

    def _entry(self, reading: RowReading) -> EntryFact | None:
        day = reading.take("day", lambda text: read_date(text, self.columns.date_order))
        who = reading.take("supervisee", self._people.find)
        where = reading.take("setting", self._places.find)
        setting = None if where is None else self._settings[SettingId(where)]
        activity = reading.take("activity", lambda text: read_word(text, ACTIVITIES, "activity"))
        modality = reading.take("modality", lambda text: read_word(text, MEDIA, "modality"))
        supervisor = reading.take("supervisor", self._people.find)
        minutes = self._minutes(reading, setting, day)
        if day is None or who is None or setting is None or activity is None:
            return None
        if modality is None or supervisor is None or minutes is None:
            return None
        return EntryFact(
            EntryId(self._ids.new()),
            PersonId(who),
            setting.id,
            day,
            minutes,
            activity,
            modality,
            PersonId(supervisor),
        )

    def _minutes(
        self, reading: RowReading, setting: Setting | None, day: date | None
    ) -> int | None:
        """Return the one length that the filled columns of minutes, hours and clock times give."""
        told = [
            reading.take("minutes", read_minutes, optional=True),
            reading.take("hours", read_hours, optional=True),
        ]
        start = reading.take("start", read_clock_cell, optional=True)
        end = reading.take("end", read_clock_cell, optional=True)
        if start is not None and end is not None and setting is not None and day is not None:
            told.append(self._between(reading, setting, day, (start, end)))
        lengths = {length for length in told if length is not None}
        name = next((one for one in ("minutes", "hours") if one in self.columns.at), "start")
        if len(lengths) > 1:
            reading.fault(name, "the columns give different lengths", "Correct one of them.")
        elif not lengths and not reading.faults:
            reading.fault(name, "no length is given", "Fill in minutes or hours.")
        return lengths.pop() if len(lengths) == 1 else None

    def _between(
        self, reading: RowReading, setting: Setting, day: date, clock: tuple[time, time]
    ) -> int | None:
        try:
            start, end = (instant_in(setting, datetime.combine(day, at)) for at in clock)
        except LocalTimeError as error:
            reading.fault("start", str(error), "Give the minutes instead of the times.")
            return None
        return elapsed_minutes(start, end)

    def _check(self, reading: RowReading, entry: EntryFact) -> None:
        """Refuse what the domain would refuse of the whole week, row by row."""
        setting = self._settings[entry.setting]
        week = self._week(entry)
        length = setting.minutes_in(entry.day)
        name = next((one for one in ("minutes", "hours") if one in self.columns.at), "start")
        if entry.minutes <= 0:
            reading.fault(name, f"{entry.minutes} minutes is no time")
        elif week.minutes_on[entry.day] + entry.minutes > length:
            already = week.minutes_on[entry.day]
            more = f" beside {already} already logged" if already else ""
            reading.fault(name, f"{entry.minutes} minutes{more}: {entry.day} has only {length}")
        if entry.day > setting.day_of(self._now):
            reading.fault("day", f"{entry.day} has not come yet")
        if entry.supervisor == entry.supervisee:
            reading.fault("supervisor", "nobody supervises themselves")
        if week.closed:
            reading.fault("day", week.closed, "Let the supervisee correct that week.")
        likeness = _likeness(entry)
        if week.logged[likeness] > 0:
            week.logged[likeness] -= 1
            reading.fault("day", "already logged", "Nothing to do.")

    def _week(self, entry: EntryFact) -> _Week:
        start = self._settings[entry.setting].week_of(entry.day)
        key = (entry.supervisee, entry.setting, start)
        if key not in self._weeks:
            self._weeks[key] = self._week_in_store(self._work.logs.of_week(*key))
        return self._weeks[key]

    def _week_in_store(self, log: HourLog | None) -> _Week:
        if log is None or log.state is LogState.ENTERED_IN_ERROR:
            return _Week("")
        attested = any(one.revoked is None for one in self._work.attestations.of_log(log.id))
        state = "attested" if attested else "submitted"
        closed = attested or log.state is LogState.SUBMITTED
        week = _Week(f"that week is {state} already" if closed else "")
        for one in log.entries:
            week.logged[log.supervisee, log.setting, one.day, one.activity, one.minutes] += 1
            week.minutes_on[one.day] += one.minutes
        return week


def _likeness(entry: EntryFact) -> Likeness:
    return (entry.supervisee, entry.setting, entry.day, entry.activity, entry.minutes)


def _in_words(entry: EntryFact) -> str:
    return (
        f"{entry.day} {entry.supervisee} at {entry.setting}: {entry.minutes} min"
        f" {entry.activity.value} ({entry.modality.value}), {entry.supervisor} responsible"
    )
