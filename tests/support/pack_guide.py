"""Follows docs/rule-packs.md and writes what was said: `python -m tests.support.pack_guide`."""

import os
import re
import tempfile
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from tests.support.clinic import run

GUIDE = Path(__file__).parents[2] / "docs" / "rule-packs.md"

_BLOCK = re.compile(r"^```(yaml|sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w.-]+\.yaml)(, further on)?\n")
_INSTEAD = re.compile(r"# instead of: (.+)\n")


def followed(guide: str, folder: Path) -> str:
    """Follow a page in an empty folder: return it with what its commands say there.

    A block of YAML goes to the file that its first line names, the same as before where it says
    `further on`; or stands instead of the one line of the last pack that it names.
    """
    said = ""

    def follow(block: re.Match[str]) -> str:
        nonlocal said
        language, body = block[1], block[2]
        if language == "yaml":
            _write(folder, body)
        elif language == "sh":
            said = "".join(_said(line, folder) for line in body.splitlines())
        else:
            return f"```text\n{said}```"
        return block[0]

    return _BLOCK.sub(follow, guide)


def _write(folder: Path, body: str) -> None:
    if named := _FILE.match(body):
        file = folder / named[1]
        assert file.exists() == bool(named[2]), file.name
        before = file.read_text(encoding="utf-8") if named[2] else ""
        file.write_text(before + body[named.end() :], encoding="utf-8")
        return
    instead = _INSTEAD.match(body)
    assert instead, body
    pack = next(folder.glob("us-*.yaml"))
    text = pack.read_text(encoding="utf-8")
    (old,) = [line for line in text.splitlines(keepends=True) if line.strip() == instead[1]]
    pack.write_text(text.replace(old, body[instead.end() :]), encoding="utf-8")


def _said(line: str, folder: Path) -> str:
    uv, run_it, witnessmark, *words = line.split()
    assert (uv, run_it, witnessmark) == ("uv", "run", "witnessmark")
    with chdir(folder), patch.dict(os.environ, COLUMNS="100", NO_COLOR="1"):
        os.environ.pop("FORCE_COLOR", None)
        lines = run(*words).err.strip().splitlines()
    return "".join(f"{one.rstrip()}\n" for one in lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        fresh = followed(GUIDE.read_text(encoding="utf-8"), Path(empty))
    GUIDE.write_text(fresh, encoding="utf-8")
