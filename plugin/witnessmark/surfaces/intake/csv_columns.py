"""Which column of a clinic's CSV means what. What is not clear is asked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from witnessmark.errors import DeclarationError, Problem
from witnessmark.surfaces.intake.csv_dates import DateOrder, doubtful_dates, order_of
from witnessmark.surfaces.intake.csv_table import Row, Table


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of sheet may hold.

    `headings` gives each field the headings that mean it. Of `needs`, each inner tuple is met by
    any one of its members; a member such as `start+end` needs both.
    """

    headings: Mapping[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said of the sheet.

    `columns` maps headings to fields (`--map Datum=day`), `fixed` gives one value for every row
    (`--set modality=in-person`).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """What must be answered before a sheet can be read.

    `missing` fields have no column (`minutes or hours or start+end`: any of them), `doubtful` ones
    several; `dates` are samples whose order is unclear.
    """

    missing: tuple[str, ...]
    doubtful: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    dates: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.doubtful or self.dates)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field of a sheet stands."""

    at: Mapping[str, int]
    headers: tuple[str, ...]
    fixed: Mapping[str, str]
    date_order: DateOrder

    def text(self, row: Row, field_name: str) -> str:
        """Return a row's text of a field; empty when there is none."""
        at = self.at.get(field_name)
        cell = "" if at is None or at >= len(row.cells) else row.cells[at]
        return cell or self.fixed.get(field_name, "")

    def heading(self, field_name: str) -> str:
        """Return the heading of a field's column, or the field's own name."""
        at = self.at.get(field_name)
        return field_name if at is None else self.headers[at]

    def unread(self) -> tuple[str, ...]:
        """Return the headings of columns that are not read at all."""
        used = set(self.at.values())
        return tuple(name for n, name in enumerate(self.headers) if name and n not in used)


def open_questions(table: Table, layout: Layout, answers: Answers) -> Questions:
    """Return what is still to be asked. Raises DeclarationError for answers that name nothing."""
    found = _found(table, layout, answers)
    given = {name for name, at in found.items() if at} | set(answers.fixed)
    used = {at for places in found.values() for at in places}
    return Questions(
        missing=tuple(
            " or ".join(choice)
            for choice in layout.needs
            if not any(given.issuperset(one.split("+")) for one in choice)
        ),
        doubtful={
            name: tuple(table.headers[at] for at in places)
            for name, places in found.items()
            if len(places) > 1
        },
        unused=tuple(name for n, name in enumerate(table.headers) if name and n not in used),
        dates=() if answers.date_order else doubtful_dates(_dates(table, found["day"])),
    )


def settle_columns(table: Table, layout: Layout, answers: Answers) -> Columns:
    """Return where everything stands. Raises DeclarationError while a question is open."""
    questions = open_questions(table, layout, answers)
    problems = list(_unanswered(table, questions))
    if problems:
        raise DeclarationError(problems)
    found = _found(table, layout, answers)
    at = {name: places[0] for name, places in found.items() if places}
    # Without an answer or a proof no date is doubtful: either order reads them alike.
    order = answers.date_order or order_of(_dates(table, found["day"])) or DateOrder.DAY_FIRST
    return Columns(at, table.headers, answers.fixed, order)


def plain_words(text: str) -> str:
    """Return a heading or a word as it is compared: lower case, single blanks, letters, digits."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _found(table: Table, layout: Layout, answers: Answers) -> dict[str, list[int]]:
    _refuse_strange_answers(table, layout, answers)
    said = {table.headers.index(heading): name for heading, name in answers.columns.items()}
    found: dict[str, list[int]] = {
        name: [at for at, said_name in said.items() if said_name == name]
        for name in layout.headings
    }
    for at, heading in enumerate(table.headers):
        for name, synonyms in layout.headings.items():
            taken = at in said or name in said.values() or name in answers.fixed
            if not taken and plain_words(heading) in synonyms:
                found[name].append(at)
    return found


def _dates(table: Table, places: Sequence[int]) -> list[str]:
    return [row.cells[at] for at in places[:1] for row in table.rows if at < len(row.cells)]


def _refuse_strange_answers(table: Table, layout: Layout, answers: Answers) -> None:
    problems = [
        Problem("unknown_heading", heading, f"There is no heading {heading!r}.", "Check it.")
        for heading in answers.columns
        if heading not in table.headers
    ]
    fields = ", ".join(layout.headings)
    problems += [
        Problem("unknown_field", name, f"{name!r} is nothing this sheet holds.", f"Use {fields}.")
        for name in (*answers.columns.values(), *answers.fixed)
        if name not in layout.headings
    ]
    if problems:
        raise DeclarationError(problems)


def _unanswered(table: Table, questions: Questions) -> Iterator[Problem]:
    for name in questions.missing:
        mend = f"Say --map HEADING={name.split()[0]}, or --set {name.split()[0]}=VALUE."
        yield Problem("column_missing", name, f"No column gives {name}.", mend, table.source, 1)
    for name, headings in questions.doubtful.items():
        message = f"Several columns could be {name}: {', '.join(headings)}."
        mend = f"Say --map HEADING={name}."
        yield Problem("column_doubtful", name, message, mend, table.source, 1)
    if questions.dates:
        message = f"Is {questions.dates[0]} written day first or month first?"
        mend = "Say --date-order day-first or --date-order month-first."
        yield Problem("date_order_unclear", "day", message, mend, table.source)
