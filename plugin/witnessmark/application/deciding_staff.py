"""A person decides who is who among the host's staff, and mends a match that was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context, agree_now, read_offer
from witnessmark.application.naming import Name, everything_naming
from witnessmark.application.records import KIND_ON
from witnessmark.application.staff import keep_match
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind, Projection
from witnessmark.domain.ids import PersonId
from witnessmark.errors import DomainError, GoneError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, StaffMatch, Trouble
from witnessmark.ports.host import Connection, Driver
from witnessmark.ports.records import (
    CredentialsRecord,
    HostRef,
    Receipt,
    RecordKey,
    Surroundings,
)
from witnessmark.ports.store import Work

SENT_AGAIN = frozenset({DeliveryState.DONE, DeliveryState.QUARANTINED})
"""What waits or is open takes the new reference anyway; a conflict stays a person's to decide."""

_MAY_BE_SENT = SENT_AGAIN | {DeliveryState.CONFLICT}

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """That a person here is that member of the host's staff.

    `swap`: whoever is that one by now takes the person's place.
    """

    person: str
    host_ref: str
    swap: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided match. `former`: whom the person was matched with before, empty for nobody.

    `sent_again` counts records that name the person and go out once more. `attested` counts those
    in the EHR that go on naming `former`: what was attested is never altered; `scans` of these went
    with a scan, which names `former` too. `entries_left`: our licences still stand at `former`,
    since the terms no longer let us write there. `exchanged`: the match of whom they exchanged
    places with; what names both is sent once, and counted here.
    """

    person: PersonId
    host_ref: HostRef
    former: str = ""
    sent_again: int = 0
    attested: int = 0
    scans: int = 0
    entries_left: bool = False
    exchanged: Decided | None = None


@dataclass(frozen=True, slots=True)
class _Move:
    """A person's way to a member of staff. `emptied`: what to write at the former, if anything."""

    person: PersonId
    host_ref: HostRef
    former: HostRef | None
    emptied: CredentialsRecord | None


def decide_staff(
    context: Context, driver: Driver, connection: Connection, *, choice: Choice, act: Act
) -> Decided:
    """Match by a person's decision; where it replaces a match, take our entries out of the former.

    Asks the host only for the latter, and keeps nothing when that fails: say it again then. Raises
    HostError, and DomainError for staff that were never seen or are another person's.
    """
    act.permit(Action.MATCH_STAFF)
    with context.store.look(context.clinic) as work:
        moves = _moves(work, connection.id, choice)
    left = not _withdraw(context, driver, connection, moves)
    with context.store.change(context.clinic) as work:
        if _moves(work, connection.id, choice) != moves:
            raise DomainError(
                "match_moved", "Who is who was changed meanwhile.", "Look again, and decide."
            )
        decided = [_keep(work, connection.id, move, left=left, act=act) for move in moves]
    first, *others = decided
    return replace(first, exchanged=others[0] if others else None)


def _moves(work: Work, connection: str, choice: Choice) -> tuple[_Move, ...]:
    """Return who goes where: the person, and whoever they exchange with. Raises DomainError."""
    person = work.people.get(choice.person).id
    if choice.host_ref not in {one.host_ref for one in work.staff.seen(connection)}:
        raise DomainError(
            "unknown_staff",
            f"The EHR's staff list has no {choice.host_ref}.",
            "Run `witnessmark staff list` and take a reference from it.",
        )
    matches = work.staff.matches(connection)
    known = matches.get(person)
    ways = {person: HostRef(choice.host_ref)}
    for other in matches.values():
        if other.host_ref == choice.host_ref and other.person != person:
            if known is None or not choice.swap:
                swap = "; to exchange the two say --swap" if known else ""
                raise DomainError(
                    "staff_taken",
                    f"{choice.host_ref} is {other.person} already, by {other.how}.",
                    f"If that is wrong, match {other.person} with another first{swap}.",
                )
            ways[other.person] = known.host_ref
    return tuple(_move(work, connection, who, ref) for who, ref in ways.items())


