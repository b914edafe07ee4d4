"""HL7's validator holds what we really write to the files we really publish."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.judges.home import judges_or_skip
from tests.judges.panel import Panel, panel
from tests.unit.fhir_r4.strategies import STAFF
from witnessmark.manifest.load import load_manifest
from witnessmark.shipped import shipped
from witnessmark.testing import Records
from witnessmark_adapters.fhir_r4.mapping import qualification, week_log
from witnessmark_adapters.fhir_r4.names import Names

pytestmark = pytest.mark.judge

Body = dict[str, Any]


@pytest.fixture(scope="module")
def judges() -> Iterator[Panel]:
    with panel(judges_or_skip(), shipped("schemas/fhir")) as seated:
        yield seated


@pytest.fixture(scope="module")
def x() -> Names:
    return Names(load_manifest(shipped("manifest.yaml")).value.identity.canonical)


def week(x: Names) -> Body:
    return week_log.write(week_log.part_of(Records(STAFF, "1").log(), x=x), x=x)


def entry(body: Body, link: str) -> Body:
    """Return one item of the first entry of a week."""
    (first, *_) = [item for item in body["item"] if item["linkId"] == "entry"]
    found: Body = next(item for item in first["item"] if item["linkId"] == link)
    return found


def misspelt(body: Body) -> None:
    entry(body, "entry.minutes")["linkId"] = "entry.minute"


def in_words(body: Body) -> None:
    entry(body, "entry.minutes")["answer"] = [{"valueString": "sixty"}]


def unheard_of(body: Body) -> None:
    entry(body, "entry.activity")["answer"][0]["valueCoding"]["code"] = "golf"


def another_edition(body: Body) -> None:
    body["questionnaire"] = body["questionnaire"].replace("|1.0.0", "|9.9.9")


def test_what_we_write_is_accepted_by_every_judge(judges: Panel, x: Names) -> None:
    person = Records(STAFF, "1").credentials().person
    practitioner = qualification.write(qualification.part_of(person, x=x), x=x)
    assert list(judges.faults(week(x))) == []
    assert list(judges.faults(practitioner)) == []


@pytest.mark.parametrize("plant", [misspelt, in_words, unheard_of, another_edition])
def test_what_does_not_fit_is_an_error_of_hl7s(
    plant: Callable[[Body], None], judges: Panel, x: Names
) -> None:
    body = json.loads(json.dumps(week(x)))
    plant(body)
    assert {fault.judge for fault in judges.faults(body)} == {"hl7"}


def test_an_unknown_status_in_our_extension_is_an_error_of_hl7s(judges: Panel, x: Names) -> None:
    person = Records(STAFF, "1").credentials().person
    body: Body = json.loads(
        json.dumps(qualification.write(qualification.part_of(person, x=x), x=x))
    )
    extension = {"url": x.license_status, "valueCode": "golf"}
    body["qualification"][0].setdefault("extension", []).append(extension)
    assert {fault.judge for fault in judges.faults(body)} == {"hl7"}
