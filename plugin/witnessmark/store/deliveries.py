"""The delivery table: what is owed to each host. Sends nothing; decides no outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, delete, func, select, update

from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.records import RecordKey
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound, Insert, inserting
from witnessmark.store.instants import instant_of, micros
from witnessmark.store.receipts import SqlReceipts

OPEN = DeliveryState.OPEN

_row = tables.delivery.c
_OURS = _row.clinic == OF_CLINIC
_THERE = (_OURS, _row.connection == bindparam("of_connection"))
_THIS = (*_THERE, _row.record == bindparam("of_record"))

_ROWS = select(
    _row.connection, _row.record, _row.wanted, _row.delivered, _row.state, _row.waiting_on,
    _row.attempts, _row.not_before, _row.reason, _row.owner, _row.fence, _row.changed_at,
)  # fmt: skip
_ONE = _ROWS.where(*_THIS)
_LOCKED = _ONE.with_for_update()
DUE = (
    _ROWS.where(*_THERE, _row.state == OPEN.value, _row.not_before <= bindparam("until"))
    .order_by(_row.not_before, _row.queued)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = update(tables.delivery).where(*_THIS).values(fence=_row.fence + 1)
_LAND = update(tables.delivery).where(*_THIS)
_FREED = {"state": OPEN.value, "waiting_on": None, "not_before": 0}
# Only a waiting row waits on something; naming its state would lead SQLite to a poorer index.
WAKE = update(tables.delivery).where(*_THERE, _row.waiting_on == bindparam("of_key")).values(_FREED)
_REOPEN = (
    update(tables.delivery)
    # An open row is open: neither a lease nor a pause the host asked for ends early.
    .where(
        *_THERE, _row.state.in_(bindparam("of_states", expanding=True)), _row.state != OPEN.value
    )
    .values(_FREED | {"reason": "", "attempts": 0})
)
_OPEN_THERE = (*_THERE, _row.state == OPEN.value)
OWNERS = select(_row.owner).distinct().where(*_OPEN_THERE, _row.owner.is_not(None))
_RELEASE = (
    update(tables.delivery)
    .where(*_OPEN_THERE, _row.owner == bindparam("of_owner"))
    .values(owner=None, not_before=0, fence=_row.fence + 1)
)
_DROP = delete(tables.delivery).where(
    _OURS,
    _row.connection.in_(
        select(tables.connection.c.id).where(tables.connection.c.clinic == OF_CLINIC)
    ),
    _row.record == bindparam("of_record"),
)
_COUNTS = (
    select(_row.kind, _row.state, _row.reason, func.count().label("rows"))
    .where(*_THERE)
    .group_by(_row.kind, _row.state, _row.reason)
)
LAST_QUEUED = select(func.max(_row.queued)).where(_OURS)
_CONNECTIONS = select(tables.connection.c.id).where(tables.connection.c.clinic == OF_CLINIC)
_MATCHED = select(tables.staff_match.c.person).where(
    tables.staff_match.c.clinic == OF_CLINIC,
    tables.staff_match.c.connection == bindparam("of_connection"),
    tables.staff_match.c.person == bindparam("of_person"),
)


@cache
def _owe(dialect: str) -> Insert:
    """Return the INSERT that owes a generation, and reopens a row only for a higher one."""
    insert = inserting(dialect, tables.delivery)
    return insert.on_conflict_do_update(
        index_elements=["clinic", "connection", "record"],
        set_={
            "wanted": insert.excluded.wanted,
            "state": OPEN.value,
            "waiting_on": None,
            "attempts": 0,
            "reason": "",
            # Who holds the lease keeps it, so that no two deliver the same record at once.
            "not_before": case((_row.owner.is_(None), 0), else_=_row.not_before),
        },
        where=insert.excluded.wanted > _row.wanted,
    )


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
        targets = [connection] if connection else [row.id for row in run(_CONNECTIONS)]
        queued = 1 + (run(LAST_QUEUED).scalar_one() or 0)
        fresh = {"delivered": 0, "state": OPEN.value, "attempts": 0, "not_before": 0}
        fresh |= {"reason": "", "fence": 0, "changed_at": 0}
        owed = [
            {"record": str(key), "kind": key.kind.value, "wanted": generation, "queued": place}
            for place, (key, generation) in enumerate(wanted.items(), queued)
        ]
        for target in targets:
            rows = [{"connection": target, **fresh, **row} for row in owed]
            self._bound.insert_each(_owe(self._bound.dialect), rows)

    def claim(
        self, connection: str, *, owner: str, now: datetime, lease_seconds: int, limit: int
    ) -> tuple[Delivery, ...]:
        """Take open rows that are due and not leased, oldest first; each gets fence + 1."""
        at = micros(now)
        lease = {
            "owner": owner,
            "not_before": micros(now + timedelta(seconds=lease_seconds)),
            "of_connection": connection,
        }
        due = self._bound.run(DUE, of_connection=connection, until=at, most=limit).all()
        self._bound.run_each(_LEASE, [{"of_record": row.record, **lease} for row in due])
        return tuple(replace(_delivery(row), not_before=None, fence=row.fence + 1) for row in due)

    def settle(self, claimed: Delivery, outcome: Settled, *, now: datetime) -> bool:
        """Finish a claim: row, receipt, and waking of what waited for it. False: fence overtaken.

        A row whose `wanted` rose meanwhile stays open. OPEN and WAITING count an attempt, unless
        it is blameless.
        """
        row = self._locked(claimed)
        if row is None or row.owner is None or row.fence != claimed.fence:
            return False
        tries_again = outcome.state in {OPEN, DeliveryState.WAITING} and not outcome.blameless
        attempts = 0 if outcome.state is DeliveryState.DONE else row.attempts + tries_again
        self._land(row, self._as_it_stands(row, outcome, known=claimed), now=now, attempts=attempts)
        self._follow(claimed, outcome)
        return True

    def owners(self, connection: str) -> frozenset[str]:
        """Return who holds claimed rows."""
        rows = self._bound.run(OWNERS, of_connection=connection)
        return frozenset(row.owner for row in rows)

    def release(self, connection: str, *, owner: str) -> int:
        """Give back every row that an owner holds who is no more; return how many."""
        return self._bound.run(_RELEASE, of_connection=connection, of_owner=owner).rowcount

    def resolve(self, row: Delivery, outcome: Settled, *, now: datetime) -> None:
        """Change an unclaimed row by a decision (pull, replay, a person); fence rises too.

        Its attempts start again from 0.
        """
        found = self._locked(row)
        if found is None:
            return
        self._land(
            found, self._as_it_stands(found, outcome, known=row), now=now, fence=found.fence + 1
        )
        self._follow(row, outcome)

    def wake(self, connection: str, waiting_on: str) -> int:
        """Open every row that waits for this key; return how many."""
        return self._bound.run(WAKE, of_connection=connection, of_key=waiting_on).rowcount

    def reopen(self, connection: str, states: Collection[DeliveryState]) -> int:
        """Open all rows in these states (terms changed); return how many were not open."""
        values = [state.value for state in states]
        return self._bound.run(_REOPEN, of_connection=connection, of_states=values).rowcount

    def drop(self, keys: Collection[RecordKey]) -> None:
        """Forget rows of records that were undone before anything was delivered."""
        self._bound.run_each(_DROP, [{"of_record": str(key)} for key in keys])

    def get(self, connection: str, key: RecordKey) -> Delivery | None:
        """Return one row."""
        row = self._bound.run(_ONE, of_connection=connection, of_record=str(key)).one_or_none()
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
        wanted: Select[Any] = _ROWS.where(_OURS)
        if connection is not None:
            wanted = wanted.where(_row.connection == connection)
        if states:
            wanted = wanted.where(_row.state.in_([state.value for state in states]))
        if key is not None:
            wanted = wanted.where(_row.record == str(key))
        order = (_row.changed_at.desc(), _row.queued.desc(), _row.connection)
        return tuple(map(_delivery, self._bound.run(wanted.order_by(*order).limit(limit))))

    def counts(self, connection: str) -> Mapping[tuple[str, DeliveryState, str], int]:
        """Count rows by (kind, state, reason)."""
        rows = self._bound.run(_COUNTS, of_connection=connection)
        return {(row.kind, DeliveryState(row.state), row.reason): row.rows for row in rows}

    def _locked(self, row: Delivery) -> Row[Any] | None:
        found = self._bound.run(_LOCKED, of_connection=row.connection, of_record=str(row.key))
        return found.one_or_none()

    def _as_it_stands(self, row: Row[Any], outcome: Settled, *, known: Delivery) -> Settled:
        """Return the outcome, or what is left to do if the world moved on during the attempt."""
        reached = known.wanted if outcome.delivered is None else outcome.delivered
        rose = row.wanted > reached and outcome.state is not OPEN
        if rose or (outcome.state is DeliveryState.WAITING and self._came(row, outcome)):
            return replace(outcome, state=OPEN, reason="", waiting_on=None, not_before=None)
        return outcome

    def _came(self, row: Row[Any], outcome: Settled) -> bool:
        """Whether what it would wait for arrived during the attempt: nobody would wake it then.

        It was not there when the record was loaded, or nobody would wait for it.
        """
        kind, _, name = (outcome.waiting_on or "").partition("/")
        if kind == "staff":
            matched = self._bound.run(_MATCHED, of_connection=row.connection, of_person=name)
            return matched.one_or_none() is not None
        where = {"of_connection": row.connection, "of_record": outcome.waiting_on}
        other = self._bound.run(_ONE, **where).one_or_none()
        return other is not None and other.state == DeliveryState.DONE.value

    def _land(
        self,
        row: Row[Any],
        outcome: Settled,
        *,
        now: datetime,
        attempts: int = 0,
        fence: int | None = None,
    ) -> None:
        self._bound.run(
            _LAND,
            of_connection=row.connection,
            of_record=row.record,
            state=outcome.state.value,
            reason=outcome.reason,
            waiting_on=outcome.waiting_on if outcome.state is DeliveryState.WAITING else None,
            not_before=micros(outcome.not_before),
            delivered=row.delivered if outcome.delivered is None else outcome.delivered,
            attempts=attempts,
            owner=None,
            fence=row.fence if fence is None else fence,
            changed_at=micros(now),
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
    )
