"""What the plugin asks of a host and of its driver. An adapter yields requests, opens no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability, ObjectKind, Offer, Projection
from witnessmark.domain.requests import NoteStanding, RequestState
from witnessmark.ports.events import Hook, HostEvent, Pushed, RawEvent
from witnessmark.ports.records import HostRef, Receipt, Record, RecordKey
from witnessmark.wire import Call

T = TypeVar("T")


class AuthKind(StrEnum):
    """How an installation proves itself to a host."""

    NONE = "none"
    CLIENT_SECRET = "client_secret"  # noqa: S105 - the name of a method
    PRIVATE_KEY_JWT = "private_key_jwt"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Auth:
    """How to authenticate. Secrets stand here as references only (`env:`, `file:`, `keyring:`).

    `algorithm` is RS384 or ES384 for private_key_jwt; `header` the header's name for a static key.
    """

    kind: AuthKind = AuthKind.NONE
    client_id: str = ""
    secret_ref: str = ""
    algorithm: str = "ES384"
    header: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """One clinic's link to one instance of a host. Keys receipts, cursors and tokens."""

    clinic: str
    id: str
    adapter: str
    profile: str
    base_url: str
    auth: Auth = field(default_factory=Auth)
    allow_loopback: bool = False
    allow_private: bool = False
    event_url: str = ""
    """Where it was asked to tell us of changes; stays when it is asked to be silent."""
    event_secrets: tuple[str, ...] = ()
    """References of the secrets that prove its events, newest first; none: it is to send none."""
    called: str = "EHR"
    """What people are told it is."""

    @property
    def access(self) -> str:
        """Return what a token is good for, as a digest: this address, client and set of scopes."""
        auth = self.auth
        scopes = sorted(set(auth.scopes))
        return digest([self.base_url, auth.client_id, auth.token_url, scopes])


class Feed(StrEnum):
    """Changes in a host: calendar and notes of one member of staff, inventory of every copy."""

    STAFF = "staff"
    OUR_COPIES = "our_copies"
    INVENTORY = "inventory"
    CALENDAR = "calendar"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose calendar or notes are read; `since`: nothing dated earlier when read first.

    `only`: these alone are looked at, whenever they changed and whoever wrote them; the page tells
    which are gone. `asked`: when these were signed has to be known, also when read first.
    """

    of: HostRef
    since: date
    only: tuple[HostRef, ...] = ()
    asked: frozenset[HostRef] = frozenset()


@dataclass(frozen=True, slots=True)
class StaffSeen:
    """A member of the host's staff. `licences` are (system, value) pairs as they stand there."""

    host_ref: HostRef
    npi: str | None
    licences: tuple[tuple[str, str], ...]
    name: str


@dataclass(frozen=True, slots=True)
class OurCopyChanged:
    """A host resource that carries our identifier stands at this version with this digest.

    `key` is the record its identifier or tag names, where it names one.
    """

    host_ref: HostRef
    version: str
    digest: str
    key: RecordKey | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OurCopyGone:
    """A host resource we delivered is no longer there."""

    host_ref: HostRef


class Booking(StrEnum):
    """What became of an appointment, as far as hours are concerned."""

    STANDS = "stands"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class AppointmentSeen:
    """An appointment of a member of staff: its times, and words for its type and its place.

    Nothing of whom it was with is kept but `of_client`: whether a client takes part at all (never
    for an appointment of ours). `start` and `end` are aware; None where the host gives none.
    `changed_at` is the host's time of this version.
    """

    host_ref: HostRef
    version: str
    booking: Booking
    start: datetime | None
    end: datetime | None
    type_code: str
    location: str
    of_client: bool
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteSeen:
    """A note of a member of staff: reference, version, and who signed; nothing that stands in it.

    `changed_at` is the host's time of this version. `signer` is the member of staff who co-signed
    it, `signed_at` and `signed_version` are of the newest signature of theirs that the host keeps,
    if it keeps one. `signer_unknown`: somebody signed, and the host does not let it be told who.
    `authors` are members of staff. `from_before`: it may have been co-signed before it was read.
    """

    host_ref: HostRef
    version: str
    standing: NoteStanding
    changed_at: datetime
    signer: HostRef | None = None
    signed_at: datetime | None = None
    signed_version: str = ""
    signer_unknown: bool = False
    authors: tuple[HostRef, ...] = ()
    from_before: bool = False


@dataclass(frozen=True, slots=True)
class NoteGone:
    """A note that was asked for by its reference is no longer there."""

    host_ref: HostRef


@dataclass(frozen=True, slots=True)
class RequestMoved:
    """A person in the host moved our request on: where to, and when by the host's clock."""

    host_ref: HostRef
    state: RequestState
    at: datetime | None = None


Change = (
    StaffSeen | OurCopyChanged | OurCopyGone | AppointmentSeen | NoteSeen | NoteGone | RequestMoved
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes. `cursor` is where the next pull starts; `more` asks for another now."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


class HostAdapter(Protocol):
    """One host, spoken to through calls. Every operation may raise any HostError.

    `put` is idempotent: killed after any request and run again, it ends in the same resources.
    """

    def discover(self) -> Call[Offer]:
        """Ask the host what it is and can do."""
        ...

    def put(
        self,
        record: Record,
        how: Projection,
        known: Receipt | None,
        *,
        earlier: Sequence[Record] = (),
    ) -> Call[Receipt]:
        """Bring the host to this record; ConflictError when our elements differ from `known`.

        `earlier` are versions that may have been written since, part by part, and were never
        settled: what stands there as one of them has it is ours.
        """
        ...

    def compare(self, record: Record, how: Projection, known: Receipt) -> Call[Receipt]:
        """Return what stands there of what we left, without writing.

        Raises what `put` would: ConflictError where it is neither as we left it nor as the record.
        """
        ...

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        """Return what stands there of this record, written by us before."""
        ...

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        """Return one page of changes since the cursor; overlap is the adapter's matter.

        `reading` says whose, for the feeds that are read of one member of staff.
        """
        ...

    def push(self, hook: Hook) -> Call[Sequence[Pushed]]:
        """Ask to be told of every change we read; asked again, what lapsed is renewed."""
        ...

    def silence(self, url: str) -> Call[Sequence[Pushed]]:
        """Ask not to be told at this address any more."""
        ...

    def pushed(self, url: str) -> Call[Sequence[Pushed]]:
        """Return how it stands with what was asked for at this address."""
        ...

    def verify_event(self, raw: RawEvent, secrets: Sequence[str]) -> HostEvent:
        """Return what the event says, proven on its raw bytes by one of the secrets; pure.

        Raises RefusedError for a forged one.
        """
        ...


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """What an adapter is and needs; the entry point `witnessmark.adapters` names one of these.

    `create(connection, canonical, offer)` builds the adapter; `canonical` is the manifest's
    `identity.canonical`; `offer` what `discover` said (None before it was asked).
    `scopes` are the OAuth scopes each capability takes.
    """

    name: str
    title: str
    profiles: tuple[str, ...]
    needs: Mapping[ObjectKind, Mapping[Projection, frozenset[Capability]]]
    scopes: Mapping[Capability, frozenset[str]]
    create: Callable[[Connection, str, Offer | None], HostAdapter]


class Driver(Protocol):
    """Runs calls for synchronous callers."""

    def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        """Send each request under the guard, with credentials; return what the call returns."""
        ...


class AsyncDriver(Protocol):
    """Runs calls for the sync loop."""

    async def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        """Do what Driver.run does, awaited."""
        ...
