"""A supervision session as an R4 Appointment of staff alone. Says who, when, and what became of it.

Never says individual, triadic or group, nor anything that was said (R4 4.0.1, Appointment).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from witnessmark.domain.sessions import SessionStatus
from witnessmark.ports.records import SessionRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    code_in,
    in_zone,
    instant,
    integer,
    merged,
    nodes,
    pointing,
    reference,
    text,
    value_in,
    with_code,
    with_identifier,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import PARTICIPATION, SUPERVISION, Names

LED = "PPRF"
ATTENDED = "PART"

STATUSES: Mapping[SessionStatus, str] = MappingProxyType(
    {
        SessionStatus.PLANNED: "booked",
        SessionStatus.HELD: "fulfilled",
        SessionStatus.CANCELLED: "cancelled",
        SessionStatus.NO_SHOW: "noshow",
        SessionStatus.ENTERED_IN_ERROR: "entered-in-error",
    }
)

OWNED = frozenset(
    {
        "identifier[ours]",
        "status",
        "serviceType.coding[ours]",
        "start",
        "end",
        "minutesDuration",
        "participant[Practitioner]",
        "participant[Practitioner].type.coding[v3-ParticipationType]",
        "participant[Practitioner].actor.reference",
    }
)
"""Participants that are no Practitioner are the host's; of ours, the invitation's answer is too."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A Practitioner and the v3-ParticipationType code."""

    who: str
    part: str | None


@dataclass(frozen=True, slots=True)
class BookedSession:
    """Our elements of an Appointment."""

    session: str | None
    status: str | None
    service: str | None
    start: Instant | None
    end: Instant | None
    minutes: int | None
    people: tuple[Participant, ...]


def part_of(record: SessionRecord) -> BookedSession:
    """Say a session in R4 terms. Raises WaitsForError for a person without a match."""
    session, zone = record.session, record.setting.zone
    led = dict.fromkeys(session.led_by)
    attended = dict.fromkeys(p.person for p in session.attended if p.person not in led)
    people = [Participant(who_is(person, record.around), LED) for person in led]
    people += [Participant(who_is(person, record.around), ATTENDED) for person in attended]
    return BookedSession(
        session=session.id,
        status=STATUSES[session.status],
        service=SUPERVISION,
        start=in_zone(session.start, zone),
        end=in_zone(session.end, zone),
        minutes=session.minutes or None,
        people=_in_order(people),
    )


def write(part: BookedSession, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the Appointment; what is not OWNED stays as it is in `onto`."""
    return merged(
        onto,
        {
            "resourceType": "Appointment",
            "identifier": with_identifier(nodes(onto, "identifier"), x.session, part.session),
            "status": part.status,
            "serviceType": with_code(nodes(onto, "serviceType"), x.codes, part.service),
            "start": written(part.start),
            "end": written(part.end),
            "minutesDuration": part.minutes,
            "participant": _participants(part.people, nodes(onto, "participant")),
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> BookedSession:
    """Return our elements of an Appointment; what is missing or ill-formed is None."""
    services = (code_in(each, x.codes) for each in nodes(body, "serviceType"))
    return BookedSession(
        session=value_in(nodes(body, "identifier"), x.session),
        status=text(body, "status"),
        service=next((code for code in services if code), None),
        start=instant(body, "start"),
        end=instant(body, "end"),
        minutes=integer(body, "minutesDuration"),
        people=_in_order(
            Participant(who, _participation(each))
            for each in nodes(body, "participant")
            if (who := _staff(each))
        ),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether an Appointment carries our identifier; looks at nothing else."""
    return value_in(nodes(body, "identifier"), x.session) is not None


def _in_order(people: Iterable[Participant]) -> tuple[Participant, ...]:
    return tuple(sorted(people, key=lambda one: (one.part != LED, one.part or "", one.who)))


def _staff(participant: JsonObject) -> str | None:
    who = reference(participant, "actor")
    return who if who and who.startswith("Practitioner/") else None


def _participation(participant: JsonObject) -> str | None:
    codes = (code_in(each, PARTICIPATION) for each in nodes(participant, "type"))
    return next((code for code in codes if code), None)


def _participants(people: tuple[Participant, ...], there: list[JsonObject]) -> list[JsonObject]:
    known = {who: each for each in there if (who := _staff(each))}
    ours: list[JsonObject] = []
    for one in people:
        seat = known.get(one.who, {})
        members = {
            "type": with_code(nodes(seat, "type"), PARTICIPATION, one.part),
            "actor": pointing(at(seat, "actor"), one.who),
            "status": seat.get("status", "accepted"),
        }
        ours.append(merged(seat, members))
    return [*ours, *(each for each in there if not _staff(each))]
