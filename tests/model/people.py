"""What people do at the clinic itself: hold sessions, log weeks, sign, take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.model.model import Record, Week, Word
from tests.model.world import CLINIC, DANIEL, JONAS, MIRA, RUTH, SETTING, World
from witnessmark.application import weeks
from witnessmark.domain.actors import Actor, Role
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import Activity, Entry, HourLog
from witnessmark.domain.ids import AttestationId, EntryId, LogId, PersonId, SessionId
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.ports.records import RecordKey

_FIRST_WEEK = date(2026, 10, 5)
_STARTED = datetime(2026, 10, 20, 17, 0, tzinfo=UTC)


def hold_session(world: World, session: Record, minutes: int) -> None:
    """Keep a session of so many minutes, or that it was as long as that after all."""
    held = Session(
        id=SessionId(session.id),
        setting=SETTING.id,
        start=_STARTED,
        end=_STARTED + timedelta(minutes=minutes),
        status=SessionStatus.HELD,
        led_by=(RUTH,),
        attended=(Attendance(MIRA, minutes),),
    )
    with world.store.change(CLINIC) as work:
        version = work.sessions.put(held)
        work.deliveries.want({RecordKey(ObjectKind.SESSION, held.id): version})
    session.want(minutes)


def log_week(world: World, week: Week, minutes: int) -> None:
    """Begin a week, or replace its entries."""
    who, start = _whose(week)
    entry = Entry(EntryId("e1"), start, minutes, Activity.CRISIS, Medium.PHONE, RUTH)
    act = world.act(Actor(Role.SUPERVISEE, who))
    with world.store.change(CLINIC) as work:
        known = work.logs.find(week.id)
        log = known or HourLog(LogId(week.id), who, SETTING.id, start, ())
        if known is None:
            weeks.add_to_week(work, log, entries=[entry], act=act)
        else:
            entry = replace(known.entries[0], minutes=minutes)
            log = weeks.correct_week(work, week.id, entries=[entry], act=act)
    week.minutes, week.changes, week.is_in = minutes, week.changes + 1, False
    if log.left_the_store:
        week.want((minutes, False))


def submit(world: World, week: Week) -> None:
    with world.store.change(CLINIC) as work:
        weeks.submit_week(work, week.id, act=world.act(Actor(Role.SUPERVISEE, _whose(week)[0])))
    week.is_in = True
    week.want((week.minutes, True))


def withdraw(world: World, week: Week) -> None:
    with world.store.change(CLINIC) as work:
        weeks.withdraw_week(work, week.id, act=world.act(Actor(Role.SUPERVISEE, _whose(week)[0])))
    week.is_in = False
    week.want((week.minutes, False))


def sign(world: World, word: Word) -> None:
    """Record that Ruth signed the week on paper; Daniel enters it."""
    today = SETTING.day_of(world.clock.now())
    paper = weeks.SignedPaper(AttestationId(word.id), RUTH, today)
    with world.store.change(CLINIC) as work:
        act = world.act(Actor(Role.SUPERVISOR, DANIEL))
        weeks.record_attestation(work, word.week.id, paper=paper, act=act)
    word.want("given")


def revoke(world: World, word: Word) -> None:
    with world.store.change(CLINIC) as work:
        act = world.act(Actor(Role.SUPERVISOR, RUTH))
        weeks.revoke_attestation(work, word.id, reason="invented", act=act)
    word.revoked = True
    word.want("taken back")


def _whose(week: Week) -> tuple[PersonId, date]:
    number = int(week.id.rpartition("-")[2])
    return (MIRA, JONAS)[number % 2], _FIRST_WEEK - timedelta(weeks=number // 2)
