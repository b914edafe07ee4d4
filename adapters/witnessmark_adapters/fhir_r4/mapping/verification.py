"""One check of a licence at its source as an R4 VerificationResult.

Says what the source said, never who looked: nobody attests here (R4 4.0.1, VerificationResult).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witnessmark.domain.people import GOOD_STANDING
from witnessmark.domain.verifications import VerificationMethod, VerificationOutcome
from witnessmark.ports.records import VerificationRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    code_in,
    concept,
    in_utc,
    instant,
    merged,
    nodes,
    reference,
    text,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.mapping.tags import tagged, with_tag
from witnessmark_adapters.fhir_r4.names import (
    COMMUNICATIONS,
    FAILURE_ACTIONS,
    NEEDS,
    SOURCE_TYPES,
    VALIDATION_STATUSES,
    VALIDATION_TYPES,
    Names,
)

PERIODIC, INITIAL = "periodic", "initial"
VALIDATED, FAILED, OPEN, DUE_AGAIN = "validated", "val-fail", "in-process", "req-revalid"
PRIMARY = "primary"
WARN = "warn"
BOARD, REGISTRY = "lic-board", "reg-auth"
BY_HAND, ASKED = "manual", "pull"
SUCCESSFUL, UNSUCCESSFUL, UNKNOWN = "successful", "failed", "unknown"

OWNED = frozenset(
    {
        "meta.tag[ours]",
        "target",
        "targetLocation",
        "need",
        "status",
        "statusDate",
        "validationType",
        "lastPerformed",
        "nextScheduled",
        "failureAction",
        "primarySource",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """Who was asked, in which way, and whether it confirmed the licence."""

    who: str | None
    kind: str | None
    means: str | None
    status: str | None
    when: Instant | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Our elements of a VerificationResult. `record` is the tag by which it is found again."""

    record: str | None
    target: tuple[str | None, ...]
    location: tuple[str, ...]
    need: str | None
    status: str | None
    status_date: Instant | None
    kind: str | None
    performed: Instant | None
    following: str | None
    on_failure: str | None
    sources: tuple[Source, ...]


def part_of(record: VerificationRecord) -> Checked:
    """Say a check in R4 terms. Raises WaitsForError for a person without a match.

    A registry is a registration authority, not the board: it repeats what its holders told it. So
    its silence is no failure, and its yes validates no licence that is not in force.
    """
    check = record.verification
    when = in_utc(check.at)
    looked = check.method is VerificationMethod.LOOKED
    status, said = _standing(record)
    source = Source(
        who=check.source,
        kind=BOARD if looked else REGISTRY,
        means=BY_HAND if looked else ASKED,
        status=said,
        when=when,
    )
    return Checked(
        record=str(record.key),
        target=(who_is(check.person, record.around),),
        location=(licence_by(check.number),),
        need=PERIODIC if check.next_due else INITIAL,
        status=status,
        status_date=when,
        kind=PRIMARY if looked else None,
        performed=when,
        following=check.next_due.isoformat() if check.next_due else None,
        on_failure=WARN,
        sources=(source,),
    )


def _standing(record: VerificationRecord) -> tuple[str, str]:
    """Return how the licence's validation stands, and how it came out at the source.

    R4 4.0.1 defines these codes by their names alone: in process, requires revalidation.
    """
    check = record.verification
    looked = check.method is VerificationMethod.LOOKED
    match check.outcome:
        case VerificationOutcome.CONFIRMED if looked or _is_in_force(record):
            return VALIDATED, SUCCESSFUL
        case VerificationOutcome.CONFIRMED:
            return DUE_AGAIN, SUCCESSFUL
        case VerificationOutcome.NOT_FOUND if not looked:
            return OPEN, UNKNOWN
        case _:
            return FAILED, UNSUCCESSFUL


def _is_in_force(record: VerificationRecord) -> bool:
    check, day = record.verification, record.verification.at.date()
    return any(
        held.status_on(day) in GOOD_STANDING
        for held in record.person.credentials
        if (held.board, held.number) == (check.board, check.number)
    )


def licence_by(number: str) -> str:
    """Return where in a Practitioner the licence of this number stands (FHIRPath 2.0)."""
    quoted = number.replace("\\", "\\\\").replace("'", "\\'")
    return f"Practitioner.qualification.where(identifier.exists(value = '{quoted}'))"


def write(part: Checked, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the VerificationResult; what is not OWNED stays as it is in `onto`."""
    return merged(
        onto,
        {
            "resourceType": "VerificationResult",
            "meta": with_tag(onto, x.record, part.record),
            "target": [{"reference": each} for each in part.target],
            "targetLocation": list(part.location),
            "need": _concept(NEEDS, part.need),
            "status": part.status,
            "statusDate": written(part.status_date),
            "validationType": _concept(VALIDATION_TYPES, part.kind),
            "lastPerformed": written(part.performed),
            "nextScheduled": part.following,
            "failureAction": _concept(FAILURE_ACTIONS, part.on_failure),
            "primarySource": [_source(each) for each in part.sources],
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> Checked:
    """Return our elements of a VerificationResult; what is missing or ill-formed is None."""
    locations = at(body, "targetLocation")
    return Checked(
        record=tagged(body, x.record),
        target=tuple(reference(each) for each in nodes(body, "target")),
        location=tuple(
            text({"it": each}, "it") or ""
            for each in (locations if isinstance(locations, list) else ())
        ),
        need=code_in(at(body, "need"), NEEDS),
        status=text(body, "status"),
        status_date=instant(body, "statusDate"),
        kind=code_in(at(body, "validationType"), VALIDATION_TYPES),
        performed=instant(body, "lastPerformed"),
        following=text(body, "nextScheduled"),
        on_failure=code_in(at(body, "failureAction"), FAILURE_ACTIONS),
        sources=tuple(_read_source(each) for each in nodes(body, "primarySource")),
    )


def _concept(system: str, code: str | None) -> JsonObject | None:
    return None if code is None else concept(system, code)


def _source(source: Source) -> JsonObject:
    methods = [each for each in (_concept(COMMUNICATIONS, source.means),) if each]
    kinds = [each for each in (_concept(SOURCE_TYPES, source.kind),) if each]
    return merged(
        {},
        {
            "who": {"display": source.who} if source.who else None,
            "type": kinds,
            "communicationMethod": methods,
            "validationStatus": _concept(VALIDATION_STATUSES, source.status),
            "validationDate": written(source.when),
        },
    )


def _read_source(source: JsonObject) -> Source:
    kinds = (code_in(each, SOURCE_TYPES) for each in nodes(source, "type"))
    methods = (code_in(each, COMMUNICATIONS) for each in nodes(source, "communicationMethod"))
    return Source(
        who=text(source, "who", "display"),
        kind=next((code for code in kinds if code), None),
        means=next((code for code in methods if code), None),
        status=code_in(source.get("validationStatus"), VALIDATION_STATUSES),
        when=instant(source, "validationDate"),
    )
