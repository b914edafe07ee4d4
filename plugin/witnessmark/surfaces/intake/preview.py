"""What a CSV would bring: rows accepted, rows refused and why. Nothing is kept by looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from witnessmark.application.case_contents import CaseContents
from witnessmark.surfaces.intake.csv_columns import Columns
from witnessmark.surfaces.intake.csv_table import Row, Table, write_table

T = TypeVar("T")

MEND = "Correct the cell."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, under which heading, and what mends it."""

    column: str
    reason: str
    mend: str = MEND


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that will be imported, in one line for people."""

    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that will not be imported, with everything that is wrong with it."""

    line: int
    faults: tuple[Fault, ...]
    cells: tuple[str, ...]

    @property
    def column(self) -> str:
        """The headings under which something is wrong."""
        return "; ".join(dict.fromkeys(fault.column for fault in self.faults))

    @property
    def reason(self) -> str:
        """Everything that is wrong."""
        return "; ".join(fault.reason for fault in self.faults)

    @property
    def mend(self) -> str:
        """How to mend it."""
        return " ".join(dict.fromkeys(fault.mend for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Preview:
    """What one CSV would bring. `alike` are lines that repeat an earlier, accepted row.

    `read` are the columns that were read, `unread` the headings of all others.
    """

    source: str
    digest: str
    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    contents: CaseContents
    alike: tuple[int, ...]
    read: tuple[tuple[int, str], ...]
    unread: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows there are, and what became of them."""
        taken, refused = len(self.accepted), len(self.refused)
        return {"rows": taken + refused, "accepted": taken, "refused": refused}

    def line_of(self, path: str) -> int | None:
        """Return the line of `entries[3]` or `sessions[3].start`."""
        _, _, rest = path.partition("[")
        number, closed, _ = rest.partition("]")
        return self.accepted[int(number)].line if closed else None


@dataclass(slots=True)
class RowReading:
    """One row being read: every fault of it is gathered."""

    row: Row
    columns: Columns
    faults: list[Fault] = field(default_factory=list)

    def take(self, name: str, reader: Callable[[str], T], *, optional: bool = False) -> T | None:
        """Return what a cell says; None, and a fault unless it is optional, when it says nothing.

        A ValueError of the reader becomes a fault.
        """
        text = self.columns.text(self.row, name)
        if not text:
            if not optional:
                self.fault(name, "the cell is empty", "Fill it in.")
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def fault(self, name: str, reason: str, mend: str = MEND) -> None:
        """Note what is wrong under a field's heading."""
        self.faults.append(Fault(self.columns.heading(name), reason, mend))

    def refused(self) -> Refused:
        """Return the row as refused."""
        return Refused(self.row.line, tuple(self.faults), self.row.cells)


def read_columns(columns: Columns) -> tuple[tuple[int, str], ...]:
    """Return the columns that were read, in the sheet's order."""
    return tuple((at, columns.headers[at]) for at in sorted(columns.at.values()))


def too_many_cells(row: Row, table: Table) -> bool:
    """Whether a row has more filled cells than the sheet has headings."""
    return any(row.cells[len(table.headers) :])


def write_refused(preview: Preview, beside: Path | None = None) -> Path | None:
    """Write the refused rows as `<name>.refused.csv`; None, and no file, when there are none.

    The file holds line, column, reason and cure, then the cells of the columns that were read: a
    column that is not read (a client's name, say) is not copied. Mended, it can be imported.
    """
    if not preview.refused:
        return None
    source = Path(preview.source)
    path = (beside or source.parent) / f"{source.stem}.refused.csv"
    headings = [heading for _, heading in preview.read]
    rows = [["Line", "Column", "Reason", "Mend", *headings]]
    rows += [_refused_row(preview.read, one) for one in preview.refused]
    write_table(path, rows)
    return path


def _refused_row(read: Sequence[tuple[int, str]], one: Refused) -> list[str]:
    cells = [one.cells[at] if at < len(one.cells) else "" for at, _ in read]
    return [str(one.line), one.column, one.reason, one.mend, *cells]
