"""Every key of a profile changes what goes over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, Played, answer, bundle, played, stored
from tests.unit.fhir_r4.strategies import LOG_RECEIPT, STAFF, X
from tests.unit.fhir_r4.test_changes import BEGUN, QUIET
from tests.unit.fhir_r4.test_discovery import statement
from witnessmark.declared import loads
from witnessmark.domain.capabilities import Capability, Projection
from witnessmark.errors import DeclarationError, DomainError
from witnessmark.ports.host import Feed
from witnessmark.testing import Records
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.adapter import FhirR4
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.profile import PROFILES, Profile, profile_named

PLAIN = """
create_by: condition
conditions_on_tag: false
trusts: []
page_size: 100
overlap_seconds: 300
narrows_by_system: false
events_proven_by: key
cosign:
  awaiting: [{doc_status: [preliminary]}]
  cosigned: [{doc_status: [final], authenticator: [other]}]
  withdrawn: [{status: [entered-in-error]}]
  signatures_of: [note]
"""

RECORDS = Records(STAFF, "1")
EMPTY = answer(200, bundle())


def speaking(line: str = "") -> FhirR4:
    """Return an adapter whose profile is PLAIN but for one line."""
    key = line.partition(":")[0]
    kept = [one for one in PLAIN.splitlines() if not (key and one.startswith(f"{key}:"))]
    return FhirR4(Client(BASE), X, loads("\n".join([*kept, line]), Profile).value, None)


def asked(call: Call[Any], *answers: Any) -> Played:
    host = played(*answers)
    host.run(call)
    return host


def test_create_by_own_id_puts_where_condition_posts() -> None:
    log = RECORDS.log()
    kept = answer(201, stored({"resourceType": "QuestionnaireResponse"}, "QuestionnaireResponse/q"))
    by_condition = asked(speaking().put(log, Projection.STRUCTURED, None), kept)
    by_id = asked(
        speaking("create_by: own_id").put(log, Projection.STRUCTURED, None), answer(404), kept
    )
    assert [request.method for request in by_condition.asked] == ["POST"]
    assert [request.method for request in by_id.asked] == ["GET", "PUT"]


def test_conditions_on_tag_spares_the_search_before_a_provenance() -> None:
    record = RECORDS.attestation(LOG_RECEIPT)
    kept = answer(201, stored({"resourceType": "Provenance"}, "Provenance/p"))
    plain = asked(speaking().put(record, Projection.STRUCTURED, None), EMPTY, kept)
    once = asked(speaking("conditions_on_tag: true").put(record, Projection.STRUCTURED, None), kept)
    assert [request.method for request in plain.asked] == ["GET", "POST"]
    assert once.asked[0].headers["if-none-exist"] == (
        "_tag=https%3A%2F%2Fcanonical.invalid%2Ffhir%2Frecord%7Cattestation%2Fa-1"
    )


def test_trusts_adds_what_the_statement_leaves_out() -> None:
    def silent(resources: dict[str, Any]) -> None:
        for one in resources.values():
            one["searchParam"] = [{"name": "identifier", "type": "token"}]

    body = answer(200, statement(silent))
    plain = played(body, answer(404)).run(speaking().discover())
    trusting = played(body, answer(404)).run(speaking("trusts: [find_by_tag]").discover())
    assert trusting.capabilities - plain.capabilities == {Capability.FIND_BY_TAG}


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("page_size: 7", "_count=100", "_count=7"),
        ("narrows_by_system: true", "Appointment?_count=100&_sort=_lastUpdated", "&identifier="),
    ],
)
def test_the_search_of_a_pull_is_as_the_profile_says(line: str, before: str, after: str) -> None:
    plain = asked(speaking().changes(Feed.OUR_COPIES, BEGUN), *QUIET)
    other = asked(speaking(line).changes(Feed.OUR_COPIES, BEGUN), *QUIET)
    assert plain.lines[0].endswith(before) or before in plain.lines[0]
    assert after not in plain.lines[0]
    assert after in other.lines[0]


def test_overlap_seconds_is_how_far_a_pull_looks_back() -> None:
    member = {
        "resourceType": "Practitioner",
        "id": "p",
        "meta": {"lastUpdated": "2026-11-02T10:00:00Z"},
    }
    page = played(answer(200, bundle(member))).run(
        speaking("overlap_seconds: 60").changes(Feed.STAFF, None)
    )
    assert "2026-11-02T09:59:00.000Z" in page.cursor


def test_an_unknown_key_in_a_profile_is_a_mistake() -> None:
    with pytest.raises(DeclarationError, match="page_sise"):
        loads(PLAIN + "page_sise: 3", Profile)


def test_every_profile_that_ships_reads_and_another_is_named_unknown() -> None:
    assert [profile_named(name).create_by for name in PROFILES] == [
        "condition",
        "own_id",
        "condition",
    ]
    with pytest.raises(DomainError, match="generic, hapi, medplum"):
        profile_named("epic")
