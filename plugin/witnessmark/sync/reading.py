"""Reads one feed of one host to its end, page by page; each page is kept before the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.feeds import Pull
from witnessmark.application.pulling import Pulled
from witnessmark.errors import HostError, NotLetInError, TryLaterError
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter, Page
from witnessmark.ports.store import Work
from witnessmark.sync.tally import Tally

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reader:
    """One connection to read from. `act` returns the act of the moment."""

    context: Context
    driver: AsyncDriver
    connection: Connection
    adapter: HostAdapter
    act: Callable[[], Act]
    tally: Tally

    async def pull(self, what: Pull) -> bool:
        """Read what changed since the feed's cursor, as `read`; its pages keep the cursor."""
        name, feed = self.connection.id, what.cursor_key

        def take(work: Work, page: Page, act: Act) -> Pulled:
            work.cursors.put(name, feed, page.cursor)
            return what.take(work, page, act)

        cursor = await self.look(lambda work: work.cursors.get(name, feed))
        return await self.read(replace(what, take=take), cursor)

    async def read(self, what: Pull, cursor: str | None = None) -> bool:
        """Read from a cursor on, from the first without one; no cursor is kept.

        Return whether it was read to its end. What cannot be read is kept in the tally, and keeps
        no other feed from its turn: only what concerns them all is raised.
        """
        try:
            await self._read(what, cursor)
        except (TryLaterError, NotLetInError):
            raise
        except HostError as error:
            error.at(self.connection.id, _reading(what))
            self.tally.unread.append(error)
            return False
        return True

    async def _read(self, what: Pull, cursor: str | None) -> None:
        more = True
        while more:
            asked = self.act()
            page = await self.driver.run(
                self.tally.count(self.adapter.changes(what.feed, cursor, what.reading)),
                on=self.connection,
                operation=_reading(what),
            )
            pulled = await self._take(what, page, asked)
            self.tally.echoes += pulled.echoes
            self.tally.conflicts += pulled.conflicts
            self.tally.staff_matched += pulled.matched
            cursor, more = page.cursor, page.more

    async def look(self, ask: Callable[[Work], T]) -> T:
        """Read in the store."""

        def looking() -> T:
            with self.context.store.look(self.context.clinic) as work:
                return ask(work)

        return await asyncio.to_thread(looking)

    async def change(self, do: Callable[[Work, Act], T]) -> T:
        """Change something in the store, as the act of this moment."""

        def changing() -> T:
            with self.context.store.change(self.context.clinic) as work:
                return do(work, self.act())

        return await asyncio.to_thread(changing)

    async def _take(self, what: Pull, page: Page, asked: Act) -> Pulled:
        return await self.change(lambda work, _now: what.take(work, page, asked))


def _reading(what: Pull) -> str:
    return f"read changes: {what.title}"
