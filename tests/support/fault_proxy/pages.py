"""Lies in the pages of a search. What is no searchset passes as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from tests.support.fault_proxy.faults import page_of, with_page
from tests.support.fault_proxy.messages import Answer, Host, Seen


@dataclass(frozen=True, slots=True)
class EntriesTwice:
    """Every entry of the page stands twice."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        return _with_entries(await host.ask(seen), lambda entries: [*entries, *entries])


@dataclass(frozen=True, slots=True)
class EntriesReversed:
    """The page's entries stand in the opposite order."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        return _with_entries(await host.ask(seen), lambda entries: entries[::-1])


@dataclass(frozen=True, slots=True)
class PageTwice:
    """The page comes, and comes once more as the next one."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return _with_next(found, host.keep(found)) if _page(found) else found


@dataclass(frozen=True, slots=True)
class PagesReversed:
    """The last page comes first, and the first last."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        pages = [await host.ask(seen)]
        while url := _next(pages[-1]):
            split = urlsplit(url)
            target = f"{split.path}?{split.query}" if split.query else split.path
            pages.append(await host.ask(replace(seen, method="GET", target=target, body=b"")))
        if len(pages) == 1:
            return pages[0]
        last = _with_next(pages[0], "")
        for page in pages[1:]:
            last = _with_next(page, host.keep(last))
        return last


@dataclass(frozen=True, slots=True)
class NextElsewhere:
    """The page's next link leads to another host."""

    url: str = "http://127.0.0.1:9/fhir/elsewhere"

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return _with_next(found, self.url) if _page(found) else found


@dataclass(frozen=True, slots=True)
class NextLoops:
    """The page's next link leads back to the page."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        base = urlsplit(host.base_url)
        url = f"{base.scheme}://{base.netloc}{seen.target}"
        return _with_next(found, url) if _page(found) else found


def _page(answer: Answer) -> dict[str, Any] | None:
    if answer.status != 200 or not answer.body.startswith(b"{"):
        return None
    page = page_of(answer)
    return page if page.get("type") == "searchset" else None


def _next(answer: Answer) -> str:
    links = (_page(answer) or {}).get("link", [])
    return next((str(each["url"]) for each in links if each["relation"] == "next"), "")


def _with_next(answer: Answer, url: str) -> Answer:
    page = page_of(answer)
    links: Any = page.get("link", [])
    others = [each for each in links if each["relation"] != "next"]
    page["link"] = [*others, {"relation": "next", "url": url}] if url else others
    return with_page(answer, page)


def _with_entries(answer: Answer, change: Any) -> Answer:
    page = _page(answer)
    if page is None:
        return answer
    return with_page(answer, {**page, "entry": change(page.get("entry", []))})
