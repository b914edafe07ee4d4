"""Staff as a host lists them, and who they are here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, select

from witnessmark.domain.ids import PersonId
from witnessmark.ports.deliveries import StaffMatch
from witnessmark.ports.host import StaffSeen
from witnessmark.ports.records import HostRef
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound

_seen = tables.staff_seen.c
_match = tables.staff_match.c

_SEEN = (
    select(_seen.host_ref, _seen.npi, _seen.licences, _seen.name)
    .where(_seen.clinic == OF_CLINIC, _seen.connection == bindparam("of_connection"))
    .order_by(_seen.host_ref)
)
_FORGET = delete(tables.staff_seen).where(
    _seen.clinic == OF_CLINIC,
    _seen.connection == bindparam("of_connection"),
    _seen.host_ref == bindparam("of_ref"),
)
_MATCHES = (
    select(_match.person, _match.host_ref, _match.how, _match.decided_by)
    .where(_match.clinic == OF_CLINIC, _match.connection == bindparam("of_connection"))
    .order_by(_match.person)
)


class SqlStaff:
    """The staff rows of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def see(self, connection: str, seen: Iterable[StaffSeen]) -> None:
        """Keep what the host's staff list said, replacing by host reference."""
        rows = [
            {
                "connection": connection,
                "host_ref": member.host_ref,
                "npi": member.npi,
                "licences": json.dumps(member.licences),
                "name": member.name,
            }
            for member in seen
        ]
        self._bound.keep_each(tables.staff_seen, rows)

    def seen(self, connection: str) -> tuple[StaffSeen, ...]:
        """Return all staff seen there, by host reference."""
        return tuple(
            StaffSeen(
                host_ref=HostRef(row.host_ref),
                npi=row.npi,
                licences=tuple((system, value) for system, value in json.loads(row.licences)),
                name=row.name,
            )
            for row in self._bound.run(_SEEN, of_connection=connection)
        )

    def forget(self, connection: str, refs: Iterable[HostRef]) -> None:
        """Forget staff whom the host's whole list no longer holds; a match with them stays."""
        rows = [{"of_connection": connection, "of_ref": ref} for ref in refs]
        self._bound.run_each(_FORGET, rows)

    def match(self, connection: str, match: StaffMatch) -> None:
        """Keep a match, replacing the person's earlier one. Wakes nothing: `Deliveries.wake`."""
        self._bound.keep(
            tables.staff_match,
            connection=connection,
            person=match.person,
            host_ref=match.host_ref,
            how=match.how,
            decided_by=match.decided_by,
        )

    def matches(self, connection: str) -> Mapping[PersonId, StaffMatch]:
        """Return who is matched."""
        found = (
            StaffMatch(PersonId(row.person), HostRef(row.host_ref), row.how, row.decided_by)
            for row in self._bound.run(_MATCHES, of_connection=connection)
        )
        return {match.person: match for match in found}
