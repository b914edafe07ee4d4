"""A host under test, and the wire to it that keeps every request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from witnessmark.domain.capabilities import Projection
from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import AdapterInfo, Change, Feed, HostAdapter
from witnessmark.ports.records import HostRef, Receipt, Record
from witnessmark.testing.builders import Records
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")

FOREIGN_MARK = "contract-foreign-mark"
"""What `HostUnderTest.edit_foreign` writes, and what has to survive."""

_HOW = Projection.STRUCTURED


class HostUnderTest(Protocol):
    """A host that a test started, with `builders.PEOPLE` among its staff.

    They stand there with their NPI, under names of the host's own. One host may serve the whole
    suite: every test uses ids of its own.
    """

    info: AdapterInfo
    adapter: HostAdapter
    staff: Mapping[PersonId, HostRef]

    def send(self, request: Request) -> Response:
        """Send one request with credentials and return the answer."""
        ...

    def everything(self) -> Mapping[HostRef, str]:
        """Return every resource that stands there as text, past the wire."""
        ...

    def edit_ours(self, ref: HostRef) -> None:
        """Change one of our elements there to something else, as a person in the host would."""
        ...

    def edit_foreign(self, ref: HostRef) -> None:
        """Write FOREIGN_MARK into an element there that is not ours."""
        ...

    def remove(self, ref: HostRef) -> None:
        """Delete a resource there."""
        ...


class KilledError(Exception):
    """The process died after a request was sent: its answer was never read."""


@dataclass(slots=True)
class Wire:
    """Drives calls against a host and keeps every request."""

    host: HostUnderTest
    sent: list[Request] = field(default_factory=list)

    def run(self, call: Call[T], *, die_after: int | None = None) -> T:
        """Run a call to its end; or send so many requests, and raise KilledError."""
        sent = 0
        try:
            request = next(call)
            while True:
                self.sent.append(request)
                answer = self.host.send(request)
                sent += 1
                if sent == die_after:
                    call.close()
                    raise KilledError
                request = call.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result

    def put(self, record: Record, known: Receipt | None = None) -> Receipt:
        """Deliver a record."""
        return self.run(self.host.adapter.put(record, _HOW, known))

    def pull(self, feed: Feed, cursor: str | None) -> tuple[list[Change], str]:
        """Read a feed to its end."""
        changes: list[Change] = []
        while True:
            page = self.run(self.host.adapter.changes(feed, cursor))
            changes += page.changes
            cursor = page.cursor
            if not page.more:
                return changes, cursor

    def records(self, name: str) -> Iterator[Record]:
        """Give a new record of every kind; what an attestation leans on is delivered first."""
        made = Records(self.host.staff, name)
        yield made.session()
        yield made.credentials()
        yield made.log()
        yield made.attestation(self.put(made.log()))

    @property
    def writes(self) -> int:
        """How many requests so far could change the host."""
        return sum(request.writes for request in self.sent)
