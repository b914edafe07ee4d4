"""Renders every kind of rule and its keys, from the JSON Schema of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from witnessmark.rules.rule import Rule
from witnessmark.rules.schema import pack_schema

Schema = Mapping[str, Any]

_INTRODUCTION = """\
# Every kind of rule

`rule:` names the kind. [Write a pack for your board](../rule-packs.md) shows a pack that grows from
an empty file, and what the words mean. A key in *italics* may be left out.

This page is generated from the code: do not edit it.

## What every rule can have
"""
_HOURS = """\
## A selection of hours

Every condition that is given must hold; none given, all hours.
"""
_BY_PATTERN = {"h|min": "time", "%?": "number", "[a-z0-9]+(-": "name"}


def render() -> str:
    """Return the text of `docs/packs/kinds.md`."""
    schema = pack_schema()
    defined = schema["$defs"]
    kinds = {
        member["rule"]["const"]: section
        for section in defined.values()
        if "const" in (member := section.get("properties", {})).get("rule", {})
    }
    shared = next(iter(kinds.values()))
    parts = [
        _INTRODUCTION,
        _keys(shared, defined, Rule.model_fields),
        _HOURS,
        _keys(defined["Hours"], defined, defined["Hours"]["properties"]),
        "## The kinds\n",
        *(_kind(name, section, defined) for name, section in sorted(kinds.items())),
    ]
    return "\n".join(parts)


def _kind(name: str, section: Schema, defined: Schema) -> str:
    own = [key for key in section["properties"] if key != "rule" and _is_own(key, section)]
    told = " ".join(section["description"].split())
    return f"### `{name}`\n\n{told}\n" + (f"\n{_keys(section, defined, own)}" if own else "")


def _is_own(key: str, section: Schema) -> bool:
    """Whether a key is of this kind alone, or asked for by it and by no other."""
    every = Rule.model_fields.get(key)
    return every is None or (key in section["required"] and not every.is_required())


def _keys(section: Schema, defined: Schema, keys: Iterable[str]) -> str:
    rows = []
    for key in keys:
        member = section["properties"][key]
        named = f"`{key}`" if key in section.get("required", ()) else f"*`{key}`*"
        meaning = member.get("description") or _resolved(member, defined).get("description", "")
        rows.append((named, _value(member, defined), " ".join(meaning.split("\n\n")[0].split())))
    lines = [("key", "value", "meaning"), ("---", "---", "---"), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _value(member: Schema, defined: Schema) -> str:
    """Say in a word or two what stands there: a time, a list of names, one of some words."""
    resolved = _resolved(member, defined)
    if "anyOf" in member:
        some = [one for one in member["anyOf"] if one != {"type": "null"}]
        return _value(some[-1], defined)
    if words := resolved.get("enum"):
        return " or ".join(f"`{word}`" for word in words)
    if "items" in member:
        return f"list: {_value(member['items'], defined)}"
    if "properties" in resolved:
        return "a selection" if resolved["title"] == "Hours" else ", ".join(resolved["properties"])
    if inner := member.get("patternProperties") or member.get("additionalProperties"):
        (inner,) = inner.values() if "patternProperties" in member else (inner,)
        return f"by name: {_value(inner, defined)}"
    return next(
        (word for mark, word in _BY_PATTERN.items() if mark in member.get("pattern", "")),
        {"string": "day" if member.get("format") else "text", "integer": "whole number"}.get(
            str(member.get("type")), "`true` or `false`"
        ),
    )


def _resolved(member: Schema, defined: Schema) -> Schema:
    reference: str = member.get("$ref", "")
    resolved: Schema = defined[reference.rpartition("/")[2]] if reference else member
    return resolved
