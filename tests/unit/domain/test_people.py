"""Licences and agreements hold from their first day to their last; people act for themselves."""

from datetime import date, timedelta

import pytest

from tests.unit.domain.practice import SETTING, SUPERVISEE, SUPERVISOR
from witnessmark.domain.actors import OPERATOR, PERSON_ONLY, Action, Actor, Role, permit
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import AgreementId, PersonId
from witnessmark.domain.people import Credential, LicenceStatus, Person, StatusChange
from witnessmark.errors import NotAllowedError

ISSUED, EXPIRES = date(2024, 3, 1), date(2026, 3, 11)
LICENCE = Credential(
    "LMFT",
    "INV-1",
    "us-ca-bbs-lmft",
    "An invented board",
    "US-CA",
    ISSUED,
    EXPIRES,
    (
        StatusChange(ISSUED, LicenceStatus.LICENSED),
        StatusChange(date(2025, 1, 1), LicenceStatus.PROBATION),
        StatusChange(date(2025, 7, 1), LicenceStatus.LICENSED),
    ),
)
EVERYTHING = {role: frozenset(Action) for role in Role}


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2024, 2, 29), None),
        (date(2024, 3, 1), "licensed"),
        (date(2024, 12, 31), "licensed"),
        (date(2025, 1, 1), "probation"),
        (date(2025, 6, 30), "probation"),
        (date(2025, 7, 1), "licensed"),
        (date(2026, 3, 11), "licensed"),
        (date(2026, 3, 12), "lapsed"),
    ],
)
def test_a_licence_has_the_status_the_board_gave_it_on_that_day(
    day: date, status: str | None
) -> None:
    assert LICENCE.status_on(day) == status


def test_one_licence_in_good_standing_is_enough_and_probation_is_not() -> None:
    person = Person(SUPERVISOR, "Benedikt Invented", credentials=(LICENCE,))
    assert person.in_good_standing_on(date(2026, 3, 11))
    assert not person.in_good_standing_on(date(2026, 3, 12))
    assert not person.in_good_standing_on(date(2025, 3, 1))
    assert not Person(SUPERVISEE, "Ada Invented").in_good_standing_on(date(2026, 3, 1))


def test_an_agreement_holds_on_its_first_and_last_day_and_without_end_for_good() -> None:
    agreement = Agreement(
        AgreementId("a1"), SUPERVISOR, SUPERVISEE, SETTING.id, ISSUED, date(2024, 3, 2)
    )
    days = [ISSUED + timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert [agreement.in_force_on(day) for day in days] == [False, True, True, False]
    lasting = Agreement(AgreementId("a2"), SUPERVISOR, SUPERVISEE, SETTING.id, ISSUED)
    assert lasting.in_force_on(date(2099, 1, 1))


@pytest.mark.parametrize("action", sorted(PERSON_ONLY))
def test_no_manifest_lets_the_operator_do_what_only_a_person_may(action: Action) -> None:
    for operator in (OPERATOR, Actor(Role.OPERATOR, PersonId("somebody"))):
        with pytest.raises(NotAllowedError, match="operator may not"):
            permit(operator, action, EVERYTHING)


def test_a_person_needs_the_action_in_their_role() -> None:
    supervisee = Actor(Role.SUPERVISEE, SUPERVISEE)
    permit(supervisee, Action.SUBMIT, {Role.SUPERVISEE: frozenset({Action.SUBMIT})})
    permit(OPERATOR, Action.IMPORT, EVERYTHING)
    with pytest.raises(NotAllowedError, match="supervisee may not log hours"):
        permit(supervisee, Action.LOG_HOURS, {Role.SUPERVISEE: frozenset({Action.SUBMIT})})
    with pytest.raises(NotAllowedError):
        permit(supervisee, Action.SUBMIT, {})
