"""`rules list`, `show` and `check`: what ships, in plain words, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

from tests.support.clinic import run
from tests.unit.rules.test_checking import GOOD
from witnessmark.application.rule_packs import shipped


def test_every_pack_that_ships_is_listed_with_what_nobody_has_read() -> None:
    said = run("rules", "list", "--json")
    assert said.code == 0
    assert [pack["pack"] for pack in said.result["packs"]] == list(shipped())
    asw = next(pack for pack in said.result["packs"] if pack["pack"] == "us-ca-asw")
    assert asw["status"] == "draft"
    assert "psychotherapy (minutes)" in asw["unread"]


def test_a_pack_is_shown_with_its_draft_law_and_doubts(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    said = run("rules", "show", str(file))
    lines = said.err.splitlines()
    assert said.code == 0
    assert lines[0] == "Invented board, counselor in training (invented)"
    assert lines[1].startswith("DRAFT: nobody has signed")
    at = lines.index("total: Hours in all")
    assert lines[at + 1 : at + 4] == [
        "    minutes: 3000 h",
        "    only version old and new",
        "    law: Code 4",
    ]
    assert "    most: 2  [read by nobody: From memory.]" in lines
    shown = run("rules", "show", str(file), "--json").result
    assert [rule["id"] for rule in shown["rules"]] == [
        "classes",
        "kinds-of-hours",
        "weekly",
        "total",
    ]


def test_a_file_that_holds_together_is_told_for_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    said = run("rules", "check", str(file))
    assert said.code == 0
    assert said.err.splitlines()[:4] == [
        "mine.yaml: no problems",
        "Invented board, counselor in training (invented)",
        "Invented board (US-XX); versions: old, new",
        "rules: 4, requirements among them: 1",
    ]
    assert said.err.splitlines()[-1] == "  read by nobody: weekly (most)"
    told = run("rules", "check", str(file), "--json").result
    assert (told["problems"], told["pack"]["versions"]) == ([], ["old", "new"])


def test_all_that_is_wrong_with_a_file_is_told_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    wrong = GOOD.replace("[old, new]", "[next]").replace(
        "Code 4\n    source: code", "x\n    source: y"
    )
    file.write_text(wrong, encoding="utf-8")
    said = run("rules", "check", str(file), "--json")
    assert said.code == 2
    assert [(one["code"], one["line"]) for one in said.result["problems"]] == [
        ("unknown_source", 50),
        ("unknown_version", 51),
    ]
    assert f"{file}:50: rules[3].source:" in run("rules", "check", str(file)).err


def test_a_pack_that_does_not_ship_is_answered_with_those_that_do() -> None:
    said = run("rules", "show", "us-ca-xyz")
    assert said.code == 2
    assert "us-ca-amft" in said.err
