"""Access tokens: sealed, leased, fenced. Each call is its own short transaction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Executable, bindparam, delete, select, update

from witnessmark.canonical import adapter_of
from witnessmark.ports.host import Connection
from witnessmark.ports.locks import Token
from witnessmark.ports.secrets import Seal
from witnessmark.store import tables
from witnessmark.store.bound import inserting
from witnessmark.store.transactions import Transactions

_row = tables.token.c
_THIS = (_row.clinic == bindparam("of_clinic"), _row.connection == bindparam("of_connection"))
READ = select(_row.sealed).where(*_THIS)
_WRITE = update(tables.token).where(*_THIS, _row.fence == bindparam("of_fence"))
_FORGET = delete(tables.token).where(*_THIS)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is sealed: a token, and the access it is for."""

    access: str
    token: Token


@cache
def lease_statement(dialect: str) -> Executable:
    """Return the one statement by which exactly one of many takes the lease."""
    insert = inserting(dialect, tables.token)
    return insert.on_conflict_do_update(
        index_elements=["clinic", "connection"],
        set_={
            "owner": insert.excluded.owner,
            "lease_until": insert.excluded.lease_until,
            "fence": _row.fence + 1,
        },
        where=_row.lease_until <= bindparam("now"),
    ).returning(_row.fence)


class SqlTokens:
    """The token rows of all clinics, keyed (clinic, connection)."""

    def __init__(self, transactions: Transactions, seal: Seal) -> None:
        self._transactions = transactions
        self._seal = seal

    def read(self, connection: Connection) -> Token | None:
        """Return the stored token of this very `access`, expired or not: no other goes out."""
        with self._transactions.reading() as reading:
            sealed = reading.execute(READ, _where(connection)).scalar_one_or_none()
        if sealed is None:
            return None
        text = self._seal.open(sealed, _place(connection))
        kept: _Kept = adapter_of(_Kept).validate_json(text)
        return kept.token if kept.access == connection.access else None

    def lease(self, connection: Connection, *, owner: str, now: int, seconds: int) -> int | None:
        """Take the right to refresh; return the fence, or None while it is held and not expired."""
        row = {
            "clinic": connection.clinic,
            "connection": connection.id,
            "owner": owner,
            "lease_until": now + seconds,
            "fence": 1,
            "now": now,
        }
        with self._transactions.writing() as writing:
            fence: int | None = writing.execute(
                lease_statement(writing.dialect.name), row
            ).scalar_one_or_none()
        return fence

    def write(self, connection: Connection, token: Token, *, fence: int) -> bool:
        """Store a fresh token and give the lease back; False if the fence was overtaken."""
        text = adapter_of(_Kept).dump_json(_Kept(connection.access, token)).decode()
        fresh = {
            "sealed": self._seal.close(text, _place(connection)),
            "owner": None,
            "lease_until": 0,
        }
        with self._transactions.writing() as writing:
            result = writing.execute(_WRITE, {**_where(connection), "of_fence": fence, **fresh})
            return result.rowcount == 1

    def forget(self, connection: Connection) -> None:
        """Keep nothing of this connection."""
        with self._transactions.writing() as writing:
            writing.execute(_FORGET, _where(connection))


def _where(connection: Connection) -> dict[str, str]:
    return {"of_clinic": connection.clinic, "of_connection": connection.id}


def _place(connection: Connection) -> str:
    return f"{connection.clinic}|token|{connection.id}"
