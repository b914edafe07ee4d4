"""Wrong resources: who refuses them, and that our own layer alone refuses all."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.judges.home import HERE
from tests.judges.panel import Panel
from witnessmark_adapters.fhir_r4.mapping import r4

WRONG = HERE / "wrong"
TABLE: dict[str, Any] = yaml.safe_load((WRONG / "verdicts.yaml").read_text("utf-8"))
NAMES = sorted(path.stem for path in WRONG.glob("*.json"))


def _resource(name: str) -> dict[str, object]:
    resource: dict[str, object] = json.loads((WRONG / f"{name}.json").read_text("utf-8"))
    return resource


def test_the_table_names_exactly_the_eighteen_files() -> None:
    assert sorted(TABLE["refused_by"]) == NAMES
    assert len(NAMES) == 18


def test_every_type_written_since_the_calendar_is_there() -> None:
    named = {str(_resource(name)["resourceType"]) for name in NAMES}
    assert named >= {
        "DocumentReference",
        "PractitionerRole",
        "Subscription",
        "Task",
        "VerificationResult",
    }


def test_the_table_was_measured_at_the_versions_that_are_pinned() -> None:
    npm = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    hapi = re.search(r"<hapi\.version>(.+)</hapi", (HERE / "pom.xml").read_text("utf-8"))
    assert hapi
    assert TABLE["versions"] == {
        "medplum": npm["@medplum/core"],
        "npm_fhir": npm["fhir"],
        "hl7": hapi[1],
    }


@pytest.mark.parametrize("name", NAMES)
def test_our_own_layer_alone_refuses_it(name: str) -> None:
    assert r4.problems(_resource(name))


@pytest.mark.judge
@pytest.mark.parametrize("name", NAMES)
def test_the_judges_who_refuse_it_are_those_in_the_table(name: str, judges: Panel) -> None:
    refused_by = {fault.judge for fault in judges.faults(_resource(name))}
    assert refused_by == set(TABLE["refused_by"][name])
