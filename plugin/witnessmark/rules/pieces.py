"""Pieces: logged time cut so that each falls on one local day. Every rule speaks of pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.sessions import Medium, Session, SessionStatus
from witnessmark.rules.experience import Attested, Experience, LoggedEntry


class Source(StrEnum):
    """Where a piece comes from."""

    ENTRY = "entry"
    SESSION = "session"
    CLAIMED = "claimed"
    """Supervision that an entry claims and no session stands behind."""
    CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some minutes of one local day. `of` names the entry, session or consultation it is from.

    `together` is how many supervisees were there, 0 where it is no session; `observed` the minutes
    in which work with a client was watched; `structure` is the agreement's; `at` when a session
    began. Pieces stand in order of `place`.
    """

    id: str
    of: str
    source: Source
    day: date
    minutes: int
    setting: SettingId | None
    activity: str
    medium: Medium
    supervisors: tuple[PersonId, ...]
    attested: Attested
    together: int = 0
    real_time: bool = True
    observed: int = 0
    structure: str | None = None
    at: datetime | None = None

    @property
    def place(self) -> tuple[date, datetime, tuple[str, ...], tuple[int, ...], str]:
        """Where it stands in time; within a day, what has no clock stands first.

        Facts stand before ids, so that an entry split in two changes nothing.
        """
        at = self.at or datetime.min.replace(tzinfo=UTC)
        facts = (self.activity, self.setting or "", *self.supervisors, self.medium, self.attested)
        return self.day, at, facts, (self.together, self.real_time, self.observed), self.id


CONSULTATION = "consultation"
"""The activity of a voluntary consultation, beside those an entry can have."""


def pieces_of(experience: Experience) -> tuple[Piece, ...]:
    """Cut an experience into pieces, in order of time; facts alone decide, never a pack.

    Supervision is counted from sessions. An entry of supervision is the same time, logged twice:
    only what no session of that setting and day covers stands as a piece (`Source.CLAIMED`).
    """
    held = [piece for session in experience.sessions for piece in _session(experience, session)]
    met: dict[tuple[SettingId | None, date], int] = defaultdict(int)
    for piece in held:
        met[piece.setting, piece.day] += piece.minutes
    entries = []
    logged = (_entry(experience, one) for one in experience.entries)
    for piece in sorted(logged, key=lambda piece: piece.place):
        if piece.activity == Activity.SUPERVISION:
            known = min(met[piece.setting, piece.day], piece.minutes)
            met[piece.setting, piece.day] -= known
            if left := piece.minutes - known:
                entries.append(replace(piece, source=Source.CLAIMED, minutes=left))
        else:
            entries.append(piece)
    return tuple(sorted((*held, *entries, *_met(experience)), key=lambda piece: piece.place))


def _session(experience: Experience, session: Session) -> Iterator[Piece]:
    there = next((one for one in session.attended if one.person == experience.person), None)
    if session.status is not SessionStatus.HELD or there is None or there.minutes == 0:
        return
    setting = experience.settings[session.setting]
    left, observed = there.minutes, there.observed
    for day, share in setting.minutes_by_day(session.start, session.end).items():
        minutes = min(share, left)
        if minutes <= 0:
            return
        left -= minutes
        watched = min(observed, minutes)
        observed -= watched
        yield Piece(
            id=f"{session.id}/{day}",
            of=session.id,
            source=Source.SESSION,
            day=day,
            minutes=minutes,
            setting=session.setting,
            activity=Activity.SUPERVISION.value,
            medium=session.medium,
            supervisors=session.led_by,
            attested=_attested_with(experience, session, day),
            together=sum(one.minutes > 0 for one in session.attended),
            real_time=session.real_time,
            observed=watched,
            structure=_structure(experience, session.led_by, session.setting, day=day),
            at=session.start,
        )


def _attested_with(experience: Experience, session: Session, day: date) -> Attested:
    week = experience.settings[session.setting].week_of(day)
    said = {
        experience.attested_weeks.get((session.setting, week, leader)) for leader in session.led_by
    }
    return next((one for one in (Attested.HERE, Attested.ELSEWHERE) if one in said), Attested.NOT)


def _entry(experience: Experience, logged: LoggedEntry) -> Piece:
    entry = logged.entry
    return Piece(
        id=entry.id,
        of=entry.id,
        source=Source.ENTRY,
        day=entry.day,
        minutes=entry.minutes,
        setting=logged.setting,
        activity=entry.activity.value,
        medium=entry.modality,
        supervisors=(entry.supervisor,),
        attested=logged.attested,
        structure=_structure(experience, (entry.supervisor,), logged.setting, day=entry.day),
    )


def _met(experience: Experience) -> Iterator[Piece]:
    for one in experience.consultations:
        if experience.person in one.people:
            yield Piece(
                id=f"{Source.CONSULTATION}/{one.id}",
                of=one.id,
                source=Source.CONSULTATION,
                day=one.day,
                minutes=one.minutes,
                setting=None,
                activity=CONSULTATION,
                medium=Medium.IN_PERSON,
                supervisors=(),
                attested=Attested.NOT,
            )


def _structure(
    experience: Experience, supervisors: tuple[PersonId, ...], setting: SettingId, *, day: date
) -> str | None:
    known = (
        one
        for one in experience.agreements
        if one.supervisee == experience.person
        and one.setting == setting
        and one.supervisor in supervisors
        and one.in_force_on(day)
    )
    order = sorted(known, key=lambda one: (supervisors.index(one.supervisor), one.starts, one.id))
    return next((one.structure for one in order), None)
