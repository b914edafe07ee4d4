"""Who may know whom: the rooms by import-linter, the libraries by our own scan."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.imports import fhir_outside_mapping, impure, known_too_widely
from tests.architecture.sources import PLUGIN, ROOT, plant

ROOMS = (
    "cli", "bootstrap", "surfaces", "sync", "store", "transport", "application", "ports",
    "manifest", "domain", "wire", "canonical", "declared", "shipped", "errors", "sandbox",
)  # fmt: skip


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the two source roots of `root` in front of what is installed."""
    paths = [str(root / "plugin"), str(root / "adapters")]
    return subprocess.run(  # noqa: S603 - this Python, our own arguments
        [sys.executable, *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    start = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return run(root, "-c", start, "--no-cache", "--no-logo")


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    """Both source roots and the contract, with every room there."""
    for name in ("plugin", "adapters"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for room in ROOMS:
        folder = tmp_path / PLUGIN / room
        if not folder.with_suffix(".py").exists() and not (folder / "__init__.py").exists():
            plant(folder, "__init__.py", "")
    return tmp_path


def test_the_house_keeps_its_contract() -> None:
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_a_door_that_should_not_be_there_is_found_and_named(copied_house: Path) -> None:
    doors = {
        "plugin/witnessmark/application/planted.py": "from witnessmark.store import planted",
        "plugin/witnessmark/store/planted.py": "from witnessmark_adapters import planted",
        "plugin/witnessmark/sandbox/planted.py": "import witnessmark.domain",
        "adapters/witnessmark_adapters/planted.py": "from witnessmark import application",
        "adapters/witnessmark_adapters/nppes/planted.py": (
            "from witnessmark_adapters.fhir_r4 import client"
        ),
    }
    for path, door in doors.items():
        plant(copied_house, path, f"{door}\n")
    plant(copied_house, "plugin/witnessmark/attic/__init__.py", "")
    verdict = lint_imports(copied_house)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    for told in (
        "witnessmark.application.planted -> witnessmark.store.planted (l.1)",
        "witnessmark.store.planted -> witnessmark_adapters.planted (l.1)",
        "witnessmark.sandbox.planted -> witnessmark.domain (l.1)",
        "witnessmark_adapters.planted -> witnessmark.application (l.1)",
        "witnessmark_adapters.nppes.planted -> witnessmark_adapters.fhir_r4.client (l.1)",
        "- witnessmark.attic",
    ):
        assert told in verdict.stdout


def test_fhir_is_imported_by_mappings_alone() -> None:
    assert fhir_outside_mapping(ROOT) == []


def test_fhir_elsewhere_is_caught(tmp_path: Path) -> None:
    late = "def build():\n    from fhir.resources.R4B import appointment\n"
    for path in (
        "plugin/witnessmark/sync/mapping.py",
        "adapters/witnessmark_adapters/fhir_r4/mapping/weeks.py",
        "adapters/witnessmark_adapters/fhir_r4/mapping.py",
        "adapters/witnessmark_adapters/fhir_r4/client.py",
    ):
        plant(tmp_path, path, late)
    plant(tmp_path, "plugin/witnessmark/fhirlike.py", "import fhirlike, a.fhir\n")
    assert [found.partition(": ")[0] for found in fhir_outside_mapping(tmp_path)] == [
        "adapters/witnessmark_adapters/fhir_r4/client.py:2",
        "plugin/witnessmark/sync/mapping.py:2",
    ]


def test_domain_rules_and_ports_touch_nothing_of_the_world() -> None:
    assert impure(ROOT) == []


def test_a_library_that_does_io_is_caught_in_a_pure_room(tmp_path: Path) -> None:
    lines = "import os, zoneinfo\nimport requests\nfrom sqlalchemy import text\n"
    lines += "from urllib import request, parse\nfrom pydantic import BaseModel\n"
    lines += "from witnessmark.errors import DomainError\nimport socket as plug\n"
    for room in ("domain", "rules", "ports", "store"):
        plant(tmp_path, f"plugin/witnessmark/{room}/world.py", lines)
    assert [found.partition("imports ")[2] for found in impure(tmp_path)] == [
        "os", "requests", "sqlalchemy.text", "urllib.request", "socket",
    ] * 3  # fmt: skip


def test_the_sandbox_is_known_to_the_demo_and_the_testing_kit_to_tests() -> None:
    assert known_too_widely(ROOT) == []


def test_knowing_the_sandbox_or_the_testing_kit_is_caught(tmp_path: Path) -> None:
    both = "from witnessmark import sandbox\nfrom witnessmark.testing.clock import Fixed\n"
    for path in ("cli/demo.py", "cli/sync.py", "testing/kit.py"):
        plant(tmp_path, f"plugin/witnessmark/{path}", both)
    assert known_too_widely(tmp_path) == [
        "plugin/witnessmark/cli/demo.py:2: imports witnessmark.testing.clock.Fixed",
        "plugin/witnessmark/cli/sync.py:1: imports witnessmark.sandbox",
        "plugin/witnessmark/cli/sync.py:2: imports witnessmark.testing.clock.Fixed",
    ]
