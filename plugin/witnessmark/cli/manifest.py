"""`witnessmark manifest`: checks the plugin's manifest, prints its JSON Schema."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from witnessmark.application.check_manifest import check_manifest
from witnessmark.bootstrap import installed_adapters
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import Talk
from witnessmark.errors import DeclarationError, Problem, WitnessmarkError
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.schema import manifest_schema
from witnessmark.shipped import shipped

app = App(name="manifest", help_format="plaintext")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Every problem of one file."""

    file: str
    problems: tuple[Problem, ...]


@app.command
def check(
    file: Path | None = None, *, json: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Check a manifest, alone and against the installed adapters; every problem at once.

    Parameters
    ----------
    file
        The manifest; the one that ships if left out.
    json
        Print one JSON object on standard output, and nothing for people.

    """
    talk = Talk(machine=json)
    path = file or shipped("manifest.yaml")
    try:
        problems = check_manifest(load_manifest(path), installed_adapters())
        if problems:
            raise DeclarationError(problems)
    except WitnessmarkError as error:
        return talk.failed(error)
    talk.say(f"[green]{path.name}: no problems[/green]")
    talk.result(CheckResult(path.name, ()))
    return int(Exit.OK)


@app.command
def schema() -> int:
    """Print the manifest's JSON Schema (2020-12) on standard output."""
    sys.stdout.write(json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n")
    return int(Exit.OK)
