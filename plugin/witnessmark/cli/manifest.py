"""`witnessmark manifest`: checks the plugin's manifest, prints its JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from witnessmark.application.check_manifest import check_manifest
from witnessmark.bootstrap import installed_adapters, installed_packs
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import Talk, write_out
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
        problems = check_manifest(
            load_manifest(path), installed_adapters(), packs=installed_packs()
        )
        if problems:
            raise DeclarationError(problems)
    except WitnessmarkError as error:
        return talk.failed(error)
    talk.say(f"{path.name}: no problems", style="green")
    talk.result(CheckResult(path.name, ()))
    return int(Exit.OK)


@app.command
def schema(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Print the manifest's JSON Schema (2020-12) on standard output.

    Parameters
    ----------
    json
        Print it on one line.

    """
    indent = None if json else 2
    write_out(dumps(manifest_schema(), indent=indent, ensure_ascii=False) + "\n")
    return int(Exit.OK)
