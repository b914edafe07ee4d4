"""The tag by which a resource without identifier is found again."""

from __future__ import annotations

from collections.abc import Mapping

from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import at, code_in, member, merged, nodes


def tagged(body: Mapping[str, object], system: str) -> str | None:
    """Return the code of our tag, None where there is none."""
    return code_in({"coding": at(body, "meta", "tag")}, system)


def with_tag(onto: Mapping[str, object], system: str, code: str | None) -> JsonObject:
    """Return the `meta` with exactly one tag of ours; all else in it stays."""
    foreign = [each for each in nodes(onto, "meta", "tag") if each.get("system") != system]
    ours: list[JsonObject] = [{"system": system, "code": code}] if code else []
    return merged(member(onto, "meta"), {"tag": [*foreign, *ours]})
