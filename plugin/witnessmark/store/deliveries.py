"""The delivery table: what is owed to each host. Sends nothing; decides no outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import (
    LOOKED_AT,
    WRITTEN_OVER,
    Delivery,
    DeliveryState,
    Settled,
    Trouble,
)
from witnessmark.ports.records import RecordKey
from witnessmark.store import delivery_statements as sql
from witnessmark.store import tables
from witnessmark.store.bound import Bound
from witnessmark.store.instants import instant_of, micros
from witnessmark.store.receipts import SqlReceipts

OPEN = DeliveryState.OPEN
_ENDED = frozenset({DeliveryState.DONE.value, DeliveryState.CONFLICT.value})

_row = tables.delivery.c


class SqlDeliveries:
    """The delivery rows of one clinic, in one transaction."""

    def __init__(self, bound: Bound, receipts: SqlReceipts) -> None:
        self._bound = bound
        self._receipts = receipts

    def want(self, wanted: Mapping[RecordKey, int], *, connection: str | None = None) -> None:
        """Owe these generations to one connection, or to all the clinic has. Coalesces; reopens.

        A generation already owed or delivered changes nothing. Rows are claimed in this order.
        """
        if not wanted:
            return
        run = self._bound.run
        targets = [connection] if connection else [row.id for row in run(sql.CONNECTIONS)]
        queued = 1 + (run(sql.LAST_QUEUED).scalar_one() or 0)
        fresh = {"delivered": 0, "state": OPEN.value, "attempts": 0, "not_before": 0}
        fresh |= {"reason": "", "fence": 0, "changed_at": 0}
        owed = [
            {"record": str(key), "kind": key.kind.value, "wanted": generation, "queued": place}
            for place, (key, generation) in enumerate(wanted.items(), queued)
        ]
        for target in targets:
            rows = [{"connection": target, **fresh, **row} for row in owed]
            self._bound.insert_each(sql.owe(self._bound.dialect), rows)

    def claim(
        self, connection: str, *, owner: str, now: datetime, lease_seconds: int, limit: int
    ) -> tuple[Delivery, ...]:
        """Take open rows that are due and not leased, oldest first; each gets fence + 1."""
        at, until = micros(now), now + timedelta(seconds=lease_seconds)
        lease = {
            "owner": owner,
            "not_before": micros(until),
            "of_connection": connection,
        }
        due = self._bound.run(sql.DUE, of_connection=connection, until=at, most=limit).all()
        self._bound.run_each(sql.LEASE, [{"of_record": row.record, **lease} for row in due])
        return tuple(
            replace(_delivery(row), not_before=None, fence=row.fence + 1, held_until=until)
            for row in due
        )

    def settle(self, claimed: Delivery, outcome: Settled, *, now: datetime) -> bool:
        """Finish a claim: row, receipt, and waking of what waited for it. False: fence overtaken.

        A row whose `wanted` rose meanwhile stays open. OPEN and WAITING count an attempt, unless
        it is blameless. What is open with a trouble has been failing since the first such outcome.
        """
        row = self._locked(claimed)
        if row is None or row.owner is None or row.fence != claimed.fence:
            return False
        tries_again = outcome.state in {OPEN, DeliveryState.WAITING} and not outcome.blameless
        ends = outcome.state is DeliveryState.DONE and claimed.trouble not in WRITTEN_OVER
        attempts = 0 if ends else row.attempts + tries_again
        stands = self._as_it_stands(row, outcome, known=claimed)
        since = _failing_since(row, stands, micros(now))
        self._land(row, stands, now=now, attempts=attempts, failing_since=since)
        self._follow(claimed, outcome)
        return True

    def owners(self, connection: str) -> frozenset[str]:
        """Return who holds claimed rows."""
        rows = self._bound.run(sql.OWNERS, of_connection=connection)
        return frozenset(row.owner for row in rows)

    def release(self, connection: str, *, owner: str) -> int:
        """Give back every row that an owner holds who is no more; return how many."""
        return self._bound.run(sql.RELEASE, of_connection=connection, of_owner=owner).rowcount

    def hasten(self, connection: str, keys: Collection[RecordKey]) -> None:
        """Make open rows due that nobody holds."""
        rows = [{"of_connection": connection, "of_record": str(key)} for key in keys]
        self._bound.run_each(sql.HASTEN, rows)

    def stranded(self, connection: str, *, beyond: datetime) -> int:
        """Count open rows that are not due before `beyond`: a clock was set back since."""
        found = self._bound.run(sql.STRANDED, of_connection=connection, beyond=micros(beyond))
        return int(found.scalar_one())

    def unstrand(self, connection: str, *, beyond: datetime) -> int:
        """Make those rows due, whoever holds them; return how many."""
        return self._bound.run(
            sql.UNSTRAND, of_connection=connection, beyond=micros(beyond)
        ).rowcount

    def resolve(self, row: Delivery, outcome: Settled, *, now: datetime) -> None:
        """Change an unclaimed row by a decision (pull, replay, a person); fence rises too.

        Its attempts start again from 0, but where what had ended is looked at: how often it was
        written over the host's changes still counts.
        """
        found = self._locked(row)
        if found is None:
            return
        looks = outcome.trouble in LOOKED_AT and found.state in _ENDED
        stands = self._as_it_stands(found, outcome, known=row)
        attempts = found.attempts if looks else 0
        self._land(found, stands, now=now, fence=found.fence + 1, attempts=attempts)
        self._follow(row, outcome)

    def wake(self, connection: str, waiting_on: str) -> int:
        """Open every row that waits for this key; return how many."""
        return self._bound.run(sql.WAKE, of_connection=connection, of_key=waiting_on).rowcount

    def reopen(self, connection: str, states: Collection[DeliveryState]) -> int:
        """Open all rows in these states (terms changed); return how many were not open."""
        values = [state.value for state in states]
        return self._bound.run(sql.REOPEN, of_connection=connection, of_states=values).rowcount

    def drop(self, keys: Collection[RecordKey]) -> None:
        """Forget rows of records that were undone before anything was delivered."""
        self._bound.run_each(sql.DROP, [{"of_record": str(key)} for key in keys])

    def get(self, connection: str, key: RecordKey) -> Delivery | None:
        """Return one row."""
        row = self._bound.run(sql.ONE, of_connection=connection, of_record=str(key)).one_or_none()
        return None if row is None else _delivery(row)

    def listed(
        self,
        *,
        connection: str | None = None,
        states: Collection[DeliveryState] = (),
        key: RecordKey | None = None,
        limit: int = 1000,
    ) -> tuple[Delivery, ...]:
        """Return rows, newest change first."""
        wanted: Select[Any] = sql.ROWS.where(sql.OURS)
        if connection is not None:
            wanted = wanted.where(_row.connection == connection)
        if states:
            wanted = wanted.where(_row.state.in_([state.value for state in states]))
        if key is not None:
            wanted = wanted.where(_row.record == str(key))
        order = (_row.changed_at.desc(), _row.queued.desc(), _row.connection)
        return tuple(map(_delivery, self._bound.run(wanted.order_by(*order).limit(limit))))

    def counts(self, connection: str) -> Mapping[tuple[str, DeliveryState, str, Trouble], int]:
        """Count rows by (kind, state, reason, trouble)."""
        rows = self._bound.run(sql.COUNTS, of_connection=connection)
        return {
            (row.kind, DeliveryState(row.state), row.reason, Trouble(row.trouble)): row.rows
            for row in rows
        }

    def without_receipt(
        self, connection: str, *, kinds: Collection[ObjectKind]
    ) -> tuple[Delivery, ...]:
        """Return rows that are done and have no receipt, though nobody decided that it be so."""
        of_kinds = [kind.value for kind in kinds]
        rows = self._bound.run(sql.WITHOUT_RECEIPT, of_connection=connection, of_kinds=of_kinds)
        return tuple(map(_delivery, rows))

    def _locked(self, row: Delivery) -> Row[Any] | None:
        found = self._bound.run(sql.LOCKED, of_connection=row.connection, of_record=str(row.key))
        return found.one_or_none()

    def _as_it_stands(self, row: Row[Any], outcome: Settled, *, known: Delivery) -> Settled:
        """Return the outcome, or what is left to do if the world moved on during the attempt."""
        reached = known.wanted if outcome.delivered is None else outcome.delivered
        rose = row.wanted > reached and outcome.state is not OPEN
        if rose or (outcome.state is DeliveryState.WAITING and self._came(row, outcome)):
            nothing: dict[str, Any] = {"reason": "", "trouble": Trouble.NONE, "differs": ()}
            return replace(outcome, state=OPEN, waiting_on=None, not_before=None, **nothing)
        if row.wanted > known.wanted and outcome.trouble in LOOKED_AT:
            return replace(outcome, trouble=Trouble.NONE)  # a look is no longer enough
        return outcome

    def _came(self, row: Row[Any], outcome: Settled) -> bool:
        """Whether what it would wait for arrived during the attempt: nobody would wake it then.

        It was not there when the record was loaded, or nobody would wait for it.
        """
        kind, _, name = (outcome.waiting_on or "").partition("/")
        if kind == "staff":
            matched = self._bound.run(sql.MATCHED, of_connection=row.connection, of_person=name)
            return matched.one_or_none() is not None
        where = {"of_connection": row.connection, "of_record": outcome.waiting_on}
        other = self._bound.run(sql.ONE, **where).one_or_none()
        if other is None or other.state != DeliveryState.DONE.value:
            return False
        # What was left as the host has it is not what is waited for.
        key = RecordKey.parse(other.record)
        receipt = self._receipts.of(row.connection, [key]).get(other.record, ())
        return all(part.ours for part in receipt)

    def _land(self, row: Row[Any], outcome: Settled, *, now: datetime, **kept: int) -> None:
        """Write how a row stands now; `kept` is what is carried over of its counts, else 0."""
        self._bound.run(
            sql.LAND,
            of_connection=row.connection,
            of_record=row.record,
            state=outcome.state.value,
            reason=outcome.reason,
            waiting_on=outcome.waiting_on if outcome.state is DeliveryState.WAITING else None,
            not_before=micros(outcome.not_before),
            delivered=row.delivered if outcome.delivered is None else outcome.delivered,
            owner=None,
            changed_at=micros(now),
            trouble=outcome.trouble.value,
            differs=" ".join(outcome.differs),
            **{"attempts": 0, "failing_since": 0, "fence": row.fence, **kept},
        )

    def _follow(self, row: Delivery, outcome: Settled) -> None:
        """Keep the receipt, and wake what waited for the record once all of it arrived."""
        if outcome.receipt is not None:
            self._receipts.put(row.connection, row.key, outcome.receipt)
        if outcome.state is DeliveryState.DONE:
            self.wake(row.connection, str(row.key))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        connection=row.connection,
        key=RecordKey.parse(row.record),
        wanted=row.wanted,
        delivered=row.delivered,
        state=DeliveryState(row.state),
        waiting_on=row.waiting_on,
        attempts=row.attempts,
        # Of a claimed row it is the end of the lease, which is nobody's matter but claim's.
        not_before=None if row.owner else instant_of(row.not_before),
        reason=row.reason,
        fence=row.fence,
        changed_at=instant_of(row.changed_at),
        trouble=Trouble(row.trouble),
        differs=tuple(row.differs.split()),
        failing_since=instant_of(row.failing_since),
    )


def _failing_since(row: Row[Any], outcome: Settled, now: int) -> int:
    """Return since when it fails: what was only given back had no part in it."""
    if outcome.state not in {OPEN, DeliveryState.QUARANTINED}:
        return 0
    began: int = row.failing_since
    return began or (now if outcome.trouble else 0)
