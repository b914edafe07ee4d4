"""One pass over one connection: agree terms, pull what changed there, deliver what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context, agree_now, keep_terms
from witnessmark.application.readings import pulls_of_clinic, pulls_of_staff
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.actors import OPERATOR, Action
from witnessmark.domain.capabilities import Offer
from witnessmark.errors import DomainError, TryLaterError
from witnessmark.ports.deliveries import Delivery
from witnessmark.ports.host import AsyncDriver, Connection, HostAdapter
from witnessmark.sync.deliver import Deliverer, Pace
from witnessmark.sync.outcomes import Policy
from witnessmark.sync.reading import Reader
from witnessmark.sync.sweep import sweep_when_due
from witnessmark.sync.tally import Tally


@dataclass(frozen=True, slots=True)
class Syncing:
    """What a pass stands on. `jitter` returns a number in [0, 1)."""

    context: Context
    driver: AsyncDriver
    pace: Pace
    attempts: int
    patience: timedelta
    jitter: Callable[[], float]

    def act_at(self, instant: datetime) -> Act:
        """Return the act under which a sync runs: the operator's, never a person's."""
        manifest = self.context.manifest
        return Act(OPERATOR, instant, manifest.permission_table(), manifest.definitions())

    def act(self) -> Act:
        """Return the act of this moment."""
        return self.act_at(self.context.clock.now())

    def policy_of(self, row: Delivery) -> Policy:
        """Return the manifest's policy for a row's kind."""
        declared = self.context.manifest.object(row.key.kind)
        return Policy(self.attempts, declared.on_conflict, self.jitter, self.patience)

    def reader(self, connection: Connection, adapter: HostAdapter, tally: Tally) -> Reader:
        """Return what reads from a connection."""
        return Reader(self.context, self.driver, connection, adapter, self.act, tally)


async def sync_connection(
    syncing: Syncing, connection: Connection, tally: Tally, *, full: bool = False
) -> AgreedTerms:
    """Run terms, pull and deliver once; `full`: sweep, whether or not it is due.

    Feeds that could not be read are in the tally; what is owed is delivered all the same. Raises
    DomainError when the terms forbid syncing.
    """
    syncing.act().permit(Action.SYNC)
    agreed, adapter = await agree_terms(syncing, connection, tally)
    late: TryLaterError | None = None
    try:
        await read_changes(syncing.reader(connection, adapter, tally), agreed, full=full)
    except TryLaterError as error:
        late = error  # what is owed has its turn all the same
    await deliver(syncing, connection, adapter, agreed=agreed, tally=tally)
    if late is not None:
        raise late
    return agreed


async def pull_connection(syncing: Syncing, connection: Connection, tally: Tally) -> None:
    """Agree the terms, read what changed, and sweep if that is due."""
    agreed, adapter = await agree_terms(syncing, connection, tally)
    await read_changes(syncing.reader(connection, adapter, tally), agreed)


async def read_changes(reader: Reader, agreed: AgreedTerms, *, full: bool = False) -> None:
    """Read what changed, and sweep if that is due or asked for."""
    await pull_all(reader)
    await sweep_when_due(reader, kinds=agreed.sent(), is_asked=full)


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


async def pull_all(reader: Reader) -> None:
    """Read every feed to its end: the clinic's, then those of its staff."""
    name, manifest = reader.connection.id, reader.context.manifest
    for one in pulls_of_clinic(name):
        await reader.pull(one)
    of_staff = await reader.change(
        lambda work, act: pulls_of_staff(work, name, manifest=manifest, act=act)
    )
    for one in of_staff:
        await reader.pull(one)


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
