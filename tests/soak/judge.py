"""Judges what the host holds at the end, by plain requests and what a person there would expect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.soak.growing import names_of, our_entries, told, without_ours
from tests.soak.hosts import NPI, Peer
from tests.soak.invented import Invented
from witnessmark.ports.records import RecordKey

KINDS = (
    "Appointment",
    "QuestionnaireResponse",
    "Practitioner",
    "PractitionerRole",
    "Provenance",
    "DocumentReference",
    "VerificationResult",
    "Task",
)
_GROWING = frozenset({"Appointment", "QuestionnaireResponse", "Practitioner", "Task"})

Bodies = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the host holds, by type, and what is wrong with it."""

    held: Mapping[str, int]
    duplicates: tuple[str, ...]
    lost: tuple[str, ...]
    unknown: tuple[str, ...]
    stale: tuple[str, ...]
    inversions: tuple[str, ...]
    staff_touched: tuple[str, ...]


def verdict(
    peer: Peer, invented: Invented, *, done: list[RecordKey], staff: Mapping[str, Any]
) -> Verdict:
    """Judge the host; `done` is what our store says is there, `staff` what stood there before."""
    bodies = {kind: peer.all_of(kind) for kind in KINDS}
    found = Counter(_places(bodies))
    wanted = {place for key in done for place in _places_of(key, bodies)}
    return Verdict(
        held={kind: len(_of_ours(kind, held)) for kind, held in bodies.items()},
        duplicates=tuple(f"{place} x{many}" for place, many in found.items() if many > 1),
        lost=tuple(sorted(wanted - found.keys())),
        unknown=tuple(
            sorted(one for one in found.keys() - wanted if not one.startswith("Practitioner "))
        ),
        stale=tuple(_stale(bodies, invented)),
        inversions=tuple(_inversions(peer, bodies)),
        staff_touched=tuple(_touched(bodies["Practitioner"], staff)),
    )


def _of_ours(kind: str, held: Bodies) -> Bodies:
    return [one for one in held if our_entries(one)] if kind == "Practitioner" else held


def _places(bodies: Mapping[str, Bodies]) -> Iterator[str]:
    """Name every resource by its type and our one mark on it; what has none by its id."""
    for kind, held in bodies.items():
        for body in _of_ours(kind, held):
            names = names_of(body)
            yield f"{kind} {_npi(body) if kind == 'Practitioner' else names[0] if names else body}"


def _npi(practitioner: Mapping[str, Any]) -> str:
    known = practitioner["identifier"]
    return str(next(one["value"] for one in known if one["system"] == NPI))


def _places_of(key: RecordKey, bodies: Mapping[str, Bodies]) -> Iterator[str]:
    """Name the resources that must carry a record, as docs/fhir.md says."""
    kind, name = key.kind.value, key.id
    match kind:
        case "session":
            yield f"Appointment /session|{name}"
            if name in _held(bodies["Appointment"]):
                yield f"QuestionnaireResponse /session|{name}"
        case "hour_log":
            yield f"QuestionnaireResponse /hour-log|{name}"
        case "attestation":
            yield f"Provenance /record|attestation/{name}"
            if name.startswith("soak-"):
                yield f"DocumentReference /attestation|{name}"
        case "agreement":
            yield f"PractitionerRole /agreement|{name}-supervisor"
            yield f"PractitionerRole /agreement|{name}-supervisee"
        case "verification":
            yield f"VerificationResult /record|verification/{name}"
        case "request":
            yield f"Task /request|{name}"
        case _:
            pass  # credentials stand in the EHR's own staff, which `stale` and `touched` judge


def _held(appointments: Bodies) -> set[str]:
    held = (one for one in appointments if one["status"] == "fulfilled")
    return {name.partition("|")[2] for one in held for name in names_of(one)}


def _stale(bodies: Mapping[str, Bodies], invented: Invented) -> Iterator[str]:
    """Name what the host has not, or not in its newest version."""
    numbers: dict[str, list[int]] = defaultdict(list)
    who = {f"Practitioner/{one['id']}": _npi(one) for one in bodies["Practitioner"]}
    for kind in ("Appointment", "QuestionnaireResponse", "Practitioner"):
        for body in bodies[kind]:
            (_, name), number = told(body)
            numbers[_npi(body) if kind == "Practitioner" else f"{kind} {name}"].append(number)
            if name.startswith("/hour-log|"):
                numbers[f"{who[body['subject']['reference']]} {_monday(body)}"].append(number)
    for place, number in invented.wanted():
        if numbers[place] != [number]:
            yield f"{place}: {numbers[place]}, not {number}"


def _monday(log: Mapping[str, Any]) -> str:
    items = {one["linkId"]: one for one in log["item"]}
    return str(items["period.start"]["answer"][0]["valueDate"])


def _inversions(peer: Peer, bodies: Mapping[str, Bodies]) -> Iterator[str]:
    """Name every resource whose own history, as the host tells it, ever went back."""
    for kind in _GROWING:
        for body in bodies[kind]:
            if body["meta"].get("versionId") == "1":
                continue
            numbers = [told(one)[1] for one in peer.history(kind, body["id"])]
            if numbers != sorted(numbers):
                yield f"{kind}/{body['id']}: {numbers}"


def _touched(practitioners: Bodies, staff: Mapping[str, Any]) -> Iterator[str]:
    now = {_npi(one): without_ours(one) for one in practitioners}
    for npi, before in staff.items():
        if now.pop(npi, None) != without_ours(before):
            yield npi
    yield from now
