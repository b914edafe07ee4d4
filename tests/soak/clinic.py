"""The clinic's side: commands in this process, and a sync in a process of its own to be killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.soak.invented import CLINIC
from tests.support.clinic import FILES, Said, run
from witnessmark.application.weeks import withdraw_week
from witnessmark.bootstrap import Installation, open_installation
from witnessmark.domain.actors import Actor, Role
from witnessmark.domain.ids import ClinicId
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.shipped import shipped

CONNECTION = "ehr"
ID = ClinicId(CLINIC["id"])
LOOKED = (
    ("ro", "invented-ca-csw", "INV-CSW-0101"),
    ("dl", "invented-ca-mft", "INV-MFT-0102"),
    ("ms", "invented-ca-csw", "INV-ASW-0201"),
    ("jw", "invented-ca-mft", "INV-AMFT-0202"),
)
"""Licences somebody looked up, each on some day of the soak."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """A home and the shipped manifest."""

    folder: Path

    @property
    def where(self) -> tuple[str, ...]:
        """The options that every command is given."""
        home, manifest = self.folder / "store", self.folder / "manifest.yaml"
        return ("--home", str(home), "--manifest", str(manifest), "--json")

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> Said:
        """Run a command here; raise unless it ends with one of these codes."""
        said = run(*words, *self.where)
        if said.code not in codes:
            raise RuntimeError(f"{words}: {said.code}\n{said.out}{said.err}")
        return said

    def open(self) -> None:
        """Make the store: the invented practice and the settings of a trial."""
        shutil.copytree(str(files("witnessmark.sandbox") / "files"), self.folder / "files")
        shutil.copy(shipped("manifest.yaml"), self.folder / "manifest.yaml")
        for name in FILES:  # the rows that are bad on purpose are refused
            self.run("import", str(self.folder / "files" / name), "--yes", codes=(0, 1))
        self.run("settings", "set", "allow_loopback", "true")

    def look_up(self, number: int) -> None:
        """Record that somebody looked a licence up at the board's site."""
        person, board, licence = LOOKED[number]
        by = "dl" if person == "ro" else "ro"
        seen = self.folder / "seen.png"
        seen.write_bytes(b"invented picture of a page")
        words = ("--board", board, "--number", licence, "--on", "2026-11-02", "--by", by)
        evidence = ("--evidence", str(seen), "--outcome", "confirmed")
        self.run("credential", "looked", person, *words, *evidence)

    def withdraw(self, weeks: Collection[tuple[str, date]]) -> None:
        """Have supervisees take submitted weeks back, as they do before they change one."""
        with self._installation() as installation, installation.store.change(ID) as work:
            operator = installation.act()
            for log in work.logs.all():
                if (log.supervisee, log.week_start) in weeks:
                    by = Actor(Role.SUPERVISEE, log.supervisee)
                    withdraw_week(work, log.id, act=replace(operator, actor=by))

    def begin_sync(self) -> subprocess.Popen[bytes]:
        """Start one sync in a process of its own."""
        words = [sys.executable, "-m", "witnessmark", "sync", "--once", *self.where]
        with (self.folder / "said").open("wb") as said:
            return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said)  # noqa: S603 - ours

    def rows(self, *states: DeliveryState) -> tuple[Delivery, ...]:
        """Return what is in these states."""
        with self._installation() as installation, installation.store.look(ID) as work:
            return work.deliveries.listed(states=states, limit=1_000_000)

    def hasten(self) -> int:
        """Let the time pass that records rest after a failure; return how many are owed still."""
        with self._installation() as installation, installation.store.change(ID) as work:
            owed = work.deliveries.listed(states=[DeliveryState.OPEN], limit=1_000_000)
            work.deliveries.hasten(CONNECTION, [one.key for one in owed])
        return len(owed)

    def _installation(self) -> AbstractContextManager[Installation]:
        return open_installation(self.folder / "store", manifest=self.folder / "manifest.yaml")


def result_of(out: bytes) -> Any:
    """Return what a sync said of its one connection, None where it failed before it could."""
    told = json.loads(out) if out.startswith(b"{") else {}
    found = told.get("connections") or [None]
    return found[0]
