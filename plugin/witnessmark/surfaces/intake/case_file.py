"""The case file: the interchange format for people, settings, sessions, hours and attestations.

Only its shape stands here. What its names refer to is checked by `application.references`.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from witnessmark.domain.groups import TurnKind
from witnessmark.domain.hours import Activity
from witnessmark.domain.people import LicenceStatus
from witnessmark.domain.sessions import Medium, SessionStatus
from witnessmark.domain.settings import Weekday
from witnessmark.surfaces.intake.case_words import (
    Board,
    Clock,
    Day,
    Id,
    Jurisdiction,
    Many,
    Minutes,
    Moment,
    Npi,
    Some,
    Text,
    TimeZone,
    Word,
)


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
    scan: Text | None = None


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
