"""Whose turn it is to present in a standing group: the longest wait first, a pass costs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from witnessmark.domain.groups import Membership, StandingGroup, Turn, TurnKind
from witnessmark.domain.ids import PersonId
from witnessmark.errors import DomainError

Place = tuple[int, date, PersonId]
"""Where someone stands in the queue: 0 and since when a member, or which presentation was last."""


def members_on(group: StandingGroup, day: date) -> tuple[Membership, ...]:
    """Return who belongs to the group on that day."""
    return tuple(
        one for one in group.members if one.since <= day and (one.until is None or day <= one.until)
    )


def next_up(group: StandingGroup, *, on: date) -> PersonId | None:
    """Return who presents next on that day; None when everybody presented or passed on it.

    First who never presented (by membership, then id), then who waits longest. Turns after that
    day are not yet known. A pass holds for its day alone; a swap exchanges two places in the queue.
    """
    done = {turn.person for turn in group.ledger if turn.day == on and _takes_turn(turn)}
    places = _places(group, on)
    waiting = [person for person in places if person not in done]
    return min(waiting, key=places.__getitem__, default=None)


def present(group: StandingGroup, *, on: date, person: PersonId) -> StandingGroup:
    """Note that a member presented, whether or not they were next. Raises DomainError."""
    _must_be_free(group, person, on=on)
    return _with(group, Turn(on, person, TurnKind.PRESENTED))


def pass_turn(group: StandingGroup, *, on: date, person: PersonId) -> StandingGroup:
    """Let this one occasion go to the next member, and keep the place. Raises DomainError."""
    _must_be_free(group, person, on=on)
    return _with(group, Turn(on, person, TurnKind.PASSED))


def swap_turns(
    group: StandingGroup, *, on: date, person: PersonId, with_person: PersonId
) -> StandingGroup:
    """Exchange the places of two members from that day on. Raises DomainError."""
    if person == with_person:
        raise DomainError("swap_with_oneself", "A swap takes two members.", "Name the other one.")
    _must_be_free(group, person, on=on)
    _must_be_free(group, with_person, on=on)
    return _with(group, Turn(on, person, TurnKind.SWAPPED, with_person))


def _places(group: StandingGroup, on: date) -> dict[PersonId, Place]:
    """Replay the ledger up to that day over everybody who is a member on it."""
    places: dict[PersonId, Place] = {
        one.person: (0, one.since, one.person) for one in members_on(group, on)
    }
    known = sorted((turn for turn in group.ledger if turn.day <= on), key=lambda turn: turn.day)
    for number, turn in enumerate(known, start=1):
        mine = places.get(turn.person)
        other = places.get(turn.with_person) if turn.with_person is not None else None
        if turn.kind is TurnKind.PRESENTED and mine is not None:
            places[turn.person] = (number, turn.day, turn.person)
        elif mine is not None and other is not None and turn.with_person is not None:
            places[turn.person], places[turn.with_person] = other, mine
    return places


def _takes_turn(turn: Turn) -> bool:
    return turn.kind in {TurnKind.PRESENTED, TurnKind.PASSED}


def _must_be_free(group: StandingGroup, person: PersonId, *, on: date) -> None:
    if person not in {one.person for one in members_on(group, on)}:
        raise DomainError(
            "not_a_member",
            "Only a member of the group on that day takes a turn.",
            "Check the person and the day.",
        )
    if any(turn.day == on and turn.person == person and _takes_turn(turn) for turn in group.ledger):
        raise DomainError(
            "turn_taken",
            "This member presented or passed on that day already.",
            "Choose another member, or another day.",
        )


def _with(group: StandingGroup, turn: Turn) -> StandingGroup:
    return replace(group, ledger=(*group.ledger, turn))
