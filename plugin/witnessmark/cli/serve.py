"""`witnessmark serve`: syncs until stopped, and listens to what the EHR tells of changes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from witnessmark.application.receiving import receive
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.report import sync_result
from witnessmark.cli.sync import SyncsResult, keep_syncing
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.domain.ids import ClinicId
from witnessmark.errors import ListenError, UnknownRecordError
from witnessmark.ports.events import RawEvent
from witnessmark.sync.loop import Bell
from witnessmark.sync.tally import Tally


def serve(*, host: str = "127.0.0.1", port: int = 8600, everywhere: Everywhere = EVERYWHERE) -> int:
    """Sync at the manifest's intervals, and at once when the EHR tells of a change.

    The EHR reaches it at https://YOUR-ADDRESS/hooks/CLINIC/CONNECTION; what adds the https (a
    reverse proxy) stands in front. Ask the EHR to tell by `witnessmark push on`.

    Parameters
    ----------
    host
        The address to listen on.
    port
        The port to listen on; 0 takes a free one.

    """

    def work(desk: Desk) -> int:
        desk.connections()
        asyncio.run(_serve(desk, host, port))
        standing = (sync_result(desk, link.id, Tally()) for link in desk.connections())
        desk.talk.result(SyncsResult(tuple(standing), ()))
        return int(Exit.OK)

    return at_desk(everywhere, work)


async def _serve(desk: Desk, host: str, port: int) -> None:
    bell, loop = Bell(), asyncio.get_running_loop()

    def kept(clinic: str, connection: str, event: RawEvent) -> None:
        if ClinicId(clinic) != desk.clinic.id:
            raise UnknownRecordError("hook", connection)
        receive(desk.context, desk.installation.secrets, connection=connection, event=event)
        for job in ("pull", "deliver"):  # what a pull doubts is looked at by a delivery
            loop.call_soon_threadsafe(bell.want, job)

    with listening(host, port, kept) as address:
        desk.talk.say(f"Listening on {address}/hooks/{desk.clinic.id}/CONNECTION.")
        await keep_syncing(desk, bell)


@contextmanager
def listening(host: str, port: int, kept: Callable[[str, str, RawEvent], None]) -> Iterator[str]:
    """Serve the webhooks from a thread; yields the address. Raises ListenError."""
    import uvicorn  # noqa: PLC0415 - only this command serves

    from witnessmark.surfaces.webhooks import webhooks  # noqa: PLC0415 - loads starlette

    bound = _bound(host, port)
    is_up = Event()

    async def note_up() -> None:
        is_up.set()

    server = uvicorn.Server(
        uvicorn.Config(
            webhooks(kept),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=64,
            timeout_graceful_shutdown=5,
            callback_notify=note_up,
        )
    )
    thread = Thread(target=server.run, args=([bound],), name="webhooks", daemon=True)
    thread.start()
    try:
        if not is_up.wait(10.0):
            raise ListenError(f"{_address(host, port)} took no calls within 10 seconds.")
        yield f"http://{_address(host, bound.getsockname()[1])}"
    finally:
        server.should_exit = True
        thread.join()


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only for sockets that say they are TCP.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise ListenError(
            f"Nothing can listen on {_address(host, port)}: {error.strerror}."
            " Choose another --port."
        ) from None
    return bound
