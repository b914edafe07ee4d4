"""Carries notices to subscribers from a thread of its own; no write ever waits for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

import urllib3

from witnessmark.sandbox.subscriptions import Notice

_SECONDS = 5.0


class Messenger:
    """Delivers in order, tries again after each pause (in seconds), then gives up."""

    def __init__(self, *, pauses: tuple[float, ...], give_up: Callable[[str, str], None]) -> None:
        """Start no thread before there is something to carry; `give_up` is told whose and why."""
        self._pauses = pauses
        self._give_up = give_up
        self._lock = Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._ending = Event()

    def send(self, notice: Notice) -> None:
        """Queue a notice."""
        self._run(self._deliver, notice).add_done_callback(_tell_fault)

    def settle(self) -> None:
        """Wait until all that was queued so far is delivered or given up."""
        if self._thread is not None:
            self._run(bool).result()

    def stop(self) -> None:
        """Forget what is not delivered yet; the next notice starts anew."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._ending.set()
            thread.shutdown(cancel_futures=True)
            self._ending.clear()

    def _run(self, act: Callable[..., object], *about: Notice) -> Future[object]:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="sandbox-messenger")
            return self._thread.submit(act, *about)

    def _deliver(self, notice: Notice) -> None:
        why = ""
        for pause in (0.0, *self._pauses):
            if self._ending.wait(pause) or not notice.is_wanted():
                return
            why = _post(notice)
            if not why:
                return
        self._give_up(notice.subscription, why)


def _tell_fault(delivery: Future[object]) -> None:
    """Let a fault of the messenger itself reach the log."""
    if not delivery.cancelled():
        delivery.result()


def _post(notice: Notice) -> str:
    """Return why it failed, "" where it did not."""
    try:
        with urllib3.PoolManager() as pool:
            answer = pool.request(
                "POST",
                notice.endpoint,
                body=notice.body,
                headers=notice.headers,
                retries=False,
                redirect=False,
                timeout=_SECONDS,
            )
    except urllib3.exceptions.HTTPError as error:
        return f"no answer ({type(error).__name__})"
    return "" if answer.status // 100 == 2 else f"answered {answer.status}"  # noqa: PLR2004 - 2xx
