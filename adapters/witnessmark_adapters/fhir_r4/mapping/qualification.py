"""A person's licences and supervisor training inside the host's own Practitioner.

Ours are the qualifications whose identifier.system begins `X/license/`; all else is the host's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from witnessmark.canonical import digest
from witnessmark.domain.people import (
    GOOD_STANDING,
    Credential,
    LicenceStatus,
    Person,
    StatusChange,
    SupervisorTraining,
)
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    at,
    code_in,
    concept,
    merged,
    nodes,
    text,
    with_code,
)
from witnessmark_adapters.fhir_r4.names import (
    IDENTIFIER_TYPES,
    QUALIFICATION_STATUS,
    SUPERVISOR_TRAINING,
    US_STATES,
    Names,
)

STATE_LICENSE = "SL"
TRAINING_LICENSE = "TRL"
ACTIVE = "active"

NOT_VALID = frozenset(
    {
        LicenceStatus.SUSPENDED,
        LicenceStatus.LAPSED,
        LicenceStatus.SURRENDERED,
        LicenceStatus.REVOKED,
    }
)

OWNED = frozenset(
    {
        "qualification[ours]",
        "qualification[ours].identifier[ours]",
        "qualification[ours].code.text",
        "qualification[ours].code.coding[ours]",
        "qualification[ours].period.start",
        "qualification[ours].period.end",
        "qualification[ours].issuer.display",
        "qualification[ours].extension[practitioner-qualification]",
        "qualification[ours].extension[license-status]",
    }
)


@dataclass(frozen=True, slots=True)
class Qualification:
    """Our elements of one entry. `status` is `active`, a LicenceStatus, or None for training."""

    system: str
    number: str | None
    kind: str | None
    title: str | None
    code: str | None
    start: str | None
    end: str | None
    issuer: str | None
    status: str | None
    where: str | None


@dataclass(frozen=True, slots=True)
class Qualifications:
    """Our entries, in order of system and number."""

    entries: tuple[Qualification, ...]


def part_of(person: Person, *, x: Names) -> Qualifications:
    """Say licences and training in R4 terms; the status is the last the board is known to say.

    Nothing here depends on today: that a licence has run out, `period.end` says.
    """
    licences = [_licence(held, x) for held in person.credentials]
    return _in_order([*licences, *(_training(course, x) for course in person.training)])


def write(part: Qualifications, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the Practitioner; what is not OWNED stays as it is in `onto`, entries in place."""
    wanted = {(each.system, each.number): each for each in part.entries}
    entries: list[JsonObject] = []
    for there in nodes(onto, "qualification"):
        system = _own_system(there, x)
        if system is None:
            entries.append(there)
        elif (each := wanted.pop((system, _number(there, system)), None)) is not None:
            entries.append(_entry(each, there, x))
    entries += [_entry(each, {}, x) for each in wanted.values()]
    return merged(onto, {"resourceType": "Practitioner", "qualification": entries})


def read(body: Mapping[str, object], *, x: Names) -> Qualifications:
    """Return our entries of a Practitioner; what is missing or ill-formed is None."""
    return _in_order(
        _read_entry(entry, system, x)
        for entry in nodes(body, "qualification")
        if (system := _own_system(entry, x))
    )


def differences(part: Qualifications, body: Mapping[str, object], *, x: Names) -> tuple[str, ...]:
    """Name what the host's own entries say otherwise of the same licences; never a value.

    The same licence: an entry that is not ours carries its number.
    """
    ours = {each.number: each for each in part.entries}
    return tuple(
        f"the EHR's own qualification[{n}] for the same licence differs in {', '.join(elements)}"
        for n, entry in enumerate(nodes(body, "qualification"))
        if _own_system(entry, x) is None
        and (each := next((ours[no] for no in _numbers(entry) if no in ours), None))
        and (elements := _other_elements(entry, each))
    )


def _numbers(entry: JsonObject) -> list[str | None]:
    return [text(each, "value") for each in nodes(entry, "identifier")]


