"""Agreements, checks of licences and scans of paper in R4, by hand."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, answer, bundle, played, stored
from tests.unit.fhir_r4.strategies import LOG_RECEIPT, STAFF, X
from witnessmark.domain.capabilities import Capability, Offer, Projection
from witnessmark.domain.ids import PersonId
from witnessmark.domain.scans import MOST_BYTES, scan_of
from witnessmark.domain.verifications import VerificationMethod, VerificationOutcome
from witnessmark.errors import (
    MappingError,
    NotSupportedError,
    RefusedError,
    UnreadableAnswerError,
    WaitsForError,
)
from witnessmark.ports.host import Connection
from witnessmark.ports.records import AttestationRecord, HostRef, VerificationRecord
from witnessmark.testing import SCAN, Records, changed, scanned, without
from witnessmark_adapters.fhir_r4 import pieces
from witnessmark_adapters.fhir_r4.adapter import FhirR4, create
from witnessmark_adapters.fhir_r4.mapping import document, role, verification

HOW = Projection.STRUCTURED
RECORDS = Records(STAFF, "1")
CODES = f"{X.canonical}/CodeSystem/supervision"
TERMS = "http://terminology.hl7.org/CodeSystem"
SCANNED = scanned(RECORDS.attestation(LOG_RECEIPT))
# By hand: printf '%%PDF-1.4\n%% an invented page\n' | openssl sha1 -binary | base64
SHA1 = "3+JGXIF52JZUlr/XGtvJfiJI7ks="


def adapter(*lacking: Capability) -> FhirR4:
    on = Connection("harbour", "ehr", "fhir_r4", "generic", BASE)
    return create(on, X.canonical, Offer("a host", frozenset(Capability) - set(lacking), {}))


def test_an_agreement_is_a_role_for_each_of_the_two() -> None:
    record = RECORDS.agreement()
    bodies: list[Any] = [role.write(role.part_of(record, side), x=X) for side in role.Side]
    assert bodies[0] == {
        "resourceType": "PractitionerRole",
        "identifier": [{"system": f"{X.canonical}/agreement", "value": "g-1-supervisor"}],
        "active": True,
        "period": {"start": "2026-09-01"},
        "practitioner": {"reference": "Practitioner/p-okonjo-there"},
        "code": [{"coding": [{"system": CODES, "code": "supervisor"}]}],
    }
    assert bodies[1]["identifier"][0]["value"] == "g-1-supervisee"
    assert bodies[1]["practitioner"] == {"reference": "Practitioner/p-petrescu-there"}
    assert bodies[1]["code"] == [{"coding": [{"system": CODES, "code": "supervisee"}]}]


@pytest.mark.parametrize(
    ("ends", "active", "period"),
    [
        (date(2027, 8, 31), True, {"start": "2026-09-01", "end": "2027-08-31"}),
        (date(2026, 9, 1), True, {"start": "2026-09-01", "end": "2026-09-01"}),
        (date(2026, 8, 31), False, None),
    ],
)
def test_an_agreement_that_ends_before_it_starts_was_struck(
    ends: date, active: object, period: object
) -> None:
    record = RECORDS.agreement()
    record = replace(record, agreement=replace(record.agreement, ends=ends))
    body = role.write(role.part_of(record, role.Side.SUPERVISEE), x=X)
    assert (body["active"], body.get("period")) == (active, period)


def test_an_agreement_waits_for_both_before_either_role_is_written() -> None:
    alone = without(RECORDS.agreement(), PersonId("p-petrescu"))
    with pytest.raises(WaitsForError) as caught:
        played().run(adapter().put(alone, HOW, None))
    assert caught.value.key == "staff/p-petrescu"


def test_an_agreement_that_changed_writes_both_roles_again() -> None:
    first, second = (
        stored(role.write(role.part_of(RECORDS.agreement(), side), x=X), f"PractitionerRole/{side}")
        for side in role.Side
    )
    receipt = played(answer(201, first), answer(201, second)).run(
        adapter().put(RECORDS.agreement(), HOW, None)
    )
    assert [part.role for part in receipt] == ["supervisor_role", "supervisee_role"]
    host = played(answer(200, first), answer(200, first), answer(200, second), answer(200, second))
    host.run(adapter().put(changed(RECORDS.agreement()), HOW, receipt))
    ends = [host.sent(index)["period"]["end"] for index in (1, 3)]
    assert ends == ["2027-06-30", "2027-06-30"]


def test_a_look_at_the_boards_site_is_a_result_that_names_nobody_who_looked() -> None:
    record = RECORDS.verification()
    assert verification.write(verification.part_of(record), x=X) == {
        "resourceType": "VerificationResult",
        "meta": {"tag": [{"system": f"{X.canonical}/record", "code": "verification/v-1"}]},
        "target": [{"reference": "Practitioner/p-okonjo-there"}],
        "targetLocation": [
            "Practitioner.qualification.where(identifier.exists(value = 'INV-1001'))"
        ],
        "need": {"coding": [{"system": f"{TERMS}/need", "code": "periodic"}]},
        "status": "validated",
        "statusDate": "2026-11-02T17:00:00+00:00",
        "validationType": {"coding": [{"system": f"{TERMS}/validation-type", "code": "primary"}]},
        "lastPerformed": "2026-11-02T17:00:00+00:00",
        "nextScheduled": "2027-11-02",
        "failureAction": {"coding": [{"system": f"{TERMS}/failure-action", "code": "warn"}]},
        "primarySource": [
            {
                "who": {"display": "Invented Board of California"},
                "type": [
                    {"coding": [{"system": f"{TERMS}/primary-source-type", "code": "lic-board"}]}
                ],
                "communicationMethod": [
                    {
                        "coding": [
                            {
                                "system": f"{TERMS}/verificationresult-communication-method",
                                "code": "manual",
                            }
                        ]
                    }
                ],
                "validationStatus": {
                    "coding": [{"system": f"{TERMS}/validation-status", "code": "successful"}]
                },
                "validationDate": "2026-11-02T17:00:00+00:00",
            }
        ],
    }


LOOKED, ASKED = VerificationMethod.LOOKED, VerificationMethod.REGISTRY


def _checked(
    method: VerificationMethod, outcome: VerificationOutcome, *, expires: date | None = None
) -> VerificationRecord:
    record = RECORDS.verification()
    said = replace(record.verification, method=method, outcome=outcome, next_due=None)
    (held,) = record.person.credentials
    person = replace(record.person, credentials=(replace(held, expires=expires),))
    return replace(record, verification=said, person=person)


@pytest.mark.parametrize(
    ("method", "outcome", "expires", "status", "said"),
    [
        (LOOKED, VerificationOutcome.CONFIRMED, date(2026, 11, 1), "validated", "successful"),
        (LOOKED, VerificationOutcome.NOT_FOUND, None, "val-fail", "failed"),
        (ASKED, VerificationOutcome.CONFIRMED, date(2026, 11, 2), "validated", "successful"),
        (ASKED, VerificationOutcome.CONFIRMED, date(2026, 11, 1), "req-revalid", "successful"),
        (ASKED, VerificationOutcome.DIFFERS, None, "val-fail", "failed"),
        (ASKED, VerificationOutcome.NOT_FOUND, None, "in-process", "unknown"),
    ],
)
def test_a_registry_neither_reproaches_by_silence_nor_validates_what_is_not_in_force(
    method: VerificationMethod,
    outcome: VerificationOutcome,
    expires: date | None,
    status: str,
    said: str,
) -> None:
    part = verification.part_of(_checked(method, outcome, expires=expires))
    body: Any = verification.write(part, x=X)
    (source,) = body["primarySource"]
    assert (body["status"], source["validationStatus"]["coding"][0]["code"]) == (status, said)


def test_what_a_registry_said_is_no_look_at_the_primary_source() -> None:
    part = verification.part_of(_checked(ASKED, VerificationOutcome.DIFFERS))
    body: Any = verification.write(part, x=X)
    (source,) = body["primarySource"]
    assert "validationType" not in body
    assert body["need"]["coding"][0]["code"] == "initial"
    assert [source[name][0]["coding"][0]["code"] for name in ("type", "communicationMethod")] == [
        "reg-auth",
        "pull",
    ]
    assert "nextScheduled" not in body


def test_a_number_with_a_quote_in_it_stays_one_string_of_the_path() -> None:
    assert verification.licence_by("O'B\\1") == (
        "Practitioner.qualification.where(identifier.exists(value = 'O\\'B\\\\1'))"
    )


def test_a_check_is_found_by_its_tag_and_else_by_its_target() -> None:
    record = RECORDS.verification()
    body = verification.write(verification.part_of(record), x=X)
    other = {**stored(body, "VerificationResult/v0"), "statusDate": "2020-01-01T00:00:00Z"}
    other["meta"] = {}
    untagged = {**stored(body, "VerificationResult/v1"), "meta": {"versionId": "1"}}
    host = played(answer(200, bundle(other, untagged)))
    (part,) = host.run(adapter(Capability.FIND_BY_TAG).put(record, HOW, None))
    assert host.lines == ["GET VerificationResult?target=Practitioner%2Fp-okonjo-there"]
    assert part.host_ref == "VerificationResult/v1"


def test_a_check_beyond_the_first_page_is_found_and_not_made_twice() -> None:
    record = RECORDS.verification()
    body = verification.write(verification.part_of(record), x=X)
    ours = stored(body, "VerificationResult/v1")
    of_another = {**ours, "id": "v0", "meta": {"tag": [{"system": X.record, "code": "v/2"}]}}
    following = f"{BASE}/VerificationResult?page=2"
    pages = (bundle(of_another, following=following), bundle(of_another, ours))
    host = played(*(answer(200, page) for page in pages))
    (part,) = host.run(adapter(Capability.FIND_BY_TAG).put(record, HOW, None))
    assert part.host_ref == "VerificationResult/v1"
    assert host.lines[1] == "GET VerificationResult?page=2"
    away = bundle(following="https://elsewhere.invalid/fhir/VerificationResult?page=2")
    with pytest.raises(UnreadableAnswerError, match="lead elsewhere"):
        played(answer(200, away)).run(adapter(Capability.FIND_BY_TAG).put(record, HOW, None))


def test_two_checks_that_say_the_same_do_not_share_one_resource() -> None:
    record = RECORDS.verification()
    body = verification.write(verification.part_of(record), x=X)
    of_another = stored(body, "VerificationResult/v0")
    of_another["meta"]["tag"][0]["code"] = "verification/v-2"
    host = played(
        answer(200, bundle(of_another)), answer(201, stored(body, "VerificationResult/v1"))
    )
    (part,) = host.run(adapter(Capability.FIND_BY_TAG).put(record, HOW, None))
    assert part.host_ref == "VerificationResult/v1"


def test_a_check_of_a_person_who_is_another_colleague_names_that_one() -> None:
    record = RECORDS.verification()
    there = stored(verification.write(verification.part_of(record), x=X), "VerificationResult/v1")
    receipt = played(answer(200, bundle()), answer(201, there)).run(
        adapter().put(record, HOW, None)
    )
    staff = {**STAFF, record.person.id: HostRef("Practitioner/another")}
    matched = Records(staff, "1").verification()
    renamed = stored(
        verification.write(verification.part_of(matched), x=X), "VerificationResult/v1"
    )
    host = played(answer(200, there), answer(200, renamed))
    (part,) = host.run(adapter().put(matched, HOW, receipt))
    assert host.sent()["target"] == [{"reference": "Practitioner/another"}]
    assert part.digest != receipt[0].digest


def _document(record: AttestationRecord) -> dict[str, Any]:
    assert record.attestation.scan is not None
    return document.write(document.part_of(record, record.attestation.scan, SCAN), [SCAN], x=X)


def test_a_scan_is_a_document_about_staff_with_no_authenticator() -> None:
    assert _document(SCANNED) == {
        "resourceType": "DocumentReference",
        "identifier": [{"system": f"{X.canonical}/attestation", "value": "a-1"}],
        "status": "current",
        "docStatus": "final",
        "category": [{"coding": [{"system": CODES, "code": "attestation-scan"}]}],
        "subject": {"reference": "Practitioner/p-petrescu-there"},
        "author": [{"reference": "Practitioner/p-okonjo-there"}],
        "date": "2026-11-04T10:30:00-08:00",
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": base64.b64encode(SCAN).decode(),
                    "hash": SHA1,
                    "size": 28,
                    "title": "Supervised hours, week from 2026-10-26: attested on paper",
                }
            }
        ],
    }


def test_the_scan_of_what_was_taken_back_is_entered_in_error() -> None:
    revoked = changed(SCANNED)
    assert isinstance(revoked, AttestationRecord)
    assert _document(revoked)["status"] == "entered-in-error"


def test_other_bytes_under_the_same_hash_are_seen() -> None:
    body = _document(SCANNED)
    body["content"][0]["attachment"]["data"] = base64.b64encode(b"%PDF-another").decode()
    assert document.read(body, x=X).contents[0].hash != SHA1


def test_bytes_go_once_and_not_again_where_the_host_keeps_them_elsewhere() -> None:
    there = _document(SCANNED)
    attachment = there["content"][0]["attachment"]
    del attachment["data"]
    attachment["url"] = "https://ehr.invalid/fhir/Binary/b1"
    assert SCANNED.attestation.scan is not None
    part = document.part_of(SCANNED, SCANNED.attestation.scan, SCAN)
    assert document.write(part, [SCAN], there, x=X) == there
    attachment["hash"] = "AAAA"
    assert document.write(part, [SCAN], there, x=X) == _document(SCANNED)


def _kept(record: AttestationRecord) -> list[Any]:
    provenance = _provenance(record, "Provenance/p1")
    document_there = stored(_document(record), "DocumentReference/d1")
    return [answer(200, bundle()), answer(201, provenance), answer(201, document_there)]


def test_where_a_host_holds_documents_the_scan_joins_the_statement() -> None:
    host = played(*_kept(SCANNED))
    receipt = host.run(adapter().put(SCANNED, HOW, None))
    assert [part.role for part in receipt] == ["attestation", "document"]
    assert host.lines[1:] == ["POST Provenance", "POST DocumentReference"]
    without_documents = played(*_kept(SCANNED)[:2])
    receipt = without_documents.run(adapter(Capability.HOLD_DOCUMENTS).put(SCANNED, HOW, None))
    assert [part.role for part in receipt] == ["attestation"]


def test_where_the_chain_falls_to_documents_the_scan_goes_alone() -> None:
    host = played(_kept(SCANNED)[2])
    (part,) = host.run(adapter().put(SCANNED, Projection.DOCUMENT, None))
    assert (part.role, host.lines) == ("document", ["POST DocumentReference"])


def test_the_largest_scan_is_no_longer_in_base64_than_every_host_takes() -> None:
    content = b"%PDF-".ljust(MOST_BYTES, b"x")
    attestation = replace(SCANNED.attestation, scan=scan_of(content))
    record = replace(SCANNED, attestation=attestation, scan=content)
    there = answer(201, stored({"resourceType": "DocumentReference"}, "DocumentReference/d1"))
    host = played(there)
    host.run(adapter().put(record, Projection.DOCUMENT, None))
    assert len(host.sent()["content"][0]["attachment"]["data"]) == 1_048_576


def test_an_attestation_without_a_scan_has_no_document_and_says_so() -> None:
    plain = RECORDS.attestation(LOG_RECEIPT)
    with pytest.raises(NotSupportedError, match="supplied no scan of this attestation"):
        played().run(adapter().put(plain, Projection.DOCUMENT, None))
    with pytest.raises(NotSupportedError, match="writes no document of a session"):
        played().run(adapter().put(RECORDS.session(), Projection.DOCUMENT, None))


def _provenance(record: AttestationRecord, ref: str) -> dict[str, Any]:
    piece = pieces.attestation_piece(record, X)
    return stored(piece.write({}), ref)


def test_a_document_that_is_refused_leaves_the_statement_known_and_its_revocation_sent() -> None:
    attested = _provenance(SCANNED, "Provenance/p1")
    host = played(answer(200, bundle()), answer(201, attested), answer(413))
    with pytest.raises(RefusedError) as caught:
        host.run(adapter().put(SCANNED, HOW, None))
    arrived = caught.value.arrived
    assert [(part.role, part.host_ref) for part in arrived] == [("attestation", "Provenance/p1")]
    nullified = stored({"resourceType": "Provenance"}, "Provenance/p2")
    host = played(answer(200, attested), answer(200, bundle()), answer(201, nullified), answer(413))
    with pytest.raises(RefusedError) as caught:
        host.run(adapter().put(changed(SCANNED), HOW, arrived))
    assert host.sent(2)["activity"]["coding"][0]["code"] == "NULLIFY"
    assert [part.role for part in caught.value.arrived] == ["attestation", "revocation"]


def test_a_document_that_somebody_signed_there_does_not_hold_up_a_revocation() -> None:
    receipt = played(*_kept(SCANNED)).run(adapter().put(SCANNED, HOW, None))
    attested = _provenance(SCANNED, "Provenance/p1")
    signed = {**_document(SCANNED), "authenticator": {"reference": "Practitioner/x"}}
    host = played(
        answer(200, attested),
        answer(200, bundle()),
        answer(201, stored({"resourceType": "Provenance"}, "Provenance/p2")),
        answer(200, stored(signed, "DocumentReference/d1", "2")),
    )
    with pytest.raises(MappingError, match="only a person signs") as caught:
        host.run(adapter().put(changed(SCANNED), HOW, receipt))
    roles = [part.role for part in caught.value.arrived]
    assert roles == ["attestation", "document", "revocation"]


def test_what_stands_there_stays_known_when_its_step_went_away() -> None:
    receipt = played(*_kept(SCANNED)).run(adapter().put(SCANNED, HOW, None))
    attested = answer(200, _provenance(SCANNED, "Provenance/p1"))
    nullified = answer(201, stored({"resourceType": "Provenance"}, "Provenance/p2"))
    lost = played(attested, answer(200, bundle()), nullified).run(
        adapter(Capability.HOLD_DOCUMENTS).put(changed(SCANNED), HOW, receipt)
    )
    assert [part.role for part in lost] == ["attestation", "document", "revocation"]


@pytest.mark.parametrize("taken_back", [True, False])
def test_where_scans_go_alone_by_now_a_statement_that_stands_is_still_taken_back(
    *, taken_back: bool
) -> None:
    receipt = played(*_kept(SCANNED)).run(adapter().put(SCANNED, HOW, None))
    struck = stored({**_document(SCANNED), "status": "entered-in-error"}, "DocumentReference/d1")
    nullified = answer(201, stored({"resourceType": "Provenance"}, "Provenance/p2"))
    lacking = () if taken_back else (Capability.HOLD_ATTESTATIONS,)
    host = played(
        *((answer(200, bundle()), nullified) if taken_back else ()),
        answer(200, stored(_document(SCANNED), "DocumentReference/d1")),
        answer(200, struck),
    )
    parts = host.run(adapter(*lacking).put(changed(SCANNED), Projection.DOCUMENT, receipt))
    added = ["revocation"] if taken_back else []
    assert [part.role for part in parts] == ["attestation", "document", *added]


def test_an_earlier_version_that_had_no_scan_is_no_obstacle() -> None:
    plain = RECORDS.attestation(LOG_RECEIPT)
    host = played(_kept(SCANNED)[2])
    (part,) = host.run(adapter().put(SCANNED, Projection.DOCUMENT, None, earlier=[plain]))
    assert part.role == "document"


def test_a_document_that_somebody_signed_there_is_written_over_by_nobody() -> None:
    """Not even to say that it was taken back: their signature was not given for that."""
    receipt = played(_kept(SCANNED)[2]).run(adapter().put(SCANNED, Projection.DOCUMENT, None))
    signed = {**_document(SCANNED), "authenticator": {"reference": "Practitioner/x"}}
    revoked = changed(SCANNED)
    there = stored(signed, "DocumentReference/d1", "2")
    with pytest.raises(MappingError, match="only a person signs"):
        played(answer(200, there)).run(adapter().put(revoked, Projection.DOCUMENT, receipt))
