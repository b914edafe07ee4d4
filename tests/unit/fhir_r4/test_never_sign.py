"""The guard at the one exit of bodies: a planted signature does not get past it."""

from __future__ import annotations

import json

import pytest

from tests.unit.fhir_r4.scripted import BASE
from witnessmark.errors import MappingError
from witnessmark.ports.records import HostRef
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.client import Client, Standing, body_bytes
from witnessmark_adapters.fhir_r4.never_sign import refuse_signatures

WHO: JsonObject = {"reference": "Practitioner/p1"}
STAFF = {"subject": {"reference": "Practitioner/p1"}}
PATIENT = {"subject": {"reference": "Patient/p1"}}


@pytest.mark.parametrize(
    ("kind", "signed", "element"),
    [
        ("DocumentReference", {**STAFF, "authenticator": WHO}, "authenticator"),
        ("DocumentReference", {**PATIENT, "docStatus": "final"}, "docStatus"),
        ("DocumentReference", {"docStatus": "amended"}, "docStatus"),
        ("Provenance", {"signature": [{"who": WHO}]}, "signature"),
        ("Composition", {"attester": [{"mode": "legal"}]}, "attester"),
        ("Contract", {"signer": [{"party": WHO}]}, "signer"),
        ("VerificationResult", {"attestation": {"sourceSignature": {}}}, "sourceSignature"),
        ("VerificationResult", {"validator": [{"attestationSignature": {}}]}, "attestationSignat"),
        ("QuestionnaireResponse", {"extension": [{"valueSignature": {}}]}, "valueSignature"),
        ("Task", {"contained": [{**PATIENT, "docStatus": "amended"}]}, "docStatus"),
        ("Bundle", {"entry": [{"resource": {"docStatus": "final"}}]}, "docStatus"),
        ("Basic", {"extension": ({"authenticator": WHO},)}, "authenticator"),
        ("Parameters", {"parameter": [{"name": "operation"}]}, "what names elements in texts"),
    ],
)
def test_a_body_that_signs_goes_nowhere(kind: str, signed: JsonObject, element: str) -> None:
    body = {"resourceType": kind, "id": "x", **signed}
    with pytest.raises(MappingError, match=element):
        body_bytes(body)
    client = Client(BASE)
    with pytest.raises(MappingError, match=element):
        next(client.create(body))
    standing = Standing(HostRef(f"{kind}/x"), "1", {})
    with pytest.raises(MappingError, match=element):
        next(client.update(standing, body, guarded=True))


def test_a_patch_goes_nowhere() -> None:
    with pytest.raises(MappingError, match="a patch"):
        refuse_signatures([{"op": "add", "path": "/authenticator", "value": WHO}])


def test_a_document_of_ours_about_staff_may_say_that_it_is_final() -> None:
    body: JsonObject = {"resourceType": "DocumentReference", "docStatus": "final", **STAFF}
    assert json.loads(body_bytes(body)) == body
