"""The jobs of the loop, at the manifest's intervals: read what changed, send what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import agree_now, read_offer
from witnessmark.ports.deliveries import StoredConnection
from witnessmark.sync.loop import Job
from witnessmark.sync.one_pass import Syncing, agree_terms, deliver, pull_all
from witnessmark.sync.tally import Tally


def sync_jobs(syncing: Syncing, done: Callable[[str, Tally], None]) -> Sequence[Job]:
    """Return the two jobs of a clinic; `done(job, tally)` hears what each run did."""
    schedules = syncing.context.manifest.schedules

    async def pull_job() -> None:
        tally = Tally()
        for stored in await connections_of(syncing):
            _, adapter = await agree_terms(syncing, stored.connection, tally)
            await pull_all(syncing, stored.connection, adapter, tally=tally)
        done("pull", tally)

    async def deliver_job() -> None:
        tally = Tally()
        for stored in await connections_of(syncing):
            context, offer = syncing.context, read_offer(stored.offer)
            agreed = await asyncio.to_thread(agree_now, context, stored.connection, offer)
            if not agreed.blocked:
                adapter = context.adapter(stored.connection, offer)
                await deliver(syncing, stored.connection, adapter, agreed=agreed, tally=tally)
        done("deliver", tally)

    return [
        Job("pull", schedules.pull, pull_job),
        Job("deliver", schedules.deliver, deliver_job),
    ]


async def connections_of(syncing: Syncing) -> Sequence[StoredConnection]:
    """Return the clinic's connections under the settings of this moment."""
    context = syncing.context

    def read() -> list[StoredConnection]:
        with context.store.look(context.clinic) as work:
            return [
                StoredConnection(
                    in_force(work, context.manifest, one.connection),
                    one.offer,
                    one.terms,
                    one.agreed_at,
                )
                for one in work.connections.all()
            ]

    return await asyncio.to_thread(read)
