"""What is owed to each host (one row per connection and record) and receipts of what arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from witnessmark.domain.capabilities import ObjectKind
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


class Trouble(StrEnum):
    """What keeps a row from being as wanted, or the question that a conflict is.

    The host's: `away`, `unknown` (an answer was lost), `refused`, `unreadable`. What became of our
    copy: `changed`, `gone`, `moved`, `locked`, `twice` (a second one carries our identifier).
    `doubted`: our copy there may not be as we left it. Open rows of this, and of `twice`, are
    looked at, not written. `gone` of a row that is done: it was decided that it stays so.
    """

    NONE = ""
    AWAY = "away"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    GONE = "gone"
    MOVED = "moved"
    LOCKED = "locked"
    TWICE = "twice"
    DOUBTED = "doubted"


LOOKED_AT = frozenset({Trouble.DOUBTED, Trouble.TWICE})
"""What an open row of these troubles asks for is a look, in no case a write."""
WRITTEN_OVER = frozenset({Trouble.CHANGED, Trouble.MOVED})
"""An open row of these troubles is written over the host's change, as the policy says."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row. `wanted` and `delivered` are generations (0: never); `reason` is for people.

    `fence` rises with every claim: a late finish under an old fence changes nothing.
    `failing_since` is when this generation failed first, `differs` names elements, never values.
    `held_until` is the end of the lease, of a row that was just claimed.
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
    trouble: Trouble = Trouble.NONE
    differs: tuple[str, ...] = ()
    failing_since: datetime | None = None
    held_until: datetime | None = None


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
    trouble: Trouble = Trouble.NONE
    differs: tuple[str, ...] = ()
    moved_from: HostRef | None = None
    """Where our copy stood before the host gave it another reference, if it just did."""


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
        it is blameless; DONE ends the count, but of what was written over the host's change. What
        is open with a trouble has been failing since the first such outcome.
        """
        ...

    def owners(self, connection: str) -> frozenset[str]:
        """Return who holds claimed rows."""
        ...

    def release(self, connection: str, *, owner: str) -> int:
        """Give back every row that an owner holds who is no more; return how many."""
        ...

    def hasten(self, connection: str, keys: Collection[RecordKey]) -> None:
        """Make open rows due that nobody holds."""
        ...

    def stranded(self, connection: str, *, beyond: datetime) -> int:
        """Count open rows that are not due before `beyond`: a clock was set back since."""
        ...

    def unstrand(self, connection: str, *, beyond: datetime) -> int:
        """Make those rows due, whoever holds them; return how many."""
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

    def counts(self, connection: str) -> Mapping[tuple[str, DeliveryState, str, Trouble], int]:
        """Count rows by (kind, state, reason, trouble)."""
        ...

    def without_receipt(
        self, connection: str, *, kinds: Collection[ObjectKind]
    ) -> tuple[Delivery, ...]:
        """Return rows that are done and have no receipt, though nobody decided that it be so."""
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

    def see(self, connection: str, refs: Iterable[HostRef], *, sweep: int) -> None:
        """Note that a sweep of this number met these references."""
        ...

    def unseen(
        self, connection: str, *, sweep: int, kinds: Collection[ObjectKind]
    ) -> Mapping[RecordKey, tuple[Part, ...]]:
        """Return the parts of done records that this sweep did not meet, but of those left gone."""
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

    def forget(self, connection: str, refs: Iterable[HostRef]) -> None:
        """Forget staff whom the host's whole list no longer holds; a match with them stays."""
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

    def forget(self, connection: str, feed: str) -> None:
        """Have the feed read from its beginning again."""
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

    def agree(self, connection: str, *, offer: str, terms: str, at: datetime) -> None:
        """Keep the terms of one that is kept; nothing else of it. Raises UnknownRecordError."""
        ...

    def get(self, connection: str) -> StoredConnection:
        """Return one. Raises UnknownRecordError."""
        ...

    def all(self) -> tuple[StoredConnection, ...]:
        """Return all, by id."""
        ...
