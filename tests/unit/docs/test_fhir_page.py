"""docs/fhir.md says every element, code, capability and profile that the adapter has."""

import json
from types import ModuleType

import pytest
import yaml

from tests.unit.docs.tables import ROOT, section, tables, words
from witnessmark.domain.capabilities import Capability
from witnessmark.domain.hours import LogState
from witnessmark_adapters.fhir_r4.artefacts import published
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    held_session,
    qualification,
    week_log,
)
from witnessmark_adapters.fhir_r4.profile import PROFILES, Profile, profile_named

SECTIONS = {
    "A supervision session: Appointment": appointment,
    "A held session: QuestionnaireResponse": held_session,
    "A week's log: QuestionnaireResponse": week_log,
    "Licences and supervisor training: Practitioner": qualification,
    "An attestation: Provenance": attestation,
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
    assert [row[0] for row in rows] == list(Profile.model_fields)
    for column, name in enumerate(PROFILES, start=1):
        written = {row[0]: yaml.safe_load(row[column]) for row in rows}
        assert written == json.loads(profile_named(name).model_dump_json()), name


def test_everything_published_is_on_the_page() -> None:
    text = section("fhir.md", "What we publish")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("- ")]
    assert sorted(listed) == sorted(published("https://host.invalid/x"))
    assert all((ROOT / "schemas" / name).is_file() for name in listed)
