"""Who a person is among the host's staff: by NPI, then by licence, else a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from witnessmark.application.acts import Act
from witnessmark.application.person_feeds import read_anew
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.people import Person
from witnessmark.ports.deliveries import StaffMatch
from witnessmark.ports.host import StaffSeen
from witnessmark.ports.records import RecordKey, staff_key
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class StaffStanding:
    """One person and the host: the match, or why there is none and whom one could choose.

    `notes` tell what the host itself says otherwise of the same licences: elements, no values.
    """

    person: Person
    match: StaffMatch | None
    why: str
    candidates: tuple[StaffSeen, ...]
    notes: tuple[str, ...] = ()


def match_staff(work: Work, connection: str, *, act: Act) -> tuple[StaffMatch, ...]:
    """Match everyone who can be matched beyond doubt; wake what waited. Returns the new matches."""
    seen = work.staff.seen(connection)
    known = work.staff.matches(connection)
    taken = {match.host_ref for match in known.values()}
    people = [person for person in work.people.all() if person.id not in known]
    found: list[StaffMatch] = []
    for person in people:
        free = [one for one in seen if one.host_ref not in taken]
        match = _beyond_doubt(person, people, free)
        if match is not None:
            keep_match(work, connection, match=match, act=act)
            taken.add(match.host_ref)
            found.append(match)
    return tuple(found)


def staff_standing(work: Work, connection: str) -> Sequence[StaffStanding]:
    """Say of every person whom they match, or why nobody."""
    seen = work.staff.seen(connection)
    matches = work.staff.matches(connection)
    taken = {match.host_ref for match in matches.values()}
    free = tuple(one for one in seen if one.host_ref not in taken)
    people = list(work.people.all())
    keys = {person.id: RecordKey(ObjectKind.CREDENTIALS, person.id) for person in people}
    receipts = work.receipts.of(connection, keys.values())
    return [
        StaffStanding(
            person,
            matches.get(person.id),
            "" if person.id in matches else _why_not(person, free),
            () if person.id in matches else free,
            tuple(n for part in receipts.get(str(keys[person.id]), ()) for n in part.notes),
        )
        for person in people
    ]


def keep_match(
    work: Work, connection: str, *, match: StaffMatch, act: Act, **more: str | int
) -> None:
    """Keep a match, wake what waited for it, write it down; `more` goes into the audit detail.

    Where it replaces another, the person's calendar and notes are read anew.
    """
    known = work.staff.matches(connection).get(match.person)
    if known is not None and known.host_ref != match.host_ref:
        # What is kept is of somebody else, with whom the person was matched so far.
        refs = (known.host_ref, match.host_ref)
        read_anew(work, connection, person=match.person, refs=refs)
        work.calendar.forget_unconfirmed(connection, match.person)
    work.staff.match(connection, match)
    work.deliveries.wake(connection, staff_key(match.person))
    detail = {"connection": connection, "how": match.how, "host_ref": match.host_ref, **more}
    act.write_down(work, "staff_matched", staff_key(match.person), **detail)


def _beyond_doubt(
    person: Person, people: Sequence[Person], seen: Sequence[StaffSeen]
) -> StaffMatch | None:
    by_npi = [one for one in seen if person.npi is not None and one.npi == person.npi]
    if len(by_npi) == 1:
        return StaffMatch(person.id, by_npi[0].host_ref, "npi", "rule")
    numbers = {held.number for held in person.credentials}
    shared = {
        held.number for other in people if other.id != person.id for held in other.credentials
    }
    by_licence = [
        one
        for one in seen
        if {value for _, value in one.licences} & (numbers - shared)
        and (one.npi is None or person.npi is None)
    ]
    if not by_npi and len(by_licence) == 1:
        return StaffMatch(person.id, by_licence[0].host_ref, "licence", "rule")
    return None


def _why_not(person: Person, free: Sequence[StaffSeen]) -> str:
    if person.npi is None and not person.credentials:
        return "has neither NPI nor licence here"
    same = sum(one.npi == person.npi for one in free if person.npi is not None)
    if same > 1:
        return f"{same} members of the EHR's staff carry this NPI"
    return "no member of the EHR's staff carries this NPI or licence number"
