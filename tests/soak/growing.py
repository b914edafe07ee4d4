"""Reads of any resource of ours which one it is, and a number that only grows with its versions.

Plain reading of R4 bodies: no code of the adapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from witnessmark.manifest.load import load_manifest
from witnessmark.shipped import shipped

OURS = load_manifest(shipped("manifest.yaml")).value.identity.canonical
"""What every mark of ours begins with."""

Key = tuple[str, str]
_OPEN_TASKS = frozenset({"requested", "in-progress", "on-hold"})


def told(body: Mapping[str, Any], path: str = "") -> tuple[Key, int]:
    """Return a resource's key, and its number; `path` names one that has no key of ours."""
    kind = str(body["resourceType"])
    names = names_of(body)
    name = names[0] if names else path.partition("/")[2] or str(body.get("id", ""))
    return (kind, name), _number(body)


def names_of(body: Mapping[str, Any]) -> list[str]:
    """Return every identifier or tag of ours, as `system-end|value`."""
    known = body.get("identifier", [])
    marks = [*(known if isinstance(known, list) else [known]), *body.get("meta", {}).get("tag", [])]
    return [
        f"{one['system'].removeprefix(OURS)}|{one.get('value') or one.get('code')}"
        for one in marks
        if str(one.get("system", "")).startswith(f"{OURS}/")
    ]


def integers(items: Any) -> Iterator[int]:
    """Return every whole number that a form's items hold."""
    for item in items or ():
        for answer in item.get("answer", ()):
            if "valueInteger" in answer:
                yield int(answer["valueInteger"])
        yield from integers(item.get("item"))


def _number(body: Mapping[str, Any]) -> int:
    match body["resourceType"]:
        case "Appointment":
            return int(body["minutesDuration"])
        case "QuestionnaireResponse":
            return sum(integers(body.get("item")))
        case "Practitioner":
            ends = (one.get("period", {}).get("end") for one in our_entries(body))
            return sum(date.fromisoformat(end).toordinal() for end in ends if end)
        case "Task":
            return int(body["status"] not in _OPEN_TASKS)
        case _:
            return 0


def our_entries(practitioner: Mapping[str, Any]) -> list[Any]:
    """Return the qualifications that carry our mark."""
    return [one for one in practitioner.get("qualification", ()) if _is_ours(one)]


def _is_ours(qualification: Mapping[str, Any]) -> bool:
    known = qualification.get("identifier", ())
    return any(str(one.get("system", "")).startswith(f"{OURS}/") for one in known)


def without_ours(practitioner: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Practitioner as the EHR had it before us."""
    rest = {name: told for name, told in practitioner.items() if name != "meta"}
    theirs = [one for one in practitioner.get("qualification", ()) if not _is_ours(one)]
    return {**rest, "qualification": theirs}