def _move(work: Work, connection: str, who: PersonId, host_ref: HostRef) -> _Move:
    known = work.staff.matches(connection).get(who)
    if known is None or known.host_ref == host_ref:
        return _Move(who, host_ref, None, None)
    key = RecordKey(ObjectKind.CREDENTIALS, who)
    there = work.receipts.of(connection, [key]).get(str(key), ())
    if known.host_ref not in {part.host_ref for part in there}:
        return _Move(who, host_ref, known.host_ref, None)
    nothing = replace(work.people.get(who), credentials=(), training=())
    around = Surroundings({who: known.host_ref}, {})
    emptied = CredentialsRecord(key, work.people.version(who), nothing, around)
    return _Move(who, host_ref, known.host_ref, emptied)


def _withdraw(
    context: Context, driver: Driver, connection: Connection, moves: Sequence[_Move]
) -> bool:
    """Take our entries out of the former members of staff; False where the terms forbid it."""
    with context.store.look(context.clinic) as work:
        offer = read_offer(work.connections.get(connection.id).offer)
    agreed = agree_now(context, connection, offer)
    how = agreed.chosen[ObjectKind.CREDENTIALS].projection
    if how is Projection.LOCAL:
        return False
    adapter = context.adapter_under(connection, offer, agreed)
    for emptied in (move.emptied for move in moves if move.emptied):
        # Whatever became of our entries there, they are at the wrong person: nothing is compared.
        call = adapter.put(emptied, how, None)
        with suppress(GoneError):
            driver.run(call, on=connection, operation=f"take back {emptied.key}")
    return True


def _keep(work: Work, connection: str, move: _Move, *, left: bool, act: Act) -> Decided:
    """Keep one match; where it replaces another, owe again what names the person."""
    match = StaffMatch(move.person, move.host_ref, "person", act.actor.name)
    decided = Decided(move.person, move.host_ref)
    if move.former is None:
        keep_match(work, connection, match=match, act=act)
        return decided
    left = left and move.emptied is not None
    decided = replace(decided, former=move.former, entries_left=left)
    decided = _send_again(work, connection, decided, act)
    if move.emptied is not None and not left:
        work.receipts.put(connection, move.emptied.key, ())
    keep_match(work, connection, match=match, act=act, **_in_audit(decided))
    return decided


def _in_audit(decided: Decided) -> dict[str, str | int]:
    return {
        "former": decided.former,
        "sent_again": decided.sent_again,
        "attested": decided.attested,
        "scans": decided.scans,
        "entries_left": int(decided.entries_left),
    }


def _send_again(work: Work, connection: str, decided: Decided, act: Act) -> Decided:
    """Owe again what names the person, so that it names the right member of staff."""
    named = frozenset(_naming(work, decided.person))
    attested = {key for key in named if key.kind is ObjectKind.ATTESTATION}
    standing = work.receipts.of(connection, attested)
    rows = [
        row
        for row in work.deliveries.listed(connection=connection, states=_MAY_BE_SENT, limit=_ALL)
        if row.key in named and str(row.key) not in standing and _is_sent_again(row)
    ]
    for row in rows:
        again = Settled(DeliveryState.OPEN, "somebody it names is another member of the staff")
        work.deliveries.resolve(row, again, now=act.at)
    scans = sum(_has_document(receipt) for receipt in standing.values())
    return replace(decided, sent_again=len(rows), attested=len(standing), scans=scans)


def _has_document(receipt: Receipt) -> bool:
    return any(part.role == Projection.DOCUMENT for part in receipt)


def _is_sent_again(row: Delivery) -> bool:
    """Whether a new match settles a row: one in conflict only where the former entry is gone."""
    went_with_it = row.key.kind is ObjectKind.CREDENTIALS and row.trouble is Trouble.GONE
    return row.state in SENT_AGAIN or went_with_it


def _naming(work: Work, person: PersonId) -> Iterator[RecordKey]:
    yield RecordKey(ObjectKind.CREDENTIALS, person)
    for name, named in everything_naming(work):
        kind = KIND_ON.get(name.shelf)
        if kind is not None and Name("people", person) in named:
            yield RecordKey(kind, name.id)
