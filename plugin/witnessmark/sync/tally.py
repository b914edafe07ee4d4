"""Counts what a sync did: requests over the wire, and how each record ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from witnessmark.errors import HostError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.wire import Call, Request, watched

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """Filled while a sync runs. `ended` counts by (kind, state, reason).

    `unread` says of each feed that could not be read, why.
    """

    reads: int = 0
    writes: int = 0
    echoes: int = 0
    conflicts: int = 0
    staff_matched: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, DeliveryState, str]] = field(default_factory=Counter)
    unread: list[HostError] = field(default_factory=list)

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
        return watched(call, self._seen)

    def _seen(self, request: Request) -> None:
        if request.writes:
            self.writes += 1
        else:
            self.reads += 1
