"""Supervision sessions from a CSV: each row a session, or refused with its reasons.

Presenter and topics are never read from a sheet: they are told where they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from witnessmark.application.case_contents import CaseContents, known_to
from witnessmark.domain.ids import GroupId, PersonId, SessionId, SettingId
from witnessmark.domain.meeting import impossible_session, overlapping
from witnessmark.domain.sessions import Attendance, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.ports.clock import Ids
from witnessmark.ports.store import Work
from witnessmark.surfaces.intake.csv_columns import Answers, Columns, Layout, settle_columns
from witnessmark.surfaces.intake.csv_dates import read_date
from witnessmark.surfaces.intake.csv_table import Row, Table
from witnessmark.surfaces.intake.csv_values import (
    MEDIA,
    STATUSES,
    Roster,
    read_clock_cell,
    read_minutes,
    read_word,
    roster_of_people,
    roster_of_settings,
)
from witnessmark.surfaces.intake.moments import LocalTimeError, instant_in, read_moment
from witnessmark.surfaces.intake.preview import (
    Accepted,
    Preview,
    Refused,
    RowReading,
    read_columns,
    too_many_cells,
)

SESSIONS = Layout(
    headings={
        "day": ("day", "date", "datum", "session date", "date of session"),
        "start": ("start", "start time", "from", "time"),
        "end": ("end", "end time", "to"),
        "minutes": ("minutes", "min", "mins", "duration minutes", "length"),
        "setting": ("setting", "site", "location", "workplace"),
        "supervisor": ("supervisor", "supervisors", "led by", "facilitator", "leader"),
        "attendees": ("attendees", "attended", "supervisees", "supervisee", "participants"),
        "status": ("status", "outcome", "held"),
        "medium": ("medium", "modality", "mode"),
        "group": ("group", "group id"),
    },
    needs=(
        ("day",),
        ("start",),
        ("end", "minutes"),
        ("setting",),
        ("supervisor",),
        ("attendees",),
        ("status",),
        ("medium",),
    ),
)

_PART = re.compile(r"(.*?)\s*\(([0-9]{1,4}) ?(?:min\.?|minutes)?\)")


def preview_sessions(
    table: Table, answers: Answers, *, work: Work, ids: Ids, now: datetime
) -> Preview:
    """Say what a sheet of supervision sessions would bring to this clinic.

    Raises DeclarationError while a column or the order of the dates is unclear.
    """
    reader = _Sessions(work, settle_columns(table, SESSIONS, answers), ids=ids, now=now)
    read = [(row, *reader.read(row, too_long=too_many_cells(row, table))) for row in table.rows]
    reader.refuse_overlaps([(reading, session) for _, reading, session in read if session])
    taken = [(row, session) for row, reading, session in read if session and not reading.faults]
    refused: list[Refused] = [reading.refused() for _, reading, _ in read if reading.faults]
    return Preview(
        source=table.source,
        digest=table.digest,
        accepted=tuple(Accepted(row.line, _in_words(session)) for row, session in taken),
        refused=tuple(refused),
        contents=CaseContents(sessions=tuple(session for _, session in taken)),
        alike=(),
        read=read_columns(reader.columns),
        unread=reader.columns.unread(),
    )


class _Sessions:
    def __init__(self, work: Work, columns: Columns, *, ids: Ids, now: datetime) -> None:
        known = known_to(work)
        self.columns = columns
        self._ids = ids
        self._now = now
        self._settings = known.settings
        self._people = roster_of_people(known.people.values())
        self._places = roster_of_settings(known.settings.values())
        self._groups = Roster("group", [(group.id, group.name) for group in work.groups.all()])
        self._there = {
            _likeness(one): one
            for one in work.sessions.all()
            if one.status is not SessionStatus.ENTERED_IN_ERROR
        }

    def read(self, row: Row, *, too_long: bool) -> tuple[RowReading, Session | None]:
        reading = RowReading(row, self.columns)
        if too_long:
            reading.fault("", "the row has more cells than there are headings")
        session = self._session(reading)
        if session is None:
            return reading, None
        for problem in impossible_session(session, at=self._now):
            reading.fault("start", problem.message.rstrip(".").lower(), problem.mend)
        if _likeness(session) in self._there:
            reading.fault("start", "already recorded", "Nothing to do.")
        if reading.faults:
            return reading, None
        self._there[_likeness(session)] = session
        return reading, session

    def refuse_overlaps(self, read: Iterable[tuple[RowReading, Session]]) -> None:
        """Refuse each row that puts somebody in two sessions at once."""
        readings = {session.id: reading for reading, session in read}
        for overlap in overlapping(self._there.values()):
            reading = readings.get(overlap.later) or readings.get(overlap.earlier)
            if reading is not None:
                other = overlap.earlier if overlap.later in readings else overlap.later
                at_line = f" (line {readings[other].row.line})" if other in readings else ""
                reason = f"{overlap.person} was in another session at that time{at_line}"
                reading.fault("start", reason, overlap.problem.mend)

    def _session(self, reading: RowReading) -> Session | None:
        where = reading.take("setting", self._places.find)
        setting = None if where is None else self._settings[SettingId(where)]
        led_by = reading.take("supervisor", self._named)
        attended = reading.take("attendees", self._named)
        status = reading.take("status", lambda text: read_word(text, STATUSES, "status"))
        medium = reading.take("medium", lambda text: read_word(text, MEDIA, "medium"))
        group = reading.take("group", self._groups.find, optional=True)
        times = self._times(reading, setting)
        if setting is None or led_by is None or attended is None or status is None:
            return None
        if medium is None or times is None:
            return None
        session = Session(
            SessionId(self._ids.new()),
            setting.id,
            *times,
            status,
            tuple(person for person, _ in led_by),
            attended=(),
            medium=medium,
            group=None if group is None else GroupId(group),
        )
        there = session.minutes if status is SessionStatus.HELD else 0
        present = tuple(
            Attendance(person, there if minutes is None else minutes)
            for person, minutes in attended
        )
        return replace(session, attended=present)

    def _times(
        self, reading: RowReading, setting: Setting | None
    ) -> tuple[datetime, datetime] | None:
        day = reading.take("day", lambda text: read_date(text, self.columns.date_order))
        start = reading.take("start", _clock_or_moment)
        end = reading.take("end", _clock_or_moment, optional=True)
        minutes = reading.take("minutes", read_minutes, optional=True)
        if end is None and minutes is None and not reading.faults:
            reading.fault("end", "neither end nor minutes are given", "Fill in one of them.")
        if setting is None or day is None or start is None or reading.faults:
            return None
        first = self._instant(reading, setting, ("start", day, start))
        last = None if end is None else self._instant(reading, setting, ("end", day, end))
        if first is None or reading.faults:
            return None
        counted = None if minutes is None else first + timedelta(minutes=minutes)
        if last is not None and counted is not None and last != counted:
            reading.fault("end", "start, end and minutes do not fit", "Correct one of them.")
        ends = last or counted
        return None if ends is None else (first, ends)

    def _instant(
        self, reading: RowReading, setting: Setting, told: tuple[str, date, time | datetime]
    ) -> datetime | None:
        name, day, clock = told
        moment = clock if isinstance(clock, datetime) else datetime.combine(day, clock)
        try:
            instant = instant_in(setting, moment)
        except LocalTimeError as error:
            reading.fault(name, str(error), error.mend)
            return None
        if setting.day_of(instant) != day and name == "start":
            reading.fault(name, f"that is not on {day}")
        return instant

    def _named(self, text: str) -> list[tuple[PersonId, int | None]]:
        """Read people divided by `;`, `&`, `+`, `/`, a new line, or by commas.

        A comma may also stand inside one name: `Example-Santos, Mira`.
        """
        people: list[tuple[PersonId, int | None]] = []
        for part in re.split(r"\s*[;&+/\n]\s*", text):
            try:
                people.append(self._person(part))
            except ValueError:
                if "," not in part:
                    raise
                people += [self._person(one.strip()) for one in part.split(",")]
        return people

    def _person(self, text: str) -> tuple[PersonId, int | None]:
        """Read a name, and the minutes in brackets behind it when they are told."""
        found = _PART.fullmatch(text)
        name, minutes = (found[1], int(found[2])) if found else (text, None)
        return PersonId(self._people.find(name)), minutes


def _clock_or_moment(text: str) -> time | datetime:
    return read_moment(text) if "-" in text else read_clock_cell(text)


def _likeness(session: Session) -> tuple[SettingId, datetime, frozenset[PersonId]]:
    return (session.setting, session.start, frozenset(session.led_by))


def _in_words(session: Session) -> str:
    present = ", ".join(one.person for one in session.attended)
    return (
        f"{session.start:%Y-%m-%d %H:%M} UTC, {session.minutes} min, {session.status.value}:"
        f" {', '.join(session.led_by)} with {present} at {session.setting}"
    )
