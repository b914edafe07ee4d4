"""An appointment of the host's calendar: five facts, and nothing of whom it was with."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.fhir_r4.scripted import Played, answer, bundle, played
from tests.unit.fhir_r4.strategies import X
from tests.unit.fhir_r4.test_delivery import adapter
from witnessmark.domain.capabilities import Capability
from witnessmark.ports.host import AppointmentSeen, Booking, Feed, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark_adapters.fhir_r4.mapping import calendar

MIRA = HostRef("Practitioner/mira")
READING = Reading(MIRA, date(2026, 10, 27))
AT = "2026-11-16T09:00:00-08:00"


def actor(reference: str, **more: object) -> dict[str, Any]:
    return {"actor": {"reference": reference, "display": "Canary-Display"}, **more}


def body(**more: object) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "visit-1",
        "meta": {"versionId": "7", "lastUpdated": AT},
        "status": "booked",
        "start": AT,
        "end": "2026-11-16T09:50:00-08:00",
        "appointmentType": {"coding": [{"code": "individual", "display": "Canary-Kind"}]},
        "description": "Canary-Description",
        "comment": "Canary-Comment",
        "reasonCode": [{"text": "Canary-Reason"}],
        "participant": [
            actor("Patient/canary-7"),
            actor("Practitioner/mira"),
            actor("Location/blue-room"),
        ],
        **more,
    }


SEEN = AppointmentSeen(
    host_ref=HostRef("Appointment/visit-1"),
    version="7",
    booking=Booking.STANDS,
    start=datetime(2026, 11, 16, 17, 0, tzinfo=UTC),
    end=datetime(2026, 11, 16, 17, 50, tzinfo=UTC),
    type_code="individual",
    location="Location/blue-room",
    of_client=True,
    changed_at=datetime(2026, 11, 16, 17, 0, tzinfo=UTC),
)


def read(body: dict[str, Any]) -> AppointmentSeen:
    return calendar.read(body, whose=MIRA, x=X)


def test_five_facts_are_read_and_nothing_of_the_client() -> None:
    assert read(body()) == SEEN
    assert "anary" not in str(asdict(read(body())))


@pytest.mark.parametrize(
    ("status", "booking"),
    [
        ("booked", Booking.STANDS),
        ("arrived", Booking.STANDS),
        ("checked-in", Booking.STANDS),
        ("fulfilled", Booking.STANDS),
        ("noshow", Booking.NO_SHOW),
        ("cancelled", Booking.CANCELLED),
        ("entered-in-error", Booking.CANCELLED),
        ("proposed", Booking.CANCELLED),
        ("pending", Booking.CANCELLED),
        ("waitlist", Booking.CANCELLED),
        ("some word of its own", Booking.CANCELLED),
        (None, Booking.CANCELLED),
    ],
)
def test_what_stands_is_what_was_booked_and_not_called_off(
    status: str | None, booking: Booking
) -> None:
    assert read(body(status=status)).booking is booking


@pytest.mark.parametrize(
    ("mine", "others", "booking"),
    [
        (["declined"], "accepted", Booking.CANCELLED),
        (["accepted"], "declined", Booking.STANDS),
        (["tentative"], "accepted", Booking.STANDS),
        ([None], "declined", Booking.STANDS),
        (["declined", "accepted"], "accepted", Booking.STANDS),
    ],
)
def test_who_declined_has_no_appointment(
    mine: list[str | None], others: str, booking: Booking
) -> None:
    who = [actor("Patient/1", status=others), *(actor(MIRA, status=one) for one in mine)]
    assert read(body(participant=who)).booking is booking


@pytest.mark.parametrize(
    ("participants", "expected"),
    [
        ([actor("https://ehr.invalid/fhir/Patient/1")], True),
        ([actor("Patient/1/_history/3")], True),
        ([{"actor": {"type": "Patient", "identifier": {"value": "Canary"}}}], True),
        ([actor("RelatedPerson/1"), actor("Practitioner/mira")], False),
        ([actor("PatientMonitor/1")], False),
        ([{"status": "accepted"}, "no object"], False),
        ("no list", False),
    ],
)
def test_a_patient_among_those_who_take_part_makes_it_client_time(
    participants: object, expected: object
) -> None:
    assert read(body(participant=participants)).of_client is expected


def test_an_appointment_of_ours_is_never_client_time() -> None:
    ours = body(identifier=[{"system": X.session, "value": "s-1"}])
    assert read(ours) == replace(SEEN, of_client=False)


@pytest.mark.parametrize("code", ["Oswin Canary", "", None, 5, "ca\u00f1ary", "x" * 65, "<b>"])
def test_a_code_that_looks_like_none_is_dropped(code: object) -> None:
    told = {"coding": [{"code": code}]}
    assert read(body(appointmentType=told)).type_code == ""


def test_which_service_it_is_of_is_never_read() -> None:
    service = [{"coding": [{"code": "methadone-maintenance"}]}]
    assert read(body(serviceType=service)) == SEEN
    assert read(body(appointmentType=None, serviceType=service)).type_code == ""


def test_a_place_is_a_reference_or_nothing() -> None:
    named = [actor("Patient/1"), actor("Location/room of Oswin Canary")]
    assert read(body(participant=named)).location == ""


def pull(host: Played, cursor: str | None, *lacking: Capability) -> Page:
    return host.run(adapter(*lacking).changes(Feed.CALENDAR, cursor, READING))


def query(host: Played) -> dict[str, list[str]]:
    return parse_qs(urlsplit(host.asked[-1].url).query)


def test_a_first_reading_is_of_one_person_since_a_day_and_asks_for_no_more_than_is_read() -> None:
    host = played(answer(200, bundle(body())))
    page = pull(host, None)
    assert page.changes == (SEEN,)
    asked = query(host)
    assert (asked["actor"], asked["date"]) == (["Practitioner/mira"], ["ge2026-10-27"])
    elements = "identifier,status,start,end,appointmentType,participant,meta"
    assert asked["_elements"] == [elements]


def test_a_later_reading_sees_changes_of_old_appointments_too() -> None:
    cursor = pull(played(answer(200, bundle(body()))), None).cursor
    host = played(answer(200, bundle()))
    pull(host, cursor)
    assert "date" not in query(host)
    assert query(host)["_lastUpdated"] == ["ge2026-11-16T16:55:00.000Z"]


def test_a_host_that_shows_no_changes_is_read_from_the_day_on_each_time() -> None:
    cursor = pull(played(answer(200, bundle(body()))), None, Capability.SEE_CHANGES).cursor
    host = played(answer(200, bundle(body())))
    pull(host, cursor, Capability.SEE_CHANGES)
    assert query(host)["date"] == ["ge2026-10-27"]
    assert "_lastUpdated" not in query(host)


def test_what_is_another_persons_is_dropped_though_the_host_gives_it() -> None:
    another = body(id="visit-2", participant=[actor("Patient/1"), actor("Practitioner/jonas")])
    assert pull(played(answer(200, bundle(another, body()))), None).changes == (SEEN,)
