"""A CapabilityStatement in our words: what is offered, and why the rest is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, answer, played
from witnessmark.domain.capabilities import Capability, Offer
from witnessmark.errors import TryLaterError, UnreadableAnswerError
from witnessmark.ports.host import Connection
from witnessmark.wire import Response
from witnessmark_adapters.fhir_r4.adapter import create

KINDS = (
    *("Practitioner", "PractitionerRole", "Appointment", "QuestionnaireResponse", "Provenance"),
    *("VerificationResult", "Task", "DocumentReference", "Subscription"),
)
EVERYTHING = ("create", "read", "update", "search-type")


def statement(change: Callable[[dict[str, Any]], object] = lambda _: None) -> dict[str, Any]:
    names = ("identifier", "_lastUpdated", "_tag", "actor", "author", "code", "category", "target")
    resources = {
        kind: {
            "type": kind,
            "interaction": [{"code": code} for code in EVERYTHING],
            "versioning": "versioned",
            "conditionalCreate": True,
            "updateCreate": True,
            "searchParam": [{"name": name, "type": "token"} for name in names],
        }
        for kind in KINDS
    }
    change(resources)
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "software": {"name": "Invented EHR", "version": "7"},
        "rest": [{"mode": "server", "resource": list(resources.values())}],
    }


def discovered(
    body: dict[str, Any], smart: Response | None = None, profile: str = "generic"
) -> Offer:
    adapter = create(
        Connection("harbour", "ehr", "fhir_r4", profile, BASE), "https://x.invalid", None
    )
    return played(answer(200, body), smart or answer(404)).run(adapter.discover())


def test_a_host_that_states_everything_offers_everything_without_smart() -> None:
    offer = discovered(statement())
    assert offer == Offer("Invented EHR 7", frozenset(Capability), {})


def test_the_token_endpoint_comes_from_smart_and_else_from_the_statement() -> None:
    token = {"url": "token", "valueUri": "https://ehr.invalid/oauth/token"}
    oauth = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    body = statement()
    body["rest"][0]["security"] = {"extension": [{"url": oauth, "extension": [token]}]}
    smart = answer(200, {"token_endpoint": "https://ehr.invalid/smart/token"})
    page_for_people = Response(200, {"content-type": "text/html"}, b"<html>")
    named = [discovered(body, one).token_url for one in (smart, page_for_people)]
    assert named == ["https://ehr.invalid/smart/token", "https://ehr.invalid/oauth/token"]


def _drop_type(kind: str) -> Callable[[dict[str, Any]], object]:
    return lambda resources: resources.pop(kind)


def _drop_code(kind: str, code: str) -> Callable[[dict[str, Any]], object]:
    def drop(resources: dict[str, Any]) -> None:
        resources[kind]["interaction"].remove({"code": code})

    return drop


def _drop_search(kind: str, name: str) -> Callable[[dict[str, Any]], object]:
    def drop(resources: dict[str, Any]) -> None:
        resources[kind]["searchParam"].remove({"name": name, "type": "token"})

    return drop


def _set(kind: str, name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda resources: resources[kind].update({name: value})


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (
            _drop_type("Provenance"),
            {
                Capability.HOLD_ATTESTATIONS: "the EHR has no Provenance",
                Capability.FIND_BY_TAG: "the EHR has no Provenance",
            },
        ),
        (
            _drop_code("Practitioner", "update"),
            {Capability.WRITE_CREDENTIALS: "the EHR has no update of Practitioner"},
        ),
        (
            _drop_code("Appointment", "create"),
            {Capability.HOLD_SESSIONS: "the EHR has no create of Appointment"},
        ),
        (
            _drop_search("QuestionnaireResponse", "identifier"),
            {
                Capability.FIND_BY_IDENTIFIER: "the EHR does not search QuestionnaireResponse"
                " by identifier"
            },
        ),
        (
            _drop_search("Provenance", "_tag"),
            {Capability.FIND_BY_TAG: "the EHR does not search Provenance by _tag"},
        ),
        (
            _drop_search("Practitioner", "_lastUpdated"),
            {Capability.SEE_CHANGES: "the EHR does not search Practitioner by _lastUpdated"},
        ),
        (
            _drop_type("PractitionerRole"),
            {Capability.HOLD_ROLES: "the EHR has no PractitionerRole"},
        ),
        (
            _drop_code("VerificationResult", "create"),
            {Capability.HOLD_VERIFICATIONS: "the EHR has no create of VerificationResult"},
        ),
        (
            _drop_code("VerificationResult", "update"),
            {Capability.HOLD_VERIFICATIONS: "the EHR has no update of VerificationResult"},
        ),
        (
            _drop_search("VerificationResult", "target"),
            {Capability.HOLD_VERIFICATIONS: "the EHR does not search VerificationResult by target"},
        ),
        (
            _set("VerificationResult", "versioning", value="no-version"),
            {Capability.WRITE_GUARDED: "the EHR states no versions of VerificationResult"},
        ),
        (
            _drop_search("VerificationResult", "_tag"),
            {Capability.FIND_BY_TAG: "the EHR does not search VerificationResult by _tag"},
        ),
        (
            _drop_search("Task", "code"),
            {Capability.HOLD_REQUESTS: "the EHR does not search Task by code"},
        ),
        (
            _drop_search("DocumentReference", "identifier"),
            {Capability.HOLD_DOCUMENTS: "the EHR does not search DocumentReference by identifier"},
        ),
        (
            _set("Task", "conditionalCreate", value=False),
            {Capability.CREATE_ONCE: "the EHR states no conditionalCreate of Task"},
        ),
        (
            _set("Appointment", "conditionalCreate", value=False),
            {Capability.CREATE_ONCE: "the EHR states no conditionalCreate of Appointment"},
        ),
        (
            _set("Practitioner", "versioning", value="no-version"),
            {Capability.WRITE_GUARDED: "the EHR states no versions of Practitioner"},
        ),
    ],
)
def test_what_a_host_does_not_state_is_missing_with_the_reason(
    change: Callable[[dict[str, Any]], object], missing: dict[Capability, str]
) -> None:
    offer = discovered(statement(change))
    assert offer.missing == missing
    assert offer.capabilities == frozenset(Capability) - missing.keys()


def test_a_host_of_another_fhir_version_offers_nothing_whatever_the_profile_trusts() -> None:
    offer = discovered({**statement(), "fhirVersion": "5.0.0"}, profile="medplum")
    assert offer.capabilities == frozenset()
    assert offer.missing[Capability.FIND_BY_TAG] == "the EHR speaks FHIR 5.0.0, not R4"


def test_an_answer_that_is_no_statement_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswerError, match="is no CapabilityStatement"):
        discovered({"resourceType": "Bundle"})


def test_a_host_that_is_busy_for_the_moment_is_not_taken_for_one_without_smart() -> None:
    adapter = create(
        Connection("harbour", "ehr", "fhir_r4", "generic", BASE), "https://x.invalid", None
    )
    call = adapter.discover()
    next(call)
    call.send(answer(200, statement()))
    with pytest.raises(TryLaterError):
        call.throw(TryLaterError("busy"))
