"""What we publish fits what we write, and the files are what the code says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from tests.unit.fhir_r4.strategies import X, credentials, logs, sessions
from witnessmark.ports.records import CredentialsRecord, HourLogRecord, SessionRecord
from witnessmark.shipped import shipped
from witnessmark_adapters.fhir_r4.artefacts import published
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    held_session,
    qualification,
    r4,
    week_log,
)
from witnessmark_adapters.fhir_r4.publish import as_text, canonical_base, publish

ARTEFACTS: dict[str, Any] = {Path(name).stem: body for name, body in published(X.canonical).items()}
CODES = {concept["code"] for concept in ARTEFACTS["CodeSystem-supervision"]["concept"]}
FEW = settings(max_examples=30, deadline=None)


def test_the_files_in_schemas_are_what_the_code_publishes() -> None:
    """Mend: python -m witnessmark_adapters.fhir_r4.publish."""
    folder = shipped("schemas")
    files = {path.relative_to(folder).as_posix() for path in folder.glob("fhir/*.json")}
    artefacts = published(canonical_base())
    assert files == artefacts.keys()
    for name, artefact in artefacts.items():
        assert (folder / name).read_text(encoding="utf-8") == as_text(artefact)


def test_publishing_writes_every_file(tmp_path: Path) -> None:
    publish(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")}
    assert written == published(X.canonical).keys()


def test_every_address_published_is_under_the_canonical_base() -> None:
    other = json.dumps(list(published("https://other.invalid").values()))
    assert X.canonical not in other
    assert (
        json.dumps(list(ARTEFACTS.values())).replace(X.canonical, "https://other.invalid") == other
    )


def test_the_questionnaires_and_codes_are_r4() -> None:
    for name, artefact in ARTEFACTS.items():
        if name.startswith(("Questionnaire", "CodeSystem")):
            assert r4.check(artefact) == ()


@FEW
@given(sessions())
def test_a_held_session_fits_its_questionnaire(record: SessionRecord) -> None:
    part = held_session.part_of(record, appointment="Appointment/a", x=X)
    body = held_session.write(part, x=X)
    _fits(body, ARTEFACTS["Questionnaire-supervision-session"])
    assert _own_codes(appointment.write(appointment.part_of(record), x=X)) <= CODES


@FEW
@given(logs())
def test_a_week_fits_its_questionnaire(record: HourLogRecord) -> None:
    body = week_log.write(week_log.part_of(record, x=X), x=X)
    _fits(body, ARTEFACTS["Questionnaire-supervised-hours-week"])


@FEW
@given(credentials())
def test_every_status_we_write_is_in_our_value_set(record: CredentialsRecord) -> None:
    body = qualification.write(qualification.part_of(record.person, x=X), x=X)
    assert _own_codes(body) <= CODES


def _fits(body: dict[str, Any], questionnaire: dict[str, Any]) -> None:
    assert body["questionnaire"] == f"{questionnaire['url']}|{questionnaire['version']}"
    _fit(body["item"], questionnaire["item"])


def _fit(items: list[dict[str, Any]], questions: list[dict[str, Any]]) -> None:
    asked = {question["linkId"]: question for question in questions}
    links = [item["linkId"] for item in items]
    for link, question in asked.items():
        assert not question.get("required") or link in links
        assert question.get("repeats") or links.count(link) <= 1
    for item in items:
        question = asked[item["linkId"]]
        if question["type"] == "group":
            _fit(item["item"], question["item"])
            continue
        ((kind, value),) = item["answer"][0].items()
        assert kind == f"value{_VALUES.get(question['type'], question['type'].capitalize())}"
        options = [one["valueCoding"]["code"] for one in question.get("answerOption", [])]
        assert not options or value["code"] in options


_VALUES = {"choice": "Coding"}


def _own_codes(node: object) -> set[str]:
    return set(_codes(node))


def _codes(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("system") == X.codes:
            yield node["code"]
        for member in node.values():
            yield from _codes(member)
    elif isinstance(node, list):
        for member in node:
            yield from _codes(member)
