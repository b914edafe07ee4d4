"""Items of a QuestionnaireResponse: written in our order, read back only where they are plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import code_in, merged, nodes, text


def answer(link: str, kind: str, value: object) -> JsonObject | None:
    """Return an item with one answer (`valueDate` and so on), None when there is no value."""
    return None if value is None else {"linkId": link, "answer": [{kind: value}]}


def coding(system: str, code: str | None) -> JsonObject | None:
    """Return a Coding."""
    return None if code is None else {"system": system, "code": code}


def group(link: str, *items: JsonObject | None) -> JsonObject:
    """Return a group of the items that are there."""
    return merged({"linkId": link}, {"item": [each for each in items if each is not None]})


def answered(items: object, link: str) -> Mapping[str, object]:
    """Return the only answer of the only item of this name under `item`; nothing if not so."""
    found = [each for each in nodes(items, "item") if each.get("linkId") == link]
    answers = nodes(found[0], "answer") if len(found) == 1 else []
    return answers[0] if len(answers) == 1 else {}


def groups(items: object, link: str) -> list[JsonObject]:
    """Return every group of this name under `item`."""
    return [each for each in nodes(items, "item") if each.get("linkId") == link]


def code_of(items: object, link: str, system: str) -> str | None:
    """Return the code that was chosen, if it is one of this system."""
    return code_in({"coding": [answered(items, link).get("valueCoding")]}, system)


def with_items(
    there: object, ours: Iterable[JsonObject | None], links: frozenset[str]
) -> list[JsonObject]:
    """Return our items, then the items there whose names are not ours."""
    foreign = [each for each in nodes(there, "item") if text(each, "linkId") not in links]
    return [*(each for each in ours if each is not None), *foreign]
