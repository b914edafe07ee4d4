"""What is owed to each host (one row per connection and record) and receipts of what arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import Connection, StaffSeen
from witnessmark.ports.records import HostRef, Part, Receipt, RecordKey


class DeliveryState(StrEnum):
    """Where one record stands with one connection."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    KEPT_HERE = "kept_here"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row. `wanted` and `delivered` are generations (0: never); `reason` is for people.

    `fence` rises with every claim: a late finish under an old fence changes nothing.
    """

    connection: str
    key: RecordKey
    wanted: int
    delivered: int
    state: DeliveryState
    waiting_on: str | None = None
    attempts: int = 0
    not_before: datetime | None = None
    reason: str = ""
    fence: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a claimed delivery ended. `delivered` is the generation that is now there, if any.

    `receipt` None leaves what is stored; a tuple (even partial) replaces it. `blameless`: the
    record had no part in it (the host was away), so no attempt is counted.
    """

    state: DeliveryState
    reason: str = ""
    delivered: int | None = None
    receipt: Receipt | None = None
    waiting_on: str | None = None
    not_before: datetime | None = None
    blameless: bool = False


class Deliveries(Protocol):
    """The delivery table of one clinic, inside the transaction of its Work."""

    def want(self, wanted: Mapping[RecordKey, int], *, connection: str | None = None) -> None:
        """Owe these generations to one connection, or to all the clinic has. Coalesces; reopens.

        A generation already delivered is not owed again.
        """
        ...

    def claim(
        self, connection: str, *, owner: str, now: datetime, lease_seconds: int, limit: int
    ) -> tuple[Delivery, ...]:
        """Take open rows that are due and not leased, oldest first; each gets fence + 1."""
        ...

    def settle(self, claimed: Delivery, outcome: Settled, *, now: datetime) -> bool:
        """Finish a claim: row, receipt, and waking of what waited for it. False: fence overtaken.

        A row whose `wanted` rose meanwhile stays open. OPEN and WAITING count an attempt, unless
        it is blameless.
        """
        ...

    def owners(self, connection: str) -> frozenset[str]:
        """Return who holds claimed rows."""
        ...

    def release(self, connection: str, *, owner: str) -> int:
        """Give back every row that an owner holds who is no more; return how many."""
        ...

    def resolve(self, row: Delivery, outcome: Settled, *, now: datetime) -> None:
        """Change an unclaimed row by a decision (pull, replay, a person); fence rises too."""
        ...

    def wake(self, connection: str, waiting_on: str) -> int:
        """Open every row that waits for this key; return how many."""
        ...

    def reopen(self, connection: str, states: Collection[DeliveryState]) -> int:
        """Open all rows in these states (terms changed); return how many."""
        ...

    def drop(self, keys: Collection[RecordKey]) -> None:
        """Forget rows of records that were undone before anything was delivered."""
        ...

    def get(self, connection: str, key: RecordKey) -> Delivery | None:
        """Return one row."""
        ...

    def listed(
        self,
        *,
        connection: str | None = None,
        states: Collection[DeliveryState] = (),
        key: RecordKey | None = None,
        limit: int = 1000,
    ) -> tuple[Delivery, ...]:
        """Return rows, newest change first."""
        ...

    def counts(self, connection: str) -> Mapping[tuple[str, DeliveryState, str], int]:
        """Count rows by (kind, state, reason)."""
        ...


class Receipts(Protocol):
    """What arrived where, per connection."""

    def of(self, connection: str, keys: Iterable[RecordKey]) -> Mapping[str, Receipt]:
        """Return receipts by `str(key)`; keys never delivered are absent."""
        ...

    def at(
        self, connection: str, refs: Iterable[HostRef]
    ) -> Mapping[HostRef, tuple[RecordKey, Part]]:
        """Return which record's part stands at each host reference that is ours."""
        ...

    def put(self, connection: str, key: RecordKey, receipt: Receipt) -> None:
        """Replace a record's receipt."""
        ...

    def delivered(self, keys: Collection[RecordKey]) -> frozenset[RecordKey]:
        """Return those of the keys that have a receipt with any connection."""
        ...


@dataclass(frozen=True, slots=True)
class StaffMatch:
    """Which member of the host's staff a person is. `how`: npi, licence, or person (decided by)."""

    person: PersonId
    host_ref: HostRef
    how: str
    decided_by: str


class Staff(Protocol):
    """Staff as seen in a host, and who they are here."""

    def see(self, connection: str, seen: Iterable[StaffSeen]) -> None:
        """Keep what the host's staff list said, replacing by host reference."""
        ...

    def seen(self, connection: str) -> tuple[StaffSeen, ...]:
        """Return all staff seen there."""
        ...

    def match(self, connection: str, match: StaffMatch) -> None:
        """Keep a match, replacing the person's earlier one."""
        ...

    def matches(self, connection: str) -> Mapping[PersonId, StaffMatch]:
        """Return who is matched."""
        ...


class Cursors(Protocol):
    """How far each feed was read."""

    def get(self, connection: str, feed: str) -> str | None:
        """Return the cursor, None before the first pull."""
        ...

    def put(self, connection: str, feed: str, cursor: str) -> None:
        """Keep the cursor, in the transaction that keeps the page."""
        ...


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection, the terms last agreed as canonical text, and when."""

    connection: Connection
    offer: str = ""
    terms: str = ""
    agreed_at: datetime | None = None


class Connections(Protocol):
    """A clinic's connections."""

    def put(self, stored: StoredConnection) -> None:
        """Keep or replace."""
        ...

    def get(self, connection: str) -> StoredConnection:
        """Return one. Raises UnknownRecordError."""
        ...

    def all(self) -> tuple[StoredConnection, ...]:
        """Return all, by id."""
        ...
