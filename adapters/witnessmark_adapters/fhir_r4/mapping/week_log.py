"""One submitted week of one supervisee in one setting as an R4 QuestionnaireResponse.

Carries dates, minutes, codes and references; no free text but the setting's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witnessmark.domain.hours import HourLog, LogState
from witnessmark.errors import MappingError
from witnessmark.ports.records import HourLogRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    in_zone,
    instant,
    integer,
    merged,
    pointing,
    reference,
    text,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.items import (
    answer,
    answered,
    code_of,
    coding,
    group,
    groups,
    with_items,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import ARTEFACT_VERSION, Names

START = "period.start"
SETTING = "setting"
ENTRY = "entry"
ENTRY_ID = "entry.id"
DAY = "entry.date"
MINUTES = "entry.minutes"
ACTIVITY = "entry.activity"
MODALITY = "entry.modality"
SUPERVISOR = "entry.supervisor"

LINKS = frozenset({START, SETTING, ENTRY})

OWNED = frozenset(
    {
        "identifier",
        "questionnaire",
        "status",
        "subject.reference",
        "author.reference",
        "source.reference",
        "authored",
        *(f"item[{link}]" for link in LINKS),
    }
)
"""Items of other names are the host's; ours are replaced whole."""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One entry; `day` is the ISO date in the setting's zone."""

    id: str | None
    day: str | None
    minutes: int | None
    activity: str | None
    modality: str | None
    supervisor: str | None


@dataclass(frozen=True, slots=True)
class WeekLog:
    """Our elements of the response. Subject, author and source are the supervisee."""

    log: str | None
    questionnaire: str | None
    status: str | None
    subject: str | None
    author: str | None
    source: str | None
    authored: Instant | None
    start: str | None
    setting: str | None
    entries: tuple[LoggedEntry, ...]


def part_of(record: HourLogRecord, *, x: Names) -> WeekLog:
    """Say a week in R4 terms. Raises WaitsForError for a person without a match.

    Raises MappingError for a week that was never submitted: drafts do not leave the store.
    """
    log = record.log
    if log.submitted_at is None or log.state is LogState.DRAFT:
        raise MappingError(str(record.key), "state", "a week leaves from its first submission on")
    supervisee = who_is(log.supervisee, record.around)
    return WeekLog(
        log=log.id,
        questionnaire=f"{x.week}|{ARTEFACT_VERSION}",
        status=_status(log),
        subject=supervisee,
        author=supervisee,
        source=supervisee,
        authored=in_zone(log.submitted_at, record.setting.zone),
        start=log.week_start.isoformat(),
        setting=record.setting.name,
        entries=tuple(
            LoggedEntry(
                id=entry.id,
                day=entry.day.isoformat(),
                minutes=entry.minutes,
                activity=entry.activity.value,
                modality=entry.modality.value,
                supervisor=who_is(entry.supervisor, record.around),
            )
            for entry in log.entries
        ),
    )


def write(part: WeekLog, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the QuestionnaireResponse; what is not OWNED stays as it is in `onto`."""
    items = [
        answer(START, "valueDate", part.start),
        answer(SETTING, "valueString", part.setting),
        *(_entry(entry, x) for entry in part.entries),
    ]
    return merged(
        onto,
        {
            "resourceType": "QuestionnaireResponse",
            "identifier": {"system": x.hour_log, "value": part.log},
            "questionnaire": part.questionnaire,
            "status": part.status,
            "subject": pointing(at(onto, "subject"), part.subject),
            "authored": written(part.authored),
            "author": pointing(at(onto, "author"), part.author),
            "source": pointing(at(onto, "source"), part.source),
            "item": with_items(onto, items, LINKS),
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> WeekLog:
    """Return our elements of the response; what is missing or ill-formed is None."""
    return WeekLog(
        log=text(body, "identifier", "value") if owns(body, x) else None,
        questionnaire=text(body, "questionnaire"),
        status=text(body, "status"),
        subject=reference(body, "subject"),
        author=reference(body, "author"),
        source=reference(body, "source"),
        authored=instant(body, "authored"),
        start=text(answered(body, START), "valueDate"),
        setting=text(answered(body, SETTING), "valueString"),
        entries=tuple(
            LoggedEntry(
                id=text(answered(each, ENTRY_ID), "valueString"),
                day=text(answered(each, DAY), "valueDate"),
                minutes=integer(answered(each, MINUTES), "valueInteger"),
                activity=code_of(each, ACTIVITY, x.codes),
                modality=code_of(each, MODALITY, x.codes),
                supervisor=reference(answered(each, SUPERVISOR), "valueReference"),
            )
            for each in groups(body, ENTRY)
        ),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a QuestionnaireResponse carries the identifier of a weekly log of ours."""
    return text(body, "identifier", "system") == x.hour_log


def _status(log: HourLog) -> str:
    if log.state is LogState.ENTERED_IN_ERROR:
        return "entered-in-error"
    if log.state is not LogState.SUBMITTED:
        return "in-progress"
    return "amended" if log.corrections else "completed"


def _entry(entry: LoggedEntry, x: Names) -> JsonObject:
    return group(
        ENTRY,
        answer(ENTRY_ID, "valueString", entry.id),
        answer(DAY, "valueDate", entry.day),
        answer(MINUTES, "valueInteger", entry.minutes),
        answer(ACTIVITY, "valueCoding", coding(x.codes, entry.activity)),
        answer(MODALITY, "valueCoding", coding(x.codes, entry.modality)),
        answer(SUPERVISOR, "valueReference", pointing(None, entry.supervisor)),
    )
