"""Imports one file into an installation, and tells a person what it brought."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from witnessmark.application.case_contents import CaseContents, known_to
from witnessmark.application.imported_weeks import other_scans
from witnessmark.application.importing import ImportRequest, import_case
from witnessmark.bootstrap import Installation
from witnessmark.cli.desk import choose_clinic
from witnessmark.cli.questions import answered, confirmed, may_ask
from witnessmark.cli.talk import Talk
from witnessmark.domain.ids import BatchId
from witnessmark.errors import DomainError
from witnessmark.manifest.model import Surface
from witnessmark.ports.store import Batch, Clinic, Work
from witnessmark.surfaces.intake.case_reading import open_case_file, read_case_file
from witnessmark.surfaces.intake.csv_columns import Answers
from witnessmark.surfaces.intake.csv_sheets import PREVIEWS, Sheet, likely_sheet
from witnessmark.surfaces.intake.csv_table import Table, read_table
from witnessmark.surfaces.intake.preview import Preview, write_refused

Kind = Literal["guess", "case", "hours", "sessions"]

_CASE_FILES = {".yaml", ".yml", ".json"}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that was not imported."""

    line: int
    column: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one file brought. `batch` undoes it; empty when nothing was imported."""

    file: str
    batch: str
    earlier: bool
    brought: dict[str, int]
    refused: tuple[RefusedRow, ...]
    refused_file: str


class Reading:
    """Reads files for one clinic of an installation."""

    def __init__(
        self, talk: Talk, installation: Installation, *, clinic: str, answers: Answers, yes: bool
    ) -> None:
        """`clinic` names the clinic where the file does not; `yes` imports without asking."""
        self._talk = talk
        self._installation = installation
        self._clinic = clinic
        self._answers = answers
        self._yes = yes

    def import_file(self, file: Path, kind: Kind = "guess") -> ImportResult:
        """Import one file. Raises DeclarationError with all problems; then nothing is kept."""
        if Surface.INTAKE not in self._installation.manifest.surfaces:
            raise DomainError(
                "no_intake", "The manifest declares no intake.", "Add `intake` to its surfaces."
            )
        if not file.is_file():
            raise DomainError("no_file", f"There is no file {file}.", "Check the path.")
        if kind == "case" or (kind == "guess" and file.suffix.lower() in _CASE_FILES):
            return self._case(file)
        return self._sheet(read_table(file), kind)

    def _case(self, file: Path) -> ImportResult:
        store = self._installation.store
        with self._talk.progress(f"reading {file.name}"):
            opened = open_case_file(file)
            if self._is_new(opened.clinic):
                read = read_case_file(opened)
                change = store.found(opened.clinic)
            else:
                clinic = choose_clinic(store.clinics(), self._clinic or opened.clinic.id).id
                with store.look(clinic) as work:
                    read = read_case_file(opened, known_to(work))
                change = store.change(clinic)
            request = ImportRequest(self._new_batch(), str(file), read.digest, read.line_of)
            with change as work:
                batch = self._keep(work, read.contents, request)
                others = other_scans(work, read.contents) if batch.id != request.batch else ()
        told = self._told(batch, request, read.contents.counts())
        if others:
            self._talk.say(
                f"  another scan lies beside it for {', '.join(others)}, and was not read anew: one"
                " that was recorded is never replaced."
            )
        return told

    def _is_new(self, clinic: Clinic) -> bool:
        """Whether this clinic is to be founded. Beside others it must be named, to be meant."""
        there = {one.id for one in self._installation.store.clinics()}
        if clinic.id in there:
            return False
        if there and not self._clinic:
            raise DomainError(
                "new_clinic",
                f"This is a file of clinic {clinic.id!r}, which is not in the store.",
                f"To found it beside {', '.join(sorted(there))}, say --clinic {clinic.id}.",
            )
        return self._clinic in {"", clinic.id}

    def _sheet(self, table: Table, kind: Kind) -> ImportResult:
        store = self._installation.store
        clinic = choose_clinic(store.clinics(), self._clinic).id
        with store.look(clinic) as work:
            earlier = work.batches.by_digest(table.digest)
        if earlier is not None:
            request = ImportRequest(self._new_batch(), table.source, table.digest)
            return self._told(earlier, request, {})
        sheet = self._guessed(table) if kind == "guess" else Sheet(kind)
        answers = answered(self._talk, table, sheet.layout, answers=self._answers)
        with self._talk.progress(f"reading {Path(table.source).name}"), store.look(clinic) as work:
            preview = PREVIEWS[sheet](
                table,
                answers,
                work=work,
                ids=self._installation.ids,
                now=self._installation.clock.now(),
            )
        refused_file = write_refused(preview)
        self._show(preview, refused_file)
        request = ImportRequest(self._new_batch(), table.source, preview.digest, preview.line_of)
        batch = None
        if preview.accepted and self._go_on(preview):
            with store.change(clinic) as work:
                batch = self._keep(work, preview.contents, request)
        return self._told(
            batch, request, preview.contents.counts(), preview=preview, refused_file=refused_file
        )

    def _guessed(self, table: Table) -> Sheet:
        sheet = likely_sheet(table, self._answers)
        if sheet is None:
            raise DomainError(
                "which_sheet",
                "The headings fit hours as well as sessions.",
                "Say --kind hours or --kind sessions.",
            )
        return sheet

    def _go_on(self, preview: Preview) -> bool:
        if self._yes:
            return True
        if may_ask(self._talk):
            return confirmed(self._talk, f"Import {len(preview.accepted)} rows?")
        return not preview.refused

    def _keep(self, work: Work, contents: CaseContents, request: ImportRequest) -> Batch:
        return import_case(
            work,
            contents,
            request=request,
            ids=self._installation.ids,
            act=self._installation.act(),
        )

    def _new_batch(self) -> BatchId:
        return BatchId(self._installation.ids.new())

    def _show(self, preview: Preview, refused_file: Path | None) -> None:
        name = Path(preview.source).name
        counts = preview.counts
        self._talk.say(
            f"{name}: {counts['rows']} rows, {counts['accepted']} accepted,"
            f" {counts['refused']} refused"
        )
        if preview.alike:
            lines = ", ".join(str(line) for line in preview.alike)
            self._talk.say(f"  look at lines {lines}: they repeat an earlier row")
        for row in preview.refused:
            self._talk.say(f"  line {row.line}, {row.column}: {row.reason}. {row.mend}")
        if refused_file is not None:
            self._talk.say(f"  the refused rows, with reasons, are in {refused_file.name}")

    def _told(
        self,
        batch: Batch | None,
        request: ImportRequest,
        brought: dict[str, int],
        *,
        preview: Preview | None = None,
        refused_file: Path | None = None,
    ) -> ImportResult:
        name = Path(request.source).name
        earlier = batch is not None and batch.id != request.batch
        if batch is None and preview is not None and preview.accepted:
            rest = len(preview.accepted)
            self._talk.say(f"{name}: nothing was imported; --yes imports the other {rest} rows")
        elif batch is None:
            self._talk.say(f"{name}: nothing was imported")
        elif earlier:
            self._talk.say(f"{name} was imported already, as batch {batch.id}")
        else:
            listed = ", ".join(f"{what} {number}" for what, number in brought.items())
            self._talk.say(f"{name}: {listed} (batch {batch.id})")
        refused = preview.refused if preview else ()
        return ImportResult(
            file=name,
            batch=batch.id if batch else "",
            earlier=earlier,
            brought=brought if batch and not earlier else {},
            refused=tuple(RefusedRow(r.line, r.column, r.reason, r.mend) for r in refused),
            refused_file=refused_file.name if refused_file else "",
        )
