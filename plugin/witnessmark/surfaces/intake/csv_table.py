"""A CSV file as a clinic's program wrote it: encoding and delimiter are found out, lines kept."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from witnessmark.declared import read_bytes
from witnessmark.errors import DeclarationError, DomainError, Problem

_DELIMITERS = (",", ";", "\t")
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it starts on, counted from 1, and its cells without outer blanks."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file. `digest` is the SHA-256 of its bytes."""

    source: str
    digest: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str


def read_table(path: Path) -> Table:
    """Read UTF-8, UTF-16 or Windows-1252 text, divided by comma, semicolon or tab.

    Raises DeclarationError when it is no table: too large, not text, no rows, a column twice.
    """
    raw = read_bytes(path)
    text, encoding = _decoded(path, raw)
    delimiter = _delimiter(text)
    try:
        lines = _rows(text, delimiter)
    except csv.Error as error:
        raise _unreadable(path, f"This is not CSV: {error}.", "Export it anew.") from None
    if not lines:
        raise _unreadable(path, "The file is empty.", "Export it with a row of headings.")
    headers = lines[0].cells
    for header in headers:
        if header and headers.count(header) > 1:
            message = f"The heading {header!r} stands twice."
            raise _unreadable(path, message, "Give each column its own heading.", line=1)
    digest = hashlib.sha256(raw).hexdigest()
    return Table(str(path), digest, headers, tuple(lines[1:]), delimiter, encoding)


def write_table(path: Path, rows: list[list[str]]) -> None:
    """Write a CSV for spreadsheets; a cell that one would run as a formula gets a leading `'`.

    Raises DomainError where it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([[_harmless(cell) for cell in row] for row in rows])
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise DomainError("unwritable_file", message, "Put the file where you may write.") from None


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _decoded(path: Path, raw: bytes) -> tuple[str, str]:
    first = "utf-16" if raw.startswith(_BOM_UTF16) else "utf-8-sig"
    for encoding in (first, "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise _unreadable(path, "The file is not text.", "Export it as CSV in UTF-8.")


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(_DELIMITERS, key=heading.count)


def _rows(text: str, delimiter: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    line = 1
    for cells in reader:
        row = Row(line, tuple(cell.strip() for cell in cells))
        if any(row.cells):
            rows.append(row)
        line = reader.line_num + 1
    return rows


def _unreadable(
    path: Path, message: str, mend: str, *, line: int | None = None
) -> DeclarationError:
    return DeclarationError([Problem("not_a_table", "", message, mend, str(path), line)])
