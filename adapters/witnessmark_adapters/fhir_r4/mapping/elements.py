"""The small grammar of FHIR JSON: read without trusting, write without touching what is foreign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer

from witnessmark.wire import JsonObject

NOTHING: Mapping[str, object] = MappingProxyType({})

_LITERAL = re.compile(r"https?://\S+?/([A-Z][A-Za-z]+/[A-Za-z0-9.-]+(?:/_history/[A-Za-z0-9.-]+)?)")
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")


def utc_text(instant: datetime) -> str:
    """Return whole seconds in UTC: hosts respell instants, so only this spelling is compared."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[datetime, PlainSerializer(utc_text, return_type=str)]
"""An aware instant in whole seconds. Its offset is how we write it; its digest does not see it."""


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in whole seconds with the zone's offset at that moment.

    The offset is fixed: times of a ZoneInfo inside a repeated hour equal nothing (PEP 495).
    """
    local = instant.astimezone(zone).replace(microsecond=0)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def in_utc(instant: datetime) -> datetime:
    """Return the instant in UTC and whole seconds."""
    return instant.astimezone(UTC).replace(microsecond=0)


def written(instant: datetime | None) -> str | None:
    """Return an R4 dateTime or instant, offset kept."""
    return None if instant is None else instant.isoformat(timespec="seconds")


def at(node: object, *path: str) -> object:
    """Follow member names down; None where one is missing or is no object."""
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def text(node: object, *path: str) -> str | None:
    """Return a text, None for anything else: also for half a surrogate pair, which is no text."""
    value = at(node, *path)
    return value if isinstance(value, str) and not _HALF_PAIR.search(value) else None


def integer(node: object, *path: str) -> int | None:
    """Return an R4 integer (32 bits with sign), None for anything else."""
    value = at(node, *path)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(2**31) <= value < 2**31 else None


def flag(node: object, *path: str) -> bool | None:
    """Return a boolean, None for anything else."""
    value = at(node, *path)
    return value if isinstance(value, bool) else None


def instant(node: object, *path: str) -> datetime | None:
    """Return an instant in UTC and whole seconds; None when there is none, or no zone."""
    try:
        read = datetime.fromisoformat(text(node, *path) or "")
        return None if read.tzinfo is None else read.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):  # an offset may lead out of the calendar
        return None


def nodes(node: object, *path: str) -> list[JsonObject]:
    """Return the objects of a list, an empty list for anything else."""
    value = at(node, *path)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def member(node: object, *path: str) -> JsonObject:
    """Return an object, an empty one for anything else."""
    value = at(node, *path)
    return value if isinstance(value, dict) else {}


def reference(node: object, *path: str) -> str | None:
    """Return a literal reference as `Type/id`: some hosts give back their whole address."""
    literal = text(node, *path, "reference")
    found = _LITERAL.fullmatch(literal) if literal else None
    return found[1] if found else literal


def pointing(node: object, to: str | None) -> JsonObject | None:
    """Return a Reference to `to` that keeps what else the host put into it."""
    kept = node if isinstance(node, dict) else {}
    return None if to is None else {**kept, "reference": to}


def code_in(concept: object, system: str) -> str | None:
    """Return the first code of a system in a CodeableConcept."""
    codes = (
        text(each, "code") for each in nodes(concept, "coding") if each.get("system") == system
    )
    return next(codes, None)


def concept(system: str, code: str) -> JsonObject:
    """Return a CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def coded(concept: object, codes: Mapping[str, str | None]) -> JsonObject:
    """Return a CodeableConcept with exactly these codes by system; all else in it stays."""
    kept = concept if isinstance(concept, dict) else {}
    foreign = [each for each in nodes(kept, "coding") if each.get("system") not in codes]
    ours = [{"system": system, "code": code} for system, code in codes.items() if code is not None]
    return merged(kept, {"coding": [*foreign, *ours]})


def with_code(concepts: Iterable[JsonObject], system: str, code: str | None) -> list[JsonObject]:
    """Return the concepts with exactly one code of ours among them; foreign ones stay as they are.

    Ours is the concept that carries a code of `system`; foreign codes beside it stay too.
    """
    foreign, beside = [], []
    for each in concepts:
        codings = nodes(each, "coding")
        kept = [one for one in codings if one.get("system") != system]
        if len(kept) == len(codings):
            foreign.append(each)
        else:
            beside.append(merged(each, {"coding": kept}))
    if code is not None:
        mine = beside.pop(0) if beside else {}
        own: JsonObject = {"system": system, "code": code}
        foreign.append({**mine, "coding": [*nodes(mine, "coding"), own]})
    return [*foreign, *(each for each in beside if each)]


def value_in(identifiers: Iterable[JsonObject], system: str) -> str | None:
    """Return the value of the first identifier of a system."""
    return next((text(each, "value") for each in identifiers if each.get("system") == system), None)


def with_identifier(
    identifiers: Iterable[JsonObject], system: str, value: str | None
) -> list[JsonObject]:
    """Return the identifiers with exactly one of this system; foreign ones stay."""
    listed = list(identifiers)
    foreign = [each for each in listed if each.get("system") != system]
    mine = next((each for each in listed if each.get("system") == system), {})
    return foreign if value is None else [*foreign, {**mine, "system": system, "value": value}]


def merged(onto: Mapping[str, object], ours: Mapping[str, object]) -> JsonObject:
    """Return `onto` with our members set; a member of ours that is empty is left out."""
    return {
        name: value
        for name, value in {**onto, **ours}.items()
        if name not in ours or not (value is None or value in ([], {}))
    }
