"""`python -m tests.model --examples 200 --steps 50 [--seed N]`: the model, in numbers."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter

from tests.model.running import run


def main(words: list[str]) -> int:
    """Run so many examples; say the seed first, and what was done and found at the end."""
    asked = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    asked.add_argument("--examples", type=int, default=200)
    asked.add_argument("--steps", type=int, default=50)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    given = asked.parse_args(words)
    _say(f"seed {given.seed}: {given.examples} examples of {given.steps} steps")
    began, counted = time.monotonic(), Counter[str]()
    try:
        run(given.examples, given.steps, counted=counted, seed=given.seed)
    finally:
        seconds = time.monotonic() - began
        told = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
        _say(f"{told}; {seconds:.0f} s")
    _say(
        f"{counted['examples']} examples, {counted['records']} records: 0 lost, 0 duplicates,"
        " 0 signed words altered, 0 edits of people lost, 0 requests before a Retry-After ended"
    )
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


sys.exit(main(sys.argv[1:]))
