"""What a command says: text is never markup, and a program always gets one JSON object."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clinic import run
from witnessmark.application.terms import AgreedTerms
from witnessmark.cli import build_app, main
from witnessmark.cli.talk import Talk
from witnessmark.cli.terms import show_terms
from witnessmark.domain.capabilities import Terms
from witnessmark.errors import DomainError
from witnessmark.surfaces.intake.csv_table import write_table

CASE = """\
case_file: 1
clinic: {id: quay, name: Quay (invented), time_zone: America/Los_Angeles}
settings:
  - {id: quay, name: Quay Street, time_zone: America/Los_Angeles, week_start: monday}
"""


def test_what_looks_like_markup_in_a_file_is_said_as_it_stands(tmp_path: Path) -> None:
    case = tmp_path / "[bold]quay[red].case.yaml"
    case.write_text(CASE, encoding="utf-8")
    home = ("--home", str(tmp_path / "store"))
    said = run("import", str(case), *home)
    assert said.code == 0
    assert said.err.startswith("[bold]quay[red].case.yaml: settings 1")
    sheet = tmp_path / "hours.csv"
    sheet.write_text(
        "Date,Name,Site,Type,Hours,Mode,Supervisor\n"
        "2026-11-16,Nobody [/red],Quay Street,direct,1,video,:smile:\n",
        encoding="utf-8",
    )
    said = run("import", str(sheet), *home, "--yes")
    assert said.code == 1
    assert "Nobody [/red]" in said.err
    assert ":smile:" in said.err


def test_what_a_host_calls_itself_is_said_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    agreed = AgreedTerms("Invented[/red] [bold]EHR", Terms(frozenset(), {}), {}, "[/]")
    show_terms(Talk(machine=False), "ehr", agreed)
    said = capsys.readouterr().err
    assert "Terms with ehr (Invented[/red] [bold]EHR)" in said
    assert "the manifest [/]." in said


@pytest.mark.parametrize(
    "words",
    [("nothing-like-it",), ("import",), ("delivery", "list", "lost"), ("sync", "--twice")],
    ids=["no command", "no file", "no such state", "no such option"],
)
def test_a_wrong_command_is_one_json_object_to_a_program(words: tuple[str, ...]) -> None:
    said = run(*words, "--json")
    assert said.code == 2
    assert (said.result["error"], said.result["exit"]) == ("UsageError", 2)
    assert said.result["message"]
    assert said.err == ""
    told = run(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err


@pytest.mark.parametrize("there", ["nothing", "a folder"])
def test_a_manifest_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path, there: str) -> None:
    path = tmp_path / "manifest.yaml"
    if there == "a folder":
        path.mkdir()
    for words in (("manifest", "check", str(path)), ("sync", "--once", "--manifest", str(path))):
        said = run(*words, "--json")
        assert said.code == 2
        (problem,) = said.result["problems"]
        assert (problem["code"], problem["file"]) == ("unreadable_file", str(path))


def test_what_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    said = run("demo", "--keep", str(taken), "--json")
    assert said.code == 2
    assert "no_folder" in said.result["message"]
    with pytest.raises(DomainError, match="unwritable_file"):
        write_table(taken / "refused.csv", [["a"]])


def test_the_manifests_schema_is_one_object_for_a_program_too() -> None:
    told, said = run("manifest", "schema"), run("manifest", "schema", "--json")
    assert said.code == told.code == 0
    assert said.result == told.result
    assert said.out.count("\n") == 1


def test_ctrl_c_ends_with_130_and_says_so_to_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = build_app()

    @app.command
    def stop(*, json: bool = False) -> None:
        raise KeyboardInterrupt(json)

    monkeypatch.setattr("witnessmark.cli.build_app", lambda: app)
    assert main(["stop"]) == 130
    assert capsys.readouterr().out == ""
    assert main(["stop", "--json"]) == 130
    result = json.loads(capsys.readouterr().out)
    assert (result["error"], result["exit"]) == ("KeyboardInterrupt", 130)


def test_who_stops_reading_early_makes_no_failure() -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "witnessmark", "manifest", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.close()
    assert command.stderr is not None
    told = command.stderr.read()
    command.stderr.close()
    assert (command.wait(), told) == (0, b"")
