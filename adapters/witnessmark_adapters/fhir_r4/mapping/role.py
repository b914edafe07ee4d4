"""The two roles of an agreement as R4 PractitionerRoles: who supervises, and who is supervised.

Nothing links the two there: each says its own part alone (R4 4.0.1, PractitionerRole).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from witnessmark.ports.records import AgreementRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    at,
    code_in,
    flag,
    member,
    merged,
    nodes,
    pointing,
    reference,
    text,
    value_in,
    with_code,
    with_identifier,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import Names

OWNED = frozenset(
    {
        "identifier[ours]",
        "active",
        "period.start",
        "period.end",
        "practitioner.reference",
        "code.coding[ours]",
    }
)


class Side(StrEnum):
    """Which of the two; the code, and the end of the identifier."""

    SUPERVISOR = "supervisor"
    SUPERVISEE = "supervisee"


@dataclass(frozen=True, slots=True)
class Role:
    """Our elements of a PractitionerRole. `start` and `end` are ISO days, both included."""

    role: str | None
    active: bool | None
    start: str | None
    end: str | None
    practitioner: str | None
    code: str | None


def name_of(record: AgreementRecord, side: Side) -> str:
    """Return the value of the identifier."""
    return f"{record.agreement.id}-{side}"


def part_of(record: AgreementRecord, side: Side) -> Role:
    """Say one side of an agreement. Raises WaitsForError while one of the two has no match.

    One that ends before it starts was struck: it is not active, and was at no time. Nothing here
    depends on today: that one is over, `period.end` says.
    """
    agreement = record.agreement
    struck = agreement.ends is not None and agreement.ends < agreement.starts
    who = {
        Side.SUPERVISOR: who_is(agreement.supervisor, record.around),
        Side.SUPERVISEE: who_is(agreement.supervisee, record.around),
    }
    return Role(
        role=name_of(record, side),
        active=not struck,
        start=None if struck else agreement.starts.isoformat(),
        end=None if struck or agreement.ends is None else agreement.ends.isoformat(),
        practitioner=who[side],
        code=side.value,
    )


def write(part: Role, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the PractitionerRole; what is not OWNED stays as it is in `onto`."""
    return merged(
        onto,
        {
            "resourceType": "PractitionerRole",
            "identifier": with_identifier(nodes(onto, "identifier"), x.agreement, part.role),
            "active": part.active,
            "period": merged(member(onto, "period"), {"start": part.start, "end": part.end}),
            "practitioner": pointing(at(onto, "practitioner"), part.practitioner),
            "code": with_code(nodes(onto, "code"), x.codes, part.code),
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> Role:
    """Return our elements of a PractitionerRole; what is missing or ill-formed is None."""
    codes = (code_in(each, x.codes) for each in nodes(body, "code"))
    return Role(
        role=value_in(nodes(body, "identifier"), x.agreement),
        active=flag(body, "active"),
        start=text(body, "period", "start"),
        end=text(body, "period", "end"),
        practitioner=reference(body, "practitioner"),
        code=next((code for code in codes if code), None),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a PractitionerRole carries our identifier."""
    return value_in(nodes(body, "identifier"), x.agreement) is not None
