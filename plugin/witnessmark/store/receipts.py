"""Receipts: one row per part of a record that arrived in a host. No host body is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, select, update

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import DeliveryState, Trouble
from witnessmark.ports.records import HostRef, Part, Receipt, RecordKey
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound

_part = tables.receipt.c
_THERE = (_part.clinic == OF_CLINIC, _part.connection == bindparam("of_connection"))

_COLUMNS = (
    _part.record, _part.role, _part.host_ref, _part.version, _part.digest, _part.notes, _part.ours,
)  # fmt: skip
_OF = (
    select(*_COLUMNS)
    .where(*_THERE, _part.record.in_(bindparam("of_records", expanding=True)))
    .order_by(_part.record, _part.position)
)
AT = select(*_COLUMNS).where(*_THERE, _part.host_ref.in_(bindparam("of_refs", expanding=True)))
_CUT = delete(tables.receipt).where(
    *_THERE,
    _part.record == bindparam("of_record"),
    _part.position >= bindparam("from_position"),
)
_MET = (
    update(tables.receipt)
    .where(*_THERE, _part.host_ref == bindparam("of_ref"))
    .values(swept=bindparam("of_sweep"))
)
_row = tables.delivery.c
UNSEEN = (
    select(*_COLUMNS)
    .join_from(
        tables.receipt,
        tables.delivery,
        (_row.clinic == _part.clinic)
        & (_row.connection == _part.connection)
        & (_row.record == _part.record),
    )
    .where(
        *_THERE,
        _part.swept < bindparam("of_sweep"),
        _row.state == DeliveryState.DONE.value,
        or_(_row.trouble != Trouble.GONE.value, _part.ours == 1),
        _row.kind.in_(bindparam("of_kinds", expanding=True)),
    )
    .order_by(_part.record, _part.position)
)
_DELIVERED = (
    select(_part.record)
    .distinct()
    .where(
        _part.clinic == OF_CLINIC,
        # Naming the connections lets the primary key serve.
        _part.connection.in_(
            select(tables.connection.c.id).where(tables.connection.c.clinic == OF_CLINIC)
        ),
        _part.record.in_(bindparam("of_records", expanding=True)),
    )
)


class SqlReceipts:
    """What arrived where, of one clinic."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def of(self, connection: str, keys: Iterable[RecordKey]) -> Mapping[str, Receipt]:
        """Return receipts by `str(key)`; keys never delivered are absent."""
        found: dict[str, list[Part]] = {}
        for row in self._bound.in_chunks(
            _OF, {"of_connection": connection}, of_records=map(str, keys)
        ):
            found.setdefault(row.record, []).append(_part_of(row))
        return {record: tuple(parts) for record, parts in found.items()}

    def at(
        self, connection: str, refs: Iterable[HostRef]
    ) -> Mapping[HostRef, tuple[RecordKey, Part]]:
        """Return which record's part stands at each host reference that is ours."""
        rows = self._bound.in_chunks(AT, {"of_connection": connection}, of_refs=refs)
        return {HostRef(row.host_ref): (RecordKey.parse(row.record), _part_of(row)) for row in rows}

    def put(self, connection: str, key: RecordKey, receipt: Receipt) -> None:
        """Replace a record's receipt."""
        record = str(key)
        self._bound.keep_each(
            tables.receipt,
            [
                {
                    "connection": connection,
                    "record": record,
                    "position": position,
                    "role": part.role,
                    "host_ref": part.host_ref,
                    "version": part.version,
                    "digest": part.digest,
                    "notes": "\n".join(part.notes),
                    "ours": int(part.ours),
                    "swept": 0,
                }
                for position, part in enumerate(receipt)
            ],
        )
        self._bound.run(
            _CUT, of_connection=connection, of_record=record, from_position=len(receipt)
        )

    def see(self, connection: str, refs: Iterable[HostRef], *, sweep: int) -> None:
        """Note that a sweep of this number met these references."""
        rows = [{"of_connection": connection, "of_ref": ref, "of_sweep": sweep} for ref in refs]
        self._bound.run_each(_MET, rows)

    def unseen(
        self, connection: str, *, sweep: int, kinds: Collection[ObjectKind]
    ) -> Mapping[RecordKey, tuple[Part, ...]]:
        """Return the parts of records that are done and that this sweep did not meet.

        Without those of which was decided that they stay gone.
        """
        of_kinds = [kind.value for kind in kinds]
        found: dict[RecordKey, tuple[Part, ...]] = {}
        for row in self._bound.run(
            UNSEEN, of_connection=connection, of_sweep=sweep, of_kinds=of_kinds
        ):
            key = RecordKey.parse(row.record)
            found[key] = (*found.get(key, ()), _part_of(row))
        return found

    def delivered(self, keys: Collection[RecordKey]) -> frozenset[RecordKey]:
        """Return those of the keys that have a receipt with any connection."""
        rows = self._bound.in_chunks(_DELIVERED, of_records=map(str, keys))
        return frozenset(RecordKey.parse(row.record) for row in rows)


def _part_of(row: Row[Any]) -> Part:
    notes = tuple(row.notes.splitlines())
    return Part(row.role, HostRef(row.host_ref), row.version, row.digest, notes, bool(row.ours))
