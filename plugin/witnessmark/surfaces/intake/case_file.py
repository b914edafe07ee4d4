"""The case file: the interchange format for people, settings, sessions, hours and attestations.

Only its shape stands here. What names refer to is checked in `references`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from witnessmark.domain.groups import TurnKind
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import ID_PATTERN
from witnessmark.domain.people import LicenceStatus
from witnessmark.domain.sessions import Medium, SessionStatus
from witnessmark.domain.settings import Weekday
from witnessmark.surfaces.intake.moments import (
    CLOCK_PATTERN,
    DAY_PATTERN,
    MOMENT_PATTERN,
    read_clock,
    read_day,
    read_moment,
)

T = TypeVar("T")

_TIME_ZONES = available_timezones()

_NPI_DIGITS = 10
_LUHN_OF_PREFIX_80840 = 24


def npi_is_valid(npi: str) -> bool:
    """Whether ten digits are an NPI (Luhn over 80840 and the number, 45 CFR 162.406)."""
    if not re.fullmatch(rf"[0-9]{{{_NPI_DIGITS}}}", npi):
        return False
    doubled = [2 * int(digit) for digit in npi[-2::-2]]
    plain = [int(digit) for digit in npi[-1::-2]]
    total = sum(each // 10 + each % 10 for each in doubled) + sum(plain)
    return (total + _LUHN_OF_PREFIX_80840) % 10 == 0


def _text(value: str) -> str:
    return value


def _id(value: str) -> str:
    if not re.fullmatch(ID_PATTERN, value):
        raise ValueError(f"{value!r} is no id: an id is 1 to 64 of A-Z a-z 0-9 - and .")
    return value


def _npi(value: str) -> str:
    if not npi_is_valid(value):
        raise ValueError(f"{value} is not an NPI: ten digits, the last one a check digit")
    return value


def _time_zone(value: str) -> str:
    if value not in _TIME_ZONES:
        raise ValueError(f"{value!r} is not a time zone such as America/Los_Angeles")
    return value


def _read_by(reader: Callable[[str], object]) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            what = f'a number that is a name or a date stands in quotes: "{value}"'
            raise PydanticCustomError("number_without_quotes", "{what}", {"what": what})
        try:
            return reader(value) if isinstance(value, str) else value
        except ValueError as error:
            raise PydanticCustomError("wrong_value", "{what}", {"what": str(error)}) from None

    return BeforeValidator(read)


def _string(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Text = Annotated[str, _read_by(_text), Field(min_length=1, max_length=500)]
Id = Annotated[str, _read_by(_id), _string(ID_PATTERN)]
Npi = Annotated[str, _read_by(_npi), _string(r"^[0-9]{10}$")]
TimeZone = Annotated[str, _read_by(_time_zone), WithJsonSchema({"type": "string"})]
Board = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Minutes = Annotated[int, Field(ge=1, le=1500)]
Day = Annotated[date, _read_by(read_day), _string(DAY_PATTERN)]
Clock = Annotated[time, _read_by(read_clock), _string(CLOCK_PATTERN)]
Moment = Annotated[datetime, _read_by(read_moment), _string(MOMENT_PATTERN)]
Many = Annotated[tuple[T, ...], Field(strict=False)]
Some = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]
Word = Annotated[T, Field(strict=False)]


class _Item(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ClinicItem(_Item):
    """Whose file it is."""

    id: Id
    name: Text
    time_zone: TimeZone


class StatusItem(_Item):
    """What the board says of a licence from a day on."""

    since: Day
    status: Word[LicenceStatus]


class LicenceItem(_Item):
    """A licence or registration."""

    type: Text
    number: Text
    board: Board
    board_name: Text
    jurisdiction: Jurisdiction
    issued: Day
    expires: Day | None = None
    training_licence: bool = False
    history: Some[StatusItem]


class TrainingItem(_Item):
    """A completed course in supervision."""

    title: Text
    minutes: Annotated[int, Field(ge=1, le=100_000)]
    completed: Day


class PersonItem(_Item):
    """A member of the staff, or a supervisor from outside."""

    id: Id
    registered_name: Text
    chosen_name: Text | None = None
    npi: Npi | None = None
    licences: Many[LicenceItem] = ()
    supervisor_training: Many[TrainingItem] = ()


class SettingItem(_Item):
    """A workplace with its own clock and week."""

    id: Id
    name: Text
    time_zone: TimeZone
    week_start: Word[Weekday]


class AgreementItem(_Item):
    """Who supervises whom, where, from when to when."""

    id: Id
    supervisor: Id
    supervisee: Id
    setting: Id
    starts: Day
    ends: Day | None = None
    signed_on: Day | None = None


class MemberItem(_Item):
    """A member of a group, from day to day."""

    person: Id
    since: Day
    until: Day | None = None


class RhythmItem(_Item):
    """When a group meets, on the setting's clock."""

    first_day: Day
    at: Clock
    minutes: Minutes
    every_weeks: Annotated[int, Field(ge=1, le=52)] = 1
    until: Day | None = None


