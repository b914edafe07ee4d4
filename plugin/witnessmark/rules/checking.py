"""Whether a pack holds together: names known, ids once, doubts about numbers it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from witnessmark.declared import Declared, Path_, nearest
from witnessmark.errors import Problem
from witnessmark.rules.kinds.maps import CategoryMap
from witnessmark.rules.naming import names_in, vocabularies
from witnessmark.rules.pack import Pack, PackStatus
from witnessmark.rules.rule import Rule

MENDS = {
    "category_map_missing": "Add a rule of the kind `category_map`: which activity is which hours.",
    "dates_reversed": "Write the earlier day in `valid_from`.",
    "id_twice": "Give each its own id.",
    "number_unknown": "Name the key of the rule whose value is doubted.",
    "review_unsigned": "Write `reviewed: {by: …, on: …}` beside `status: reviewed`, or `draft`.",
    "unknown_activity": "Choose one that an entry can have, or `consultation`.",
    "unknown_category": "Add it under `categories`, or correct the word.",
    "unknown_class": "Add a band to the rule `supervision_class`, or correct the word.",
    "unknown_equivalent": "Add a rule that has this `name`, or correct the word.",
    "unknown_form": "Add it under `forms`, or correct the word.",
    "unknown_licence": "Add it under `licences`, or correct the word.",
    "unknown_source": "Add it under `sources`, or correct the word.",
    "unknown_version": "Add it under `versions`, or correct the word.",
    "versions_gap": "Let each version begin the day after the one before it ends.",
    "versions_overlap": "Order them in time; let each begin the day after the one before it ends.",
    "word_missing": "Add the board's own word under `words`.",
}
"""Every code a pack's problems can have, beside those of a wrong value, and what mends it."""

WORDS = ("supervisee", "supervisor", "hours", "period")
"""The board's own words that every pack has."""


class Found(NamedTuple):
    """A problem before it has its line and mend."""

    code: str
    path: Path_
    message: str


def problems_of(declared: Declared[Pack]) -> Sequence[Problem]:
    """Return everything in a pack that does not hold together, all at once, with lines."""
    problems = (
        declared.problem(code, _written(declared, path), message=message, mend=MENDS[code])
        for code, path, message in _found(declared.value)
    )
    return sorted(problems, key=lambda problem: problem.line or 0)


def _written(declared: Declared[Pack], path: Path_) -> Path_:
    """Return the path of one that stands where a list of one is meant."""
    return path[:-1] if isinstance(path[-1], int) and path not in declared.lines else path


def _found(pack: Pack) -> Iterator[Found]:
    if (pack.status is PackStatus.REVIEWED) != (pack.reviewed is not None):
        message = "A pack is reviewed when a named person signed for it, and draft until then."
        yield Found("review_unsigned", ("status",), message)
    for word in WORDS:
        if word not in pack.words:
            yield Found("word_missing", ("words",), f"The board's word for {word} is missing.")
    yield from _versions(pack)
    yield from _twice((("rules", n), rule.id) for n, rule in enumerate(pack.rules))
    known = vocabularies(pack)
    for number, rule in enumerate(pack.rules):
        here: Path_ = ("rules", number)
        yield from _reversed(here, rule.valid_from, rule.valid_to)
        yield from _doubts(rule, here)
        for path, kind, word in names_in(rule, here):
            if word not in known[kind]:
                hint = nearest(word, known[kind])
                said = f"There is no {kind} {word!r} here: {hint}"
                yield Found(f"unknown_{kind}", path, said if hint.endswith("?") else f"{said}.")


def _versions(pack: Pack) -> Iterator[Found]:
    yield from _twice((("versions", n), version.id) for n, version in enumerate(pack.versions))
    for number, version in enumerate(pack.versions):
        yield from _reversed(("versions", number), version.valid_from, version.valid_to)
        maps = (rule for rule in pack.rules if isinstance(rule, CategoryMap))
        if not any(not rule.versions or version.id in rule.versions for rule in maps):
            message = f"Version {version.id!r} says of no activity which hours it is."
            yield Found("category_map_missing", ("versions", number, "id"), message)
    for (_, before), (number, after) in pairwise(enumerate(pack.versions)):
        where = ("versions", number)
        ends, begins = before.valid_to, after.valid_from
        if before.applies_by is not after.applies_by:
            continue  # different days decide: their stretches of time cannot be compared
        if ends is None or begins is None or begins <= ends:
            message = f"Versions {before.id!r} and {after.id!r} hold for the same days."
            yield Found("versions_overlap", where, message)
        elif begins > ends + timedelta(days=1):
            message = f"Between versions {before.id!r} and {after.id!r} are days of neither."
            yield Found("versions_gap", where, message)


def _twice(named: Iterable[tuple[Path_, str]]) -> Iterator[Found]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield Found("id_twice", (*path, "id"), f"Two of the {path[0]} are called {name!r}.")
        seen.add(name)


def _reversed(path: Path_, first: date | None, last: date | None) -> Iterator[Found]:
    if first is not None and last is not None and first > last:
        yield Found("dates_reversed", (*path, "valid_from"), f"{first} is after {last}.")


def _doubts(rule: Rule, path: Path_) -> Iterator[Found]:
    numbers = {name for name in type(rule).model_fields if getattr(rule, name) is not None}
    for name in rule.doubts:
        if name.partition(".")[0] not in numbers - {"doubts"}:
            message = f"The rule has no {name!r} that could be doubted."
            yield Found("number_unknown", (*path, "doubts", name), message)
