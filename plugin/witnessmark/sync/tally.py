"""Counts what a sync did: requests over the wire, and how each record ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """Filled while a sync runs. `ended` counts by (kind, state, reason)."""

    reads: int = 0
    writes: int = 0
    echoes: int = 0
    conflicts: int = 0
    staff_matched: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, DeliveryState, str]] = field(default_factory=Counter)

    def take(self, ended: Sequence[tuple[Delivery, Settled]], in_time: Sequence[bool]) -> None:
        """Count how deliveries ended; what was overtaken does not count."""
        for (row, settled), kept in zip(ended, in_time, strict=True):
            if not kept:
                continue
            kind = row.key.kind.value
            self.ended[kind, settled.state, settled.reason] += 1
            if settled.state is DeliveryState.DONE and settled.delivered is not None:
                self.sent[kind] += 1

    def count(self, call: Call[T]) -> Call[T]:
        """Run a call as it is and count its requests."""
        answer: Response | None = None
        failure: Exception | None = None
        try:
            while True:
                request = self._next(call, answer, failure)
                self._seen(request)
                answer, failure = None, None
                try:
                    answer = yield request
                except Exception as error:  # noqa: BLE001 - handed on to the call unchanged
                    failure = error
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            call.close()

    @staticmethod
    def _next(call: Call[T], answer: Response | None, failure: Exception | None) -> Request:
        if failure is not None:
            return call.throw(failure)
        if answer is None:
            return next(call)
        return call.send(answer)

    def _seen(self, request: Request) -> None:
        if request.writes:
            self.writes += 1
        else:
            self.reads += 1
