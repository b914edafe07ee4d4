"""`rules evaluate`: one log read through one pack or several, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.hours_case import write_case
from tests.support.clinic import Said, run

AFTER = ("--on", "2026-03-16")
AVOIDED = ("violation", "error", "fail", "patient")


def evaluate(folder: Path, *words: str, weeks: int = 1, on: tuple[str, ...] = AFTER) -> Said:
    case = write_case(folder, weeks=weeks)
    home = ("--home", str(folder / "store"))
    return run("rules", "evaluate", "--case", str(case), *on, *home, *words)


def test_an_ordinary_week_fits_one_screen_and_reads_without_a_manual(tmp_path: Path) -> None:
    said = evaluate(tmp_path, "--unreviewed")
    lines = said.err.splitlines()
    assert said.code == 1
    assert said.out == ""
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "DRAFT" in lines[0]
    (week,) = (line.split() for line in lines if "2026-03-09 to 03-15 " in line and " - " in line)
    assert week[-8:] == ["18", "h", "16", "h", "2", "h", "-", "-"]
    text = " ".join(said.err.replace("unreviewed", "").split())
    assert "Does not count yet: 2 h, 2026-03-09 to 03-15 (BBS" in text
    assert "your supervisor and you decide" in text
    assert "10 h of 1,750 h (+2 h)" in text
    assert not [word for word in AVOIDED if word in text.lower()]


def test_a_pack_with_unread_numbers_runs_only_where_asked_and_says_so_on_every_line(
    tmp_path: Path,
) -> None:
    refused = evaluate(tmp_path)
    assert refused.code == 2
    assert "couples-families-children (minutes)" in refused.err
    assert "--unreviewed" in refused.err
    asked = evaluate(tmp_path, "--unreviewed")
    assert {line.split()[0] for line in asked.err.splitlines() if line} == {"unreviewed"}
    (couples,) = (line for line in asked.err.splitlines() if "500 hours" in line)
    assert couples.endswith("[unread]")


def test_the_clinics_setting_lets_unread_packs_run(tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "store"))
    case = write_case(tmp_path)
    assert run("import", str(case), "--yes", *home).code == 0
    assert evaluate(tmp_path).code == 2
    assert run("settings", "set", "unreviewed_packs", "true", *home).code == 0
    said = evaluate(tmp_path)
    assert said.code == 1
    assert {line.split()[0] for line in said.err.splitlines() if line} == {"unreviewed"}


def test_a_program_gets_exact_numbers_and_every_piece(tmp_path: Path) -> None:
    said = evaluate(tmp_path, "--unreviewed", "--json")
    assert said.err == ""
    (reading,) = said.result["readings"]
    assert (reading["status"], reading["unreviewed"]) == ("draft", True)
    evaluation = reading["evaluation"]
    assert evaluation["total"] == {
        "logged": 1080,
        "credited": 960,
        "held": 120,
        "overflow": 0,
        "void": 0,
    }
    assert len(evaluation["judged"]) == 5
    (direct,) = (one for one in evaluation["requirements"] if one["needed"] == str(1750 * 60))
    assert (direct["done"], direct["held"]) == ("600", "120")
    assert json.dumps(said.result).count(".0") == 0


def test_several_packs_stand_side_by_side_for_the_same_log(tmp_path: Path) -> None:
    said = evaluate(tmp_path, "--unreviewed", "--pack", "us-ca-amft,us-tx-lpc-associate")
    rows = [line.split() for line in said.err.splitlines()]
    assert ["unreviewed", "us-ca-amft", "us-tx-lpc-associate"] in rows
    assert ["unreviewed", "logged", "18", "h", "18", "h"] in rows
    assert ["unreviewed", "counts", "16", "h", "-"] in rows
    # nothing is known of a Texan supervisor's licence: not one of the hours counts there
    assert ["unreviewed", "does", "not", "count", "yet", "2", "h", "-"] in rows
    assert ["unreviewed", "does", "not", "count", "-", "18", "h"] in rows
    own = said.err[said.err.index("us-tx-lpc-associate: what") :]
    assert "unreviewed" not in own.partition("\n\n")[0]


def test_many_windows_are_summed_up_and_shown_each_where_asked(tmp_path: Path) -> None:
    short_ = [f"e{week}-2" for week in range(10) if week % 5]
    case = write_case(tmp_path, weeks=10)
    text = case.read_text(encoding="utf-8")
    for name in short_:
        before, entry, after = text.partition(f"- id: {name}\n")
        text = before + entry + after.replace("minutes: 240", "minutes: 120", 1)
    case.write_text(text, encoding="utf-8")
    words = ("rules", "evaluate", "--case", str(case), "--unreviewed", "--on", "2026-06-01")
    home = ("--home", str(tmp_path / "store"))
    some, each = run(*words, *home), run(*words, *home, "--all")
    shown = [line for line in some.err.splitlines() if " to " in line and line.endswith(" -")]
    assert [line.split()[1] for line in shown] == ["2026-03-09", "2026-04-13"]
    assert "8 of 10 are not shown" in some.err
    assert "Does not count yet: 4 h, 2 times" in some.err
    assert sum(" to " in line and line.endswith(" -") for line in each.err.splitlines()) == 10
    assert each.err.count("* Does not count yet: 2 h") == 2


def test_everybody_in_the_file_is_told_in_turn_or_one_by_name(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    text = case.read_text(encoding="utf-8").replace("supervisee: robin\n", "supervisee: sam\n", 2)
    person = "  - {id: sam, registered_name: Sam Example-Ito}\n"
    case.write_text(text.replace("people:\n", f"people:\n{person}", 1), encoding="utf-8")
    words = ("rules", "evaluate", "--case", str(case), "--unreviewed", *AFTER)
    home = ("--home", str(tmp_path / "store"))
    both = run(*words, *home)
    assert both.err.index("Robin Example-Castillo by") < both.err.index("Sam Example-Ito by")
    one = run(*words, *home, "--person", "sam", "--pack", "us-ca-amft", "--json")
    assert [r["evaluation"]["person"] for r in one.result["readings"]] == ["sam"]
    nobody = run(*words, *home, "--person", "kim")
    assert nobody.code == 2
    assert "robin, sam" in nobody.err


def test_each_person_is_read_by_the_pack_they_go_for(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    text = case.read_text(encoding="utf-8").replace("supervisee: robin\n", "supervisee: sam\n", 2)
    for there, more in (
        ("people:\n", "  - {id: sam, registered_name: Sam Example-Ito}\n"),
        ("candidacies:\n", "  - {id: c2, person: sam, pack: us-ny-lcsw}\n"),
    ):
        text = text.replace(there, there + more, 1)
    case.write_text(text, encoding="utf-8")
    words = ("rules", "evaluate", "--case", str(case), "--unreviewed", "--json", *AFTER)
    said = run(*words, "--home", str(tmp_path / "store"))
    read = [one["evaluation"] for one in said.result["readings"]]
    assert [(one["person"], one["pack"]) for one in read] == [
        ("robin", "us-ca-amft"),
        ("sam", "us-ny-lcsw"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pack", "us-xx-none"), "us-ca-amft"),
        (("--pack", "bacb-trainee@1999"), "2022, 2027"),
        (("--on", "yesterday"), "2026-11-24"),
    ],
)
def test_what_cannot_be_read_says_what_can(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    found = evaluate(tmp_path, *words, on=())
    assert found.code == 2
    assert said in found.err


def test_where_no_hours_fall_it_ends_with_nothing_to_look_at(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace("minutes: 240", "minutes: 180"), encoding="utf-8")
    words = ("rules", "evaluate", "--case", str(case), "--unreviewed", *AFTER)
    said = run(*words, "--home", str(tmp_path / "store"))
    assert said.code == 0, said.err
    assert "15 h 15 h - - -" in " ".join(said.err.split())


def test_two_versions_are_compared_piece_by_piece(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    words = ("rules", "diff", "us-ca-amft", "voluntary-consultation", "--case", str(case), *AFTER)
    home = ("--home", str(tmp_path / "store"))
    refused = run(*words, *home)
    assert refused.code == 2
    said = run(*words, *home, "--unreviewed")
    assert said.code == 1
    text = " ".join(said.err.replace("unreviewed", "").split())
    assert (
        "16 h of 5 pieces: counts by us-ca-amft; does not count by voluntary-consultation" in text
    )
    assert "2026-03-13 record keeping, 5 h. 5 h: counts -> does not count" in text
    (one,) = run(*words, *home, "--unreviewed", "--json").result["people"]
    assert one["unreviewed"] is True
    assert (
        sum(move["minutes"] for c in one["differences"]["changes"] for move in c["moves"]) == 1080
    )
    same = run("rules", "diff", "bacb-rbt", "bacb-rbt", "--case", str(case), *AFTER, *home)
    assert same.code == 0
    assert "Every piece is judged the same." in same.err
