"""Serves a sandbox practice from a thread of this process, on 127.0.0.1 and nowhere else."""

import errno
import socket
from threading import Event, Thread
from types import TracebackType
from typing import Self

import uvicorn

from witnessmark.sandbox.outcomes import SandboxError
from witnessmark.sandbox.practice import Practice

_START_SECONDS = 10.0


class PortBusyError(SandboxError):
    """The wanted port is taken by another program."""

    def __init__(self, port: int) -> None:
        """Name the port."""
        super().__init__(f"port {port} on 127.0.0.1 is used by another program; choose another")
        self.port = port


class StartError(SandboxError):
    """The server did not come up."""


class RunningPractice:
    """A practice that answers on a socket until it is stopped."""

    def __init__(self, practice: Practice, *, port: int) -> None:
        """Bind, start and wait until it answers; raises PortBusyError."""
        listening = _bound(port)
        self.practice = practice
        self.port: int = listening.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/fhir"
        self.token_url = f"http://127.0.0.1:{self.port}/auth/token"
        self.register_url = f"http://127.0.0.1:{self.port}/auth/register"
        is_up = Event()

        async def note_up() -> None:
            is_up.set()

        self._server = uvicorn.Server(
            uvicorn.Config(
                practice.app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=2,
                callback_notify=note_up,
            )
        )
        self._thread = Thread(
            target=self._server.run, args=([listening],), name="sandbox-practice", daemon=True
        )
        self._thread.start()
        if not is_up.wait(_START_SECONDS):
            self.stop()
            message = "the sandbox practice did not start"
            raise StartError(message)

    def stop(self) -> None:
        """Finish what is being answered and free the port; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join()
        self.practice.messenger.stop()

    def __enter__(self) -> Self:
        """Use as a context that stops at its end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()


def serve(practice: Practice, *, port: int = 0) -> RunningPractice:
    """Start serving on 127.0.0.1; port 0 lets the kernel choose. Raises PortBusyError."""
    return RunningPractice(practice, port=port)


def _bound(port: int) -> socket.socket:
    # asyncio switches Nagle's delay off only for sockets that say they are TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusyError(port) from error
        raise
    return listening
