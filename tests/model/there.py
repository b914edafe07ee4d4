"""What stands in the EHR, read past every wire and adapter; and what a person does to it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.model.model import Hand
from witnessmark.manifest.load import load_manifest
from witnessmark.sandbox import Practice
from witnessmark.shipped import shipped
from witnessmark.wire import JsonObject

OURS = load_manifest(shipped("manifest.yaml")).value.identity.canonical
PLACES = {
    "booked": ("Appointment", "session|{}"),
    "held": ("QuestionnaireResponse", "session|{}"),
    "log": ("QuestionnaireResponse", "hour-log|{}"),
    "word": ("Provenance", "record|attestation/{}"),
    "revocation": ("Provenance", "record|attestation/{}/revocation"),
    "supervisor": ("PractitionerRole", "agreement|{}-supervisor"),
    "supervisee": ("PractitionerRole", "agreement|{}-supervisee"),
}
"""Where each part of a record stands: the type, and our identifier or tag on it."""

_TYPES = tuple({kind for kind, _ in PLACES.values()} | {"Task"})


class There:
    """Our copies in one practice at one moment, by type and mark."""

    def __init__(self, practice: Practice) -> None:
        self._by_mark: dict[tuple[str, str], list[JsonObject]] = defaultdict(list)
        for one in practice.resources(*_TYPES):
            for mark in _marks(one):
                self._by_mark[one["resourceType"], mark].append(one)

    def doubles(self) -> list[tuple[str, str]]:
        return [place for place, standing in self._by_mark.items() if len(standing) > 1]

    def copy(self, part: str, record: str) -> JsonObject | None:
        kind, mark = PLACES[part]
        standing = self._by_mark.get((kind, mark.format(record)))
        return standing[0] if standing else None

    def words(self) -> Iterator[JsonObject]:
        """Give what was signed, and what took it back."""
        for (kind, _), standing in self._by_mark.items():
            if kind == "Provenance":
                yield from standing


def shown(part: str, copy: Mapping[str, Any]) -> object:
    """Return what a copy says: the minutes, and of a week whether it is in."""
    match part:
        case "booked":
            return copy["minutesDuration"]
        case "held":
            return sum(_integers(copy))
        case "log":
            return sum(_integers(copy)), copy["status"] in {"completed", "amended"}
        case _:
            return None


def reference(copy: Mapping[str, Any]) -> str:
    return f"{copy['resourceType']}/{copy['id']}"


def by_hand(practice: Practice, copy: Mapping[str, Any], hand: Hand, count: int) -> None:
    """Do something to a copy, each time something else."""
    if hand is Hand.DELETED:
        practice.by_hand.delete(reference(copy))
        return
    somebody = {"reference": f"Practitioner/somebody-{count}"}
    elements: dict[str, dict[str, object]] = {
        "Appointment": {"minutesDuration": 1000 + count},
        "QuestionnaireResponse": {"item": _with_minutes(copy.get("item"), 1000 + count)},
        "PractitionerRole": {"practitioner": somebody},
        "Provenance": {"recorded": f"2020-01-01T00:00:00.{count:03}Z"},
    }
    practice.by_hand.change(reference(copy), **elements[copy["resourceType"]])


def _marks(resource: Mapping[str, Any]) -> Iterator[str]:
    named = resource.get("identifier", [])
    for one in named if isinstance(named, list) else [named]:
        if one.get("system", "").startswith(OURS):
            yield f"{one['system'].removeprefix(OURS + '/')}|{one['value']}"
    for tag in resource["meta"].get("tag", ()):
        if tag.get("system") == f"{OURS}/record":
            yield f"record|{tag['code']}"


def _with_minutes(node: Any, minutes: int) -> Any:
    """Return the same with other minutes in it."""
    if isinstance(node, list):
        return [_with_minutes(each, minutes) for each in node]
    if isinstance(node, dict):
        said = {name: _with_minutes(value, minutes) for name, value in node.items()}
        return said | ({"valueInteger": minutes} if "valueInteger" in node else {})
    return node


def _integers(node: object) -> Iterator[int]:
    if isinstance(node, list):
        for each in node:
            yield from _integers(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "valueInteger":
                yield value
            else:
                yield from _integers(value)
