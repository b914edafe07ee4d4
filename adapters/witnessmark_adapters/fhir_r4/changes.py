"""What changed in a host: by `_lastUpdated`, with overlap, along next links that must lead on.

A deletion cannot be seen this way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from witnessmark.domain.capabilities import Capability
from witnessmark.errors import UnreadableAnswerError
from witnessmark.ports.host import Change, Feed, Page, Reading
from witnessmark.wire import Call, JsonObject, Response
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.feeds import SOURCES, Source
from witnessmark_adapters.fhir_r4.mapping.elements import nodes, text
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.outcomes import check, resource
from witnessmark_adapters.fhir_r4.profile import Profile

PAGES_AT_ONCE = 10
MOST_PAGES = 1000
"""No walk may be longer, however many resources share one instant."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one type was read: from where to read next, the newest change, and when it was seen.

    `seen` is the host's own time, only ever compared with another time of the host's: whether the
    overlap has passed since. Then nothing older can show up any more, and all of it is left behind.
    `begun` is set while a reading is handed over from walk to walk: the host's time of its first.
    """

    start: datetime | None = None
    newest: datetime | None = None
    seen: datetime | None = None
    begun: datetime | None = None

    def after(self, walk: Walk, overlap: timedelta) -> Mark:
        """Return the mark after a walk."""
        newest = walk.newest or self.newest
        if newest is None:
            return self
        begun = self.begun or walk.present or newest
        if not walk.ended:
            return Mark(newest, self.newest, self.seen, begun)
        seen = self.seen if self.seen and newest == self.newest else walk.present
        settled = seen is not None and begun is not None and begun - seen >= overlap
        start = newest + timedelta(milliseconds=1) if settled else newest - overlap
        return Mark(start, newest, seen)

    def as_texts(self) -> list[str]:
        """Return it as it stands in the cursor."""
        times = (self.start, self.newest, self.seen, *([self.begun] if self.begun else []))
        return [_written(each) if each else "" for each in times]


@dataclass(frozen=True, slots=True)
class Changes:
    """One host's feeds. `can` says what the host offers; the cursor is JSON, a Mark by type."""

    client: Client
    x: Names
    profile: Profile
    can: Callable[[Capability], bool]
    reading: Reading | None = None
    sources: tuple[Source, ...] | None = None

    def read(self, feed: Feed, cursor: str | None) -> Call[Page]:
        """Return what changed; `more` when a type has pages left. May repeat what was seen.

        Copies of ours are read from now on: where a type begins, one page tells the host's present.
        The inventory is read from the first one on.
        """
        incremental = self.can(Capability.SEE_CHANGES)
        texts: dict[str, list[str]] = json.loads(cursor) if cursor else {}
        readable = incremental or feed is not Feed.OUR_COPIES
        sources = [one for one in self._sources(feed) if readable and self.can(one.needs)]
        marks = {one.kind: Mark(*map(_time, texts.get(one.kind, ()))) for one in sources}
        changes: list[Change] = []
        more = False
        # A type that was read to its end waits for those that are not.
        for source in [one for one in sources if marks[one.kind].begun] or sources:
            mark = marks[source.kind]
            begins = feed is Feed.OUR_COPIES and source.kind not in texts
            walk = Walk(self.client, source, self.x, mark.start, incremental, begins)
            yield from walk.go(self._query(walk, mark))
            changes += walk.changes
            more = more or not walk.ended
            if incremental:
                overlap = timedelta(seconds=self.profile.overlap_seconds)
                texts[source.kind] = mark.after(walk, overlap).as_texts()
        return Page(tuple(changes), json.dumps(texts), more)

    def _sources(self, feed: Feed) -> tuple[Source, ...]:
        sources = SOURCES[feed] if self.sources is None else self.sources
        return tuple(one.read_for(self.reading) for one in sources)

    def _query(self, walk: Walk, mark: Mark) -> str:
        # A host that sorts the other way is read from further back, and nothing is missed.
        count = 1 if walk.begins else min(self.profile.page_size, walk.source.most)
        query = [("_count", str(count))]
        if walk.incremental:
            query.append(("_sort", "-_lastUpdated" if walk.begins else "_lastUpdated"))
        if walk.incremental and walk.start is not None:
            query.append(("_lastUpdated", f"ge{_written(walk.start)}"))
        by_mark = walk.source.ours if self.profile.narrows_by_system else walk.source.coded
        if by_mark is not None:
            query.append(by_mark(self.x))
        if walk.source.of is not None and self.reading is not None:
            # A first reading that is handed over stays the first until it has ended once.
            query += walk.source.of(self.reading)
            query += walk.source.first(self.reading) if mark.newest is None else ()
        return f"{walk.source.kind}?{urlencode(query)}"


@dataclass(slots=True)
class Walk:
    """One walk along the pages of one type. It remembers what it met, so it cannot go in rings.

    The walk that `begins` a type is one page long: nothing of ours stands there from before.
    """

    client: Client
    source: Source
    x: Names
    start: datetime | None
    incremental: bool
    begins: bool = False
    changes: list[Change] = field(default_factory=list)
    ended: bool = False
    newest: datetime | None = None
    present: datetime | None = None
    _met: set[tuple[str | None, str | None]] = field(default_factory=set)
    _last: datetime | None = None
    _sorted: bool = True

    def go(self, first: str) -> Call[None]:
        """Read page after page, until the end or until enough was read to hand over.

        Raises UnreadableAnswerError for a next link that leads elsewhere or back.
        """
        url: str | None = f"{self.client.base}/{first}"
        links: set[str] = set()
        while url is not None:
            if url in links or len(links) >= MOST_PAGES:
                raise UnreadableAnswerError(f"The EHR's pages of {self.source.kind} never end.")
            links.add(url)
            response = yield from self.client.get(url, f"read changes of {self.source.kind}")
            check(response, self.source.kind)
            bundle = resource(response, "Bundle")
            if len(links) == 1:
                self.present = _time(text(bundle, "meta", "lastUpdated")) or _date(response)
            self._take(bundle)
            url = None if self.begins else self.client.next_page(bundle, self.source.kind)
            if url is not None and len(links) >= PAGES_AT_ONCE and self._got_on():
                return
        self.ended = True

    def _take(self, bundle: JsonObject) -> None:
        for entry in nodes(bundle, "entry"):
            body = entry.get("resource")
            if not isinstance(body, dict) or body.get("resourceType") != self.source.kind:
                continue
            updated = _time(text(body, "meta", "lastUpdated"))
            if updated is None or (self._last is not None and updated < self._last):
                self._sorted = False
            if updated is not None:
                self._last = updated
                self.newest = max(self.newest or updated, updated)
            met = (text(body, "id"), text(body, "meta", "versionId"))
            if met not in self._met:
                self._met.add(met)
                self.changes += self.source.take(body, self.x)

    def _got_on(self) -> bool:
        """Whether a next walk from the newest instant would get further than this one began."""
        newest, start = self.newest, self.start
        in_order = self.incremental and self._sorted
        return in_order and newest is not None and (start is None or newest > start)


def _time(value: str | None) -> datetime | None:
    """Return an instant in UTC. The first and the last year say "unknown", and cannot be moved."""
    try:
        read = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo and 1 < read.year < MAXYEAR else None


def _date(response: Response) -> datetime | None:
    try:
        read = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return read if read.tzinfo else None


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
