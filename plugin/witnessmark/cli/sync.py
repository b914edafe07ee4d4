"""`witnessmark sync`: brings the EHR up to date, once or until stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.report import SyncResult, exit_after, show_sync, sync_result
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.errors import HostError, WitnessmarkError
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.sync.jobs import connections_of, sync_jobs
from witnessmark.sync.loop import Bell, Loop
from witnessmark.sync.one_pass import sync_connection
from witnessmark.sync.tally import Tally

_STUCK = frozenset({DeliveryState.CONFLICT, DeliveryState.QUARANTINED})


@dataclass(frozen=True, slots=True)
class FailedSync:
    """A connection that could not be synced, or what of it could not be read.

    `what` was being done there. `exit` is the exit code it asks for.
    """

    connection: str
    what: str
    error: str
    message: str
    exit: int


@dataclass(frozen=True, slots=True)
class SyncsResult:
    """Every connection after one sync; one that fails keeps no other from its turn."""

    connections: tuple[SyncResult, ...]
    failed: tuple[FailedSync, ...]


def sync(
    *,
    once: Annotated[bool, Parameter(negative="")] = False,
    full: Annotated[bool, Parameter(negative="")] = False,
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Bring the EHR up to date at the manifest's intervals, until stopped (Ctrl-C).

    Parameters
    ----------
    once
        Do it once, say what was done, and end.
    full
        Read the whole staff list, every copy of ours, the calendars and the notes that wait, now
        and not when it is due; then end.

    """

    def work(desk: Desk) -> int:
        desk.connections()
        if once or full:
            return int(sync_once(desk, full=full))
        asyncio.run(keep_syncing(desk, Bell()))
        standing = (sync_result(desk, link.id, Tally()) for link in desk.connections())
        desk.talk.result(SyncsResult(tuple(standing), ()))
        return int(Exit.OK)

    return at_desk(everywhere, work)


def sync_once(desk: Desk, *, full: bool = False) -> Exit:
    """Sync every connection once and report; the gravest exit code of all holds."""
    results, failed = asyncio.run(_once(desk, full=full))
    for result in results:
        show_sync(desk.talk, f"Synced with {result.connection}", result)
    desk.talk.result(SyncsResult(tuple(results), tuple(failed)))
    codes = [exit_after(result) for result in results] + [Exit(one.exit) for one in failed]
    return max(codes, default=Exit.OK)


async def _once(desk: Desk, *, full: bool) -> tuple[list[SyncResult], list[FailedSync]]:
    results, failed = list[SyncResult](), list[FailedSync]()
    async with desk.installation.syncing(desk.clinic.id) as syncing:
        for stored in await connections_of(syncing):
            link, tally = stored.connection, Tally()
            errors: Sequence[WitnessmarkError] = tally.unread
            try:
                with desk.talk.progress(f"syncing with {link.id}"):
                    await sync_connection(syncing, link, tally, full=full)
                results.append(sync_result(desk, link.id, tally))
            except WitnessmarkError as error:
                errors = [*tally.unread, error]
            failed += [_failed(desk, link.id, error) for error in errors]
    return results, failed


def _failed(desk: Desk, connection: str, error: WitnessmarkError) -> FailedSync:
    what = error.operation if isinstance(error, HostError) else ""
    code = desk.talk.tell(error)
    return FailedSync(connection, what, type(error).__name__, str(error), code)


async def keep_syncing(desk: Desk, bell: Bell) -> None:
    """Run the loop until the process is told to stop; failures are said and tried again."""
    loop = asyncio.get_running_loop()

    def stop_once(number: signal.Signals) -> None:
        """End when all in flight is settled; the second time, at once."""
        loop.remove_signal_handler(number)
        bell.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop_once, number)

    def done(job: str, tally: Tally) -> None:
        stuck = sum(number for (_, state, _), number in tally.ended.items() if state in _STUCK)
        if tally.writes or stuck or tally.staff_matched:
            desk.talk.say(f"{job}: {tally.writes} writes, {stuck} for a person to look at")

    def failed(job: str, error: WitnessmarkError) -> None:
        desk.talk.say(f"{job} failed and is tried again when it is due:")
        desk.talk.tell(error)

    async with desk.installation.syncing(desk.clinic.id, stopped=lambda: bell.stopped) as syncing:
        jobs = sync_jobs(syncing, done=done, failed=failed)
        desk.talk.say("Syncing; stop with Ctrl-C.")
        await Loop(
            jobs,
            desk.context.clock,
            bell.wait,
            lambda job, error: failed(job.name, error),
            bell.take_wanted,
        ).run()
    desk.talk.say("Stopped; what is owed stays owed.")
