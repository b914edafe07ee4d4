"""Every question that an EHR's own doing leaves to a person, and the one command that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from witnessmark.application.acts import Act
from witnessmark.application.conflicts import is_signed
from witnessmark.application.records import load_records
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import PersonId
from witnessmark.manifest.model import Manifest
from witnessmark.ports.deliveries import Delivery, DeliveryState, StaffMatch, Trouble
from witnessmark.ports.records import staff_key
from witnessmark.ports.store import Work

_ALL = 1_000_000
_THERE = {
    Trouble.CHANGED: "it was changed since",
    Trouble.GONE: "it is no longer there",
    Trouble.MOVED: "it stands elsewhere there now, and differs",
    Trouble.LOCKED: "it is locked there",
    Trouble.TWICE: "a second one carries our identifier",
}
_FIRST = {
    Trouble.LOCKED: "have it unlocked in the EHR first",
    Trouble.TWICE: "remove the one that is too many in the EHR first",
}
_OURS = {
    Trouble.GONE: "with ours it is made again",
    Trouble.MOVED: "with ours it is written over where it stands now",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One open question. `differs` names elements, never values; `decides` names roles.

    `kind` is what became of our copy, or `vanished` and `merged` of a member of staff; `since` is
    None where nobody noted it. `instead` is the other command, empty where only one ends it;
    `choice` says what they do.
    """

    connection: str
    record: str
    kind: str
    since: datetime | None
    differs: tuple[str, ...]
    ours: str
    there: str
    decides: tuple[str, ...]
    command: str
    instead: str
    choice: str


def open_questions(work: Work, manifest: Manifest, *, act: Act) -> tuple[Question, ...]:
    """Return what differs, is gone, moved, locked or doubled in any EHR, and staff who vanished."""
    act.permit(Action.EXPLAIN)
    connections = [one.connection.id for one in work.connections.all()]
    return tuple(
        question
        for name in connections
        for question in _of_connection(work, manifest, name, several=len(connections) > 1)
    )


def _of_connection(
    work: Work, manifest: Manifest, connection: str, *, several: bool
) -> Iterator[Question]:
    where = f" --connection {connection}" if several else ""
    vanished = vanished_staff(work, connection)
    for match in vanished.values():
        yield _about_staff(work, manifest, connection, match=match, where=where)
    rows = work.deliveries.listed(
        connection=connection, states=[DeliveryState.CONFLICT], limit=_ALL
    )
    for row in reversed(rows):
        went_with_them = row.key.kind is ObjectKind.CREDENTIALS and row.key.id in vanished
        if not (went_with_them and row.trouble is Trouble.GONE):
            yield _about_record(work, manifest, row, where=where)


def _about_record(work: Work, manifest: Manifest, row: Delivery, *, where: str) -> Question:
    (loaded,) = load_records(work, row.connection, [row])
    signed = loaded.record is not None and is_signed(loaded.record, row)
    kept = signed and row.trouble in {Trouble.CHANGED, Trouble.MOVED}
    sent = f"version {row.delivered} was sent" if row.delivered else "nothing was sent yet"
    ours = (
        f"version {row.wanted}; {sent}" if row.delivered != row.wanted else f"version {row.wanted}"
    )
    if kept:
        choice = (
            "what was signed is never written over: remove the altered one there, then say ours"
        )
    else:
        does = _OURS.get(row.trouble, "with ours it is written over")
        first = f"{_FIRST[row.trouble]}; " if row.trouble in _FIRST else ""
        choice = f"{first}{does}, with theirs it stays as it is there"
    return Question(
        connection=row.connection,
        record=str(row.key),
        kind=row.trouble.value,
        since=_since(work, row),
        differs=row.differs,
        ours=ours,
        there=_THERE.get(row.trouble, row.reason),
        decides=_roles(manifest, Action.SYNC),
        command=_replay(row, _KEEP[kept], where),
        instead="" if kept else _replay(row, "theirs", where),
        choice=choice,
    )


def _replay(row: Delivery, keep: str, where: str) -> str:
    return f"witnessmark delivery replay {row.key} --keep {keep}{where}"


def _since(work: Work, row: Delivery) -> datetime | None:
    """Return since when it is asked: a sweep that looked at it meanwhile does not count."""
    since = row.changed_at
    story = [
        one for one in work.audit.of(str(row.key)) if one.detail.get("connection") == row.connection
    ]
    for entry in reversed(story):
        if entry.action not in _LOOKED_AGAIN:
            break
        if entry.action == "delivery_conflict":
            since = entry.at
    return since


_LOOKED_AGAIN = {"delivery_conflict", "delivery_reopened", "host_changed"}
_KEEP = {True: "theirs", False: "ours"}


def vanished_staff(work: Work, connection: str) -> dict[str, StaffMatch]:
    """Return matches with members of staff whom the EHR's whole list no longer holds."""
    listed = {one.host_ref for one in work.staff.seen(connection)}
    matches = work.staff.matches(connection)
    return {who: match for who, match in matches.items() if match.host_ref not in listed}


def _about_staff(
    work: Work, manifest: Manifest, connection: str, *, match: StaffMatch, where: str
) -> Question:
    npi = work.people.get(match.person).npi
    same = [one.host_ref for one in work.staff.seen(connection) if npi and one.npi == npi]
    told = [one for one in work.audit.of(staff_key(match.person)) if one.action == "staff_vanished"]
    merged = len(same) == 1
    match_command = f"witnessmark staff match {match.person} {same[0] if merged else ''}".rstrip()
    return Question(
        connection=connection,
        record=staff_key(PersonId(match.person)),
        kind="merged" if merged else "vanished",
        since=told[-1].at if told else None,
        differs=(),
        ours=f"matched with {match.host_ref}, by {match.how}",
        there=f"not in the staff list; {len(same) or 'nobody'} with the same NPI",
        decides=_roles(manifest, Action.MATCH_STAFF),
        command=f"{match_command}{where}" if merged else f"witnessmark staff list{where}",
        instead="",
        choice="what names this person is sent again with that entry; nothing signed is altered",
    )


def _roles(manifest: Manifest, action: Action) -> tuple[str, ...]:
    table = manifest.permission_table()
    return tuple(role.value for role, actions in table.items() if action in actions)
