"""Python files below a root, parsed once, for the scanners of this folder."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PLUGIN = "plugin/witnessmark"
ADAPTERS = "adapters/witnessmark_adapters"
NOT_THE_PLUGIN = (f"{PLUGIN}/sandbox", f"{PLUGIN}/testing")
"""What ships beside the plugin and may know hosts: the demo's EHR, the kit for adapter authors."""


class Finding(NamedTuple):
    """What a scanner saw, in the order people read."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. `path` is relative to the scanned root, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    def at(self, line: int, what: str) -> Finding:
        """Return one finding in this file."""
        return Finding(self.path, line, what)


def sources(root: Path, *folders: str, without: tuple[str, ...] = ()) -> Iterator[Source]:
    """Yield every Python file in these folders of the root, except below `without`."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            relative = path.relative_to(root).as_posix()
            if not under(relative, *without):
                yield _parsed(root, relative)


def told(findings: Iterable[Finding]) -> list[str]:
    """Return findings as `path:line: what`, by path and line."""
    return [str(finding) for finding in sorted(findings)]


def under(path: str, *folders: str) -> bool:
    """Whether a path is one of these modules or lies in one of these folders."""
    return any(
        path in {folder, f"{folder}.py"} or path.startswith(f"{folder}/") for folder in folders
    )


@cache
def _parsed(root: Path, relative: str) -> Source:
    text = (root / relative).read_text(encoding="utf-8")
    return Source(relative, text, ast.parse(text, relative))


def plant(root: Path, path: str, text: str) -> Path:
    """Write a file into an invented tree, folders included."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target
