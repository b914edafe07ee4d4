"""An idle sync costs the same over any number of records: these statements stay on an index."""

from collections.abc import Sequence
from typing import cast

import pytest
from sqlalchemy import Executable, event

from witnessmark.store import delivery_statements, gate, receipts, tokens
from witnessmark.store.work import SqlStore

KEY = {"of_clinic": "cedar", "of_connection": "ehr"}


def plan_of(store: SqlStore, statement: Executable, **values: object) -> str:
    """Return SQLite's plan for the statement as it is really sent."""
    sent: list[tuple[str, tuple[object, ...]]] = []

    def keep(_connection: object, _cursor: object, *sql: object) -> None:
        sent.append((str(sql[0]), tuple(cast("Sequence[object]", sql[1]))))

    with store.engine.execution_options(writes=True).connect() as connection:
        event.listen(connection, "before_cursor_execute", keep)
        connection.execute(statement, {**KEY, **values})
        event.remove(connection, "before_cursor_execute", keep)
        text, parameters = sent[-1]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)
        return "; ".join(row.detail for row in rows)


def test_a_claim_reads_the_index_of_what_is_due_and_sorts_nothing(store: SqlStore) -> None:
    assert plan_of(store, delivery_statements.DUE, until=1, most=10) == (
        "SEARCH delivery USING INDEX ix_delivery_due "
        "(clinic=? AND connection=? AND state=? AND not_before<?)"
    )


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            delivery_statements.WAKE,
            "ix_delivery_waiting (clinic=? AND connection=? AND waiting_on=?)",
        ),
        (delivery_statements.LAST_QUEUED, "ix_delivery_queued (clinic=?)"),
        (receipts.AT, "ix_receipt_host_ref (clinic=? AND connection=? AND host_ref=?)"),
    ],
)
def test_these_search_their_index(store: SqlStore, statement: Executable, index: str) -> None:
    line = plan_of(store, statement, of_key="x/y", of_refs=["Thing/1"])
    assert line.startswith("SEARCH")
    assert line.endswith(index)


def test_what_a_clock_stranded_is_found_in_the_index_of_what_is_due(store: SqlStore) -> None:
    line = plan_of(store, delivery_statements.STRANDED, beyond=1)
    assert line.startswith("SEARCH delivery USING COVERING INDEX ix_delivery_due ")


@pytest.mark.parametrize("statement", [tokens.READ, gate.READ])
def test_what_is_asked_before_each_request_is_found_by_its_key(
    store: SqlStore, statement: Executable
) -> None:
    line = plan_of(store, statement)
    assert line.endswith("(clinic=? AND connection=?)")
