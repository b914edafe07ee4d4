"""What is written about the code holds: links, files, names, commands, decisions."""

import re
from pathlib import Path

from tests.architecture.docs import (
    broken_links,
    missing_files,
    pages,
    shell_blocks,
    unknown_commands,
    unknown_names,
)
from tests.architecture.sources import ROOT, plant

REFERENCE = ROOT / "docs" / "commands.md"
LONGEST_NOTE = 40


def test_every_link_between_pages_leads_somewhere() -> None:
    assert broken_links(ROOT) == []


def test_a_link_that_leads_nowhere_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "docs/there.md", "# One thing, two\n")
    links = ["[a](there.md)", "[b](there.md#one-thing-two)", "[c](https://host/none)", "[d](#here)"]
    wrong = ["[e](gone.md)", "[f](there.md#three)", "[g](#nowhere)"]
    fenced = "```\n[h](gone.md)\n```\n"
    plant(tmp_path, "docs/a.md", "# Here\n" + " ".join(links + wrong) + "\n" + fenced)
    assert broken_links(tmp_path) == [
        "docs/a.md: gone.md",
        "docs/a.md: there.md#three",
        "docs/a.md: #nowhere",
    ]


def test_no_page_names_a_file_that_is_not_there() -> None:
    assert missing_files(ROOT) == []


def test_a_file_that_is_not_there_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "plugin/witnessmark/sync/loop.py", "")
    plant(tmp_path, "pyproject.toml", '[project.entry-points."witnessmark.adapters"]\n')
    fine = "`sync/loop.py` `plugin/witnessmark/` `X/session` `hours.csv` `witnessmark.adapters`"
    modules = "`witnessmark.wire` `witnessmark.cli.reference` `witnessmark.errors.HostError`"
    wrong = "`sync/gone.py` `plugin/rules/` `NOTES.md` `witnessmark.attic`"
    plant(tmp_path, "README.md", f"{fine} {modules} {wrong}")
    assert [found.partition(": ")[2] for found in missing_files(tmp_path)] == [
        "sync/gone.py", "plugin/rules/", "NOTES.md", "witnessmark.attic",
    ]  # fmt: skip


def test_no_page_names_what_no_code_knows() -> None:
    assert unknown_names(ROOT) == []


def test_a_name_that_no_code_knows_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "plugin/a.py", 'class TryLaterError: ...\nCODE = "key_twice"\n')
    plant(
        tmp_path,
        "README.md",
        "`TryLaterError` `key_twice` `--auth` `a word` `RetryError` `old_key`",
    )
    assert unknown_names(tmp_path) == ["README.md: RetryError", "README.md: old_key"]


def test_every_command_that_a_page_names_exists() -> None:
    assert unknown_commands(ROOT, REFERENCE.read_text(encoding="utf-8")) == []


def test_a_command_that_does_not_exist_is_caught(tmp_path: Path) -> None:
    reference = "## witnessmark sync\n* `--once`\n## witnessmark import undo\n"
    reference += "## Everywhere\n* `--home PATH`\n"
    fine = "`witnessmark sync --once --home here` `uv run witnessmark import undo BATCH`"
    wrong = (
        "`witnessmark resolve` `witnessmark sync --twice`\n```sh\nuv run witnessmark serve\n```\n"
    )
    plant(tmp_path, "README.md", f"{fine} {wrong}")
    assert [found.partition(": ")[2] for found in unknown_commands(tmp_path, reference)] == [
        "uv run witnessmark serve", "witnessmark resolve", "witnessmark sync --twice",
    ]  # fmt: skip


def test_shell_blocks_are_told_from_others() -> None:
    page = "```sh\none\ntwo\n```\n\n```text\nthree\n```\n   ```sh\n   four\n   ```\n"
    assert shell_blocks(page) == ["one\ntwo\n", "   four\n"]


def test_every_decision_is_numbered_short_and_says_why() -> None:
    notes = {
        Path(name).name: text
        for name, text in pages(ROOT).items()
        if name.startswith("docs/decisions/")
    }
    for number, (name, text) in enumerate(notes.items(), start=1):
        assert re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", name), name
        assert text.startswith(f"# {number}. "), name
        said = [word for word in ("Context", "Decision", "Consequence") if f"**{word}.**" in text]
        assert len(said) == 3, name
        assert len(text.splitlines()) <= LONGEST_NOTE, name