def _other_elements(entry: JsonObject, each: Qualification) -> list[str]:
    said = {
        "code.text": (text(entry, "code", "text"), each.title),
        "period.start": (text(entry, "period", "start"), each.start),
        "period.end": (text(entry, "period", "end"), each.end),
        "issuer.display": (text(entry, "issuer", "display"), each.issuer),
    }
    return [name for name, (theirs, our) in said.items() if theirs != our]


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a Practitioner holds entries of ours."""
    return any(_own_system(entry, x) for entry in nodes(body, "qualification"))


def _in_order(entries: Iterable[Qualification]) -> Qualifications:
    return Qualifications(tuple(sorted(entries, key=lambda one: (one.system, one.number or ""))))


def _licence(held: Credential, x: Names) -> Qualification:
    last = held.history[-1] if held.history else None
    good = last is not None and last.status in GOOD_STANDING
    country, _, state = held.jurisdiction.partition("-")
    return Qualification(
        system=f"{x.licenses}{held.board}",
        number=held.number,
        kind=TRAINING_LICENSE if held.training_licence else STATE_LICENSE,
        title=held.licence_type,
        code=None,
        start=held.issued.isoformat(),
        end=_day(_valid_until(held, last)),
        issuer=held.board_name,
        status=ACTIVE if good else last.status.value if last else None,
        where=state if good and country == "US" and state else None,
    )


def _valid_until(held: Credential, last: StatusChange | None) -> date | None:
    """Return the day before the board withdrew it, or the last day it holds, if that is earlier."""
    if last is None or last.status not in NOT_VALID:
        return held.expires
    withdrawn = max(held.issued, last.since - timedelta(days=1))
    return withdrawn if held.expires is None else min(withdrawn, held.expires)


def _training(course: SupervisorTraining, x: Names) -> Qualification:
    return Qualification(
        system=f"{x.licenses}{SUPERVISOR_TRAINING}",
        number=digest([course.title, course.completed.isoformat()])[:16],
        kind=None,
        title=course.title,
        code=SUPERVISOR_TRAINING,
        start=course.completed.isoformat(),
        end=None,
        issuer=None,
        status=None,
        where=None,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _own_system(entry: JsonObject, x: Names) -> str | None:
    systems = (text(each, "system") or "" for each in nodes(entry, "identifier"))
    return next((system for system in systems if system.startswith(x.licenses)), None)


def _own_identifier(entry: JsonObject, system: str) -> JsonObject:
    return next((one for one in nodes(entry, "identifier") if one.get("system") == system), {})


def _number(entry: JsonObject, system: str) -> str | None:
    return text(_own_identifier(entry, system), "value")


def _entry(each: Qualification, there: JsonObject, x: Names) -> JsonObject:
    known = _own_identifier(there, each.system)
    identifier = merged(
        known,
        {
            "type": concept(IDENTIFIER_TYPES, each.kind) if each.kind else None,
            "system": each.system,
            "value": each.number,
        },
    )
    others = [one for one in nodes(there, "identifier") if one.get("system") != each.system]
    return merged(
        there,
        {
            "extension": [*_foreign_extensions(there, x), *_status(each, x)],
            "identifier": [identifier, *others],
            "code": _code(each, there, x),
            "period": merged(_member(there, "period"), {"start": each.start, "end": each.end}),
            "issuer": merged(_member(there, "issuer"), {"display": each.issuer}),
        },
    )


def _member(node: JsonObject, name: str) -> JsonObject:
    member = node.get(name)
    return member if isinstance(member, dict) else {}


def _code(each: Qualification, there: JsonObject, x: Names) -> JsonObject:
    known = _member(there, "code")
    coded = with_code([known] if known else [], x.codes, each.code)
    codings = [coding for one in coded for coding in nodes(one, "coding")]
    return merged(known, {"coding": codings, "text": each.title})


def _foreign_extensions(there: JsonObject, x: Names) -> list[JsonObject]:
    ours = {QUALIFICATION_STATUS, x.license_status}
    return [each for each in nodes(there, "extension") if each.get("url") not in ours]


def _status(each: Qualification, x: Names) -> list[JsonObject]:
    """Say the status. HL7's extension has `active` fixed (Plan-Net 1.2.0): others go into ours."""
    if each.status is None:
        return []
    if each.status != ACTIVE:
        coding = {"system": x.codes, "code": each.status}
        return [{"url": x.license_status, "valueCoding": coding}]
    said: list[JsonObject] = [{"url": "status", "valueCode": ACTIVE}]
    if each.where:
        where = concept(US_STATES, each.where)
        said.append({"url": "whereValid", "valueCodeableConcept": where})
    return [{"url": QUALIFICATION_STATUS, "extension": said}]


def _read_entry(entry: JsonObject, system: str, x: Names) -> Qualification:
    identifier = _own_identifier(entry, system)
    extensions = {text(each, "url"): each for each in nodes(entry, "extension")}
    said = {
        text(one, "url"): one for one in nodes(extensions.get(QUALIFICATION_STATUS), "extension")
    }
    own_status = text(extensions.get(x.license_status), "valueCoding", "code")
    return Qualification(
        system=system,
        number=text(identifier, "value"),
        kind=code_in(identifier.get("type"), IDENTIFIER_TYPES),
        title=text(entry, "code", "text"),
        code=code_in(at(entry, "code"), x.codes),
        start=text(entry, "period", "start"),
        end=text(entry, "period", "end"),
        issuer=text(entry, "issuer", "display"),
        status=text(said.get("status"), "valueCode") or own_status,
        where=code_in(at(said.get("whereValid"), "valueCodeableConcept"), US_STATES),
    )
