"""What R4 says of each element: cardinality, type, required codes, reference targets.

The table `r4_elements.json` is read from HL7's 4.0.1 definitions by `tests/judges/R4Elements.java`.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Element:
    """One element as spelt in JSON; `choices` are codes or reference targets, empty for any."""

    path: str
    type: str
    choices: frozenset[str]
    required: bool
    repeats: bool

    @property
    def content(self) -> str:
        """Where the element's own children are listed."""
        return self.path if self.path in _by_parent() else self.type.removeprefix("#")


def children(content: str) -> Mapping[str, Element] | None:
    """Give the elements of a type or backbone element by JSON name; None: not in the table."""
    return _by_parent().get(content)


@cache
def _by_parent() -> Mapping[str, Mapping[str, Element]]:
    table = json.loads(files(__package__).joinpath("r4_elements.json").read_text("utf-8"))
    parents: defaultdict[str, dict[str, Element]] = defaultdict(dict)
    for path, (cardinality, types) in table.items():
        parent, _, name = path.rpartition(".")
        if parent:
            parents[parent].update(_spelt(path, name, cardinality, types))
    return dict(parents)


def _spelt(
    path: str, name: str, cardinality: str, types: Mapping[str, list[str]]
) -> Iterator[tuple[str, Element]]:
    low, _, high = cardinality.partition("..")
    for kind, choices in types.items():
        spelling = name.replace("[x]", kind[0].upper() + kind[1:])
        yield spelling, Element(path, kind, frozenset(choices), low != "0", high != "1")
