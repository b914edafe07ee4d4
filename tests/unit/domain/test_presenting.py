"""The presenter ledger is fair, a pass costs nothing, and a swap is between two."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.practice import SETTING
from witnessmark.domain.groups import Membership, StandingGroup
from witnessmark.domain.ids import GroupId, PersonId
from witnessmark.domain.presenting import next_up, pass_turn, present, swap_turns
from witnessmark.errors import DomainError

FIRST = date(2026, 1, 7)
ADA, BEN, CLEO = PersonId("ada"), PersonId("ben"), PersonId("cleo")
GROUP = StandingGroup(
    GroupId("wednesdays"),
    "Wednesday group",
    SETTING.id,
    (PersonId("lead"),),
    (
        Membership(CLEO, date(2025, 1, 1)),
        Membership(BEN, date(2025, 6, 1)),
        Membership(ADA, date(2025, 6, 1)),
    ),
)


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def presented(group: StandingGroup, weeks: int) -> list[PersonId | None]:
    """Let whoever is next present, week after week."""
    order = []
    for number in range(weeks):
        person = next_up(group, on=week(number))
        order.append(person)
        if person is not None:
            group = present(group, on=week(number), person=person)
    return order


def test_the_first_round_goes_by_membership_then_by_id_and_the_next_by_longest_wait() -> None:
    assert presented(GROUP, 5) == [CLEO, ADA, BEN, CLEO, ADA]


def test_a_pass_moves_one_occasion_on_and_keeps_the_place() -> None:
    group = pass_turn(GROUP, on=week(0), person=CLEO)
    assert next_up(group, on=week(0)) == ADA
    group = present(group, on=week(0), person=ADA)
    assert next_up(group, on=week(1)) == CLEO


def test_when_everybody_passes_nobody_is_next_and_nobody_has_lost_a_place() -> None:
    group = GROUP
    for person in (CLEO, ADA, BEN):
        group = pass_turn(group, on=week(0), person=person)
    assert next_up(group, on=week(0)) is None
    assert next_up(group, on=week(1)) == CLEO


def test_a_swap_exchanges_two_places_and_no_others() -> None:
    assert presented(swap_turns(GROUP, on=FIRST, person=CLEO, with_person=BEN), 3) == [
        BEN,
        ADA,
        CLEO,
    ]


def test_a_newcomer_is_next_and_who_left_is_not_asked() -> None:
    group = present(GROUP, on=week(0), person=CLEO)
    newcomer = Membership(PersonId("dina"), week(1))
    gone = replace(GROUP.members[2], until=week(0))
    group = replace(group, members=(*group.members[:2], gone, newcomer))
    assert [next_up(group, on=week(n)) for n in (0, 1)] == [ADA, BEN]
    group = present(group, on=week(1), person=BEN)
    assert next_up(group, on=week(2)) == newcomer.person


def test_a_past_day_is_answered_from_the_turns_known_by_then_in_whatever_order_written() -> None:
    group = present(present(GROUP, on=week(1), person=ADA), on=week(0), person=CLEO)
    assert [next_up(group, on=week(n)) for n in (0, 1, 2)] == [ADA, BEN, BEN]
    assert next_up(present(group, on=week(2), person=BEN), on=week(3)) == CLEO


def test_turns_are_for_members_once_a_day_and_swaps_for_two() -> None:
    once = present(GROUP, on=FIRST, person=CLEO)
    with pytest.raises(DomainError, match="turn_taken"):
        pass_turn(once, on=FIRST, person=CLEO)
    with pytest.raises(DomainError, match="not_a_member"):
        present(GROUP, on=FIRST, person=PersonId("lead"))
    with pytest.raises(DomainError, match="not_a_member"):
        swap_turns(GROUP, on=FIRST, person=CLEO, with_person=PersonId("lead"))
    with pytest.raises(DomainError, match="swap_with_oneself"):
        swap_turns(GROUP, on=FIRST, person=CLEO, with_person=CLEO)


@settings(max_examples=50, deadline=None)
@given(size=st.integers(1, 7), occasions=st.integers(0, 40), data=st.data())
def test_without_passes_everybody_presents_equally_often(
    size: int, occasions: int, data: st.DataObject
) -> None:
    members = tuple(
        Membership(PersonId(f"p{n}"), FIRST - timedelta(days=data.draw(st.integers(0, 3))))
        for n in range(size)
    )
    order = presented(replace(GROUP, members=members), occasions)
    times = [order.count(member.person) for member in members]
    assert sum(times) == occasions
    assert max(times) - min(times) <= 1


@settings(max_examples=50, deadline=None)
@given(passes=st.lists(st.integers(0, 2), max_size=25))
def test_whoever_passed_is_next_until_they_present(passes: list[int]) -> None:
    group = GROUP
    for number, how_many in enumerate(passes):
        first = next_up(group, on=week(number))
        for _ in range(how_many):
            passer = next_up(group, on=week(number))
            assert passer is not None
            group = pass_turn(group, on=week(number), person=passer)
        presenter = next_up(group, on=week(number))
        assert presenter is not None
        group = present(group, on=week(number), person=presenter)
        if how_many:
            assert next_up(group, on=week(number + 1)) == first
