"""`witnessmark rules case`: writes one supervisee's case file, without anything of clients."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from witnessmark.application.extracting import extract_case
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, write_out
from witnessmark.domain.ids import PersonId
from witnessmark.errors import DomainError
from witnessmark.surfaces.intake.case_writing import case_file_of


@dataclass(frozen=True, slots=True)
class RulesCaseResult:
    """What was written: how many of each kind, and where; `text` where no file was named."""

    person: str
    file: str
    brought: dict[str, int]
    text: str


def case(
    person: str,
    *,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Write the case file of one supervisee: what `rules evaluate --case` reads.

    It holds their own hours, sessions, forms and dates, and their supervisors' licences. Other
    supervisees are numbered, without name or licence. Presenters, topics and ledgers stay here.

    Parameters
    ----------
    person
        The supervisee's id here.
    out
        The file to write, which must not be there yet; standard output where it is left out.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.change(desk.clinic.id) as store:
            found = extract_case(store, PersonId(person), clinic=desk.clinic, act=desk.act())
            text = case_file_of(found)
            if out is not None:
                _write(out, text)
        if out is not None:
            listed = ", ".join(f"{what} {number}" for what, number in found.counts().items())
            desk.talk.say(f"{out}: {listed}")
        elif not everywhere.json:
            write_out(text)
        file = "" if out is None else str(out)
        desk.talk.result(RulesCaseResult(person, file, found.counts(), "" if out else text))
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise DomainError(
            "cannot_write", message, "Name a new file in a folder of yours."
        ) from None
