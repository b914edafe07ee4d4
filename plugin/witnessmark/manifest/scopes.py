"""SMART scopes as text: read, compare, join. Knows the grammar, not what any resource type is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_V2 = re.compile(r"(system|user|patient)/(\*|[A-Z][A-Za-z]*)\.(?=[cruds])(c?r?u?d?s?)")
_V1 = re.compile(r"(system|user|patient)/(\*|[A-Z][A-Za-z]*)\.(read|write|\*)")
_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope. `letters` are of `cruds`; `kind` is a resource type or `*`."""

    context: str
    kind: str
    letters: frozenset[str]


def declared_scope(text: str) -> Scope | None:
    """Read a scope of SMART App Launch 2.2 ("Scopes and Launch Context"); None for another."""
    match = _V2.fullmatch(text)
    return Scope(match[1], match[2], frozenset(match[3])) if match else None


def granted_scope(text: str) -> Scope | None:
    """Read a scope as servers grant it: SMART 1.0's `.read`, `.write` and `.*` too.

    A scope narrowed by a query grants less than we need and is None, as is `openid` and the like.
    """
    if match := _V1.fullmatch(text):
        return Scope(match[1], match[2], frozenset(_LETTERS[match[3]]))
    return declared_scope(text)


def missing(needed: Iterable[str], have: Iterable[str]) -> tuple[str, ...]:
    """Return the needed scopes that those we have do not cover, sorted."""
    held = frozenset(have)
    read = [scope for scope in map(granted_scope, held) if scope is not None]
    return tuple(sorted(text for text in needed if text not in held and not _covered(text, read)))


def unused_letters(text: str, needed: Iterable[str]) -> str:
    """Return the letters of a declared scope that nothing needed takes, in `cruds` order."""
    scope = declared_scope(text)
    if scope is None:
        return ""
    used = {
        letter
        for other in map(declared_scope, needed)
        if other is not None and (other.context, other.kind) == (scope.context, scope.kind)
        for letter in other.letters
    }
    return "".join(letter for letter in "cruds" if letter in scope.letters - used)


def _covered(text: str, have: Iterable[Scope]) -> bool:
    need = declared_scope(text)
    if need is None:
        return False
    letters: set[str] = set()
    for scope in have:
        if scope.context == need.context and scope.kind in {need.kind, "*"}:
            letters |= scope.letters
    return need.letters <= letters
