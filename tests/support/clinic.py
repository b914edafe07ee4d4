"""An invented clinic at work: the commands run in this process, its EHR on a real socket."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from witnessmark.cli import main
from witnessmark.cli.demo_client import register
from witnessmark.manifest.load import load_manifest
from witnessmark.sandbox import Practice, RunningPractice, seed, serve
from witnessmark.shipped import shipped

FILES = ("practice.case.yaml", "sessions.csv", "hours.csv")


@dataclass(frozen=True)
class Said:
    """What one command did: its exit code, its JSON object, and all it said."""

    code: int
    result: Any
    out: str
    err: str


@dataclass(frozen=True)
class Clinic:
    """A home, a manifest, and the EHR."""

    folder: Path
    ehr: RunningPractice

    @property
    def home(self) -> Path:
        return self.folder / "store"

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.yaml"

    def run(self, *words: str, machine: bool = True) -> Said:
        """Run one command here; what it says is captured."""
        options = ["--home", str(self.home), "--manifest", str(self.manifest)]
        return run(*words, *options, *(["--json"] if machine else []))

    def import_files(self) -> None:
        """Read the practice's own files; the rows that are bad on purpose are refused."""
        for name in FILES:
            said = self.run("import", str(self.folder / "files" / name), "--yes")
            assert said.code in {0, 1}, said.err + said.out

    def connect(self, *, name: str = "ehr", profile: str = "generic") -> Said:
        """Register with the EHR and connect."""
        scopes = tuple(load_manifest(self.manifest).value.hosts["fhir_r4"].scopes)
        auth = register(self.ehr.register_url, scopes=scopes, key_file=self.folder / "client.pem")
        return self.run(
            "connect",
            self.ehr.base_url,
            *("--client-id", auth.client_id, "--secret", auth.secret_ref, "--name", name),
            *("--profile", profile),
        )

    def edit(self, old: str, new: str) -> None:
        """Change exactly one line of the manifest."""
        before = self.manifest.read_text(encoding="utf-8")
        assert before.count(old) == 1, old
        after = before.replace(old, new)
        changed = [
            (a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b
        ]
        assert len(changed) == 1
        self.manifest.write_text(after, encoding="utf-8")

    def sync(self) -> Any:
        """Sync once; return the one connection's result."""
        said = self.run("sync", "--once")
        assert said.code == 0, said.err + said.out
        return said.result["connections"][0]


def run(*words: str) -> Said:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(list(words))
    text = out.getvalue()
    result = json.loads(text) if text.startswith("{") else None
    return Said(code, result, text, err.getvalue())


@contextmanager
def clinic_at_work(folder: Path, *, practice: Practice | None = None) -> Iterator[Clinic]:
    """Bring up an EHR with the invented staff, and a clinic that has read nothing yet."""
    practice = practice or Practice()
    seed(practice)
    shutil.copytree(str(files("witnessmark.sandbox") / "files"), folder / "files")
    shutil.copy(shipped("manifest.yaml"), folder / "manifest.yaml")
    with serve(practice) as ehr:
        yield Clinic(folder, ehr)
