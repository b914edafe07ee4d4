"""The case file: the interchange format for people, settings, sessions, hours and attestations.

Only its shape stands here. What its names refer to is checked by `application.references`.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from witnessmark.domain.groups import TurnKind
from witnessmark.domain.hours import Activity
from witnessmark.domain.people import LicenceStatus
from witnessmark.domain.sessions import Medium, SessionStatus
from witnessmark.domain.settings import Weekday
from witnessmark.surfaces.intake.case_boards import CandidacyItem, FormItem
from witnessmark.surfaces.intake.case_words import (
    Clock,
    Day,
    Id,
    Item,
    Jurisdiction,
    Many,
    Minutes,
    Moment,
    Npi,
    Slug,
    Some,
    Text,
    TimeZone,
    Word,
)


class ClinicItem(Item):
    """Whose file it is."""

    id: Id
    name: Text
    time_zone: TimeZone


class StatusItem(Item):
    """What the board says of a licence from a day on."""

    since: Day
    status: Word[LicenceStatus]


class LicenceItem(Item):
    """A licence or registration."""

    type: Text
    number: Text
    board: Slug
    board_name: Text
    jurisdiction: Jurisdiction
    issued: Day
    expires: Day | None = None
    training_licence: bool = False
    history: Some[StatusItem]


class TrainingItem(Item):
    """A completed course in supervision."""

    title: Text
    minutes: Annotated[int, Field(ge=1, le=100_000)]
    completed: Day


class PersonItem(Item):
    """A member of the staff, or a supervisor from outside."""

    id: Id
    registered_name: Text
    chosen_name: Text | None = None
    npi: Npi | None = None
    licences: Many[LicenceItem] = ()
    supervisor_training: Many[TrainingItem] = ()


class SettingItem(Item):
    """A workplace with its own clock and week."""

    id: Id
    name: Text
    time_zone: TimeZone
    week_start: Word[Weekday]
    kind: Slug | None = None


class AgreementItem(Item):
    """Who supervises whom, where, from when to when."""

    id: Id
    supervisor: Id
    supervisee: Id
    setting: Id
    starts: Day
    ends: Day | None = None
    signed_on: Day | None = None
    structure: Slug | None = None
    employed_there: bool | None = None
    barred_relation: bool = False


class MemberItem(Item):
    """A member of a group, from day to day."""

    person: Id
    since: Day
    until: Day | None = None


class RhythmItem(Item):
    """When a group meets, on the setting's clock."""

    first_day: Day
    at: Clock
    minutes: Minutes
    every_weeks: Annotated[int, Field(ge=1, le=52)] = 1
    until: Day | None = None


class TurnItem(Item):
    """One line of the presenter ledger: it stays in the store."""

    day: Day
    person: Id
    turn: Word[TurnKind]
    with_person: Id | None = None


class GroupItem(Item):
    """A standing group."""

    id: Id
    name: Text
    setting: Id
    led_by: Some[Id]
    members: Some[MemberItem]
    rhythm: RhythmItem | None = None
    ledger: Many[TurnItem] = ()


class AttendedItem(Item):
    """Who was there for how many minutes; 0: expected and absent.

    `observed` are the minutes of these in which their work with a client was watched.
    """

    person: Id
    minutes: Annotated[int, Field(ge=0, le=1500)]
    observed: Annotated[int, Field(ge=0, le=1500)] = 0


class SessionItem(Item):
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


class ConsultationItem(Item):
    """A voluntary consultation: it counts toward nothing."""

    id: Id
    day: Day
    minutes: Minutes
    people: Some[Id]


class LeaveItem(Item):
    """A dated absence. There is no place for its reason."""

    id: Id
    person: Id
    first_day: Day
    last_day: Day
    approved_in_writing_on: Day | None = None


class EntryItem(Item):
    """One line of somebody's week."""

    id: Id
    supervisee: Id
    setting: Id
    day: Day
    minutes: Minutes
    activity: Word[Activity]
    modality: Word[Medium]
    supervisor: Id


class WeekItem(Item):
    """The supervisee submitted this week at that time, as `recorded_by` wrote down."""

    supervisee: Id
    setting: Id
    week_of: Day
    submitted_at: Moment
    recorded_by: Id


class AttestationItem(Item):
    """The supervisor attested this week elsewhere, as `recorded_by` wrote down.

    `signed_entries` are all that was signed, where any of it was corrected since.
    """

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
    signed_entries: Many[EntryItem] = ()


class CaseFile(Item):
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
    candidacies: Many[CandidacyItem] = ()
    forms: Many[FormItem] = ()


def case_file_schema() -> str:
    """Return the JSON Schema that is published as `schemas/case-file.schema.json`."""
    schema: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CaseFile.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
