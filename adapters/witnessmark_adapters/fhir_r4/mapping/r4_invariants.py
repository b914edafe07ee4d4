"""HL7's own R4 invariants under HL7's own keys (FHIR 4.0.1, read 2026-11): rules across elements.

Formats, codes, cardinality and reference types are judged in `r4`, never here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One HL7 rule about one object."""

    key: str
    says: str
    holds: Callable[[Node], bool]


def invariants(content: str) -> tuple[Invariant, ...]:
    """Give the rules of a type or backbone element, by its path in the definitions."""
    return _RULES.get(content, ())


def nodes(node: Node, *names: str) -> Iterator[Node]:
    """Walk every object under the named elements, and under theirs, at any depth."""
    for name in names:
        value = node.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping):
                yield each
                yield from nodes(each, *names)


def _has(node: Node, *names: str) -> bool:
    return all(name in node or f"_{name}" in node for name in names)


def _has_choice(node: Node, name: str) -> bool:
    return any(key.lstrip("_").startswith(name) for key in node)


def _both_or_none(node: Node, one: str, other: str) -> bool:
    return _has(node, one) == _has(node, other)


def _in_order(node: Node, earlier: str, later: str) -> bool:
    """Compare two FHIR times; of different precision, as far as both go."""
    first, second = node.get(earlier), node.get(later)
    if not isinstance(first, str) or not isinstance(second, str):
        return True
    if "T" in first and "T" in second:
        try:
            return datetime.fromisoformat(first) <= datetime.fromisoformat(second)
        except (ValueError, TypeError):  # malformed or without a zone: the format rule says so
            return True
    shorter = min(len(first), len(second), len("2026-11-24"))
    return first[:shorter] <= second[:shorter]


def _are_distinct(found: Iterator[object]) -> bool:
    return all(count == 1 for count in Counter(map(repr, found)).values())


def _is(node: Node, *kinds: str) -> bool:
    return node.get("type") in kinds


def _count(node: Node, name: str) -> int:
    value = node.get(name)
    return len(value) if isinstance(value, list) else 0


_ANSWERABLE: Final = (
    *("choice", "open-choice", "decimal", "integer", "date"),
    *("dateTime", "time", "string", "quantity"),
)
_MEASURABLE: Final = ("boolean", "decimal", "integer", "string", "text", "url", "open-choice")

_QUESTIONNAIRE_ITEM: Final = (
    Invariant(
        "que-1",
        "a group has nested items, a display item has none",
        lambda it: (
            not (_is(it, "group") and not _has(it, "item"))
            and not (_is(it, "display") and _has(it, "item"))
        ),
    ),
    Invariant(
        "que-3",
        "a display item has no code",
        lambda it: not (_is(it, "display") and _has(it, "code")),
    ),
    Invariant(
        "que-4",
        "answerOption and answerValueSet exclude each other",
        lambda it: not _has(it, "answerOption", "answerValueSet"),
    ),
    Invariant(
        "que-5",
        "this type of item has no listed answers",
        lambda it: (
            _is(it, *_ANSWERABLE) or not (_has(it, "answerOption") or _has(it, "answerValueSet"))
        ),
    ),
    Invariant(
        "que-6",
        "a display item is neither required nor repeated",
        lambda it: not (_is(it, "display") and (_has(it, "required") or _has(it, "repeats"))),
    ),
    Invariant(
        "que-8",
        "a group or display item has no initial value",
        lambda it: not (_is(it, "group", "display") and _has(it, "initial")),
    ),
    Invariant(
        "que-9",
        "a display item is not readOnly",
        lambda it: not (_is(it, "display") and _has(it, "readOnly")),
    ),
    Invariant(
        "que-10",
        "maxLength is for simple questions",
        lambda it: not _has(it, "maxLength") or _is(it, *_MEASURABLE),
    ),
    Invariant(
        "que-11",
        "with answerOption there is no initial value",
        lambda it: not _has(it, "answerOption", "initial"),
    ),
    Invariant(
        "que-12",
        "more than one enableWhen needs enableBehavior",
        lambda it: _count(it, "enableWhen") <= 1 or _has(it, "enableBehavior"),
    ),
    Invariant(
        "que-13",
        "only a repeating item has several initial values",
        lambda it: it.get("repeats") is True or _count(it, "initial") <= 1,
    ),
)

_RULES: Final[Mapping[str, tuple[Invariant, ...]]] = {
    "Appointment": (
        Invariant(
            "app-2",
            "start and end are both given or both left out",
            lambda it: _both_or_none(it, "start", "end"),
        ),
        Invariant(
            "app-3",
            "only a proposed, cancelled or wait-listed appointment may lack its times",
            lambda it: (
                _has(it, "start", "end")
                or it.get("status") in ("proposed", "cancelled", "waitlist")
            ),
        ),
        Invariant(
            "app-4",
            "cancelationReason is for a cancelled appointment",
            # R4's own rule also says "no-show", which is no code of the element ("noshow" is):
            # taken at its word, as HL7's validator takes it, a missed appointment has no reason.
            lambda it: not _has(it, "cancelationReason") or it.get("status") == "cancelled",
        ),
    ),
    "Appointment.participant": (
        Invariant(
            "app-1",
            "a participant has a type or an actor",
            lambda it: "type" in it or "actor" in it,
        ),
    ),
    "Attachment": (
        Invariant(
            "att-1",
            "data needs a contentType",
            lambda it: not _has(it, "data") or _has(it, "contentType"),
        ),
    ),
    "CodeSystem": (
        Invariant(
            "csd-1",
            "the codes are unique",
            lambda it: _are_distinct(each.get("code") for each in nodes(it, "concept")),
        ),
    ),
    "ContactPoint": (
        Invariant(
            "cpt-2",
            "a value needs a system",
            lambda it: not _has(it, "value") or _has(it, "system"),
        ),
    ),
    "Extension": (
        Invariant(
            "ext-1",
            "either a value or nested extensions",
            lambda it: ("extension" in it) != _has_choice(it, "value"),
        ),
    ),
    "Group": (
        Invariant(
            "grp-1",
            "only an actual group has members",
            lambda it: not _has(it, "member") or it.get("actual") is True,
        ),
    ),
    "Observation": (
        Invariant(
            "obs-6",
            "dataAbsentReason only where there is no value",
            lambda it: not (_has(it, "dataAbsentReason") and _has_choice(it, "value")),
        ),
    ),
    "Period": (
        Invariant("per-1", "start is not after end", lambda it: _in_order(it, "start", "end")),
    ),
    "Quantity": (
        Invariant(
            "qty-3", "a code needs a system", lambda it: not _has(it, "code") or _has(it, "system")
        ),
    ),
    "Questionnaire": (
        Invariant(
            "que-2",
            "the link ids are unique",
            lambda it: _are_distinct(each.get("linkId") for each in nodes(it, "item")),
        ),
    ),
    "Questionnaire.item": _QUESTIONNAIRE_ITEM,
    "Questionnaire.item.enableWhen": (
        Invariant(
            "que-7",
            "'exists' is answered by a boolean",
            lambda it: it.get("operator") != "exists" or "answerBoolean" in it,
        ),
    ),
    "QuestionnaireResponse.item": (
        Invariant(
            "qrs-1",
            "nested items stand under the item or under its answer, not both",
            lambda it: not ("answer" in it and "item" in it),
        ),
    ),
    "Task": (
        Invariant(
            "inv-1",
            "lastModified is not before authoredOn",
            lambda it: _in_order(it, "authoredOn", "lastModified"),
        ),
    ),
}
