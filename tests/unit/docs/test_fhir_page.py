"""docs/fhir.md says every element, code, capability and profile that the adapter has."""

from types import ModuleType

import pytest
import yaml

from tests.unit.docs.tables import ROOT, section, tables, words
from witnessmark.domain.capabilities import Capability
from witnessmark.domain.hours import LogState
from witnessmark_adapters.fhir_r4.artefacts import published
from witnessmark_adapters.fhir_r4.cosign import Cosign
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    document,
    held_session,
    qualification,
    role,
    task,
    verification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.task import BUSINESS_STATUSES, STATUSES
from witnessmark_adapters.fhir_r4.profile import PROFILES, Profile, profile_named

SECTIONS = {
    "A supervision session: Appointment": appointment,
    "A held session: QuestionnaireResponse": held_session,
    "A week's log: QuestionnaireResponse": week_log,
    "Licences and supervisor training: Practitioner": qualification,
    "An attestation: Provenance": attestation,
    "The scan of an attestation: DocumentReference": document,
    "An agreement: PractitionerRole": role,
    "A check of a licence: VerificationResult": verification,
    "What a supervisor is asked for: Task": task,
}


@pytest.mark.parametrize(("heading", "mapping"), SECTIONS.items(), ids=lambda it: str(it)[:12])
def test_every_element_that_is_ours_is_on_the_page(heading: str, mapping: ModuleType) -> None:
    assert sorted(words(section("fhir.md", heading))) == sorted(mapping.OWNED)


def test_every_status_of_a_session_is_on_the_page() -> None:
    rows = tables(section("fhir.md", "A supervision session: Appointment"))[1]
    assert dict(rows) == dict(appointment.STATUSES)


def test_every_state_of_a_week_that_leaves_is_on_the_page() -> None:
    stated = words(section("fhir.md", "A week's log: QuestionnaireResponse"), table=1)
    assert sorted(stated) == sorted(state for state in LogState if state is not LogState.DRAFT)


def test_every_capability_is_on_the_page() -> None:
    assert words(section("fhir.md", "What an EHR has to be able to do")) == list(Capability)


def test_every_profile_is_on_the_page_as_it_is_in_force() -> None:
    rows = tables(section("fhir.md", "Profiles"))[0]
    signs = [f"cosign.{name}" for name in Cosign.model_fields]
    fields = list(Profile.model_fields)
    at = fields.index("cosign")
    assert [row[0] for row in rows] == [*fields[:at], *signs, *fields[at + 1 :]]
    for column, name in enumerate(PROFILES, start=1):
        written = {row[0]: yaml.safe_load(row[column]) for row in rows}
        cosign = {sign.removeprefix("cosign."): written.pop(sign) for sign in signs}
        assert Profile.model_validate({**written, "cosign": cosign}) == profile_named(name), name


def test_every_state_of_a_request_is_on_the_page() -> None:
    rows = tables(section("fhir.md", "What a supervisor is asked for: Task"))[1]
    assert {row[0]: row[1] for row in rows} == {s.value: status for s, status in STATUSES.items()}
    said = [code for row in rows for code in row[2].replace("`", "").split(" or ")]
    assert sorted(said) == sorted(BUSINESS_STATUSES)


def test_everything_published_is_on_the_page() -> None:
    text = section("fhir.md", "What we publish")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("- ")]
    assert sorted(listed) == sorted(published("https://host.invalid/x"))
    assert all((ROOT / "schemas" / name).is_file() for name in listed)
