"""Which names in a rule lead elsewhere in its pack. A field's name means the same in every kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pydantic import BaseModel

from witnessmark.declared import Path_
from witnessmark.domain.hours import Activity
from witnessmark.rules.kinds.maps import SupervisionClass
from witnessmark.rules.pack import Pack
from witnessmark.rules.pieces import CONSULTATION
from witnessmark.rules.rule import Rule

VALUES = {
    "activities": "category",
    "activity": "activity",
    "after": "class",
    "category": "category",
    "equivalent": "equivalent",
    "form": "form",
    "licences": "licence",
    "reduce": "category",
    "source": "source",
    "supervision": "class",
    "under": "licence",
    "versions": "version",
}
"""What the value of a field names, or each of its values."""

KEYS = {"activities": "activity", "shortest": "class", "unit": "class", "worth": "class"}
"""What the keys of a field name."""


def vocabularies(pack: Pack) -> Mapping[str, Collection[str]]:
    """Return the names there are in a pack, by what they name."""
    classes = (rule for rule in pack.rules if isinstance(rule, SupervisionClass))
    return {
        "activity": {*(activity.value for activity in Activity), CONSULTATION},
        "category": pack.categories,
        "class": {band.supervision for rule in classes for band in rule.bands},
        "equivalent": {rule.name for rule in pack.rules if hasattr(rule, "name")},
        "form": pack.forms,
        "licence": pack.licences,
        "source": pack.sources,
        "version": {version.id for version in pack.versions},
    }


def names_in(rule: Rule, path: Path_) -> Iterator[tuple[Path_, str, str]]:
    """Yield every name in a rule that leads elsewhere: its path, what it names, the name."""
    for field in type(rule).model_fields:
        yield from _names(getattr(rule, field), (*path, field), field)


def _names(value: object, path: Path_, field: str) -> Iterator[tuple[Path_, str, str]]:
    if isinstance(value, BaseModel):
        for inner in type(value).model_fields:
            yield from _names(getattr(value, inner), (*path, inner), inner)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if field in KEYS:
                yield (*path, key), KEYS[field], key
            yield from _names(one, (*path, key), field)
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _names(one, (*path, number), field)
    elif isinstance(value, str) and field in VALUES:
        yield path, VALUES[field], value
