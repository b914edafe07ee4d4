"""The command that ends a CI run: what it counts and how it exits."""

import json
from pathlib import Path

import pytest

from tests.judges.home import HERE, judges_or_skip
from tests.judges.judge_everything import distinct, main

RIGHT = json.loads((HERE / "planted" / "right.json").read_text("utf-8"))
WRONG = json.loads((HERE / "planted" / "wrong_link_id.json").read_text("utf-8"))


def _written(path: Path, *resources: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(each) + "\n" for each in resources), "utf-8")
    return str(path)


def test_the_same_resource_twice_is_judged_once(tmp_path: Path) -> None:
    again = dict(reversed(list(RIGHT.items())))
    file = Path(_written(tmp_path / "emitted.ndjson", RIGHT, WRONG, again))
    assert len(distinct([file])) == 2


def test_an_empty_file_is_not_a_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([_written(tmp_path / "emitted.ndjson")]) == 2
    assert "no resource" in capsys.readouterr().err


def test_a_missing_judge_is_not_a_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WITNESSMARK_JUDGES", str(tmp_path / "nothing"))
    assert main([_written(tmp_path / "emitted.ndjson", RIGHT)]) == 2
    assert "not installed" in capsys.readouterr().err


def test_without_judges_a_test_is_skipped_but_fails_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITNESSMARK_JUDGES", str(tmp_path / "nothing"))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        judges_or_skip()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        judges_or_skip()


@pytest.mark.judge
def test_one_error_is_printed_and_fails_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judges_or_skip()
    emitted = _written(tmp_path / "emitted.ndjson", RIGHT, WRONG)
    assert main([emitted, "--definitions", str(HERE / "planted" / "definitions")]) == 1
    told = capsys.readouterr().out
    assert "LinkId 'entry.minute' not found in questionnaire (1x)" in told
    assert "2 distinct resources" in told
