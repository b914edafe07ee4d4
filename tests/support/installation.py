"""An installation without a store: clock, ids, rows and secrets in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from witnessmark.errors import SecretError
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.locks import Token
from witnessmark.testing.clock import CountedIds, StandingClock
from witnessmark.transport.conversation import Means
from witnessmark.transport.gate import HostGate
from witnessmark.transport.tokens import TokenSource

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOON_SECONDS = 1_772_452_800

CANARY_SECRET = "canary-secret-5e1f"  # noqa: S105 - planted, to be looked for
CANARY_TOKEN = "canary-token-77aa"  # noqa: S105 - planted, to be looked for


@dataclass
class MemoryTokenRows:
    """ports.TokenRows: a lease is given back by a write, or lapses; a fence only rises."""

    token: Token | None = None
    owner: str | None = None
    leased_until: int = 0
    fence: int = 0
    access: str | None = None
    writes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, connection: Connection) -> Token | None:
        return self.token if self.access in {None, connection.access} else None

    def lease(self, connection: Connection, *, owner: str, now: int, seconds: int) -> int | None:
        with self.lock:
            if now < self.leased_until:
                return None
            self.owner, self.leased_until = owner, now + seconds
            self.fence += 1
            return self.fence

    def write(self, connection: Connection, token: Token, *, fence: int) -> bool:
        with self.lock:
            if fence != self.fence:
                return False
            self.token, self.owner, self.leased_until = token, None, 0
            self.access = connection.access
            self.writes += 1
            return True

    def forget(self, connection: Connection) -> None:
        self.token, self.owner, self.leased_until = None, None, 0


@dataclass
class MemoryGateRows:
    """ports.GateRows."""

    until: int = 0

    def paused_until(self, connection: Connection) -> int:
        return self.until

    def pause(self, connection: Connection, *, until: int) -> None:
        self.until = max(self.until, until)


@dataclass
class GivenSecrets:
    """ports.Secrets over a mapping."""

    values: Mapping[str, str] = field(default_factory=lambda: {"env:KEY": CANARY_SECRET})

    def resolve(self, reference: str) -> str:
        if reference not in self.values:
            raise SecretError(f"{reference} is not there.")
        return self.values[reference]


class Installation:
    """Everything the drivers share, and handles on what it is made of."""

    def __init__(self) -> None:
        self.clock = StandingClock(NOON)
        self.tokens = MemoryTokenRows()
        self.gates = MemoryGateRows()
        self.secrets = GivenSecrets()
        self.source = self.worker()
        self.means = Means(self.source, HostGate(self.gates, clock=self.clock))

    def worker(self) -> TokenSource:
        """Return a token source of (another) worker over the same rows."""
        return TokenSource(self.tokens, self.secrets, clock=self.clock, ids=CountedIds())


def client_secret(token_url: str) -> Auth:
    """Return how a client with a secret signs in."""
    return Auth(
        kind=AuthKind.CLIENT_SECRET,
        client_id="clinic-app",
        secret_ref="env:KEY",  # noqa: S106 - a reference
        token_url=token_url,
        scopes=("system/Practitioner.rs", "system/Provenance.crs"),
    )


def connection(url: str, auth: Auth | None = None, *, loopback: bool = True) -> Connection:
    """Return a connection of one clinic to a host."""
    return Connection(
        clinic="willow",
        id="willow-ehr",
        adapter="fhir_r4",
        profile="generic",
        base_url=url,
        auth=auth or Auth(),
        allow_loopback=loopback,
    )
