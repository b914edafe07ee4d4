"""Tells the story of one record: every hop with its time, version and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from witnessmark.application.acts import Act
from witnessmark.application.records import SHELVES
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import DomainError, UnknownRecordError
from witnessmark.ports.audit import AuditEntry
from witnessmark.ports.deliveries import Delivery
from witnessmark.ports.records import Receipt, RecordKey
from witnessmark.ports.store import Shelf, Work


@dataclass(frozen=True, slots=True)
class There:
    """How a record stands with one connection."""

    delivery: Delivery
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class BroughtBy:
    """An import that made this version of the record, or the one it has now."""

    batch: str
    at: datetime
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A record's version here, its hops, and how it stands in each host."""

    key: RecordKey
    version: int
    imports: tuple[BroughtBy, ...]
    hops: tuple[AuditEntry, ...]
    there: tuple[There, ...]


def explain_record(work: Work, text: str, *, act: Act) -> Explanation:
    """Explain `kind/id`. Raises DomainError when that is no record key or nothing is there."""
    act.permit(Action.EXPLAIN)
    key = record_key(text)
    shelf: Shelf[Any] = getattr(work, SHELVES[key.kind])
    version = shelf.version(key.id)
    if version == 0:
        raise UnknownRecordError(key.kind.value.replace("_", " "), key.id)
    rows = work.deliveries.listed(key=key)
    there = tuple(
        There(row, work.receipts.of(row.connection, [key]).get(str(key), ())) for row in rows
    )
    return Explanation(key, version, _imports(work, key), work.audit.of(str(key)), there)


def _imports(work: Work, key: RecordKey) -> tuple[BroughtBy, ...]:
    return tuple(
        BroughtBy(batch.id, batch.at, batch.by, line.after)
        for batch in reversed(work.batches.all())
        for line in batch.lines
        if (line.shelf, line.record_id) == (SHELVES[key.kind], key.id)
    )


def record_key(text: str) -> RecordKey:
    """Read what a person typed. Raises DomainError listing the kinds there are."""
    try:
        return RecordKey.parse(text)
    except ValueError:
        kinds = ", ".join(f"{kind.value}/…" for kind in ObjectKind)
        raise DomainError(
            "not_a_record", f"{text!r} names no record.", f"Write one of {kinds}"
        ) from None
