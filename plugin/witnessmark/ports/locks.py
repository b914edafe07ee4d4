"""What workers share about a host: its access token, and until when it asked us to wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from witnessmark.ports.host import Connection


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
