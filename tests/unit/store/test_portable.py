"""What can be shown of PostgreSQL without one: all that is sent can be said in its words."""

import re
from types import ModuleType

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.base import Executable

from witnessmark.store import (
    audit_chain,
    batches,
    bound,
    calendar,
    connections,
    delivery_statements,
    gate,
    inbox,
    receipts,
    scans,
    shelves,
    staff,
    tables,
    tokens,
    work,
)

MODULES = (
    audit_chain, batches, calendar, connections, delivery_statements, gate, inbox,
    receipts, scans, shelves, staff, tokens, work,
)  # fmt: skip

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def said(statement: object) -> str:
    assert isinstance(statement, ClauseElement)
    text = str(statement.compile(dialect=DIALECT))
    return re.sub(r"::[A-Z]+", "", " ".join(text.split()))


@pytest.mark.parametrize("module", MODULES)
def test_every_statement_can_be_said(module: ModuleType) -> None:
    statements = [
        value
        for value in vars(module).values()
        if isinstance(value, Executable) and isinstance(value, ClauseElement)
    ]
    assert statements or module is tokens
    assert all(map(said, statements))


def test_every_table_can_be_made() -> None:
    for table in tables.metadata.sorted_tables:
        assert said(CreateTable(table)).startswith(f"CREATE TABLE {table.name} (")
        assert all(said(CreateIndex(index)) for index in table.indexes)


def test_a_claim_skips_what_others_lock() -> None:
    assert said(delivery_statements.DUE).endswith("FOR UPDATE SKIP LOCKED")


def test_rows_are_replaced_by_their_key() -> None:
    assert said(bound.replacing("postgresql", tables.cursor)) == (
        "INSERT INTO cursor (clinic, connection, feed, cursor) "
        "VALUES (%(clinic)s, %(connection)s, %(feed)s, %(cursor)s) "
        "ON CONFLICT (clinic, connection, feed) DO UPDATE SET cursor = excluded.cursor"
    )


def test_a_lease_is_taken_in_one_statement() -> None:
    text = said(tokens.lease_statement("postgresql"))
    assert "ON CONFLICT (clinic, connection) DO UPDATE SET" in text
    assert text.endswith("WHERE token.lease_until <= %(now)s RETURNING token.fence")
