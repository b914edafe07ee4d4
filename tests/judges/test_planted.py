"""HL7's validator knows our published files: what does not fit them is an error."""

import json

import pytest

from tests.judges.home import HERE
from tests.judges.panel import Panel

pytestmark = pytest.mark.judge


def _faults(name: str, judges: Panel) -> set[tuple[str, str]]:
    resource = json.loads((HERE / "planted" / f"{name}.json").read_text("utf-8"))
    return {(fault.judge, fault.message) for fault in judges.faults(resource)}


@pytest.mark.parametrize("name", ["right", "definitions/code_system", "definitions/questionnaire"])
def test_what_is_right_is_accepted_by_all(name: str, judges: Panel) -> None:
    assert _faults(name, judges) == set()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wrong_link_id", "LinkId 'entry.minute' not found in questionnaire"),
        ("wrong_answer_type", "Answer value must be of the type integer not string"),
        ("unknown_code", "Unknown code 'https://example.org/x/CodeSystem/planted#dyad'"),
        (
            "unknown_code_in_appointment",
            "Unknown code 'https://example.org/x/CodeSystem/planted#dyad'",
        ),
        ("unknown_questionnaire", "Questionnaire/planted|2.0.0' could not be resolved"),
    ],
)
def test_what_does_not_fit_our_files_is_an_error_of_hl7s(
    name: str, message: str, judges: Panel
) -> None:
    faults = _faults(name, judges)
    assert [judge for judge, told in faults if message in told] == ["hl7"]
    assert {judge for judge, _ in faults} == {"hl7"}
