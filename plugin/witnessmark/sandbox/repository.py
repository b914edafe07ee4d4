"""The rules of writing and reading versioned resources (R4 section 3.1.0), atomic under threads."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Protocol

from witnessmark.sandbox.catalogue import Kind
from witnessmark.sandbox.facts import facts_of
from witnessmark.sandbox.outcomes import FhirError, Json
from witnessmark.sandbox.search import Page, Query, run
from witnessmark.sandbox.shelf import Shelf, Version

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """The version that now stands, and the HTTP status that tells how it came to be."""

    version: Version
    status: int


class Watcher(Protocol):
    """Whoever has a say in what is written, and hears what was."""

    def admit(self, body: Json) -> Json:
        """Return what shall stand; raises FhirError where it may not."""

    def note(self, version: Version, before: Version | None, *, kind: Kind, body: Json) -> None:
        """Hear of a new version, and of the one that stood before; never fails a write."""


class Repository:
    """Every resource of the practice, in memory."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        watcher: Watcher,
        shared_instants: bool = False,
    ) -> None:
        """Start empty; `shared_instants` lets several changes bear the clock's same millisecond."""
        self._watcher = watcher
        self._shelves = {name: Shelf() for name in kinds}
        self._now = now
        self._new_id = new_id
        self._step = timedelta(0) if shared_instants else _MILLISECOND
        self._last = datetime.min.replace(tzinfo=UTC)
        self._sequence = 0
        self._lock = RLock()

    @property
    def changes(self) -> int:
        """How many versions were ever written, deletions among them."""
        return self._sequence

    def create(self, kind: Kind, body: Json, *, unless: Query | None = None) -> Saved:
        """Create under a new id, unless the query finds one: that one then stands (200)."""
        _check(kind, body)
        with self._lock:
            if unless is not None and (found := self._only(kind, unless)) is not None:
                return Saved(found, 200)
            return Saved(self._write(kind, self._new_id(), "POST", body), 201)

    def update(self, kind: Kind, at: str, body: Json, *, if_match: str | None = None) -> Saved:
        """Replace the resource, or create it under this id where the type allows that."""
        _check(kind, body)
        if body.get("id") != at or not isinstance(at, str) or not _ID.fullmatch(at):
            raise FhirError(400, "invalid", "the id is none, or not the same in body and address")
        with self._lock:
            current = self._shelves[kind.name].current(at)
            _check_match(current, if_match)
            if current is None and not kind.update_create:
                raise FhirError(405, "not-supported", "this host chooses ids itself")
            written = self._write(kind, at, "PUT", body)
            return Saved(written, 201 if current is None else 200)

    def update_matching(
        self, kind: Kind, body: Json, *, where: Query, if_match: str | None = None
    ) -> Saved:
        """Replace the one resource that the query finds, else create."""
        with self._lock:
            found = self._only(kind, where)
            if found is None and "id" not in body:
                _check_match(None, if_match)
                return self.create(kind, body)
            at = body["id"] if found is None else found.id
            return self.update(kind, at, {"id": at, **body}, if_match=if_match)

    def delete(self, kind: Kind, at: str, *, if_match: str | None = None) -> None:
        """Delete; no complaint when there is nothing to delete (R4 section 3.1.0.7)."""
        with self._lock:
            current = self._shelves[kind.name].current(at)
            _check_match(current, if_match)
            if current is not None:
                self._write(kind, at, "DELETE", None)

    def read(self, kind: Kind, at: str) -> Version:
        """Return the newest version; raises 404 for an unknown id, 410 for a deleted one."""
        return _present(self.history(kind, at)[0])

    def vread(self, kind: Kind, at: str, number: str) -> Version:
        """Return one version; raises 404, or 410 where that version was the deletion."""
        for version in self.history(kind, at):
            if str(version.number) == number:
                return _present(version)
        raise FhirError(404, "not-found", "no such version")

    def history(self, kind: Kind, at: str) -> list[Version]:
        """Return all versions, newest first; raises 404 for an unknown id."""
        with self._lock:
            versions = self._shelves[kind.name].versions(at)[::-1]
        if not versions:
            raise FhirError(404, "not-found", f"no {kind.name} has this id")
        return versions

    def search(self, kind: Kind, query: Query) -> Page:
        """Find one page of newest versions."""
        with self._lock:
            return run(self._shelves[kind.name], query)

    def resources(self, *kinds: str) -> Iterator[Json]:
        """Give the newest version of everything, or of these types only, in order of change."""
        for name in kinds or self._shelves:
            with self._lock:
                versions = list(self._shelves[name].since(None, 0))
            yield from (json.loads(each.text) for each in versions if each.text is not None)

    def _only(self, kind: Kind, query: Query) -> Version | None:
        if not query.terms:
            raise FhirError(412, "multiple-matches", "the condition selects nothing")
        page = run(self._shelves[kind.name], query)
        if page.total > 1:
            raise FhirError(412, "multiple-matches", f"the condition matches {page.total}")
        return page.versions[0] if page.versions else None

    def _write(self, kind: Kind, at: str, method: str, body: Json | None) -> Version:
        shelf = self._shelves[kind.name]
        before = shelf.current(at)
        sealed: Json = {}
        number = len(shelf.versions(at)) + 1
        updated = self._instant()
        text, facts = None, {}
        if body is not None:
            sealed = _sealed(kind, self._watcher.admit(body), at, number, updated)
            text, facts = _text(sealed), dict(facts_of(sealed, kind))
        self._last = updated
        self._sequence += 1
        version = Version(at, number, updated, self._sequence, method, text, facts)
        shelf.add(version)
        self._watcher.note(version, before, kind=kind, body=sealed)
        return version

    def _instant(self) -> datetime:
        now = self._now().astimezone(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return now if self._sequence == 0 else max(now, self._last + self._step)


def instant_text(moment: datetime) -> str:
    """Spell an instant as this host does: UTC, milliseconds, Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def etag(version: Version) -> str:
    """Return the weak ETag of a version."""
    return f'W/"{version.number}"'


def _check(kind: Kind, body: Json) -> None:
    if body.get("resourceType") != kind.name:
        raise FhirError(400, "invalid", f"the body is no {kind.name}")
    for element in kind.required:
        if body.get(element) in (None, "", [], {}):
            raise FhirError(400, "required", f"{kind.name}.{element} is missing")
    if not isinstance(body.get("meta", {}), dict):
        raise FhirError(400, "structure", f"{kind.name}.meta is not an object")


def _check_match(current: Version | None, if_match: str | None) -> None:
    if if_match is None:
        return
    wanted = if_match.strip().removeprefix("W/").strip('"')
    if current is None or wanted != str(current.number):
        raise FhirError(412, "conflict", "If-Match names another version than the current one")


def _present(version: Version) -> Version:
    if version.text is None:
        raise FhirError(410, "deleted", "this resource was deleted")
    return version


def _sealed(kind: Kind, body: Json, at: str, number: int, updated: datetime) -> Json:
    """Keep all that was sent; only id, version and time are the host's own."""
    stamp = {"versionId": str(number), "lastUpdated": instant_text(updated)}
    meta = {**body.get("meta", {}), **stamp}
    return {**body, "resourceType": kind.name, "id": at, "meta": meta}


def _text(body: Json) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise FhirError(400, "structure", "the body holds half a character") from error
