"""One transaction bound to one clinic: the only place where the clinic gets into a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite

from witnessmark.domain.ids import ClinicId
from witnessmark.ports.secrets import Seal

V = TypeVar("V")

Insert = sqlite.Insert | postgresql.Insert

CHUNK = 5_000
"""How many values one statement names: below the variable limit of every SQLite since 3.32."""

OF_CLINIC: BindParameter[str] = bindparam("of_clinic")
"""The clinic in a WHERE clause; `Bound` fills it in."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A transaction, the clinic it is for, and the seal for what may not stand in clear."""

    connection: Connection
    clinic: ClinicId
    seal: Seal

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.connection.dialect.name

    def run(self, statement: Executable, **values: object) -> CursorResult[Any]:
        """Run a statement that names OF_CLINIC."""
        return self.connection.execute(statement, {"of_clinic": self.clinic, **values})

    def run_each(self, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
        """Run a statement that names OF_CLINIC once per row, in one call of the driver."""
        if rows:
            self.connection.execute(statement, [{"of_clinic": self.clinic, **row} for row in rows])

    def in_chunks(
        self, statement: Executable, where: Mapping[str, object] | None = None, **among: Iterable[V]
    ) -> Iterator[Row[Any]]:
        """Run a statement for all values of its one expanding parameter."""
        ((name, values),) = among.items()
        rest = iter(values)
        while chunk := list(islice(rest, CHUNK)):
            yield from self.run(statement, **{name: chunk}, **(where or {}))

    def keep(self, table: Table, **values: object) -> None:
        """Insert a row of this clinic, or replace the one with the same key."""
        self.keep_each(table, [values])

    def keep_each(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Do what `keep` does for many rows of the same columns."""
        self.insert_each(replacing(self.dialect, table), rows)

    def insert_each(self, statement: Insert, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows of this clinic."""
        if rows:
            self.connection.execute(statement, [{"clinic": self.clinic, **row} for row in rows])


@cache
def inserting(dialect: str, table: Table) -> Insert:
    """Return the dialect's own INSERT, which knows ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def replacing(dialect: str, table: Table) -> Insert:
    """Return INSERT that replaces every column outside the key of a row that is there."""
    insert = inserting(dialect, table)
    key = [column.name for column in table.primary_key]
    rest = {
        column.name: insert.excluded[column.name] for column in table.c if column.name not in key
    }
    return insert.on_conflict_do_update(index_elements=key, set_=rest)
