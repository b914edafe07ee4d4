"""What boards' rules say fits a phone: forty columns, nothing cut off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.hours_case import write_case
from tests.support.clinic import run

HOURS = ("--case", "CASE", "--unreviewed", "--on", "2026-05-01")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rules", "list"), "us-ca-amft: California, Associate Marriage and Family Therapist"),
        (("rules", "show", "us-ny-lcsw"), "supervision: 100 hours of supervision in person"),
        (("rules", "evaluate", *HOURS), "counts: 16 h does not count yet: 2 h over the maximum: -"),
        (
            ("rules", "evaluate", *HOURS, "--pack", "us-ca-amft,bacb-rbt"),
            "All together logged 54 h counts 48 h does not count yet 6 h",
        ),
        (
            ("rules", "diff", "us-ca-amft", "voluntary-consultation", *HOURS),
            "counts us-ca-amft: 48 h voluntary-consultation: -",
        ),
        (("progress", "robin", *HOURS), "not attested logged: 54 h counts: 48 h does not"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_narrow_screen_shows_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    case = write_case(tmp_path, weeks=3)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("WITNESSMARK_HOME", str(tmp_path / "store"))
    said = run(*(str(case) if word == "CASE" else word for word in words))
    lines = said.err.splitlines()
    assert max(map(len, lines)) <= 40
    assert not [line for line in lines if ".." in line]
    assert not re.search(r"\d\n(unreviewed)? +(h|min)\b", said.err)
    assert told in " ".join(said.err.replace("unreviewed", "").split())