class TurnItem(_Item):
    """One line of the presenter ledger: it stays in the store."""

    day: Day
    person: Id
    turn: Word[TurnKind]
    with_person: Id | None = None


class GroupItem(_Item):
    """A standing group."""

    id: Id
    name: Text
    setting: Id
    led_by: Some[Id]
    members: Some[MemberItem]
    rhythm: RhythmItem | None = None
    ledger: Many[TurnItem] = ()


class AttendedItem(_Item):
    """Who was there for how many minutes; 0: expected and absent."""

    person: Id
    minutes: Annotated[int, Field(ge=0, le=1500)]


class SessionItem(_Item):
    """A supervision session: facts, never a class. Presenter and topics stay in the store."""

    id: Id
    setting: Id
    start: Moment
    end: Moment
    status: Word[SessionStatus]
    led_by: Some[Id]
    attended: Some[AttendedItem]
    medium: Word[Medium]
    real_time: bool = True
    group: Id | None = None
    presenter: Id | None = None
    topics: Many[Text] = ()


class ConsultationItem(_Item):
    """A voluntary consultation: it counts toward nothing."""

    id: Id
    day: Day
    minutes: Minutes
    people: Some[Id]


class LeaveItem(_Item):
    """A dated absence. There is no place for its reason."""

    id: Id
    person: Id
    first_day: Day
    last_day: Day
    approved_in_writing_on: Day | None = None


class EntryItem(_Item):
    """One line of somebody's week."""

    id: Id
    supervisee: Id
    setting: Id
    day: Day
    minutes: Minutes
    activity: Word[Activity]
    modality: Word[Medium]
    supervisor: Id


class WeekItem(_Item):
    """The supervisee submitted this week at that time, as `recorded_by` wrote down."""

    supervisee: Id
    setting: Id
    week_of: Day
    submitted_at: Moment
    recorded_by: Id


class AttestationItem(_Item):
    """The supervisor attested this week elsewhere, as `recorded_by` wrote down."""

    id: Id
    supervisee: Id
    setting: Id
    week_of: Day
    supervisor: Id
    method: Literal["recorded-elsewhere"]
    signed_on: Day
    recorded_by: Id
    recorded_at: Moment


class CaseFile(_Item):
    """A clinic's supervision, as one file to hand over."""

    case_file: Literal[1]
    marked: Text | None = None
    clinic: ClinicItem
    people: Many[PersonItem] = ()
    settings: Many[SettingItem] = ()
    agreements: Many[AgreementItem] = ()
    groups: Many[GroupItem] = ()
    sessions: Many[SessionItem] = ()
    consultations: Many[ConsultationItem] = ()
    leaves: Many[LeaveItem] = ()
    entries: Many[EntryItem] = ()
    weeks: Many[WeekItem] = ()
    attestations: Many[AttestationItem] = ()


def case_file_schema() -> str:
    """Return the JSON Schema that is published as `schemas/case-file.schema.json`."""
    schema: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CaseFile.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
