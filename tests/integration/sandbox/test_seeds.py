"""The calendar and notes a test can put into the practice, and what a person does there."""

from datetime import UTC, date, datetime

import pytest
from tests.integration.sandbox.ehr import Ehr

from witnessmark.sandbox import (
    BOOKINGS,
    PATIENTS,
    FhirError,
    canaries,
    move_later,
    seed,
    seed_calendar,
    seed_notes,
    seed_special_cases,
)

MIRA, RUTH = "Practitioner/mira-example-santos", "Practitioner/ruth-example-okafor"


def test_a_calendar_of_any_size_ends_on_its_last_day(ehr: Ehr) -> None:
    seed_calendar(ehr.practice, 300, staff=["mira", "jonas"], until=date(2026, 11, 22))
    assert ehr.practice.log.entries == []
    week = "practitioner=mira&date=ge2026-11-16&date=lt2026-11-22&_count=200"
    found = [each["resource"] for each in ehr.get(f"Appointment?{week}").json()["entry"]]
    assert len(found) == 40
    done = [one for one in found if one["status"] == "fulfilled"]
    assert sum(one["minutesDuration"] for one in done) == 1900
    assert {one["start"] for one in found if one["status"] != "fulfilled"} == {
        "2026-11-17T16:00:00-08:00",
        "2026-11-19T16:00:00-08:00",
    }
    assert len(list(ehr.practice.resources("Appointment"))) == 300
    assert len(list(ehr.practice.resources("Patient"))) == 12


def test_the_special_cases_last_as_long_as_their_table_says(ehr: Ehr) -> None:
    cases = seed_special_cases(ehr.practice, "mira-example-santos", monday=date(2026, 11, 9))
    move_later(ehr.practice, cases)
    told = {
        name: [
            (one["start"], one["end"], one["status"])
            for one in map(ehr.practice.by_hand.read, references)
        ]
        for name, references in cases.items()
    }
    group = ("2026-11-09T09:00:00-08:00", "2026-11-09T10:30:00-08:00", "fulfilled")
    assert told == {
        "group": [group] * 8,
        "couple": [("2026-11-09T11:00:00-08:00", "2026-11-09T11:50:00-08:00", "fulfilled")] * 2,
        "cancelled": [("2026-11-10T09:00:00-08:00", "2026-11-10T09:50:00-08:00", "cancelled")],
        "no_show": [("2026-11-10T10:00:00-08:00", "2026-11-10T10:50:00-08:00", "noshow")],
        "moved": [("2026-11-10T14:00:00-08:00", "2026-11-10T14:50:00-08:00", "fulfilled")],
        "overlapping": [
            ("2026-11-10T15:00:00-08:00", "2026-11-10T16:00:00-08:00", "fulfilled"),
            ("2026-11-10T15:30:00-08:00", "2026-11-10T16:30:00-08:00", "fulfilled"),
        ],
        "touching": [
            ("2026-11-11T10:00:00-08:00", "2026-11-11T10:50:00-08:00", "fulfilled"),
            ("2026-11-11T10:50:00-08:00", "2026-11-11T11:40:00-08:00", "fulfilled"),
        ],
        "across_midnight": [
            ("2026-11-11T23:30:00-08:00", "2026-11-12T00:45:00-08:00", "fulfilled")
        ],
        "staff_meeting": [("2026-11-12T12:00:00-08:00", "2026-11-12T12:30:00-08:00", "fulfilled")],
        "ours": [("2026-11-12T14:00:00-08:00", "2026-11-12T15:00:00-08:00", "fulfilled")],
        "across_weeks": [("2026-11-15T23:30:00-08:00", "2026-11-16T00:20:00-08:00", "fulfilled")],
        "clocks_back": [("2026-11-01T00:30:00-07:00", "2026-11-01T02:30:00-08:00", "fulfilled")],
        "clocks_forward": [("2026-03-08T01:30:00-08:00", "2026-03-08T03:30:00-07:00", "fulfilled")],
    }
    assert ehr.found("Appointment?identifier=https://practice.example/ours|") == [
        "ours-1400-mira-example-santos-1"
    ]
    (meeting,) = map(ehr.practice.by_hand.read, cases["staff_meeting"])
    actors = [each["actor"]["reference"] for each in meeting["participant"]]
    assert actors == [RUTH, MIRA]


def test_the_canaries_are_all_that_is_known_of_clients(ehr: Ehr) -> None:
    seed(ehr.practice)
    seed_notes(ehr.practice)
    seed_special_cases(ehr.practice, "lily-example-chen", monday=date(2026, 11, 9))
    words = canaries(ehr.practice)
    assert {word for one in PATIENTS for word in (one.given, one.family, one.born)} <= words
    assert {one.note for one in BOOKINGS if one.patients and one.note} <= words
    assert {"Canary-Note: slept badly", "Q2FuYXJ5LU5vdGU6IHNsZXB0IGJhZGx5", "1929-03-08"} <= words
    assert "Canary-Reason-group" in words
    assert "Staff meeting" not in words


def test_a_note_is_signed_edited_returned_and_withdrawn_by_hand(ehr: Ehr) -> None:
    first, *_ = seed_notes(ehr.practice)
    hand = ehr.practice.by_hand
    signed = hand.sign_note(first, RUTH, when=datetime(2026, 11, 19, 9, 30, tzinfo=UTC))
    assert (signed["docStatus"], signed["authenticator"]) == ("final", {"reference": RUTH})
    (proof,) = ehr.practice.resources("Provenance")
    assert proof["target"] == [{"reference": f"{first}/_history/2"}]
    assert proof["signature"][0]["when"] == "2026-11-19T09:30:00.000Z"

    edited = hand.edit_note(first, "Canary-Note: rewritten")
    assert (edited["docStatus"], "authenticator" in edited) == ("amended", False)
    hand.sign_note(first, RUTH)
    kept = hand.edit_note(first, "Canary-Note: once more", keeps_signature=True)
    assert (kept["docStatus"], kept["authenticator"]) == ("amended", {"reference": RUTH})
    returned = hand.return_note(first)
    assert (returned["docStatus"], "authenticator" in returned) == ("preliminary", False)
    assert hand.edit_note(first, "Canary-Note: a draft")["docStatus"] == "preliminary"
    assert hand.withdraw_note(first)["status"] == "entered-in-error"
    assert ehr.practice.log.writes == 0


def test_appointments_and_tasks_are_moved_by_hand(ehr: Ehr) -> None:
    seed(ehr.practice)
    hand = ehr.practice.by_hand
    assert hand.cancel("Appointment/visit-1")["status"] == "cancelled"
    assert hand.miss("Appointment/visit-1")["status"] == "noshow"
    moved = hand.move("Appointment/visit-1", datetime(2026, 10, 6, 9, tzinfo=UTC), minutes=80)
    assert (moved["start"], moved["end"]) == (
        "2026-10-06T09:00:00+00:00",
        "2026-10-06T10:20:00+00:00",
    )
    hand.delete("Appointment/visit-1")
    with pytest.raises(FhirError, match="410 deleted"):
        hand.cancel("Appointment/visit-1")

    ehr.put("Task/t", {"resourceType": "Task", "id": "t", "status": "requested", "intent": "order"})
    task = hand.move_task("Task/t", "rejected", "returned for changes")
    assert (task["status"], task["businessStatus"], task["lastModified"]) == (
        "rejected",
        {"text": "returned for changes"},
        "2026-11-19T10:00:00.123Z",
    )
