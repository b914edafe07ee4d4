"""Appointments seen in a host, under a keyed mark, and the drafts confirmed from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from witnessmark.canonical import adapter_of, plain
from witnessmark.domain.drafts import ConfirmedDraft, Now
from witnessmark.domain.ids import PersonId
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.host import AppointmentSeen
from witnessmark.ports.records import HostRef
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound
from witnessmark.store.instants import instant_of, micros

_row = tables.appointment.c
_draft = tables.confirmed_draft.c

_ALL = select(tables.appointment).where(_row.clinic == OF_CLINIC)
_OF_PERSON = _ALL.where(_row.person == bindparam("of_person")).order_by(_row.connection, _row.mark)
_THERE = _OF_PERSON.where(_row.connection == bindparam("of_connection"))
_AMONG = _THERE.where(_row.mark.in_(bindparam("of_marks", expanding=True)))
_UNDECIDED = _OF_PERSON.where(_row.draft == "", _row.decided != _row.seen, _row.starts_at != 0)
_OF_DRAFTS = _OF_PERSON.where(_row.draft.in_(bindparam("of_drafts", expanding=True)))
_CHANGED = (
    select(_row.draft)
    .distinct()
    .where(
        _row.clinic == OF_CLINIC,
        _row.person == bindparam("of_person"),
        _row.draft != "",
        _row.decided != _row.seen,
    )
)
_FORGET = delete(tables.appointment).where(
    _row.clinic == OF_CLINIC,
    _row.connection == bindparam("of_connection"),
    _row.person == bindparam("of_person"),
)
_FORGET_ONE = _FORGET.where(_row.mark == bindparam("of_mark"))
_FORGET_UNCONFIRMED = _FORGET.where(_row.draft == "")
_FORGET_OLDER = delete(tables.appointment).where(
    _row.clinic == OF_CLINIC,
    _row.draft == "",
    _row.starts_at < bindparam("until"),
    (_row.starts_at != 0) | (_row.changed_at < bindparam("until")),
)
_FORGET_DRAFT = delete(tables.appointment).where(
    _row.clinic == OF_CLINIC,
    _row.person == bindparam("of_person"),
    _row.draft == bindparam("of_draft"),
)
_OF_CONFIRMED = select(_draft.document).where(
    _draft.clinic == OF_CLINIC, _draft.person == bindparam("of_person")
)
_CONFIRMED = _OF_CONFIRMED.where(_draft.id.in_(bindparam("of_drafts", expanding=True)))
_CONFIRMED_SINCE = _OF_CONFIRMED.where(_draft.last_day >= bindparam("since")).order_by(_draft.id)
_UNCONFIRM = delete(tables.confirmed_draft).where(
    _draft.clinic == OF_CLINIC,
    _draft.person == bindparam("of_person"),
    _draft.id == bindparam("of_draft"),
)


class SqlCalendar:
    """The calendar rows of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def mark(self, connection: str, ref: HostRef) -> str:
        """Return what an appointment is told by from now on."""
        return self._bound.seal.mark(ref, f"{self._bound.clinic}|appointment|{connection}")

    def said_of(self, connection: str, person: PersonId, seen: AppointmentSeen) -> str:
        """Return what tells again that the host said this of this appointment of this person."""
        times = f"{micros(seen.start)}|{micros(seen.end)}"
        said = f"{seen.booking.value}|{seen.of_client}|{times}|{seen.host_ref}|{person}"
        return self._bound.seal.mark(said, f"{self._bound.clinic}|appointment_said|{connection}")

    def among(
        self, connection: str, person: PersonId, marks: Iterable[str]
    ) -> Mapping[str, KeptAppointment]:
        """Return what is kept of these, by mark."""
        whose = {"of_connection": connection, "of_person": person}
        rows = self._bound.in_chunks(_AMONG, whose, of_marks=marks)
        return {row.mark: _kept(row) for row in rows}

    def all_of(self, connection: str, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return everything kept of one person at one connection."""
        rows = self._bound.run(_THERE, of_connection=connection, of_person=person)
        return tuple(map(_kept, rows))

    def undecided(self, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return what nobody decided about yet, at any connection."""
        return tuple(map(_kept, self._bound.run(_UNDECIDED, of_person=person)))

    def differing(self, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return every appointment of each confirmed draft of which one is not as confirmed."""
        changed = self._bound.run(_CHANGED, of_person=person).scalars().all()
        return self.of_drafts(person, changed)

    def of_drafts(self, person: PersonId, drafts: Iterable[str]) -> tuple[KeptAppointment, ...]:
        """Return the appointments that a person confirmed in these drafts, at any connection."""
        whose = {"of_person": person}
        return tuple(map(_kept, self._bound.in_chunks(_OF_DRAFTS, whose, of_drafts=drafts)))

    def keep(self, appointments: Iterable[KeptAppointment]) -> None:
        """Keep or replace."""
        self._bound.keep_each(tables.appointment, list(map(_columns, appointments)))

    def forget(self, appointments: Iterable[KeptAppointment]) -> None:
        """Forget these."""
        self._bound.run_each(
            _FORGET_ONE,
            [
                {"of_connection": one.connection, "of_person": one.person, "of_mark": one.mark}
                for one in appointments
            ],
        )

    def forget_unconfirmed(self, connection: str, person: PersonId) -> None:
        """Forget all of one person at one connection that went into no draft."""
        self._bound.run(_FORGET_UNCONFIRMED, of_connection=connection, of_person=person)

    def forget_older(self, before: datetime) -> int:
        """Forget what began earlier and went into no draft; return how many."""
        return self._bound.run(_FORGET_OLDER, until=micros(before)).rowcount

    def confirm(self, draft: ConfirmedDraft) -> None:
        """Keep a confirmed draft."""
        self._bound.keep(
            tables.confirmed_draft,
            person=draft.person,
            id=draft.id,
            last_day=draft.last_day.isoformat(),
            document=json.dumps(plain(draft), sort_keys=True),
        )

    def confirmed(self, person: PersonId, drafts: Iterable[str]) -> Mapping[str, ConfirmedDraft]:
        """Return what a person confirmed, by the drafts' ids."""
        rows = self._bound.in_chunks(_CONFIRMED, {"of_person": person}, of_drafts=drafts)
        return {one.id: one for one in map(_confirmed, rows)}

    def confirmed_since(self, person: PersonId, day: date) -> tuple[ConfirmedDraft, ...]:
        """Return what a person confirmed that ended on that day or later."""
        rows = self._bound.run(_CONFIRMED_SINCE, of_person=person, since=day.isoformat())
        return tuple(map(_confirmed, rows))

    def unconfirm(self, drafts: Iterable[ConfirmedDraft]) -> None:
        """Forget that these were confirmed, and their appointments at every connection."""
        rows = [{"of_person": one.person, "of_draft": one.id} for one in drafts]
        self._bound.run_each(_FORGET_DRAFT, rows)
        self._bound.run_each(_UNCONFIRM, rows)


def _confirmed(row: Row[Any]) -> ConfirmedDraft:
    draft: ConfirmedDraft = adapter_of(ConfirmedDraft).validate_json(row.document)
    return draft


def _columns(one: KeptAppointment) -> dict[str, object]:
    return {
        "connection": one.connection,
        "person": one.person,
        "mark": one.mark,
        "now": one.now.value,
        "seen": one.seen,
        "starts_at": micros(one.start),
        "ends_at": micros(one.end),
        "type_code": one.type_code,
        "location": one.location,
        "decided": one.decided,
        "draft": one.draft,
        "covers": int(one.covers),
        "changed_at": micros(one.changed_at),
    }


def _kept(row: Row[Any]) -> KeptAppointment:
    return KeptAppointment(
        connection=row.connection,
        person=PersonId(row.person),
        mark=row.mark,
        now=Now(row.now),
        seen=row.seen,
        start=instant_of(row.starts_at),
        end=instant_of(row.ends_at),
        type_code=row.type_code,
        location=row.location,
        decided=row.decided,
        draft=row.draft,
        covers=bool(row.covers),
        changed_at=instant_of(row.changed_at),
    )
