"""A registry's statement held against a licence of ours; which check tells; the NPI's digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from witnessmark.domain.checking import Element, Entry, Found, StatedLicence, compare, decisive
from witnessmark.domain.ids import PersonId, VerificationId
from witnessmark.domain.npi import npi_is_sound
from witnessmark.domain.people import Credential, LicenceStatus, Person, StatusChange
from witnessmark.domain.verifications import (
    Verification,
    VerificationMethod,
    VerificationOutcome,
)

CONFIRMED, DIFFERS, NOT_FOUND = VerificationOutcome


def licence(number: str, jurisdiction: str = "US-CA") -> Credential:
    since = date(2015, 9, 1)
    return Credential(
        licence_type="Invented",
        number=number,
        board="invented-board",
        board_name="Invented Board",
        jurisdiction=jurisdiction,
        issued=since,
        expires=None,
        history=(StatusChange(since, LicenceStatus.LICENSED),),
    )


HELD = licence("INV-MFT 0102")
DANIEL = Person(PersonId("dl"), "Daniel Éxample-Lindqvist", npi="1000001028", credentials=(HELD,))
STATED = Found(
    Entry.ACTIVE,
    evidence="0" * 64,
    names=("DANIEL A EXAMPLE LINDQVIST",),
    licences=(StatedLicence("inv-mft-0102", "US-CA"), StatedLicence("9", "US-NY")),
)


def test_the_same_number_state_and_name_confirm() -> None:
    compared = compare(STATED, person=DANIEL, held=HELD)
    assert (compared.outcome, compared.differences) == (CONFIRMED, ())


@pytest.mark.parametrize(
    ("found", "outcome", "differences"),
    [
        (Found(Entry.NONE, "0"), NOT_FOUND, ()),
        (Found(Entry.INACTIVE, "0"), DIFFERS, (Element.ENTRY_STATUS,)),
        (replace(STATED, organisation=True), DIFFERS, (Element.ENTRY_KIND,)),
        (replace(STATED, names=("SOMEBODY ELSE",)), DIFFERS, (Element.NAME,)),
        (
            replace(STATED, licences=(StatedLicence("INV-MFT-0102", "US-NY"),)),
            DIFFERS,
            (Element.JURISDICTION,),
        ),
        (
            replace(STATED, licences=(StatedLicence("INV-MFT-0201", "US-CA"),)),
            DIFFERS,
            (Element.NUMBER,),
        ),
        (replace(STATED, licences=(StatedLicence("9", "US-NY"),)), NOT_FOUND, ()),
        (replace(STATED, licences=(), names=("SOMEBODY ELSE",)), NOT_FOUND, (Element.NAME,)),
    ],
)
def test_what_is_different_is_named(
    found: Found, outcome: VerificationOutcome, differences: tuple[Element, ...]
) -> None:
    compared = compare(found, person=DANIEL, held=HELD)
    assert (compared.outcome, compared.differences) == (outcome, differences)


def test_a_former_name_is_a_name() -> None:
    found = replace(STATED, names=("DANIEL LATER", "DANIEL EXAMPLE-LINDQVIST"))
    assert compare(found, person=DANIEL, held=HELD).outcome is CONFIRMED


def test_another_licence_of_ours_does_not_stand_for_the_one_that_is_missing() -> None:
    second = licence("INV-PCC-7")
    both = replace(DANIEL, credentials=(HELD, second))
    assert compare(STATED, person=both, held=second).outcome is NOT_FOUND


def check(day: int, method: VerificationMethod, outcome: VerificationOutcome) -> Verification:
    return Verification(
        id=VerificationId(f"v-{day}"),
        person=DANIEL.id,
        board=HELD.board,
        number=HELD.number,
        method=method,
        source="Invented",
        outcome=outcome,
        at=datetime(2026, 11, day, 12, tzinfo=UTC),
        by="operator",
        evidence="0" * 64,
    )


def test_a_registry_outweighs_a_look_at_the_board_only_by_stating_otherwise() -> None:
    looked, registry = VerificationMethod.LOOKED, VerificationMethod.REGISTRY
    suspended = check(1, looked, DIFFERS)

    def tells(*checks: Verification) -> Verification | None:
        return decisive(checks, zone=UTC)

    assert tells() is None
    assert tells(check(1, registry, NOT_FOUND), last := check(2, registry, CONFIRMED)) is last
    assert tells(suspended, check(2, registry, CONFIRMED)) is suspended
    assert tells(fine := check(1, looked, CONFIRMED), check(2, registry, NOT_FOUND)) is fine
    assert tells(fine, other := check(2, registry, DIFFERS)) is other
    assert tells(other, again := check(3, looked, CONFIRMED)) is again


def test_of_one_day_the_check_that_was_recorded_last_tells() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    looked = check(20, VerificationMethod.LOOKED, CONFIRMED)
    evening = datetime(2026, 11, 21, 5, tzinfo=UTC)  # still the 20th there
    asked = replace(check(21, VerificationMethod.REGISTRY, DIFFERS), at=evening)
    for hour, first in ((6, "z"), (7, "a")):
        said = replace(
            looked, id=VerificationId(first), recorded_at=datetime(2026, 11, 21, hour, tzinfo=UTC)
        )
        assert decisive([asked, looked, said], zone=zone) is said
        looked = said
    assert decisive([asked, replace(looked, recorded_at=looked.at)], zone=zone) is asked


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("李明", "JOHN SMITH", False),
        ("Лев Толстой", "JOHN SMITH", False),
        ("Лев Толстой", "ЛЕВ ТОЛСТОЙ", True),
        ("Zoë Müller", "ZOE MULLER", True),
        ("Zoë O\u2019Neil", "ZOE ONEIL", True),
        ("Łukasz Lund", "LUKASZ LUND", False),
        ("Petra Lund", "PETRA ANN LUND", True),
        ("Petra Lund", "...", False),
        ("Petra Lund", None, False),
    ],
)
def test_names_are_the_same_by_their_words_and_no_name_is_nobodys(
    ours: str, theirs: str | None, *, same: bool
) -> None:
    found = replace(STATED, names=() if theirs is None else (theirs,))
    compared = compare(found, person=replace(DANIEL, registered_name=ours), held=HELD)
    assert compared.differences == (() if same else (Element.NAME,))


@pytest.mark.parametrize("npi", ["1000001028", "1000001010", "1234567893"])
def test_an_npi_s_last_digit_checks_the_others(npi: str) -> None:
    assert npi_is_sound(npi)
    assert not npi_is_sound(npi[:-1] + str((int(npi[-1]) + 1) % 10))


@pytest.mark.parametrize("npi", ["", "123456789", "12345678931", "١٢٣٤٥٦٧٨٩٣", "1234567893 "])
def test_what_is_not_ten_digits_is_no_npi(npi: str) -> None:
    assert not npi_is_sound(npi)
