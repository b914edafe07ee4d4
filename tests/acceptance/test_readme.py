"""The README holds: its transcript is what the demo says, and its commands run."""

from pathlib import Path

import pytest

from tests.architecture.docs import shell_blocks
from tests.support.clinic import Said, run
from tests.support.demo_transcript import README, as_block, block_in, run_demo, without_chance

SET_UP = "python3 -m pip install -q uv && python3 -m uv run "
"""On a machine that has only Python; what follows it runs in this process instead."""


@pytest.fixture(scope="module")
def demo() -> Said:
    return run_demo()


def test_the_first_two_blocks_are_the_demo_and_the_tests() -> None:
    first, second, *others = shell_blocks(README.read_text(encoding="utf-8"))
    assert first == f"{SET_UP}witnessmark demo\n"
    assert second == f"{SET_UP}pytest\n"
    assert not any(SET_UP in other for other in others)


def test_the_demo_runs_and_the_transcript_is_what_it_says(demo: Said) -> None:
    assert demo.code == 0, demo.err
    written = block_in(README.read_text(encoding="utf-8"))
    assert without_chance(written) == without_chance(as_block(demo)), (
        "python -m tests.support.demo_transcript writes it anew"
    )


def test_every_other_command_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, _, *others = shell_blocks(README.read_text(encoding="utf-8"))
    for line in "".join(others).splitlines():
        uv, run_it, witnessmark, *words = line.split()
        assert (uv, run_it, witnessmark) == ("uv", "run", "witnessmark")
        said = run(*words)
        assert said.code == 0, f"{line}\n{said.err}"
