"""Whether sessions can have happened as told. Facts only: what counts is for the rules to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from witnessmark.domain.ids import PersonId, SessionId
from witnessmark.domain.impossible import repeated
from witnessmark.domain.sessions import Session, SessionStatus
from witnessmark.errors import Problem


@dataclass(frozen=True, slots=True)
class Overlap:
    """One person who cannot have been in both sessions for as long as told."""

    person: PersonId
    earlier: SessionId
    later: SessionId

    @property
    def problem(self) -> Problem:
        """The overlap as a problem of the later session."""
        return Problem(
            "two_places_at_once",
            f"sessions.{self.later}",
            f"{self.person} was in session {self.earlier} at the same time.",
            "Correct the times, or the minutes each attended.",
        )


def impossible_session(session: Session, *, at: datetime) -> tuple[Problem, ...]:
    """Return every fact of a session that cannot be, all at once.

    Instants are compared as instants: two wall clocks of one zone would mislead where it changes.
    """
    return (*_when(session, at), *_who(session), *_how_long(session))


def overlapping(sessions: Iterable[Session]) -> tuple[Overlap, ...]:
    """Return where held sessions ask more of one person than the time they span.

    Who leads is there throughout; who attended part of each of two sessions may have changed rooms.
    """
    presences: dict[PersonId, list[tuple[Session, int]]] = defaultdict(list)
    for session in sorted(sessions, key=lambda one: (one.start.timestamp(), one.id)):
        if session.status is SessionStatus.HELD:
            for person, minutes in _present(session).items():
                presences[person].append((session, minutes))
    return tuple(
        Overlap(person, earlier.id, later.id)
        for person, attended in presences.items()
        for earlier, later in _too_much(attended)
    )


def _too_much(attended: list[tuple[Session, int]]) -> Iterator[tuple[Session, Session]]:
    for number, (earlier, minutes) in enumerate(attended):
        end = earlier.end.timestamp()
        for later, more in attended[number + 1 :]:
            if later.start.timestamp() >= end:
                break
            last = max(end, later.end.timestamp())
            if (minutes + more) * 60 > last - earlier.start.timestamp():
                yield earlier, later


def _present(session: Session) -> dict[PersonId, int]:
    led = dict.fromkeys(session.led_by, session.minutes)
    return {one.person: one.minutes for one in session.attended if one.minutes > 0} | led


def _when(session: Session, at: datetime) -> Iterator[Problem]:
    where = f"sessions.{session.id}"
    start, end, now = session.start.timestamp(), session.end.timestamp(), at.timestamp()
    if end <= start:
        yield Problem(
            "ends_before_start", where, "A session ends after it starts.", "Correct the times."
        )
    if session.status is SessionStatus.HELD and end > now:
        yield Problem(
            "held_in_future", where, "A session that is not over was not held.", "Call it planned."
        )
    if session.status is SessionStatus.NO_SHOW and start > now:
        yield Problem(
            "missed_in_future",
            where,
            "Nobody has missed a session that is still to come.",
            "Call it planned, or cancelled.",
        )


def _who(session: Session) -> Iterator[Problem]:
    where = f"sessions.{session.id}"
    if not session.led_by:
        yield Problem("nobody_leads", where, "A session is led by someone.", "Name who led it.")
    attended = [one.person for one in session.attended]
    for person in dict.fromkeys(session.led_by):
        if person in attended:
            yield Problem(
                "leads_and_attends",
                where,
                f"{person} cannot lead a session and attend it.",
                "Name them in one place.",
            )
    for person in (*repeated(session.led_by), *repeated(attended)):
        yield Problem("person_twice", where, f"{person} is named twice.", "Name each person once.")


def _how_long(session: Session) -> Iterator[Problem]:
    for one in session.attended:
        if not 0 <= one.minutes <= max(session.minutes, 0):
            yield Problem(
                "attended_impossibly_long",
                f"sessions.{session.id}",
                f"{one.person} cannot attend {one.minutes} of {session.minutes} minutes.",
                "Correct the minutes attended (0: absent).",
            )
