"""Our own R4 judge: what the R4B models of fhir.resources let pass and R4 4.0.1 forbids.

It reads plain JSON, reports paths and rules, and never repeats a value.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .r4_elements import Element, children
from .r4_formats import PRIMITIVES, fits
from .r4_invariants import Node, invariants

_LITERAL: Final = re.compile(
    r"(?:https?://\S+/)?(?P<type>[A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?"
)
_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.\-]*:\S+")
_SHADOW: Final = "Element"  # what stands behind `_name`: the id and extensions of a primitive


@dataclass(frozen=True, slots=True)
class R4Problem:
    """Where and why a resource is not R4; `rule` is an HL7 invariant key or a word of ours."""

    path: str
    rule: str
    message: str


def problems(resource: Mapping[str, object]) -> tuple[R4Problem, ...]:
    """List what R4 4.0.1 forbids in a resource; a type not in our table is itself a problem."""
    contained = _contained(resource)
    inside = {f"#{each.get('id')}": str(each.get("resourceType")) for each in contained}
    return (*_Walk(inside).resource(resource, ""), *_about_contained(resource, inside))


def check(resource: Mapping[str, object]) -> tuple[R4Problem, ...]:
    """List our own problems and then those the R4B model of fhir.resources finds."""
    return (*problems(resource), *model_problems(resource))


def model_problems(resource: Mapping[str, object]) -> tuple[R4Problem, ...]:
    """List what the R4B model of fhir.resources alone finds; it checks structure and formats."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - heavy: 0.2 s
    from pydantic import ValidationError  # noqa: PLC0415 - asked for with the model alone

    kind = str(resource.get("resourceType"))
    try:
        model = get_fhir_model_class(kind)
    except (KeyError, ValueError):
        return (R4Problem(kind, "model", "not a type of the R4B model"),)
    try:
        model.model_validate(resource)
    except ValidationError as found:
        errors = found.errors(include_input=False, include_url=False, include_context=False)
        return tuple(
            R4Problem(".".join([kind, *map(str, each["loc"])]), "model", each["type"])
            for each in errors
        )
    return ()


def _contained(resource: Node) -> list[Node]:
    found = resource.get("contained")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _about_contained(resource: Node, inside: Mapping[str, str]) -> Iterator[R4Problem]:
    text = json.dumps(resource, default=str)
    path = f"{resource.get('resourceType')}.contained"
    for name in inside:
        if json.dumps(name) not in text:
            yield R4Problem(path, "dom-3", "a contained resource is referred to")
    for each in _contained(resource):
        meta = each.get("meta")
        meta = meta if isinstance(meta, Mapping) else {}
        if "contained" in each:
            yield R4Problem(path, "dom-2", "a contained resource contains none")
        if "versionId" in meta or "lastUpdated" in meta:
            yield R4Problem(path, "dom-4", "a contained resource has no version")
        if "security" in meta:
            yield R4Problem(path, "dom-5", "a contained resource has no security label")


@dataclass(frozen=True, slots=True)
class _Walk:
    inside: Mapping[str, str]

    def resource(self, resource: Node, path: str) -> Iterator[R4Problem]:
        kind = str(resource.get("resourceType"))
        known = children(kind)
        if known is None or "." in kind or "meta" not in known:
            yield R4Problem(path or kind, "type", "not a resource type of our R4 table")
            return
        members = {name: value for name, value in resource.items() if name != "resourceType"}
        yield from self.node(members, kind, path or kind)

    def node(self, node: Node, content: str, path: str) -> Iterator[R4Problem]:
        known = children(content) or {}
        yield from _missing(node, known, path)
        for name, value in node.items():
            here = f"{path}.{name}"
            shadow = name.startswith("_")
            element = known.get(name.removeprefix("_"))
            if element is None or (shadow and element.type not in PRIMITIVES):
                yield R4Problem(here, "unknown", "not an element of R4")
            else:
                yield from self.values(value, element, here, paired=shadow or f"_{name}" in node)
        for rule in invariants(content):
            if not rule.holds(node):
                yield R4Problem(path, rule.key, rule.says)

    def values(
        self, value: object, element: Element, path: str, *, paired: bool
    ) -> Iterator[R4Problem]:
        shadow = path.rpartition(".")[2].startswith("_")
        if not element.repeats:
            yield from self.value(value, element, path, shadow=shadow)
        elif not isinstance(value, list):
            yield R4Problem(path, "cardinality", "the element repeats: a list is needed")
        elif not value:
            yield R4Problem(path, "empty", "an empty list")
        else:
            for index, each in enumerate(value):
                if each is not None or not paired or element.type not in PRIMITIVES:
                    yield from self.value(each, element, f"{path}[{index}]", shadow=shadow)

    def value(
        self, value: object, element: Element, path: str, *, shadow: bool
    ) -> Iterator[R4Problem]:
        if value is None:
            yield R4Problem(path, "null", "null is no value")
        elif element.type in PRIMITIVES and not shadow:
            yield from _primitive(value, element, path)
        elif isinstance(value, list):
            yield R4Problem(path, "cardinality", "the element does not repeat")
        elif not isinstance(value, Mapping):
            yield R4Problem(path, "format", "an object is needed")
        elif not value:
            yield R4Problem(path, "ele-1", "an empty object")
        elif element.type == "Resource":
            yield from self.resource(value, path)
        else:
            yield from self.node(value, _SHADOW if shadow else element.content, path)
            if element.type == "Reference":
                yield from self.reference(value, element, path)

    def reference(self, value: Node, element: Element, path: str) -> Iterator[R4Problem]:
        literal, stated = value.get("reference"), value.get("type")
        target = stated if isinstance(stated, str) else None
        if isinstance(literal, str):
            found = _LITERAL.fullmatch(literal)
            if literal.startswith("#") and literal != "#" and literal not in self.inside:
                yield R4Problem(path, "ref-1", "no contained resource of that id")
            elif not found and not literal.startswith("#") and not _ABSOLUTE.fullmatch(literal):
                yield R4Problem(path, "reference", "neither Type/id nor an absolute address")
            implied = found["type"] if found else self.inside.get(literal)
            if target and implied and target != implied:
                yield R4Problem(path, "reference", "type and reference disagree")
            target = implied or target
        if target and element.choices and target not in element.choices:
            yield R4Problem(path, "target", f"may not refer to {target}")


def _missing(node: Node, known: Mapping[str, Element], path: str) -> Iterator[R4Problem]:
    given: dict[str, list[str]] = {}
    for name in known:
        if name in node or f"_{name}" in node:
            given.setdefault(known[name].path, []).append(name)
    for element in {each.path: each for each in known.values()}.values():
        names = given.get(element.path, [])
        own = f"{path}.{element.path.rpartition('.')[2]}"
        if element.required and not names:
            yield R4Problem(own, "missing", "the element is required")
        if len(names) > 1:
            yield R4Problem(own, "choice", "only one type of value may be given")


def _primitive(value: object, element: Element, path: str) -> Iterator[R4Problem]:
    if not fits(element.type, value):
        yield R4Problem(path, "format", f"not a well-formed {element.type}")
    elif element.choices and value not in element.choices:
        yield R4Problem(path, "code", "not one of the codes R4 has for this element")
