"""How commands speak: to people on stderr, to programs as one JSON object on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

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
    """The clinic's id; not needed while the store holds one. `import` founds another by it."""
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

    def say(self, text: str = "", *, style: str = "") -> None:
        """Say one line to a person. Only `style` styles it: the text itself is never markup."""
        self.console.print(Text(text, style=style))

    def result(self, value: object) -> None:
        """Give a program its one object."""
        if self.machine:
            write_out(json.dumps(plain(value), ensure_ascii=False) + "\n")

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Show a table; title and cells are text, never markup."""
        table = Table(
            title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False
        )
        for head in heads:
            table.add_column(Text(head), overflow="fold")
        for row in rows:
            table.add_row(*(Text(str(cell)) for cell in row))
        self.console.print(table)

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Show that something is going on, where a person is watching."""
        if self.machine or not self.console.is_terminal:
            yield
            return
        with self.console.status(Text(what)):
            yield

    def failed(self, error: WitnessmarkError) -> int:
        """End a command: say one clear message; return the exit code."""
        code = self.tell(error)
        problems = error.problems if isinstance(error, DeclarationError) else ()
        self.result(Failure(type(error).__name__, str(error), code, tuple(problems)))
        return code

    def tell(self, error: WitnessmarkError) -> int:
        """Say one clear message to a person; return the exit code it asks for."""
        code = exit_of(error)
        for line in _lines(error):
            self.say(line, style="red")
        return int(code)


def write_out(text: str) -> None:
    """Write to standard output. Who closed it (`… | head`) has read enough: that is no failure."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
