"""What each record looks like in R4, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.unit.fhir_r4.strategies import LOG_RECEIPT, STAFF, X
from witnessmark.canonical import digest
from witnessmark.domain.hours import LogState
from witnessmark.domain.people import LicenceStatus, StatusChange
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import MappingError
from witnessmark.ports.records import AttestationRecord, HostRef
from witnessmark.testing import SUPERVISOR, Records, changed
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    held_session,
    qualification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.checked import checked
from witnessmark_adapters.fhir_r4.mapping.staff import staff_seen

BASE = X.canonical
RECORDS = Records(STAFF, "1")
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def _seat(person: str, code: str) -> dict[str, Any]:
    return {
        "type": [{"coding": [{"system": PARTICIPATION, "code": code}]}],
        "actor": {"reference": f"Practitioner/{person}-there"},
        "status": "accepted",
    }


def test_a_session_is_an_appointment_of_staff_in_the_settings_own_time() -> None:
    record = RECORDS.session()
    # 08:00 UTC on the day the clocks go back: 01:00 PDT; 09:30 UTC is the second 01:30, in PST.
    assert appointment.write(appointment.part_of(record), x=X) == {
        "resourceType": "Appointment",
        "identifier": [{"system": f"{BASE}/session", "value": "s-1"}],
        "status": "fulfilled",
        "serviceType": [
            {"coding": [{"system": f"{BASE}/CodeSystem/supervision", "code": "supervision"}]}
        ],
        "start": "2026-11-01T01:00:00-07:00",
        "end": "2026-11-01T01:30:00-08:00",
        "minutesDuration": 90,
        "participant": [
            _seat("p-okonjo", "PPRF"),
            _seat("p-silvan", "PPRF"),
            _seat("p-petrescu", "PART"),
            _seat("p-ruiz", "PART"),
        ],
    }


@pytest.mark.parametrize(
    ("status", "appointment_status"),
    [
        (SessionStatus.PLANNED, "booked"),
        (SessionStatus.HELD, "fulfilled"),
        (SessionStatus.CANCELLED, "cancelled"),
        (SessionStatus.NO_SHOW, "noshow"),
        (SessionStatus.ENTERED_IN_ERROR, "entered-in-error"),
    ],
)
def test_what_became_of_a_session_is_the_appointments_status(
    status: SessionStatus, appointment_status: str
) -> None:
    assert appointment.part_of(RECORDS.session(status)).status == appointment_status


def test_a_held_session_says_how_and_for_how_long_but_nothing_that_was_said() -> None:
    part = held_session.part_of(RECORDS.session(), appointment="Appointment/a1", x=X)
    codes = f"{BASE}/CodeSystem/supervision"
    leader = {"reference": "Practitioner/p-okonjo-there"}
    assert held_session.write(part, x=X) == {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": f"{BASE}/session", "value": "s-1"},
        "questionnaire": f"{BASE}/Questionnaire/supervision-session|1.0.0",
        "status": "completed",
        "subject": leader,
        "author": leader,
        "item": [
            {
                "linkId": "session",
                "answer": [{"valueReference": {"reference": "Appointment/a1"}}],
            },
            {"linkId": "medium", "answer": [{"valueCoding": {"system": codes, "code": "video"}}]},
            {"linkId": "real-time", "answer": [{"valueBoolean": True}]},
            *(
                {
                    "linkId": "attendance",
                    "item": [
                        {
                            "linkId": "attendance.who",
                            "answer": [{"valueReference": {"reference": who}}],
                        },
                        {"linkId": "attendance.minutes", "answer": [{"valueInteger": minutes}]},
                    ],
                }
                for who, minutes in (
                    ("Practitioner/p-petrescu-there", 90),
                    ("Practitioner/p-ruiz-there", 0),
                )
            ),
        ],
    }


def test_a_session_that_nobody_led_cannot_be_said() -> None:
    record = RECORDS.session()
    nobody = replace(record, session=replace(record.session, led_by=()))
    with pytest.raises(MappingError, match="session/s-1: led_by"):
        held_session.part_of(nobody, appointment="Appointment/a1", x=X)


def test_a_week_is_a_response_of_the_supervisee_with_one_identifier() -> None:
    body: Any = week_log.write(week_log.part_of(RECORDS.log(), x=X), x=X)
    codes = f"{BASE}/CodeSystem/supervision"
    supervisee = {"reference": "Practitioner/p-petrescu-there"}
    assert {name: value for name, value in body.items() if name != "item"} == {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": f"{BASE}/hour-log", "value": "w-1"},
        "questionnaire": f"{BASE}/Questionnaire/supervised-hours-week|1.0.0",
        "status": "completed",
        "subject": supervisee,
        "author": supervisee,
        "source": supervisee,
        "authored": "2026-11-02T09:05:09-08:00",
    }
    start, setting, first, _ = body["item"]
    assert start == {"linkId": "period.start", "answer": [{"valueDate": "2026-10-26"}]}
    assert setting["answer"] == [{"valueString": "Harbour Clinic (invented)"}]
    activity = {"system": codes, "code": "individual-therapy"}
    assert first == {
        "linkId": "entry",
        "item": [
            {"linkId": "entry.id", "answer": [{"valueString": "e-1"}]},
            {"linkId": "entry.date", "answer": [{"valueDate": "2026-10-26"}]},
            {"linkId": "entry.minutes", "answer": [{"valueInteger": 60}]},
            {"linkId": "entry.activity", "answer": [{"valueCoding": activity}]},
            {
                "linkId": "entry.modality",
                "answer": [{"valueCoding": {"system": codes, "code": "in-person"}}],
            },
            {
                "linkId": "entry.supervisor",
                "answer": [{"valueReference": {"reference": "Practitioner/p-okonjo-there"}}],
            },
        ],
    }


@pytest.mark.parametrize(
    ("state", "corrections", "status"),
    [
        (LogState.SUBMITTED, 0, "completed"),
        (LogState.SUBMITTED, 1, "amended"),
        (LogState.RETURNED, 0, "in-progress"),
        (LogState.WITHDRAWN, 0, "in-progress"),
        (LogState.CORRECTING, 1, "in-progress"),
        (LogState.ENTERED_IN_ERROR, 1, "entered-in-error"),
    ],
)
def test_where_a_week_stands_is_the_responses_status(
    state: LogState, corrections: int, status: str
) -> None:
    record = RECORDS.log()
    log = replace(record.log, state=state, corrections=corrections)
    assert week_log.part_of(replace(record, log=log), x=X).status == status


def test_a_draft_is_never_said() -> None:
    record = RECORDS.log()
    draft = replace(record.log, state=LogState.DRAFT, submitted_at=None)
    with pytest.raises(MappingError, match="leaves from its first submission on"):
        week_log.part_of(replace(record, log=draft), x=X)


def test_a_licence_in_good_standing_carries_hl7s_extension_and_training_our_code() -> None:
    body: Any = qualification.write(qualification.part_of(SUPERVISOR, x=X), x=X)
    training, licence = body["qualification"]
    assert licence == {
        "extension": [
            {
                "url": "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/"
                "practitioner-qualification",
                "extension": [
                    {"url": "status", "valueCode": "active"},
                    {
                        "url": "whereValid",
                        "valueCodeableConcept": {
                            "coding": [{"system": "https://www.usps.com/", "code": "CA"}]
                        },
                    },
                ],
            }
        ],
        "identifier": [
            {
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
                            "code": "SL",
                        }
                    ]
                },
                "system": f"{BASE}/license/us-ca-invented",
                "value": "INV-1001",
            }
        ],
        "code": {"text": "Licensed therapist"},
        "period": {"start": "2020-03-01", "end": "2028-02-29"},
        "issuer": {"display": "Invented Board of California"},
    }
    assert training["identifier"][0]["system"] == f"{BASE}/license/supervisor-training"
    assert training["code"] == {
        "coding": [{"system": f"{BASE}/CodeSystem/supervision", "code": "supervisor-training"}],
        "text": "Supervision course (invented)",
    }
    assert training["period"] == {"start": "2024-05-17"}


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (LicenceStatus.PROBATION, "2028-02-29"),
        (LicenceStatus.SUSPENDED, "2025-06-30"),
        (LicenceStatus.LAPSED, "2025-06-30"),
        (LicenceStatus.REVOKED, "2025-06-30"),
    ],
)
def test_a_licence_not_in_good_standing_never_says_active(status: LicenceStatus, end: str) -> None:
    held = SUPERVISOR.credentials[0]
    said = replace(held, history=(*held.history, StatusChange(date(2025, 7, 1), status)))
    part = qualification.part_of(replace(SUPERVISOR, credentials=(said,), training=()), x=X)
    body: Any = qualification.write(part, x=X)
    (entry,) = body["qualification"]
    coding = {"system": f"{BASE}/CodeSystem/supervision", "code": status.value}
    assert entry["extension"] == [
        {"url": f"{BASE}/StructureDefinition/license-status", "valueCoding": coding}
    ]
    assert entry["period"]["end"] == end


def test_the_hosts_own_entry_for_the_same_licence_is_left_as_it_is() -> None:
    own = {"identifier": [{"value": "INV-1001"}], "code": {"text": "Theirs"}}
    there = {"resourceType": "Practitioner", "qualification": [own]}
    written: Any = qualification.write(qualification.part_of(SUPERVISOR, x=X), there, x=X)
    assert written["qualification"][0] == own
    assert len(written["qualification"]) == 3


def test_entries_of_ours_that_no_longer_hold_are_taken_out() -> None:
    there = qualification.write(qualification.part_of(SUPERVISOR, x=X), x=X)
    nobody = replace(SUPERVISOR, credentials=(), training=())
    written = qualification.write(qualification.part_of(nobody, x=X), there, x=X)
    assert written == {"resourceType": "Practitioner"}


def test_an_attestation_recorded_elsewhere_claims_no_signature() -> None:
    record = RECORDS.attestation(LOG_RECEIPT)
    assert attestation.write(attestation.part_of(record), x=X) == {
        "resourceType": "Provenance",
        "meta": {"tag": [{"system": f"{BASE}/record", "code": "attestation/a-1"}]},
        "target": [{"reference": "QuestionnaireResponse/week/_history/7"}],
        "occurredPeriod": {"start": "2026-10-26", "end": "2026-11-01"},
        "recorded": "2026-11-04T10:30:00-08:00",
        "activity": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                    "code": "CREATE",
                }
            ]
        },
        "agent": [
            {
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/"
                            "provenance-participant-type",
                            "code": "enterer",
                        }
                    ]
                },
                "who": {"reference": "Practitioner/p-silvan-there"},
                "onBehalfOf": {"reference": "Practitioner/p-okonjo-there"},
            }
        ],
    }


def test_the_version_is_named_only_when_it_is_the_one_attested() -> None:
    record = RECORDS.attestation(LOG_RECEIPT, exact=False)
    assert attestation.part_of(record).target == ("QuestionnaireResponse/week",)


def test_a_revocation_targets_the_attestation_alone() -> None:
    record = changed(RECORDS.attestation(LOG_RECEIPT))
    assert isinstance(record, AttestationRecord)
    assert record.attestation.revoked
    stated = attestation.revocation_of(
        record, record.attestation.revoked, HostRef("Provenance/first")
    )
    body: Any = attestation.write(stated, x=X)
    assert body["target"] == [{"reference": "Provenance/first"}]
    assert body["activity"]["coding"][0]["code"] == "NULLIFY"
    assert body["agent"] == [{"who": {"reference": "Practitioner/p-okonjo-there"}}]
    assert body["meta"]["tag"][0]["code"] == "attestation/a-1/revocation"
    assert body.keys().isdisjoint({"signature", "policy", "occurredPeriod"})


def test_a_host_that_respells_instants_and_references_is_our_own_echo() -> None:
    part = appointment.part_of(RECORDS.session())
    body: dict[str, Any] = appointment.write(part, x=X)
    body["start"], body["end"] = "2026-11-01T08:00:00.000Z", "2026-11-01T09:30:00+00:00"
    for seat in body["participant"]:
        seat["actor"]["reference"] = f"https://ehr.invalid/fhir/{seat['actor']['reference']}"
    body["participant"].reverse()
    assert digest(appointment.read(body, x=X)) == digest(part)


def test_a_body_that_makes_no_sense_reads_as_different_and_never_fails() -> None:
    part = appointment.part_of(RECORDS.session())
    nonsense = {"identifier": 7, "participant": [None, {"actor": []}], "start": "soon", "end": 1}
    assert digest(appointment.read(nonsense, x=X)) != digest(part)


def test_what_the_r4b_model_refuses_is_named_without_its_value() -> None:
    body = appointment.write(replace(appointment.part_of(RECORDS.session()), minutes=-123456), x=X)
    with pytest.raises(MappingError, match="minutesDuration") as caught:
        checked(body, "session/s-1")
    assert "123456" not in str(caught.value)


def test_staff_are_seen_by_npi_licences_of_the_hosts_own_and_name() -> None:
    body = qualification.write(
        qualification.part_of(SUPERVISOR, x=X),
        {
            "resourceType": "Practitioner",
            "id": "p1",
            "identifier": [
                {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1000001012"},
                {"system": "https://tax.invalid", "value": "never read"},
            ],
            "name": [{"family": "Invented", "given": ["Ada", "B"]}],
            "qualification": [{"identifier": [{"system": "https://b.invalid", "value": "L-1"}]}],
        },
        x=X,
    )
    seen = staff_seen(body, x=X)
    assert (seen.host_ref, seen.npi, seen.name) == (
        "Practitioner/p1",
        "1000001012",
        "Ada B Invented",
    )
    assert seen.licences == (("https://b.invalid", "L-1"),)
