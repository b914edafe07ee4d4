"""Shelves: the newest version of each thing in its table, every version in `history`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic

from sqlalchemy import Delete, Row, Select, Table, Update, bindparam, delete, select, update

from witnessmark.domain.attestations import Attestation
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import LogId, PersonId, SettingId
from witnessmark.errors import UnknownRecordError
from witnessmark.store import documents, kinds, tables
from witnessmark.store.bound import OF_CLINIC, Bound, inserting
from witnessmark.store.kinds import K, Kind

_history = tables.history.c
_STREAM = 500

_AT = select(_history.id, _history.version, _history.document, _history.sealed).where(
    _history.clinic == OF_CLINIC,
    _history.shelf == bindparam("of_shelf"),
    _history.id == bindparam("of_id"),
    _history.version == bindparam("of_version"),
)
_FORGET = delete(tables.history).where(
    _history.clinic == OF_CLINIC,
    _history.shelf == bindparam("of_shelf"),
    _history.id == bindparam("of_id"),
)


@dataclass(frozen=True, slots=True)
class Statements:
    """A shelf's statements, built once."""

    everything: Select[Any]
    one: Select[Any]
    locked: Select[Any]
    many: Select[Any]
    versions: Select[Any]
    update: Update
    remove: Delete


@cache
def _statements(table: Table) -> Statements:
    columns = table.c
    mine = columns.clinic == OF_CLINIC
    this = columns.id == bindparam("of_id")
    rows = select(columns.id, columns.version, columns.document, columns.sealed).where(mine)
    return Statements(
        everything=rows.order_by(columns.id),
        one=rows.where(this),
        locked=rows.where(this).with_for_update(),
        many=rows.where(columns.id.in_(bindparam("of_ids", expanding=True))),
        versions=select(columns.id, columns.version).where(mine),
        update=update(table).where(mine, this),
        remove=delete(table).where(mine, this),
    )


class SqlShelf(Generic[K]):
    """One kind of thing of one clinic, in one transaction."""

    def __init__(self, kind: Kind[K], bound: Bound) -> None:
        self._kind = kind
        self._bound = bound
        self._statements = _statements(kind.table)

    def get(self, record_id: str) -> K:
        """Return the newest version. Raises UnknownRecordError."""
        value = self.find(record_id)
        if value is None:
            raise self._unknown(record_id)
        return value

    def find(self, record_id: str) -> K | None:
        """Return the newest version, if there is one."""
        row = self._bound.run(self._statements.one, of_id=record_id).one_or_none()
        return None if row is None else self._read(row)

    def at(self, record_id: str, version: int) -> K:
        """Return an earlier version. Raises UnknownRecordError."""
        found = self._bound.run(
            _AT, of_shelf=self._kind.name, of_id=record_id, of_version=version
        ).one_or_none()
        if found is None:
            raise self._unknown(record_id)
        return self._read(found)

    def version(self, record_id: str) -> int:
        """Return the newest version's number, 0 if unknown. Versions count from 1."""
        row = self._bound.run(self._statements.one, of_id=record_id).one_or_none()
        return 0 if row is None else int(row.version)

    def put(self, value: K) -> int:
        """Keep a value under its own id; return its version. An equal value is no new version."""
        row = self._bound.run(self._statements.locked, of_id=value.id).one_or_none()
        if row is not None and self._read(row) == value:
            return int(row.version)
        version = 1 if row is None else row.version + 1
        place = self._place(value.id, version)
        document, sealed = documents.write(self._kind, value, seal=self._bound.seal, place=place)
        written = {"version": version, "document": document, "sealed": sealed}
        columns = {**written, **self._kind.columns(value)}
        if row is None:
            self._insert(self._kind.table, {"id": value.id, **columns})
        else:
            self._bound.run(self._statements.update, of_id=value.id, **columns)
        self._insert(tables.history, {"shelf": self._kind.name, "id": value.id, **written})
        return version

    def remove(self, record_id: str) -> None:
        """Forget all versions: only for an import that is undone before anything left the store."""
        self._bound.run(self._statements.remove, of_id=record_id)
        self._bound.run(_FORGET, of_shelf=self._kind.name, of_id=record_id)

    def many(self, record_ids: Iterable[str]) -> Mapping[str, K]:
        """Return the newest versions of those that exist, in one statement (per 5,000)."""
        rows = self._bound.in_chunks(self._statements.many, of_ids=record_ids)
        return {row.id: self._read(row) for row in rows}

    def all(self) -> Iterator[K]:
        """Return every newest version, by id; never more than a few hundred in memory."""
        streamed = self._bound.connection.execute(
            self._statements.everything,
            {"of_clinic": self._bound.clinic},
            execution_options={"yield_per": _STREAM},
        )
        with streamed as rows:
            yield from map(self._read, rows)

    def versions(self) -> Mapping[str, int]:
        """Return the newest version number of every id."""
        return {row.id: row.version for row in self._bound.run(self._statements.versions)}

    def _read(self, row: Row[Any]) -> K:
        place = self._place(row.id, row.version)
        return documents.read(
            self._kind, (row.document, row.sealed), seal=self._bound.seal, place=place
        )

    def _place(self, record_id: str, version: int) -> str:
        return f"{self._bound.clinic}|{self._kind.name}|{record_id}/{version}"

    def _insert(self, table: Table, row: Mapping[str, object]) -> None:
        self._bound.insert_each(inserting(self._bound.dialect, table), [row])

    def _unknown(self, record_id: str) -> UnknownRecordError:
        return UnknownRecordError(self._kind.name.replace("_", " "), record_id)


_log = tables.hour_log.c
_OF_WEEK = _statements(tables.hour_log).everything.where(
    _log.supervisee == bindparam("of_supervisee"),
    _log.setting == bindparam("of_setting"),
    _log.week_start == bindparam("of_week_start"),
)


class SqlLogs(SqlShelf[HourLog]):
    """Hour logs, one per supervisee, setting and week."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(kinds.HOUR_LOG, bound)

    def of_week(self, supervisee: PersonId, setting: SettingId, week_start: date) -> HourLog | None:
        """Return the log of that week, if there is one."""
        row = self._bound.run(
            _OF_WEEK,
            of_supervisee=supervisee,
            of_setting=setting,
            of_week_start=week_start.isoformat(),
        ).one_or_none()
        return None if row is None else self._read(row)


_FORGET_SCAN = delete(tables.scan).where(
    tables.scan.c.clinic == OF_CLINIC, tables.scan.c.attestation == bindparam("of_id")
)
_OF_LOG = _statements(tables.attestation).everything.where(
    tables.attestation.c.log == bindparam("of_log")
)


class SqlAttestations(SqlShelf[Attestation]):
    """Attestations, found by their log."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(kinds.ATTESTATION, bound)

    def remove(self, record_id: str) -> None:
        """Forget all versions, and the scan that goes with them."""
        self._bound.run(_FORGET_SCAN, of_id=record_id)
        super().remove(record_id)

    def of_log(self, log: LogId) -> tuple[Attestation, ...]:
        """Return a log's attestations, revoked ones too, oldest first."""
        found = [self._read(row) for row in self._bound.run(_OF_LOG, of_log=log)]
        return tuple(sorted(found, key=lambda given: (given.recorded_at, given.id)))
