"""What the plugin asks of a host and of its driver. An adapter yields requests, opens no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability, ObjectKind, Offer, Projection
from witnessmark.ports.records import HostRef, Receipt, Record
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

    @property
    def access(self) -> str:
        """Return what a token is good for, as a digest: this address, client and set of scopes."""
        auth = self.auth
        scopes = sorted(set(auth.scopes))
        return digest([self.base_url, auth.client_id, auth.token_url, scopes])


class Feed(StrEnum):
    """A stream of changes in a host."""

    STAFF = "staff"
    OUR_COPIES = "our_copies"


@dataclass(frozen=True, slots=True)
class StaffSeen:
    """A member of the host's staff. `licences` are (system, value) pairs as they stand there."""

    host_ref: HostRef
    npi: str | None
    licences: tuple[tuple[str, str], ...]
    name: str


@dataclass(frozen=True, slots=True)
class OurCopyChanged:
    """A host resource that carries our identifier stands at this version with this digest."""

    host_ref: HostRef
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class OurCopyGone:
    """A host resource we delivered is no longer there."""

    host_ref: HostRef


Change = StaffSeen | OurCopyChanged | OurCopyGone


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

    def put(self, record: Record, how: Projection, known: Receipt | None) -> Call[Receipt]:
        """Bring the host to this record; ConflictError when our elements differ from `known`."""
        ...

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        """Return what stands there of this record, written by us before."""
        ...

    def changes(self, feed: Feed, cursor: str | None) -> Call[Page]:
        """Return one page of changes since the cursor; overlap is the adapter's matter."""
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


@dataclass(frozen=True, slots=True)
class Token:
    """An access token for one connection. `expires_at` is seconds since the epoch (UTC)."""

    value: str
    expires_at: int
    scopes: frozenset[str]


class TokenRows(Protocol):
    """Where access tokens live: encrypted, leased, fenced (one refresh per expiry)."""

    def read(self, connection: Connection) -> Token | None:
        """Return the stored token of this very `access`, expired or not: no other goes out."""
        ...

    def lease(self, connection: Connection, *, owner: str, now: int, seconds: int) -> int | None:
        """Take the right to refresh; return the fence, or None while another holds it."""
        ...

    def write(self, connection: Connection, token: Token, *, fence: int) -> bool:
        """Store a fresh token and give the lease back; False if the fence was overtaken."""
        ...

    def forget(self, connection: Connection) -> None:
        """Keep nothing of this connection."""
        ...


class GateRows(Protocol):
    """Until when a host asked us to wait."""

    def paused_until(self, connection: Connection) -> int:
        """Return seconds since the epoch, 0 if not paused."""
        ...

    def pause(self, connection: Connection, *, until: int) -> None:
        """Keep the later of the stored and the given time."""
        ...


Adapters = Mapping[str, AdapterInfo]
