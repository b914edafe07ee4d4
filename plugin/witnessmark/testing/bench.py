"""A host under test, and the wire to it that keeps every request and meddles with one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, Protocol, TypeVar

from witnessmark.domain.capabilities import ObjectKind, Projection
from witnessmark.domain.ids import PersonId
from witnessmark.errors import HostError
from witnessmark.ports.events import RawEvent
from witnessmark.ports.host import AdapterInfo, Change, Feed, HostAdapter
from witnessmark.ports.records import AttestationRecord, HostRef, Receipt, Record, RecordKey
from witnessmark.testing.bench_claims import claim
from witnessmark.testing.bench_meddling import (
    PATIENCE,
    KilledError,
    Meddle,
    honestly,
    meddled,
    only,
)
from witnessmark.testing.builders import Records
from witnessmark.testing.changing import changed, scanned
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")

FOREIGN_MARK = "contract-foreign-mark"
"""What `HostUnderTest.edit_foreign` writes, and what has to survive."""


class HostUnderTest(Protocol):
    """A host that a test started, with `builders.PEOPLE` among its staff.

    They stand there with their NPI, under names of the host's own. One host may serve the whole
    suite: every test uses ids of its own.
    """

    info: AdapterInfo
    adapter: HostAdapter
    paged: HostAdapter
    """The same adapter, asking for pages as small and looking back as briefly as it can."""
    staff: Mapping[PersonId, HostRef]
    note: HostRef
    """A note of builders.FIRST_SUPERVISEE in the chart of a client; full of builders.CANARIES."""
    secrets: Sequence[str]
    """What lets us in there: no error may hold it."""
    signs_events: bool
    """Whether an event proves its body, and not its sender alone."""

    def run(self, call: Call[T]) -> T:
        """Run a call to its end under one of our drivers."""
        ...

    def everything(self) -> Mapping[HostRef, str]:
        """Return every resource that stands there as text, past the wire."""
        ...

    def stands(self, ref: HostRef) -> str:
        """Return one resource that stands there as text, past the wire."""
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

    def expired(self) -> AbstractContextManager[None]:
        """Let what lets us in expire: inside, the next request is told so, and then renewed."""
        ...

    def refusal(self, status: int, words: str) -> Response:
        """Return how this host refuses, with these words wherever it could repeat ours."""
        ...

    def muddled(self, page: Response, earlier: Sequence[Response]) -> Response:
        """Return a page of a feed backwards, with the entries of earlier ones once more."""
        ...

    def event(self, secret: str, body: bytes) -> RawEvent:
        """Return an event that this host proves by the secret."""
        ...

    def signs(self, request: Request) -> bool:
        """Whether a request would sign something, or say of what is not ours that it is signed."""
        ...


@dataclass(frozen=True, slots=True)
class Tried(Generic[T]):
    """How a call that was meddled with ended. `reached`: it got as far as that request."""

    reached: bool
    result: T | None = None
    error: HostError | None = None


@dataclass(slots=True)
class Wire:
    """Drives calls against a host; `sent` is every request, `ours` whatever a put left there."""

    host: HostUnderTest
    sent: list[Request] = field(default_factory=list)
    ours: set[HostRef] = field(default_factory=set)
    _how: dict[RecordKey, Projection] = field(default_factory=dict)
    _made: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self, call: Call[T], meddle: Meddle = honestly) -> T:
        """Run a call to its end."""

        def kept(request: Request) -> Generator[Request, Response, Response]:
            self.sent.append(request)
            return (yield from meddle(request))

        return self.host.run(meddled(call, kept))

    def tries(self, call: Call[T], meddle: Meddle, *, at: int) -> Tried[T]:
        """Run a call whose request number `at` (from 1) is meddled with."""
        before = len(self.sent)
        result: T | None = None
        failure: HostError | None = None
        try:
            result = self.run(call, only(at, meddle))
        except KilledError:
            return Tried(reached=True)
        except HostError as error:
            failure = error
        return Tried(len(self.sent) - before >= at, result, failure)

    def hear(self, call: Call[T], *, most: int = PATIENCE) -> tuple[T | None, list[Response]]:
        """Run a call to its end, or die after so many answers; return also what they were."""
        heard: list[Response] = []

        def hearing(request: Request) -> Generator[Request, Response, Response]:
            if len(heard) == most:
                raise KilledError
            heard.append((yield request))
            return heard[-1]

        try:
            return self.run(call, hearing), heard
        except KilledError:
            return None, heard

    def put(self, record: Record, known: Receipt | None = None) -> Receipt:
        """Deliver a record."""
        receipt = self.run(self.putting(record, known))
        self.ours |= {part.host_ref for part in receipt}
        return receipt

    def putting(
        self, record: Record, known: Receipt | None = None, *, earlier: Sequence[Record] = ()
    ) -> Call[Receipt]:
        """Return the call that delivers a record."""
        return self.host.adapter.put(record, self.how(record), known, earlier=earlier)

    def finding(self, record: Record) -> Call[Receipt | None]:
        """Return the call that finds a record."""
        return self.host.adapter.find(record, self.how(record))

    def comparing(self, record: Record, known: Receipt) -> Call[Receipt]:
        """Return the call that compares a record with what stands there."""
        return self.host.adapter.compare(record, self.how(record), known)

    def how(self, record: Record) -> Projection:
        """Return how a record is kept there."""
        return self._how.get(record.key, Projection.STRUCTURED)

    def find(self, record: Record) -> Receipt | None:
        """Find a record."""
        return self.run(self.finding(record))

    def pull(
        self,
        feed: Feed,
        cursor: str | None,
        adapter: HostAdapter | None = None,
        *,
        meddle: Meddle = honestly,
    ) -> tuple[list[Change], str]:
        """Read a feed to its end."""
        changes: list[Change] = []
        while True:
            page = self.run((adapter or self.host.adapter).changes(feed, cursor), meddle)
            changes += page.changes
            cursor = page.cursor
            if not page.more:
                return changes, cursor

    @property
    def kinds(self) -> list[str]:
        """Name every kind of record that the adapter says it holds."""
        needs = self.host.info.needs
        return [name for name, (kind, how, _) in _MAKERS.items() if how in needs.get(kind, {})]

    def make(self, kind: str, name: str) -> Record:
        """Return a new record; what it leans on is delivered first.

        Of a person there is one record alone: each time it says something else.
        """
        _, how, maker = _MAKERS[kind]
        record = maker(self, Records(self.host.staff, f"{name}-{_NUMBERS[kind]}"))
        self._how[record.key] = how
        if record.key.kind is ObjectKind.CREDENTIALS:
            for _ in range(next(self._made)):
                record = changed(record)
        return record

    def as_kept(self, record: AttestationRecord) -> AttestationRecord:
        """Return an attestation with its scan, if the adapter says it holds documents."""
        documents = Projection.DOCUMENT in self.host.info.needs[ObjectKind.ATTESTATION]
        return scanned(record) if documents else record

    def whole(self, kind: str, name: str) -> Record:
        """Return a new record with as much to write as there can be."""
        record = self.make(kind, name)
        taken_back = record.key.kind is ObjectKind.ATTESTATION
        return changed(record) if taken_back else record

    def records(self, name: str) -> Iterator[Record]:
        """Give a new record of every kind."""
        return (self.make(kind, name) for kind in self.kinds)

    @property
    def writes(self) -> int:
        """How many requests so far could change the host."""
        return sum(request.writes for request in self.sent)


def nothing_beside(wire: Wire, before: set[HostRef]) -> None:
    """Claim that nothing came to stand there but what a put says it left."""
    extra = set(wire.host.everything()) - before - wire.ours
    claim(not extra, f"{len(extra)} resources beside what was put: {sorted(extra)}")


_KEPT, _SHOWN = Projection.STRUCTURED, Projection.DOCUMENT

_MAKERS: Mapping[str, tuple[ObjectKind, Projection, Callable[[Wire, Records], Record]]] = {
    "session": (ObjectKind.SESSION, _KEPT, lambda _, made: made.session()),
    "credentials": (ObjectKind.CREDENTIALS, _KEPT, lambda _, made: made.credentials()),
    "week": (ObjectKind.HOUR_LOG, _KEPT, lambda _, made: made.log()),
    "attestation": (
        ObjectKind.ATTESTATION,
        _KEPT,
        lambda wire, made: wire.as_kept(made.attestation(wire.put(made.log()))),
    ),
    "document of an attestation": (
        ObjectKind.ATTESTATION,
        _SHOWN,
        lambda wire, made: scanned(made.attestation(wire.put(made.log()))),
    ),
    "agreement": (ObjectKind.AGREEMENT, _KEPT, lambda _, made: made.agreement()),
    "verification": (ObjectKind.VERIFICATION, _KEPT, lambda _, made: made.verification()),
    "request for a week": (
        ObjectKind.REQUEST,
        _KEPT,
        lambda wire, made: made.request_of_week(wire.put(made.log())),
    ),
    "request for a note": (
        ObjectKind.REQUEST,
        _KEPT,
        lambda wire, made: made.request_of_note(wire.host.note),
    ),
}
_NUMBERS = {kind: number for number, kind in enumerate(_MAKERS)}
