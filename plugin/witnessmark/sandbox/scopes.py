"""SMART App Launch 2.2 system scopes (`system/Task.cruds`): parse, narrow, ask, print."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]+)\.(?=[cruds])(c?r?u?d?s?)")


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a client may do: permission letters by resource type, `*` for any type."""

    letters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> "Scopes":
        """Read a scope list; what is no SMART v2 system scope grants nothing."""
        letters: dict[str, str] = {}
        for word in text.split():
            if match := _SCOPE.fullmatch(word):
                letters[match[1]] = _united(letters.get(match[1], ""), match[2])
        return cls(letters)

    def narrowed(self, asked: "Scopes") -> "Scopes":
        """Return what is in both."""
        letters: dict[str, str] = {}
        for kind, mine in self.letters.items():
            for wanted, theirs in asked.letters.items():
                both = "".join(each for each in mine if each in theirs)
                if both and (kind == wanted or "*" in {kind, wanted}):
                    name = wanted if kind == "*" else kind
                    letters[name] = _united(letters.get(name, ""), both)
        return Scopes(letters)

    def allows(self, kind: str, letter: str) -> bool:
        """Whether this interaction on this type is granted."""
        return letter in self.letters.get(kind, "") + self.letters.get("*", "")

    def __str__(self) -> str:
        """Spell it as OAuth does."""
        return " ".join(f"system/{kind}.{letters}" for kind, letters in self.letters.items())


def _united(one: str, other: str) -> str:
    return "".join(letter for letter in "cruds" if letter in one + other)
