"""Reads the tables and fenced blocks of a page of this project."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]

Rows = list[list[str]]

_TABLE = re.compile(r"^\|.*\|\n\|[ |-]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)
_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section(page: str, heading: str) -> str:
    """Return what stands under a heading of a page in `docs/`, up to the next of its level."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n## {heading}\n")
    assert rest, f"{page} has no section {heading}"
    return rest.partition("\n## ")[0] + "\n"


def tables(text: str) -> list[Rows]:
    """Return the tables of a text without their heads, cells without code marks."""
    return [
        [
            [cell.strip().removeprefix("`").removesuffix("`") for cell in line.split(" | ")]
            for line in (row.removeprefix("|").removesuffix("|") for row in body.splitlines())
        ]
        for body in _TABLE.findall(text)
    ]


def words(text: str, table: int = 0) -> list[str]:
    """Return the first column of a table."""
    return [row[0] for row in tables(text)[table]]


def blocks(text: str) -> list[str]:
    """Return what stands in fenced blocks."""
    return _FENCED.findall(text)
