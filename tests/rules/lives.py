"""Invented experience, drawn at random: who supervises well and badly, weeks full and empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from hypothesis import strategies as st

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    ME,
    agreement,
    candidacy,
    course,
    form,
    leave,
    licence,
    lived,
    met,
    person,
    setting,
    work,
)
from witnessmark.application.rule_packs import pack_named, shipped
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import EntryId, SessionId
from witnessmark.domain.people import Credential
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.domain.settings import Weekday
from witnessmark.rules.experience import Experience, LoggedEntry
from witnessmark.rules.pack import Pack

PACKS: dict[str, Pack] = {name: pack_named(name) for name in shipped()}
FIRST, DAYS = date(2026, 2, 16), 56
"""Eight weeks; the clocks go forward in the third."""

LATER = date(2026, 6, 15)
"""The day of evaluation: all weeks and months are over, the forms' time too."""

SUPERVISE = (
    ("LMFT", "us-ca-bbs-lmft", "US-CA"),
    ("LCSW", "us-ca-bbs-lcsw", "US-CA"),
    ("LPCC", "us-ca-bbs-lpcc", "US-CA"),
    ("LPC", "us-tx-bhec-lpc", "US-TX"),
    ("LPC-S", "us-tx-bhec-lpc-s", "US-TX"),
    ("BCBA", "bacb-bcba", "US"),
    ("LMHC", "us-fl-doh-lmhc", "US-FL"),
    ("LCSW", "us-ny-op-lcsw", "US-NY"),
    ("LCPC", "us-il-idfpr-lcpc", "US-IL"),
)
LEARN = (
    ("AMFT", "us-ca-bbs-amft", "US-CA"),
    ("ASW", "us-ca-bbs-asw", "US-CA"),
    ("APCC", "us-ca-bbs-apcc", "US-CA"),
    ("LPC Associate", "us-tx-bhec-lpc-associate", "US-TX"),
    ("RMHCI", "us-fl-doh-rmhci", "US-FL"),
    ("LMSW", "us-ny-op-lmsw", "US-NY"),
    ("LPC", "us-il-idfpr-lpc", "US-IL"),
    ("RBT", "bacb-rbt", "US"),
)
NUMBERS = count(1)


def day(number: int) -> str:
    """Return a day of the eight weeks."""
    return str(FIRST + timedelta(days=number))


