"""The record of a held session as an R4 QuestionnaireResponse: how, and who for how long.

Topics, agenda and presenter have no item and no field here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import MappingError
from witnessmark.ports.records import SessionRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    at,
    flag,
    integer,
    merged,
    pointing,
    reference,
    text,
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

SESSION = "session"
MEDIUM = "medium"
REAL_TIME = "real-time"
ATTENDANCE = "attendance"
WHO = "attendance.who"
MINUTES = "attendance.minutes"

LINKS = frozenset({SESSION, MEDIUM, REAL_TIME, ATTENDANCE})

OWNED = frozenset(
    {
        "identifier",
        "questionnaire",
        "status",
        "subject.reference",
        "author.reference",
        *(f"item[{link}]" for link in LINKS),
    }
)
"""Items of other names are the host's; ours are replaced whole."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A Practitioner and how long they were there; 0: expected, and absent."""

    who: str | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class HeldSession:
    """Our elements of the response."""

    session: str | None
    questionnaire: str | None
    status: str | None
    subject: str | None
    author: str | None
    appointment: str | None
    medium: str | None
    real_time: bool | None
    attendance: tuple[Attended, ...]


def part_of(record: SessionRecord, *, appointment: str, x: Names) -> HeldSession:
    """Say a held session in R4 terms; one that turned out not to be held is entered in error.

    Raises WaitsForError for a person without a match, MappingError when nobody led.
    """
    session = record.session
    if not session.led_by:
        raise MappingError(str(record.key), "led_by", "somebody has to have led the session")
    leader = who_is(session.led_by[0], record.around)
    return HeldSession(
        session=session.id,
        questionnaire=f"{x.held_session}|{ARTEFACT_VERSION}",
        status="completed" if session.status is SessionStatus.HELD else "entered-in-error",
        subject=leader,
        author=leader,
        appointment=appointment,
        medium=session.medium.value,
        real_time=session.real_time,
        attendance=tuple(
            Attended(who_is(one.person, record.around), one.minutes) for one in session.attended
        ),
    )


def write(part: HeldSession, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the QuestionnaireResponse; what is not OWNED stays as it is in `onto`."""
    items = [
        answer(SESSION, "valueReference", pointing(None, part.appointment)),
        answer(MEDIUM, "valueCoding", coding(x.codes, part.medium)),
        answer(REAL_TIME, "valueBoolean", part.real_time),
        *(
            group(
                ATTENDANCE,
                answer(WHO, "valueReference", pointing(None, one.who)),
                answer(MINUTES, "valueInteger", one.minutes),
            )
            for one in part.attendance
        ),
    ]
    return merged(
        onto,
        {
            "resourceType": "QuestionnaireResponse",
            "identifier": {"system": x.session, "value": part.session},
            "questionnaire": part.questionnaire,
            "status": part.status,
            "subject": pointing(at(onto, "subject"), part.subject),
            "author": pointing(at(onto, "author"), part.author),
            "item": with_items(onto, items, LINKS),
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> HeldSession:
    """Return our elements of the response; what is missing or ill-formed is None."""
    return HeldSession(
        session=text(body, "identifier", "value") if owns(body, x) else None,
        questionnaire=text(body, "questionnaire"),
        status=text(body, "status"),
        subject=reference(body, "subject"),
        author=reference(body, "author"),
        appointment=reference(answered(body, SESSION), "valueReference"),
        medium=code_of(body, MEDIUM, x.codes),
        real_time=flag(answered(body, REAL_TIME), "valueBoolean"),
        attendance=tuple(
            Attended(
                reference(answered(each, WHO), "valueReference"),
                integer(answered(each, MINUTES), "valueInteger"),
            )
            for each in groups(body, ATTENDANCE)
        ),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a QuestionnaireResponse carries the identifier of a session of ours."""
    return text(body, "identifier", "system") == x.session
