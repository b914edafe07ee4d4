"""Finds and reads rule packs: those that ship, and a file somebody names."""

from __future__ import annotations

from pathlib import Path

from witnessmark.declared import Declared, load
from witnessmark.errors import DeclarationError, DomainError
from witnessmark.rules.checking import problems_of
from witnessmark.rules.pack import Pack

PACKS = Path(__file__).parent / "packs"


def shipped() -> dict[str, Path]:
    """Return the packs that ship with this version, by name."""
    return {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}


def read_pack(path: Path) -> Declared[Pack]:
    """Read a pack. Raises DeclarationError with all its problems at once, and their lines."""
    declared = load(path, Pack)
    problems = problems_of(declared)
    if problems:
        raise DeclarationError(problems)
    return declared


def pack_at(path: str) -> Pack:
    """Return the pack in a file. Raises DeclarationError with all its problems."""
    return read_pack(Path(path)).value


def pack_named(name: str) -> Pack:
    """Return a pack that ships. Raises DomainError, naming those there are."""
    there = shipped()
    if name not in there:
        raise DomainError(
            "unknown_pack",
            f"No rule pack is called {name!r}.",
            f"Choose one of: {', '.join(there)}; or give the path of a file.",
        )
    return read_pack(there[name]).value
