"""The invented clinic's files, and a store to import them into; a migrated file is made once."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from witnessmark.application.acts import Act
from witnessmark.application.case_contents import CaseContents
from witnessmark.application.importing import ImportRequest, import_case
from witnessmark.domain.actors import OPERATOR, Action, Role
from witnessmark.domain.ids import BatchId, ClinicId
from witnessmark.ports.deliveries import DeliveryState, Settled, StoredConnection
from witnessmark.ports.host import Connection
from witnessmark.ports.records import HostRef, Part
from witnessmark.ports.store import Batch
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.work import SqlStore
from witnessmark.surfaces.intake.case_reading import read_case_file
from witnessmark.surfaces.intake.csv_columns import Answers
from witnessmark.surfaces.intake.csv_sheets import PREVIEWS, likely_sheet
from witnessmark.surfaces.intake.csv_table import read_table
from witnessmark.surfaces.intake.preview import Preview

SEAL = AesGcmSeal(b"k" * 32)
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
"""Monday after the last of the eight weeks, 10:00 in Los Angeles."""

HARBOUR = ClinicId("example-harbour")

MAY = {Role.OPERATOR: frozenset({Action.IMPORT})}


@dataclass
class CountedIds:
    count: Iterator[int] = field(default_factory=itertools.count)

    def new(self) -> str:
        return f"new-{next(self.count)}"


@dataclass
class Intake:
    """A store and what is done with it."""

    store: SqlStore
    folder: Path
    clinic: ClinicId = HARBOUR
    ids: CountedIds = field(default_factory=CountedIds)
    batches: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def act(self) -> Act:
        return Act(OPERATOR, NOW, MAY)

    def connect(self) -> None:
        with self.store.change(self.clinic) as work:
            link = Connection(self.clinic, "ehr", "fhir_r4", "generic", "https://ehr.example")
            work.connections.put(StoredConnection(link))

    def take_case(self, path: Path | None = None) -> Batch:
        read = read_case_file(path or self.folder / "practice.case.yaml")
        assert read.contents.clinic is not None
        with self.store.found(read.contents.clinic):
            pass
        return self.take(read.contents, read.source, read.digest)

    def take(self, contents: CaseContents, source: str, digest: str) -> Batch:
        request = ImportRequest(BatchId(f"batch-{next(self.batches)}"), source, digest)
        with self.store.change(self.clinic) as work:
            return import_case(work, contents, request=request, ids=self.ids, act=self.act)

    def look_at(self, path: Path, answers: Answers | None = None) -> Preview:
        table = read_table(path)
        sheet = likely_sheet(table, answers or Answers())
        assert sheet is not None
        with self.store.look(self.clinic) as work:
            return PREVIEWS[sheet](table, answers or Answers(), work=work, ids=self.ids, now=NOW)

    def take_sheet(self, name: str) -> Batch:
        preview = self.look_at(self.folder / name)
        return self.take(preview.contents, preview.source, preview.digest)

    def deliver(self) -> int:
        """Let everything that is owed arrive."""
        with self.store.change(self.clinic) as work:
            owed = work.deliveries.claim("ehr", owner="me", now=NOW, lease_seconds=60, limit=999)
            for row in owed:
                part = Part("all", HostRef(f"Thing/{row.key.id}"), "1", "d")
                arrived = Settled(DeliveryState.DONE, delivered=row.wanted, receipt=(part,))
                assert work.deliveries.settle(row, arrived, now=NOW)
        return len(owed)

    def owed(self) -> dict[str, int]:
        """Count what is owed and has not arrived, by kind."""
        kinds: dict[str, int] = {}
        with self.store.look(self.clinic) as work:
            for row in work.deliveries.listed(limit=999):
                if row.wanted != row.delivered:
                    kinds[row.key.kind.value] = kinds.get(row.key.kind.value, 0) + 1
        return kinds


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    open_store(path, SEAL).close()
    return path


@pytest.fixture
def intake(migrated: Path, tmp_path: Path) -> Iterator[Intake]:
    store = open_store(shutil.copy(migrated, tmp_path / "store.db"), SEAL)
    with as_file(files("witnessmark.sandbox") / "files") as shipped:
        shutil.copytree(shipped, tmp_path / "files")
    yield Intake(store, tmp_path / "files")
    store.close()
