"""Reads out of a resource the texts that its search parameters compare; changes nothing."""

import re
from collections.abc import Iterator, Mapping

from witnessmark.sandbox.catalogue import Kind, Parameter
from witnessmark.sandbox.outcomes import Json

Facts = Mapping[str, tuple[str, ...]]

_VERSIONED = re.compile(r"(?P<resource>.+)/_history/[^/]+")
_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")


def facts_of(body: Json, kind: Kind) -> Facts:
    """Collect for each search parameter of the type the keys under which this resource is found."""
    found = {
        parameter.name: tuple(
            dict.fromkeys(
                key
                for node in _reach(body, parameter.path.split("."))
                for key in _keys(node, parameter)
            )
        )
        for parameter in kind.parameters
    }
    return {name: keys for name, keys in found.items() if keys}


def _reach(node: object, path: list[str]) -> Iterator[object]:
    """Walk down; a list on the way stands for each of its members (FHIR has no list in a list)."""
    members = node if isinstance(node, list) else [node]
    for member in members:
        if not path:
            yield member
        elif isinstance(member, dict) and path[0] in member:
            yield from _reach(member[path[0]], path[1:])


def _keys(node: object, parameter: Parameter) -> Iterator[str]:
    match parameter.type:
        case "token":
            yield from _token_keys(node)
        case "reference":
            yield from _reference_keys(node, parameter.target)
        case "string":
            yield from _string_keys(node)
        case "uri" | "date":
            if isinstance(node, str):
                yield node


def _token_keys(node: object) -> Iterator[str]:
    """All spellings of R4 section 3.1.1.5.10: `value`, `system|value`, `|value`, `system|`."""
    if isinstance(node, bool):
        yield "true" if node else "false"
    elif isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        system = node.get("system", "")
        value = node.get("value", node.get("code"))
        if isinstance(value, str):
            yield value
            yield f"{system}|{value}"
        if system:
            yield f"{system}|"


def _reference_keys(node: object, target: str) -> Iterator[str]:
    """Find a versioned reference also without its version, a relative one by its bare id."""
    reference = node.get("reference") if isinstance(node, dict) else None
    if not isinstance(reference, str):
        return
    versioned = _VERSIONED.fullmatch(reference)
    resource = versioned["resource"] if versioned else reference
    kind, _, bare = resource.rpartition("/")
    if target and kind.rpartition("/")[2] != target:
        return
    yield from (reference, resource)
    if kind and "/" not in kind:
        yield bare


def _string_keys(node: object) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    for part in _NAME_PARTS:
        for text in _reach(node, [part]):
            if isinstance(text, str):
                yield text.casefold()
