"""The jobs of the loop, at the manifest's intervals: read what changed, send what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import agree_now, read_offer
from witnessmark.errors import WitnessmarkError
from witnessmark.ports.deliveries import StoredConnection
from witnessmark.sync.loop import Job
from witnessmark.sync.one_pass import Syncing, deliver, pull_connection
from witnessmark.sync.tally import Tally


def sync_jobs(
    syncing: Syncing,
    *,
    done: Callable[[str, Tally], None],
    failed: Callable[[str, WitnessmarkError], None],
) -> Sequence[Job]:
    """Return the two jobs of a clinic.

    `done(job, tally)` hears what each run did, `failed(job, error)` what failed or was not read.
    """
    schedules = syncing.context.manifest.schedules

    async def pull_one(stored: StoredConnection, tally: Tally) -> None:
        await pull_connection(syncing, stored.connection, tally)

    async def deliver_one(stored: StoredConnection, tally: Tally) -> None:
        offer = read_offer(stored.offer)
        agreed = await asyncio.to_thread(agree_now, syncing.context, stored.connection, offer)
        if not agreed.blocked:
            adapter = syncing.context.adapter_under(stored.connection, offer, agreed)
            await deliver(syncing, stored.connection, adapter, agreed=agreed, tally=tally)

    async def for_each(
        name: str, one: Callable[[StoredConnection, Tally], Awaitable[None]]
    ) -> None:
        """Do it with every connection; one that fails keeps no other from its turn."""
        tally = Tally()
        for stored in await connections_of(syncing):
            try:
                await one(stored, tally)
            except WitnessmarkError as error:
                failed(name, error)
        for unread in tally.unread:
            failed(name, unread)
        done(name, tally)

    return [
        Job("pull", schedules.pull, partial(for_each, "pull", pull_one)),
        Job("deliver", schedules.deliver, partial(for_each, "deliver", deliver_one)),
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
