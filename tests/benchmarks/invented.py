"""A large invented clinic: as many sessions and weekly logs as wanted. Nobody here is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from witnessmark.application.case_contents import CaseContents, EntryFact, WeekFact
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import EntryId, PersonId, SessionId, SettingId
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.sandbox import StaffMember, npi

SUPERVISORS = 20
SUPERVISEES = 200
FIRST_MONDAY = date(2020, 1, 6)
DAYS_OF_ENTRIES = 5

_SETTING = Setting(SettingId("invented"), "Invented practice", "America/Los_Angeles")


def staff() -> Iterator[StaffMember]:
    """Give the EHR's staff: everyone in the clinic, by the same NPI."""
    for number, person in enumerate(_ids()):
        yield StaffMember(person, "Invented", f"Example-{number}", _npi(number))


def contents(first: int, last: int) -> CaseContents:
    """Return sessions and logs number `first` to `last - 1`: as many of the one as of the other."""
    numbers = range(first, last)
    return CaseContents(
        people=tuple(
            Person(person, f"Invented Example-{number}", npi=_npi(number))
            for number, person in enumerate(_ids())
        ),
        settings=(_SETTING,),
        sessions=tuple(map(_session, numbers)),
        entries=tuple(entry for number in numbers for entry in _entries(number)),
        weeks=tuple(map(_submission, numbers)),
    )


def _ids() -> list[PersonId]:
    return [*map(_supervisor, range(SUPERVISORS)), *map(_supervisee, range(SUPERVISEES))]


def _npi(number: int) -> str:
    return npi(f"{300_000_000 + number}")


def _supervisor(number: int) -> PersonId:
    return PersonId(f"supervisor-{number % SUPERVISORS}")


def _supervisee(number: int) -> PersonId:
    return PersonId(f"supervisee-{number % SUPERVISEES}")


def _session(number: int) -> Session:
    """Give every supervisor an hour with two people of their own, hour after hour, never twice."""
    hour = number // SUPERVISORS
    start = datetime(2020, 1, 6, tzinfo=UTC) + timedelta(hours=hour)
    first = number % SUPERVISORS * (SUPERVISEES // SUPERVISORS)
    return Session(
        id=SessionId(f"session-{number}"),
        setting=_SETTING.id,
        start=start,
        end=start + timedelta(hours=1),
        status=SessionStatus.HELD,
        led_by=(_supervisor(number),),
        attended=(Attendance(_supervisee(first), 60), Attendance(_supervisee(first + 1), 45)),
    )


def _monday(number: int) -> date:
    return FIRST_MONDAY + timedelta(weeks=number // SUPERVISEES)


def _entries(number: int) -> Iterator[EntryFact]:
    for day in range(DAYS_OF_ENTRIES):
        yield EntryFact(
            id=EntryId(f"entry-{number}-{day}"),
            supervisee=_supervisee(number),
            setting=_SETTING.id,
            day=_monday(number) + timedelta(days=day),
            minutes=60 + day,
            activity=Activity.INDIVIDUAL_THERAPY,
            modality=Medium.VIDEO,
            supervisor=_supervisor(number),
        )


def _submission(number: int) -> WeekFact:
    monday = _monday(number)
    evening = datetime(monday.year, monday.month, monday.day, 17, tzinfo=_SETTING.zone)
    return WeekFact(
        supervisee=_supervisee(number),
        setting=_SETTING.id,
        week_of=monday,
        submitted_at=evening + timedelta(days=6),
        recorded_by=_supervisor(number),
    )