DAY = st.integers(0, DAYS - 1).map(day)
ENTRY = st.builds(
    lambda of, quarters, activity, at, under: work(
        of, minutes=15 * quarters, activity=activity, at=at, under=under
    ),
    DAY,
    st.integers(1, 24),
    st.sampled_from([one.value for one in Activity]),
    st.sampled_from([HARBOR, HARBOR, COVE]),
    st.sampled_from([ALMA, ALMA, BEA]),
)
SESSION = st.builds(
    lambda of, quarters, together, at, led_by, clock, real_time, status: met(
        of,
        minutes=15 * quarters,
        together=together,
        at=at,
        led_by=led_by,
        clock=clock,
        real_time=real_time,
        status=status,
        observed=15,
    ),
    DAY,
    st.integers(1, 12),
    st.sampled_from([1, 1, 1, 2, 3, 6, 8, 9, 11]),
    st.sampled_from([HARBOR, HARBOR, COVE]),
    st.sampled_from([[ALMA], [ALMA], [BEA], [ALMA, BEA]]),
    st.sampled_from(["09:00", "14:30", "22:30"]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([SessionStatus.HELD] * 5 + [SessionStatus.NO_SHOW]),
)


STEADY = st.tuples(st.integers(4, 14), st.integers(0, 10), st.integers(0, 2), st.integers(1, 4))
"""Hours with clients, other hours, meetings of an hour, and how many supervisees were there."""


def _worked(weeks: list[tuple[int, int, int, int]]) -> Iterator[LoggedEntry]:
    for week, (direct, other, _, _) in enumerate(weeks):
        for number, activity in ((0, "individual-therapy"), (2, "child-therapy")):
            yield work(day(7 * week + number), minutes=30 * direct, activity=activity)
        if other:
            yield work(day(7 * week + 3), hours=other, activity="assessment")


def _supervised(weeks: list[tuple[int, int, int, int]]) -> Iterator[Session]:
    for week, (_, _, meetings, together) in enumerate(weeks):
        for number in range(meetings):
            yield met(
                day(7 * week + 1 + number), clock="16:00", together=together**number, observed=15
            )


def _licences(names: tuple[tuple[str, str, str], ...], **said: str) -> list[Credential]:
    return [
        licence(kind, board=board, jurisdiction=place, issued=said.get("issued", "2010-01-01"))
        for kind, board, place in names
    ]


def _until(credential: Credential, last: str) -> Credential:
    return replace(credential, expires=date.fromisoformat(last))


@st.composite
def lives(draw: st.DrawFn) -> Experience:
    """Draw one. Alma may supervise for every board; Bea perhaps not, or not any more."""
    bea = draw(
        st.sampled_from(
            [
                _licences(SUPERVISE),
                [_until(one, day(20)) for one in _licences(SUPERVISE)],
                _licences(SUPERVISE, issued="2025-12-01"),
                [],
            ]
        )
    )
    trained = [course("2009-06-01", minutes=2400), course("2025-06-01", minutes=960)]
    people = [
        person(ME, *_licences(LEARN, issued=draw(st.sampled_from(["2025-06-01", "2026-03-01"])))),
        person(ALMA, *_licences(SUPERVISE), training=trained),
        person(BEA, *bea, training=draw(st.sampled_from([trained, []]))),
    ]
    structure = draw(st.sampled_from(["supervised", "concentrated"]))
    agreements = [
        agreement("2026-01-05", supervisor=ALMA, at=at, structure=structure)
        for at in (HARBOR, COVE)
    ]
    if draw(st.booleans()):
        signed = draw(st.sampled_from(["2026-01-05", day(14), None]))
        agreements.append(
            agreement(
                draw(st.sampled_from(["2026-01-05", day(10)])),
                supervisor=BEA,
                signed_on=signed,
                structure="supervised",
            )
        )
    weekly = draw(st.lists(STEADY, min_size=8, max_size=8) | st.just([]))
    starts = st.sampled_from([Weekday.MONDAY, Weekday.SUNDAY])
    known = {"degree": draw(st.sampled_from(["2025-05-30", "2025-05-30", day(30)]))}
    if draw(st.booleans()):
        known["application_received"] = draw(st.sampled_from(["2026-05-01", "2027-02-01"]))
    return lived(
        [*draw(st.lists(ENTRY, max_size=14)), *_worked(weekly)],
        [*draw(st.lists(SESSION, max_size=10)), *_supervised(weekly)],
        settings=[setting(HARBOR, week_start=draw(starts)), setting(COVE, week_start=draw(starts))],
        people=people,
        agreements=agreements,
        leaves=draw(st.sampled_from([[], [leave(day(13), day(44), approved=day(1))]])),
        forms=[
            form("m-fvf", (ALMA, signed), (ME, signed), first_day=first, last_day=last, at=None)
            for first, last, signed in (
                ("2026-02-01", "2026-02-28", "2026-03-10"),
                ("2026-03-01", "2026-03-31", draw(st.sampled_from(["2026-04-30", "2026-05-01"]))),
                ("2026-04-01", "2026-04-30", "2026-05-10"),
            )
        ],
        candidacies=[candidacy(name, **known) for name in PACKS],
    )


def with_entries(life: Experience, *entries: LoggedEntry) -> Experience:
    """Return the same life with other hours."""
    return replace(life, entries=tuple(entries))


def and_met(life: Experience, number: int, *, at: str, minutes: int = 60) -> Experience:
    """Return the same life with one more hour of Alma's, alone and live, on a day of it."""
    more = replace(
        met(day(number), minutes=minutes, at=at, clock="07:00"),
        id=SessionId("s-more"),
        attended=(Attendance(ME, minutes),),
        medium=Medium.IN_PERSON,
    )
    return replace(life, sessions=(*life.sessions, more))


def split(one: LoggedEntry, minutes: int) -> tuple[LoggedEntry, LoggedEntry]:
    """Return an entry as two of the same facts."""
    entry = one.entry
    rest = replace(entry, id=EntryId(f"z-{entry.id}"), minutes=entry.minutes - minutes)
    return replace(one, entry=replace(entry, minutes=minutes)), replace(one, entry=rest)
