"""Renders the reference: `python -m witnessmark.manifest.reference > docs/manifest.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from witnessmark.domain.actors import PERSON_ONLY, Action, Role
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.mends import MENDS
from witnessmark.manifest.model import Manifest
from witnessmark.manifest.reading import DURATION_PATTERN
from witnessmark.manifest.schema import manifest_schema
from witnessmark.shipped import shipped

Schema = Mapping[str, Any]

INTRODUCTION = """\
# The manifest

`manifest.yaml` says what Witnessmark is, needs and offers. Each line is a choice; changing one
changes what Witnessmark does, without a line of code. `witnessmark manifest check` judges the file
and the installed adapters with it, every problem at once, each with line, cure and code.

This page is generated from the code: do not edit it.
"""


def render(manifest: Manifest) -> str:
    """Return the text of `docs/manifest.md`."""
    schema = manifest_schema()
    parts = [
        INTRODUCTION,
        "## Keys\n",
        *_sections(schema),
        "## Words\n",
        *_vocabularies(schema),
        "## What happens without a capability\n",
        _capabilities(manifest),
        "## Settings\n",
        _settings(manifest),
        "## Who may do what\n",
        _permissions(manifest),
        "## Problems\n",
        _table(("code", "what mends it"), ((f"`{code}`", mend) for code, mend in MENDS.items())),
        "A key that is not listed, a missing key, a key that stands twice, an alias, or a value of",
        "the wrong type is a problem too.\n",
    ]
    return "\n".join(parts)


def _sections(schema: Schema) -> Iterable[str]:
    named = {"": schema, **_named(schema, "properties")}
    for name, section in named.items():
        yield f"### {f'`{name}`' if name else 'At the top'}\n"
        yield _flowing(section["description"]) + "\n"
        rows = (
            (f"`{key}`", _kind(member, schema), _meaning(member, schema))
            for key, member in section["properties"].items()
        )
        yield _table(("key", "value", "meaning"), rows)


def _named(schema: Schema, prefix: str) -> Mapping[str, Schema]:
    """Return every section by what is written before its keys (`hosts.<name>`)."""
    found: dict[str, Schema] = {}
    for key, member in schema[prefix].items():
        inner, name = member, key
        if "additionalProperties" in member:
            inner, name = member["additionalProperties"], f"{key}.<name>"
        elif "items" in member:
            inner, name = member["items"], f"{key}[]"
        section = _resolved(inner, schema)
        if "properties" in section:
            found[name] = section
    return found


def _vocabularies(schema: Schema) -> Iterable[str]:
    for name, definition in schema["$defs"].items():
        if "enum" in definition:
            words = ", ".join(f"`{word}`" for word in definition["enum"])
            yield f"**{name}**: {words}. {_flowing(definition['description'])}\n"


def _kind(node: Schema, schema: Schema) -> str:
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return name if "enum" in _resolved(node, schema) else "see below"
    if node.get("pattern") == DURATION_PATTERN:
        return "duration"
    if "anyOf" in node:
        kinds = (_kind(one, schema) for one in node["anyOf"] if one != {"type": "null"})
        return " or ".join(kinds)
    if "items" in node:
        return f"list of {_kind(node['items'], schema)}"
    if "additionalProperties" in node:
        return f"by name: {_kind(node['additionalProperties'], schema)}"
    return str(node["type"])


def _meaning(node: Schema, schema: Schema) -> str:
    described = node.get("description") or _resolved(node, schema).get("description", "")
    return _flowing(described.partition("\n\n")[0])


def _resolved(node: Schema, schema: Schema) -> Schema:
    if "$ref" not in node:
        return node
    resolved: Schema = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return resolved


def _capabilities(manifest: Manifest) -> str:
    rows = (
        (f"`{word}`", "yes" if choice.required else "no", choice.without)
        for word, choice in manifest.capabilities.items()
    )
    return _table(("capability", "required", "without it"), rows)


def _settings(manifest: Manifest) -> str:
    rows = (
        (f"`{one.key}`", one.title, "a reference" if one.secret else _plain(one.default))
        for one in manifest.settings
    )
    return _table(("key", "what it does", "default"), rows)


def _permissions(manifest: Manifest) -> str:
    held = manifest.permission_table()
    rows = (
        (
            action.value.replace("_", " ") + (" (a person only)" if action in PERSON_ONLY else ""),
            *("yes" if action in held.get(role, frozenset()) else "" for role in Role),
        )
        for action in Action
    )
    return _table(("action", *Role), rows)


def _plain(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else ""


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render(load_manifest(shipped("manifest.yaml")).value))
