"""Scans the files a clone would hold, whatever their kind."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

CAPTURE_SAYS = ("host", "version", "date", "how", "redacted")
"""What a recorded host answer says of itself: one JSON object with these keys, all of them text."""

_NOT_OURS = frozenset({".git", ".venv", "node_modules", "__pycache__", "dist", "build", "cache"})
_HOME = re.compile(
    r"(?<![\w.~)}>$*-])/(?:root|work|home/[a-z_]\w*|Users/[A-Za-z]\w*)/|\b[A-Z]:\\Users\\"
)


def files(root: Path) -> tuple[str, ...]:
    """Return what git tracks or would add; without git, what lies there and is no by-product."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        listed = subprocess.run(  # noqa: S603 - git, asked for a list
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
        ).stdout
        names: Sequence[str] = listed.decode().split("\0")
    else:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*")]
    return tuple(
        name
        for name in sorted(set(names))
        if (root / name).is_file() and not _NOT_OURS & set(name.split("/"))
    )


def locks_with_addresses(root: Path) -> list[str]:
    """Return lock files that record where packages were fetched from."""
    return [
        name
        for name in files(root)
        if name.endswith("uv.lock")
        or (name.endswith("package-lock.json") and '"resolved"' in _text(root / name))
    ]


def home_paths(root: Path) -> list[str]:
    """Return lines with a path that exists on one machine only."""
    return [
        f"{name}:{number}: {match.group()}"
        for name in files(root)
        for number, line in enumerate(_text(root / name).splitlines(), start=1)
        if (match := _HOME.search(line))
    ]


def captures(root: Path) -> tuple[str, ...]:
    """Return every file below a `captures` folder of the tests."""
    return tuple(
        name
        for name in files(root)
        if name.startswith("tests/") and "captures" in name.split("/")[:-1]
    )


def unexplained_captures(root: Path) -> list[str]:
    """Return captures that do not say what they are, when and how they were obtained."""
    return [
        f"{name}: {what}" for name in captures(root) for what in _unexplained(_text(root / name))
    ]


def _unexplained(text: str) -> Iterator[str]:
    try:
        capture = json.loads(text)
    except ValueError:
        capture = None
    if not isinstance(capture, dict):
        yield "is no JSON object"
        return
    for key in CAPTURE_SAYS:
        said = capture.get(key)
        if not isinstance(said, str) or not said.strip():
            yield f"does not say {key}"
        elif key == "date" and not _is_date(said):
            yield "has no ISO date"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(path: Path) -> str:
    """Return a file's text, nothing if it is binary."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8", errors="replace")
