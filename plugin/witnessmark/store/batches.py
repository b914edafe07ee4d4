"""Imports, so that they can be undone; and the clinic's values for settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from sqlalchemy import Row, bindparam, select

from witnessmark.domain.ids import BatchId
from witnessmark.errors import UnknownRecordError
from witnessmark.ports.store import Batch, BatchLine
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound
from witnessmark.store.instants import instant_at, instant_of, micros

_row = tables.batch.c
_ALL = (
    select(tables.batch)
    .where(_row.clinic == OF_CLINIC)
    .order_by(_row.imported_at.desc(), _row.id.desc())
)
_ONE = _ALL.where(_row.id == bindparam("of_id"))
_BY_DIGEST = _ALL.where(_row.digest == bindparam("of_digest"), _row.undone_at == 0).limit(1)

_value = tables.setting_value.c
_VALUES = select(_value.key, _value.value).where(_value.clinic == OF_CLINIC).order_by(_value.key)
_VALUE = select(_value.value).where(_value.clinic == OF_CLINIC, _value.key == bindparam("of_key"))


class SqlBatches:
    """The imports of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def put(self, batch: Batch) -> None:
        """Keep or replace a batch."""
        self._bound.keep(
            tables.batch,
            id=batch.id,
            source=batch.source,
            digest=batch.digest,
            imported_at=micros(batch.at),
            imported_by=batch.by,
            undone_at=micros(batch.undone_at),
            lines=json.dumps([astuple(line) for line in batch.lines]),
        )

    def get(self, batch_id: str) -> Batch:
        """Return one. Raises UnknownRecordError."""
        row = self._bound.run(_ONE, of_id=batch_id).one_or_none()
        if row is None:
            raise UnknownRecordError("batch", batch_id)
        return _batch(row)

    def by_digest(self, digest: str) -> Batch | None:
        """Return the batch of this file that was not undone."""
        row = self._bound.run(_BY_DIGEST, of_digest=digest).one_or_none()
        return None if row is None else _batch(row)

    def all(self) -> tuple[Batch, ...]:
        """Return all, newest first."""
        return tuple(map(_batch, self._bound.run(_ALL)))


class SqlValues:
    """The setting values of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def get(self, key: str) -> str | None:
        """Return the value as text, None where the manifest's default holds."""
        return self._bound.run(_VALUE, of_key=key).scalar_one_or_none()

    def put(self, key: str, value: str) -> None:
        """Keep a value; a secret is a reference."""
        self._bound.keep(tables.setting_value, key=key, value=value)

    def all(self) -> Mapping[str, str]:
        """Return every value that was set."""
        return {row.key: row.value for row in self._bound.run(_VALUES)}


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=BatchId(row.id),
        source=row.source,
        digest=row.digest,
        at=instant_at(row.imported_at),
        by=row.imported_by,
        lines=tuple(BatchLine(*line) for line in json.loads(row.lines)),
        undone_at=instant_of(row.undone_at),
    )
