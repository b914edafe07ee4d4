"""The audit chain of one clinic: append-only; each hash covers the entry and the hash before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from witnessmark.canonical import canonical_bytes
from witnessmark.ports.audit import AuditEntry, AuditVerdict
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound, inserting
from witnessmark.store.instants import instant_at, micros

START = "0" * 64
"""What stands as the previous hash of the first entry."""

_row = tables.audit.c
_ALL = select(tables.audit).where(_row.clinic == OF_CLINIC).order_by(_row.number)
_HEAD = (
    select(_row.number, _row.hash)
    .where(_row.clinic == OF_CLINIC)
    .order_by(_row.number.desc())
    .limit(1)
)
_OF = _ALL.where(_row.record == bindparam("of_record"))
_STREAM = 500
# PostgreSQL: whoever appends to a clinic's chain waits for the one before. SQLite: no effect.
_TURN = select(tables.clinic.c.id).where(tables.clinic.c.id == OF_CLINIC).with_for_update()


class SqlAudit:
    """The chain of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._head: tuple[int, str] | None = None

    def add(
        self, *, actor: str, action: str, record: str, at: datetime, detail: Mapping[str, str | int]
    ) -> None:
        """Append one entry: hash = SHA-256(previous hash in hex | RFC 8785 bytes of the entry)."""
        number, previous = self._head or self._read_head()
        entry = {
            "number": number + 1,
            "at": micros(at),
            "actor": actor,
            "action": action,
            "record": record,
            "detail": json.dumps(dict(detail), ensure_ascii=False, sort_keys=True),
        }
        hashed = _hash(previous, entry, clinic=self._bound.clinic)
        row = {**entry, "previous": previous, "hash": hashed}
        self._bound.insert_each(inserting(self._bound.dialect, tables.audit), [row])
        self._head = (number + 1, hashed)

    def of(self, record: str) -> tuple[AuditEntry, ...]:
        """Return a record's entries, oldest first."""
        return tuple(map(_entry, self._bound.run(_OF, of_record=record)))

    def verify(self, anchor: str | None = None) -> AuditVerdict:
        """Recompute the chain: finds edits, gaps, reordering; a cut-off end only by an anchor.

        `anchor` is a head's hash that was kept elsewhere: it must still stand in the chain.
        """
        entries, head, anchored = 0, START, anchor in {None, START}
        rows = self._bound.connection.execute(
            _ALL, {"of_clinic": self._bound.clinic}, execution_options={"yield_per": _STREAM}
        )
        for row in rows:
            wrong = _wrong(row, entries + 1, head=head, clinic=self._bound.clinic)
            if wrong:
                rest = sum(1 for _ in rows)
                return _broken(entries + 1 + rest, entries + 1, what=wrong, head=head)
            entries, head = entries + 1, row.hash
            anchored = anchored or head == anchor
        if not anchored:
            what = "The anchor's entry is missing: the end was cut off, or the chain was rewritten."
            return _broken(entries, entries + 1, what=what, head=head)
        what = f"{entries} entries follow one another unchanged"
        what += ", up to the anchor and beyond." if anchor else _UNANCHORED
        return AuditVerdict(entries, intact=True, first_broken=None, what=what, head=head)

    def _read_head(self) -> tuple[int, str]:
        self._bound.run(_TURN)
        row = self._bound.run(_HEAD).one_or_none()
        return (0, START) if row is None else (row.number, row.hash)


_UNANCHORED = (
    ". Without an anchor (a head's hash kept elsewhere) an end that was cut off is not seen."
)


def _broken(entries: int, first: int, *, what: str, head: str) -> AuditVerdict:
    return AuditVerdict(entries, intact=False, first_broken=first, what=what, head=head)


def _wrong(row: Row[Any], expected: int, *, head: str, clinic: str) -> str:
    """Return what is wrong with the entry that should be the `expected`-th; empty if nothing."""
    if row.number != expected:
        return f"Entry {expected} is missing: the next one there is {row.number}."
    entry = {
        "number": row.number,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "record": row.record,
        "detail": row.detail,
    }
    if row.hash != _hash(row.previous, entry, clinic=clinic):
        return f"Entry {expected} was altered, or entries changed places."
    if row.previous != head:
        return f"Entry {expected} does not follow the entry before it."
    return ""


def _hash(previous: str, entry: Mapping[str, object], *, clinic: str) -> str:
    signed = canonical_bytes({"clinic": clinic, **entry})
    return hashlib.sha256(previous.encode() + signed).hexdigest()


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=instant_at(row.at),
        actor=row.actor,
        action=row.action,
        record=row.record,
        detail=json.loads(row.detail),
        hash=row.hash,
    )
