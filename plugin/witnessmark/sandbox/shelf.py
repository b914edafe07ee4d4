"""Keeps every version of the resources of one type, indexed for search; knows no rules of HTTP."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from witnessmark.sandbox.facts import Facts


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one resource; `text` is its JSON, None where the version is a deletion."""

    id: str
    number: int
    updated: datetime
    sequence: int
    method: str
    text: bytes | None
    facts: Facts


class Shelf:
    """The resources of one type."""

    def __init__(self) -> None:
        """Start empty."""
        self._live: dict[str, Version] = {}
        self._versions: dict[str, list[Version]] = {}
        self._order: list[Version] = []
        self._index: dict[tuple[str, str], set[str]] = {}

    def current(self, at: str) -> Version | None:
        """Return the newest version, None if unknown or deleted."""
        return self._live.get(at)

    def versions(self, at: str) -> list[Version]:
        """Return every version, oldest first, deletions among them."""
        return self._versions.get(at, [])

    def add(self, version: Version) -> None:
        """Make this the newest version of its resource."""
        self._forget(version.id)
        self._versions.setdefault(version.id, []).append(version)
        if version.text is None:
            return
        self._live[version.id] = version
        self._order.append(version)
        for name, keys in version.facts.items():
            for key in keys:
                self._index.setdefault((name, key), set()).add(version.id)
        if len(self._order) > 2 * len(self._live) + 64:
            self._order = [each for each in self._order if self._is_current(each)]

    def having(self, name: str, keys: Iterable[str]) -> set[str]:
        """Return the ids of the resources found under any of these keys."""
        return {each for key in keys for each in self._index.get((name, key), ())}

    def since(self, moment: datetime | None, after: int) -> Iterator[Version]:
        """Give newest versions in order of change: from this instant on, and past that change."""
        start = bisect_right(self._order, after, key=lambda each: each.sequence)
        if moment is not None:
            start = max(start, bisect_left(self._order, moment, key=lambda each: each.updated))
        return filter(self._is_current, islice(self._order, start, None))

    def _is_current(self, version: Version) -> bool:
        return self._live.get(version.id) is version

    def _forget(self, at: str) -> None:
        old = self._live.pop(at, None)
        if old is None:
            return
        for name, keys in old.facts.items():
            for key in keys:
                ids = self._index[name, key]
                ids.discard(at)
                if not ids:
                    del self._index[name, key]
