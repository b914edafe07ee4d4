"""What a host tells us unasked. An event is a hint alone: what is true is read by the pull."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawEvent:
    """What arrived, byte by byte. `path` is what stood behind the hook's own address.

    Header names are lower case.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HostEvent:
    """A proven event: which resource, as far as it says, and the SHA-256 of its bytes.

    `id` is what an event of the same thing repeats; it is opaque.
    """

    id: str
    type: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a host shall tell us of changes, and the secret it proves itself with."""

    url: str
    secret: str


class Push(StrEnum):
    """Whether a host tells us of one kind of change."""

    ON = "on"
    ASKED = "asked"
    OFF = "off"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Pushed:
    """One kind of change, in the host's own words, and whether it tells us of it."""

    what: str
    state: Push


class Inbox(Protocol):
    """Events that arrived: type, id under the store's key, version, digest; never the body."""

    def take(self, connection: str, event: HostEvent, *, at: datetime) -> None:
        """Keep an event; the same is kept once."""
        ...

    def forget(self, *, before: datetime) -> None:
        """Forget what arrived earlier. A later repeat is a new hint, no more."""
        ...
