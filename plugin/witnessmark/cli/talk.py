"""How commands speak: to people on stderr, to programs as one JSON object on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from witnessmark.canonical import plain
from witnessmark.cli.exits import exit_of
from witnessmark.errors import DeclarationError, HostError, Problem, WitnessmarkError


@Parameter(name="*", group="Everywhere")
@dataclass(frozen=True)
class Everywhere:
    """Options every command has."""

    home: Annotated[Path, Parameter(env_var="WITNESSMARK_HOME")] = Path("witnessmark-data")
    """The folder that holds the store. Treat it as health information."""
    clinic: Annotated[str, Parameter(env_var="WITNESSMARK_CLINIC")] = ""
    """The clinic's id; may be left out while the store holds one clinic."""
    manifest: Path | None = None
    """Another manifest than the one that ships."""
    json: Annotated[bool, Parameter(negative="")] = False
    """Print one JSON object on standard output, and nothing for people."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a program is told when a command fails. `exit` is the exit code."""

    error: str
    message: str
    exit: int
    problems: tuple[Problem, ...] = ()


EVERYWHERE = Everywhere()
"""What holds where no option is given."""


class Talk:
    """Says things to a person, or to a program, never both."""

    def __init__(self, *, machine: bool) -> None:
        self.machine = machine
        self.console = Console(stderr=True, quiet=machine, highlight=False, soft_wrap=True)

    def say(self, text: str = "") -> None:
        """Say one line to a person; `[bold]` and the like are markup."""
        self.console.print(text)

    def result(self, value: object) -> None:
        """Give a program its one object."""
        if self.machine:
            json.dump(plain(value), sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Show a table; cells are text, never markup."""
        table = Table(
            title=title, title_justify="left", title_style="bold", box=None, pad_edge=False
        )
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*(escape(str(cell)) for cell in row))
        self.console.print(table)

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Show that something is going on, where a person is watching."""
        if self.machine or not self.console.is_terminal:
            yield
            return
        with self.console.status(escape(what)):
            yield

    def failed(self, error: WitnessmarkError) -> int:
        """Say one clear message; return the exit code."""
        code = exit_of(error)
        if self.machine:
            problems = error.problems if isinstance(error, DeclarationError) else ()
            self.result(Failure(type(error).__name__, str(error), int(code), tuple(problems)))
        for line in _lines(error):
            self.console.print(f"[red]{escape(line)}[/red]")
        return int(code)


def _lines(error: WitnessmarkError) -> Iterator[str]:
    if isinstance(error, DeclarationError):
        yield f"{len(error.problems)} to mend; nothing was changed:"
        yield from (str(problem) for problem in error.problems)
    elif isinstance(error, HostError):
        where = " ".join(part for part in (error.connection, error.operation) if part)
        request = f" (request {error.request_id})" if error.request_id else ""
        yield f"{where + ': ' if where else ''}{error.person_message}{request}"
    else:
        yield str(error)
