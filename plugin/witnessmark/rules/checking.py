"""Whether a pack holds together: names known, ids once, doubts about numbers it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from witnessmark.declared import Declared, Path_
from witnessmark.errors import Problem
from witnessmark.rules.pack import Pack, PackStatus


def problems_of(declared: Declared[Pack]) -> Sequence[Problem]:
    """Return everything in a pack that does not hold together, all at once, with lines."""
    return sorted(_problems(declared), key=lambda problem: problem.line or 0)


def _problems(declared: Declared[Pack]) -> Iterator[Problem]:
    pack = declared.value
    if (pack.status is PackStatus.REVIEWED) != (pack.reviewed is not None):
        yield declared.problem(
            "review_unsigned",
            ("status",),
            message="A pack is reviewed when a named person signed for it, and draft until then.",
            mend="Write `reviewed: {by: …, on: …}` beside `status: reviewed`, or `status: draft`.",
        )
    seen: set[str] = set()
    for number, rule in enumerate(pack.rules):
        here: Path_ = ("rules", number)
        if rule.id in seen:
            yield declared.problem(
                "id_twice",
                (*here, "id"),
                message=f"Two rules are called {rule.id!r}.",
                mend="Give each its own id.",
            )
        seen.add(rule.id)
        if rule.source not in pack.sources:
            yield declared.problem(
                "unknown_source",
                (*here, "source"),
                message=f"The pack names no source {rule.source!r}.",
                mend="Add it under `sources`, or correct the key.",
            )
