"""The page of mutants: a score, and each survivor with the reason why it may live."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.mutants.sessions import Mutant

_ROW = re.compile(r"^\| `([^`]+)` \| `(.*?)` \| `(.*?)` \| (.*) \|$", re.MULTILINE)

UNEXPLAINED = "**nobody has said why**"


def page(mutants: Sequence[Mutant], *, there: int, seed: int, old: str) -> tuple[str, int]:
    """Return the page and the score in whole percent; reasons stay where the line did not change.

    `old` is the page as it stood.
    """
    lived = [mutant for mutant in mutants if mutant.lived]
    noticed = len(mutants) - len(lived)
    score = 100 * noticed // len(mutants) if mutants else 0
    reasons = {(row[0], row[1], row[2]): row[3] for row in _ROW.findall(old)}
    about = (
        "`uv run python -m tests.mutants` changes one thing at a time in a copy of"
        " `plugin/witnessmark/rules` (loaders and annotations left out) and runs the unit tests of"
        " the rules alone. A mutant that no test notices lives. It is no part of CI."
    )
    counted = (
        f"Sample of {len(mutants)} out of {there} mutants, seed {seed}:"
        f" **{noticed} noticed ({score} %)**, {len(lived)} lived."
    )
    lines = [
        "# Mutants of the evaluator",
        "",
        about,
        "",
        counted,
        "",
        "| where | line | mutant | why it may live |",
        "|---|---|---|---|",
    ]
    for mutant in lived:
        before, after = (_cell(one) for one in mutant.change)
        where = "rules/" + mutant.module.partition("rules/")[2]
        reason = reasons.get((where, before, after), UNEXPLAINED)
        lines.append(f"| `{where}` | `{before}` | `{after}` | {reason} |")
    return "\n".join(lines) + "\n", score


def _cell(code: str) -> str:
    return code.replace("|", "\\|").replace("`", "'")
