"""The main job as a newcomer runs it, and which libraries it really goes through."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests

from tests.support.clinic import run
from witnessmark.manifest.model import Manifest


def test_the_demo_sends_everything_and_then_nothing(tmp_path: Path) -> None:
    said = run("demo", "--json", "--keep", str(tmp_path / "kept"))
    assert said.code == 0, said.err
    assert said.result["second_sync"]["writes"] == 0
    sent = {one["kind"]: one["sent"] for one in said.result["first_sync"]["kinds"]}
    held = said.result["in_the_ehr"]
    # Nobody checked a licence yet.
    assert {kind for kind, count in sent.items() if not count} == {"verification"}
    assert held["Appointment"] == sent["session"]
    assert held["Provenance"] == sent["attestation"]
    assert held["Practitioner"] == sent["credentials"]
    assert held["PractitionerRole"] == 2 * sent["agreement"]
    assert held["Task"] == sent["request"]
    files = [json.loads(file.read_text()) for file in (tmp_path / "kept/ehr").rglob("*.json")]
    assert len(files) == sum(held.values())


def test_the_main_path_goes_through_the_four_libraries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from fhir.resources.R4B.appointment import Appointment
    from fhir.resources.R4B.practitioner import Practitioner
    from fhir.resources.R4B.provenance import Provenance
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    through: set[str] = set()

    def watch(owner: Any, name: str, word: str) -> None:
        plain = getattr(owner, name)
        of_the_class = inspect.ismethod(plain)

        def seen(*args: Any, **kwargs: Any) -> Any:
            through.add(word)
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, staticmethod(seen) if of_the_class else seen)

    watch(requests.adapters.HTTPAdapter, "send", "requests")
    watch(httpx2.AsyncClient, "send", "httpx2")
    watch(Manifest, "model_validate", "pydantic")
    for model in (Appointment, Practitioner, Provenance, QuestionnaireResponse):
        watch(model, "model_validate", f"fhir.resources {model.__name__}")
    assert run("demo").code == 0
    assert through == {
        "requests",
        "httpx2",
        "pydantic",
        "fhir.resources Appointment",
        "fhir.resources Practitioner",
        "fhir.resources Provenance",
        "fhir.resources QuestionnaireResponse",
    }
