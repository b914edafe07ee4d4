"""One pass over one connection: agree terms, pull what changed there, deliver what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context, agree_now, keep_terms
from witnessmark.application.pulling import Pulled, apply_page
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.actors import OPERATOR, Action
from witnessmark.domain.capabilities import Offer
from witnessmark.errors import DomainError
from witnessmark.ports.deliveries import Delivery
from witnessmark.ports.host import AsyncDriver, Connection, Feed, HostAdapter, Page
from witnessmark.sync.deliver import Deliverer, Pace
from witnessmark.sync.outcomes import Policy
from witnessmark.sync.tally import Tally


@dataclass(frozen=True, slots=True)
class Syncing:
    """What a pass stands on. `jitter` returns a number in [0, 1)."""

    context: Context
    driver: AsyncDriver
    pace: Pace
    attempts: int
    jitter: Callable[[], float]

    def act_at(self, instant: datetime) -> Act:
        """Return the act under which a sync runs: the operator's, never a person's."""
        permissions = self.context.manifest.permission_table()
        return Act(OPERATOR, instant, permissions)

    def act(self) -> Act:
        """Return the act of this moment."""
        return self.act_at(self.context.clock.now())

    def policy_of(self, row: Delivery) -> Policy:
        """Return the manifest's policy for a row's kind."""
        declared = self.context.manifest.object(row.key.kind)
        return Policy(self.attempts, declared.on_conflict, self.jitter)


async def sync_connection(syncing: Syncing, connection: Connection, tally: Tally) -> AgreedTerms:
    """Run terms, pull and deliver once. Raises DomainError when the terms forbid syncing."""
    syncing.act().permit(Action.SYNC)
    agreed, adapter = await agree_terms(syncing, connection, tally)
    await pull_all(syncing, connection, adapter, tally=tally)
    await deliver(syncing, connection, adapter, agreed=agreed, tally=tally)
    return agreed


async def agree_terms(
    syncing: Syncing, connection: Connection, tally: Tally
) -> tuple[AgreedTerms, HostAdapter]:
    """Ask the host again what it offers; keep the terms. Raises DomainError when blocked."""
    context = syncing.context
    offer: Offer = await syncing.driver.run(
        tally.count(context.adapter(connection, None).discover()),
        on=connection,
        operation="discover",
    )

    def keep() -> AgreedTerms:
        agreed = agree_now(context, connection, offer)
        with context.store.change(context.clinic) as work:
            keep_terms(work, connection, offer=offer, agreed=agreed, act=syncing.act())
        return agreed

    agreed = await asyncio.to_thread(keep)
    if agreed.blocked:
        raise DomainError(
            "terms_blocked",
            f"Nothing is synced with {connection.id}: the manifest {agreed.blocked}.",
            "Run `witnessmark terms` to see what this EHR offers.",
        )
    return agreed, context.adapter_under(connection, offer, agreed)


async def pull_all(
    syncing: Syncing, connection: Connection, adapter: HostAdapter, *, tally: Tally
) -> None:
    """Read every feed to its end."""
    for feed in Feed:
        await pull(syncing, connection, adapter, feed=feed, tally=tally)


async def pull(
    syncing: Syncing, connection: Connection, adapter: HostAdapter, *, feed: Feed, tally: Tally
) -> None:
    """Read one feed to its end; page and cursor are kept together."""
    context = syncing.context

    def cursor_now() -> str | None:
        with context.store.look(context.clinic) as work:
            return work.cursors.get(connection.id, feed.value)

    def keep(page: Page, asked: Act) -> Pulled:
        with context.store.change(context.clinic) as work:
            work.cursors.put(connection.id, feed.value, page.cursor)
            return apply_page(work, connection.id, page=page, manifest=context.manifest, act=asked)

    cursor = await asyncio.to_thread(cursor_now)
    more = True
    while more:
        asked = syncing.act()
        page = await syncing.driver.run(
            tally.count(adapter.changes(feed, cursor)),
            on=connection,
            operation=f"read changes: {feed.value}",
        )
        pulled = await asyncio.to_thread(keep, page, asked)
        tally.echoes += pulled.echoes
        tally.conflicts += pulled.conflicts
        tally.staff_matched += pulled.matched
        cursor, more = page.cursor, page.more


async def deliver(
    syncing: Syncing,
    connection: Connection,
    adapter: HostAdapter,
    *,
    agreed: AgreedTerms,
    tally: Tally,
) -> None:
    """Deliver everything that is due."""
    deliverer = Deliverer(
        context=syncing.context,
        driver=syncing.driver,
        connection=connection,
        adapter=adapter,
        agreed=agreed,
        pace=syncing.pace,
        policy_of=syncing.policy_of,
        act_at=syncing.act_at,
    )
    await deliverer.run(tally)
