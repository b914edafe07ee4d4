"""Bundles around versions whose JSON is already written: pages of a search, and histories."""

import json
from urllib.parse import urlencode

from witnessmark.sandbox.catalogue import Kind
from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.repository import etag, instant_text
from witnessmark.sandbox.search import Page, Query
from witnessmark.sandbox.shelf import Version
from witnessmark.sandbox.subset import subset


def search_bundle(page: Page, query: Query, *, base: str, kind: Kind) -> bytes:
    """Build a searchset; the self link names only what was understood."""
    asked = urlencode(query.understood)
    here = f"{base}/{kind.name}"
    links = [{"relation": "self", "url": f"{here}?{asked}" if asked else here}]
    if page.cursor is not None:
        links.append({"relation": "next", "url": f"{here}?_cursor={page.cursor}"})
    entries = [
        _entry(
            f"{here}/{each.id}",
            subset(each.text or b"{}", kind, query.elements),
            {"search": {"mode": "match"}},
        )
        for each in page.versions
    ]
    return _bundle("searchset", {"total": page.total, "link": links}, entries)


def history_bundle(versions: list[Version], *, base: str, kind: str) -> bytes:
    """Build a history of one resource, newest first; a deletion has no resource in it."""
    entries = []
    for each in versions:
        at = f"{kind}/{each.id}"
        request = {"method": each.method, "url": kind if each.method == "POST" else at}
        response = {
            "status": _history_status(each),
            "etag": etag(each),
            "lastModified": instant_text(each.updated),
        }
        entries.append(
            _entry(f"{base}/{at}", each.text, {"request": request, "response": response})
        )
    link = [{"relation": "self", "url": f"{base}/{kind}/{versions[0].id}/_history"}]
    return _bundle("history", {"total": len(versions), "link": link}, entries)


def _history_status(version: Version) -> str:
    if version.text is None:
        return "204"
    return "201" if version.number == 1 else "200"


def _entry(url: str, resource: bytes | None, rest: Json) -> bytes:
    head = b'{"fullUrl":' + json.dumps(url).encode()
    middle = b"" if resource is None else b',"resource":' + resource
    return head + middle + b"," + json.dumps(rest)[1:].encode()


def _bundle(kind: str, rest: Json, entries: list[bytes]) -> bytes:
    text = json.dumps({"resourceType": "Bundle", "type": kind, **rest}).encode()
    return text[:-1] + b',"entry":[' + b",".join(entries) + b"]}" if entries else text
