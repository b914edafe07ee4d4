"""A Practitioner of the host as a member of its staff: identifiers and name, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from witnessmark.ports.host import StaffSeen
from witnessmark.ports.records import HostRef
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    at,
    code_in,
    nodes,
    text,
    value_in,
)
from witnessmark_adapters.fhir_r4.names import IDENTIFIER_TYPES, NPI, Names

LICENSE_TYPES = frozenset({"SL", "LN", "MD", "TRL"})
"""v2-0203: state licence, licence, medical licence, training licence number."""


def staff_seen(body: Mapping[str, object], *, x: Names) -> StaffSeen:
    """Return who a Practitioner is. Licences we wrote ourselves are no evidence and left out."""
    return StaffSeen(
        host_ref=HostRef(f"Practitioner/{text(body, 'id')}"),
        npi=value_in(nodes(body, "identifier"), NPI),
        licences=tuple(_licences(body, x)),
        name=_name(body),
    )


def _licences(body: Mapping[str, object], x: Names) -> Iterator[tuple[str, str]]:
    own = (
        one
        for one in nodes(body, "identifier")
        if code_in(one.get("type"), IDENTIFIER_TYPES) in LICENSE_TYPES
    )
    held = (one for each in nodes(body, "qualification") for one in nodes(each, "identifier"))
    for identifier in (*own, *held):
        system, value = text(identifier, "system") or "", text(identifier, "value")
        if value and not system.startswith(x.licenses):
            yield system, value


def _name(body: Mapping[str, object]) -> str:
    names = nodes(body, "name")
    official = [one for one in names if one.get("use") == "official"]
    name: JsonObject = next(iter([*official, *names]), {})
    given = at(name, "given")
    parts = [*(given if isinstance(given, list) else []), text(name, "family")]
    return text(name, "text") or " ".join(word for part in parts if (word := text(part)))
