"""Puts what the demo says into the README: `python -m tests.support.demo_transcript`."""

import os
import re
from pathlib import Path
from unittest.mock import patch

from tests.support.clinic import Said, run

README = Path(__file__).parents[2] / "README.md"

_BLOCK = re.compile(r"(?<=<!-- demo -->\n).*?(?=<!-- /demo -->)", re.DOTALL)
_BY_CHANCE = (
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"\b[0-9a-f]{32}\b", "BATCH"),
    # How often a record had to wait for another is a matter of speed.
    (r"\d+ entries", "ENTRIES"),
    (r"[ ─]+", " "),
)


def run_demo() -> Said:
    """Run the demo as on a plain terminal of 100 columns."""
    with patch.dict(os.environ, COLUMNS="100", NO_COLOR="1"):
        os.environ.pop("FORCE_COLOR", None)
        return run("demo")


def as_block(said: Said) -> str:
    """Return the demo's words as they stand in the README."""
    lines = [line.rstrip() for line in said.err.strip().splitlines()]
    return "\n".join(["```text", "$ uv run witnessmark demo", *lines, "```", ""])


def block_in(readme: str) -> str:
    """Return the transcript that a README holds."""
    found = _BLOCK.search(readme)
    return found[0] if found else ""


def without_chance(block: str) -> str:
    """Return a transcript without what differs from run to run: ports, ids, widths."""
    for pattern, word in _BY_CHANCE:
        block = re.sub(pattern, word, block)
    return block


if __name__ == "__main__":
    fresh = as_block(run_demo())
    README.write_text(
        _BLOCK.sub(lambda _: fresh, README.read_text(encoding="utf-8")), encoding="utf-8"
    )
