"""`python -m tests.benchmarks.one_sync HOME`: what `sync --once` does, measured; prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from tests.benchmarks.figures import Figures, cpu_seconds, heard, peak_megabytes
from witnessmark.cli.desk import Desk, opened
from witnessmark.cli.report import sync_result
from witnessmark.cli.talk import Everywhere, Talk
from witnessmark.sync.jobs import connections_of
from witnessmark.sync.one_pass import agree_terms, deliver, read_changes
from witnessmark.sync.tally import Tally


def one_sync(home: Path) -> Figures:
    """Sync every connection once and report on it, as the command does."""
    with (
        opened(Everywhere(home=home), Talk(machine=True)) as desk,
        heard(desk.installation.store.engine) as counted,
    ):
        figures, before = Figures(), cpu_seconds()
        asyncio.run(_once(desk, figures))
        figures.cpu_seconds = cpu_seconds() - before
        figures.statements, figures.commits = counted.statements.total(), counted.commits
    return figures


async def _once(desk: Desk, figures: Figures) -> None:
    async with desk.installation.syncing(desk.clinic.id) as syncing:
        for stored in await connections_of(syncing):
            link, tally = stored.connection, Tally()
            agreed, adapter = await agree_terms(syncing, link, tally)
            await read_changes(syncing.reader(link, adapter, tally), agreed)
            before, started = tally.reads + tally.writes, time.perf_counter()
            await deliver(syncing, link, adapter, agreed=agreed, tally=tally)
            figures.deliver_seconds += time.perf_counter() - started
            sync_result(desk, link.id, tally)
            figures.requests += tally.reads + tally.writes
            figures.deliver_requests += tally.reads + tally.writes - before
            figures.sent += tally.sent.total()


if __name__ == "__main__":
    measured = replace(one_sync(Path(sys.argv[1])), peak_megabytes=peak_megabytes())
    json.dump(asdict(measured), sys.stdout)
