"""The statements of the delivery table. Each names the clinic; they decide nothing."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, case, delete, exists, func, select, update

from witnessmark.ports.deliveries import DeliveryState
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Insert, inserting

OPEN = DeliveryState.OPEN

_row = tables.delivery.c
OURS = _row.clinic == OF_CLINIC
_THERE = (OURS, _row.connection == bindparam("of_connection"))
_THIS = (*_THERE, _row.record == bindparam("of_record"))

ROWS = select(
    _row.connection, _row.record, _row.wanted, _row.delivered, _row.state, _row.waiting_on,
    _row.attempts, _row.not_before, _row.reason, _row.owner, _row.fence, _row.changed_at,
    _row.trouble, _row.differs, _row.failing_since,
)  # fmt: skip
ONE = ROWS.where(*_THIS)
LOCKED = ONE.with_for_update()
DUE = (
    ROWS.where(*_THERE, _row.state == OPEN.value, _row.not_before <= bindparam("until"))
    .order_by(_row.not_before, _row.queued)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = update(tables.delivery).where(*_THIS).values(fence=_row.fence + 1)
LAND = update(tables.delivery).where(*_THIS)
_FREED = {"state": OPEN.value, "waiting_on": None, "not_before": 0}
_UNTROUBLED = {"reason": "", "attempts": 0, "trouble": "", "differs": "", "failing_since": 0}
# Only a waiting row waits on something; naming its state would lead SQLite to a poorer index.
WAKE = update(tables.delivery).where(*_THERE, _row.waiting_on == bindparam("of_key")).values(_FREED)
REOPEN = (
    update(tables.delivery)
    # An open row is open: neither a lease nor a pause the host asked for ends early.
    .where(
        *_THERE, _row.state.in_(bindparam("of_states", expanding=True)), _row.state != OPEN.value
    )
    .values(_FREED | _UNTROUBLED)
)
_OPEN_THERE = (*_THERE, _row.state == OPEN.value)
_RELEASED = {"owner": None, "not_before": 0, "fence": _row.fence + 1}
OWNERS = select(_row.owner).distinct().where(*_OPEN_THERE, _row.owner.is_not(None))
RELEASE = (
    update(tables.delivery)
    .where(*_OPEN_THERE, _row.owner == bindparam("of_owner"))
    .values(_RELEASED)
)
HASTEN = (
    update(tables.delivery)
    .where(*_THIS, _row.state == OPEN.value, _row.owner.is_(None))
    .values(not_before=0)
)
_FAR_OFF = (*_OPEN_THERE, _row.not_before > bindparam("beyond"))
STRANDED = select(func.count()).where(*_FAR_OFF)
UNSTRAND = update(tables.delivery).where(*_FAR_OFF).values(_RELEASED)
WITHOUT_RECEIPT = ROWS.where(
    *_THERE,
    _row.state == DeliveryState.DONE.value,
    _row.trouble == "",
    _row.kind.in_(bindparam("of_kinds", expanding=True)),
    ~exists().where(
        tables.receipt.c.clinic == OF_CLINIC,
        tables.receipt.c.connection == _row.connection,
        tables.receipt.c.record == _row.record,
    ),
)
DROP = delete(tables.delivery).where(
    OURS,
    _row.connection.in_(
        select(tables.connection.c.id).where(tables.connection.c.clinic == OF_CLINIC)
    ),
    _row.record == bindparam("of_record"),
)
COUNTS = (
    select(_row.kind, _row.state, _row.reason, _row.trouble, func.count().label("rows"))
    .where(*_THERE)
    .group_by(_row.kind, _row.state, _row.reason, _row.trouble)
)
LAST_QUEUED = select(func.max(_row.queued)).where(OURS)
CONNECTIONS = select(tables.connection.c.id).where(tables.connection.c.clinic == OF_CLINIC)
MATCHED = select(tables.staff_match.c.person).where(
    tables.staff_match.c.clinic == OF_CLINIC,
    tables.staff_match.c.connection == bindparam("of_connection"),
    tables.staff_match.c.person == bindparam("of_person"),
)


@cache
def owe(dialect: str) -> Insert:
    """Return the INSERT that owes a generation, and reopens a row only for a higher one."""
    insert = inserting(dialect, tables.delivery)
    return insert.on_conflict_do_update(
        index_elements=["clinic", "connection", "record"],
        set_={
            "wanted": insert.excluded.wanted,
            "state": OPEN.value,
            "waiting_on": None,
            **_UNTROUBLED,
            # Who holds the lease keeps it, so that no two deliver the same record at once.
            "not_before": case((_row.owner.is_(None), 0), else_=_row.not_before),
        },
        where=insert.excluded.wanted > _row.wanted,
    )
