"""Search of one resource type: from the query's pairs to a page of newest versions."""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from witnessmark.sandbox.catalogue import Kind, Parameter
from witnessmark.sandbox.dates import Bound, span
from witnessmark.sandbox.outcomes import FhirError
from witnessmark.sandbox.shelf import Shelf, Version
from witnessmark.sandbox.subset import element_names

DEFAULT_COUNT = 50
MOST_COUNT = 200

Pair = tuple[str, str]

_COMMA = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\([\\,|$])")
_INDEXED = frozenset({"token", "reference", "uri"})


@dataclass(frozen=True, slots=True)
class Term:
    """One parameter of a search; its values are alternatives."""

    parameter: Parameter
    values: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()

    def holds_for(self, version: Version) -> bool:
        """Whether the resource satisfies it."""
        facts = version.facts.get(self.parameter.name, ())
        match self.parameter.type:
            case "date":
                return any(self._admits(fact) for fact in facts)
            case "string":
                return any(fact.startswith(value) for fact in facts for value in self.values)
            case _:
                return any(value in facts for value in self.values)

    def _admits(self, text: str) -> bool:
        try:
            low, high = span(text)
        except (ValueError, OverflowError):  # a resource may carry what is no date: never found
            return False
        return any(bound.admits(low, high) for bound in self.bounds)


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was understood."""

    terms: tuple[Term, ...]
    understood: tuple[Pair, ...]
    descending: bool = False
    count: int = DEFAULT_COUNT
    after: int | None = None
    total: int | None = None
    elements: tuple[str, ...] = ()
    """The elements that are wanted of what is found; none named: all."""

    def holds_for(self, version: Version) -> bool:
        """Whether the resource satisfies every term."""
        return all(term.holds_for(version) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found, and the cursor of what follows."""

    versions: tuple[Version, ...]
    total: int
    cursor: str | None


def parse_query(kind: Kind, pairs: Iterable[Pair], *, strict: bool, base: str) -> Query:
    """Understand a search; what is unknown is left out, or refused with 400 when strict.

    `base` is this host's own address: references that begin with it are meant as relative ones.
    """
    terms: list[Term] = []
    query = Query((), ())
    understood: list[Pair] = []
    for name, value in pairs:
        if name == "_sort" and value in {"_lastUpdated", "-_lastUpdated"}:
            query = replace(query, descending=value.startswith("-"))
        elif name == "_count":
            query = replace(query, count=_count(value))
        elif name == "_elements":
            query = replace(query, elements=element_names(value))
        elif name == "_format":
            pass
        elif (term := _term(kind, name, value, base)) is not None:
            terms.append(term)
        elif strict:
            raise FhirError(400, "not-supported", f"unknown search parameter or value of {name!r}")
        else:
            continue
        understood.append((name, value))
    return replace(query, terms=tuple(terms), understood=tuple(understood))


def resume_query(kind: Kind, cursor: str, *, base: str) -> Query:
    """Go on with the search whose next link carried this cursor."""
    try:
        pairs, after, total = json.loads(urlsafe_b64decode(cursor.encode()))
        query = parse_query(kind, [(str(n), str(v)) for n, v in pairs], strict=True, base=base)
        return replace(query, after=int(after), total=int(total))
    except (ValueError, TypeError, binascii.Error) as error:
        raise FhirError(400, "invalid", "this page link was not made here") from error


def run(shelf: Shelf, query: Query) -> Page:
    """Find one page, in order of last change; changes in between move a resource to the end."""
    matches = filter(query.holds_for, _candidates(shelf, query))
    if query.after is None:
        found = list(matches)
    elif query.descending:
        found = [each for each in matches if each.sequence < query.after]
    else:
        found = list(islice(matches, query.count + 1))
    if query.descending:
        found.reverse()
    total = len(found) if query.total is None else query.total
    page = tuple(found[: query.count])
    cursor = _cursor(query, page[-1], total) if page and len(found) > len(page) else None
    return Page(page, total, cursor)


def _candidates(shelf: Shelf, query: Query) -> Iterable[Version]:
    """Give, in order of change, what the index finds; going up, only what follows the cursor."""
    after = 0 if query.after is None or query.descending else query.after
    sets = [
        shelf.having(term.parameter.name, term.values)
        for term in query.terms
        if term.parameter.type in _INDEXED
    ]
    if not sets:
        return shelf.since(_earliest(query), after)
    live = (shelf.current(each) for each in set.intersection(*sets))
    found = [each for each in live if each is not None and each.sequence > after]
    return sorted(found, key=lambda each: each.sequence)


def _earliest(query: Query) -> datetime | None:
    lows = [
        term.bounds[0].low
        for term in query.terms
        if term.parameter.name == "_lastUpdated"
        and len(term.bounds) == 1
        and term.bounds[0].prefix in {"eq", "gt", "ge"}
    ]
    return max(lows, default=None)


def _term(kind: Kind, name: str, value: str, base: str) -> Term | None:
    plain, _, modifier = name.partition(":")
    parameter = kind.parameter(plain)
    if parameter is None or not value:
        return None
    values = tuple(_ESCAPED.sub(r"\1", each) for each in _COMMA.split(value))
    if modifier:
        if parameter.type != "reference" or not modifier[0].isupper():
            raise FhirError(400, "not-supported", f"modifier :{modifier} is not supported")
        values = tuple(f"{modifier}/{each}" for each in values)
    if parameter.type == "date":
        return Term(parameter, values, tuple(_bound(plain, each) for each in values))
    if parameter.type == "reference":
        values = tuple(each.removeprefix(f"{base}/") for each in values)
    if parameter.type == "string":
        values = tuple(each.casefold() for each in values)
    return Term(parameter, values)


def _bound(name: str, text: str) -> Bound:
    try:
        return Bound.parse(text)
    except (ValueError, OverflowError) as error:
        raise FhirError(400, "value", f"{name}: {error}") from error


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise FhirError(400, "value", "_count is not a number")
    return min(int(text), MOST_COUNT)


def _cursor(query: Query, last: Version, total: int) -> str:
    return urlsafe_b64encode(
        json.dumps([query.understood, last.sequence, total], separators=(",", ":")).encode()
    ).decode()
