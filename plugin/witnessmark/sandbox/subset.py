"""Answers with a part of a resource where `_elements` asks for one; never what stands itself."""

import json

from witnessmark.sandbox.catalogue import Kind

_TAG = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
_ALWAYS = ("resourceType", "id", "meta")


def element_names(text: str) -> tuple[str, ...]:
    """Read a list of elements at the root of a resource: `status,start`."""
    return tuple(name for name in text.split(",") if name)


def subset(resource: bytes, kind: Kind, elements: tuple[str, ...]) -> bytes:
    """Keep these and the mandatory elements, and tag it as a part (R4 section 3.1.1.5.9).

    Where none is named, it is answered whole.
    """
    if not elements:
        return resource
    body = json.loads(resource)
    kept = {*_ALWAYS, *kind.required, *elements}
    part = {name: value for name, value in body.items() if name.removeprefix("_") in kept}
    part["meta"] = {**body["meta"], "tag": [*body["meta"].get("tag", ()), _TAG]}
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()
