"""What a refusal means, and that nothing of what was sent is repeated."""

from __future__ import annotations

import pytest

from tests.unit.fhir_r4.scripted import answer
from witnessmark.errors import (
    HostError,
    NotSupportedError,
    RefusedError,
    UnreadableAnswerError,
)
from witnessmark.wire import Response
from witnessmark_adapters.fhir_r4.outcomes import check, resource

OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [
        {
            "severity": "error",
            "code": "invalid",
            "diagnostics": "canary: Mara said",
            "details": {"text": "canary"},
            "expression": ["Appointment.participant[0].actor", "where(value='canary')"],
        },
        {"severity": "error", "code": "canary was here"},
    ],
}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (403, RefusedError),
        (404, NotSupportedError),
        (405, NotSupportedError),
        (409, RefusedError),
        (410, RefusedError),
        (422, RefusedError),
        (501, NotSupportedError),
        (304, UnreadableAnswerError),
    ],
)
def test_each_status_has_one_meaning(status: int, error: type[HostError]) -> None:
    with pytest.raises(error) as caught:
        check(answer(status, OUTCOME, x_request_id="r-1"), "Appointment")
    assert caught.value.request_id == "r-1"
    assert "canary" not in str(caught.value)


def test_of_an_outcome_codes_and_paths_are_told() -> None:
    with pytest.raises(
        RefusedError, match=r"\(422: invalid at Appointment.participant\[0\].actor\)"
    ):
        check(answer(422, OUTCOME), "Appointment")


def test_a_refusal_that_is_no_outcome_is_still_a_refusal() -> None:
    page = Response(400, {"content-type": "text/html"}, b"<h1>canary</h1>")
    with pytest.raises(RefusedError, match=r"refuses this Appointment \(400\)"):
        check(page, "Appointment")


def test_another_type_than_was_asked_for_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswerError, match="is no Appointment"):
        resource(answer(200, {"resourceType": "Patient"}), "Appointment")


def test_a_page_for_people_in_place_of_json_is_unreadable() -> None:
    page = Response(200, {"content-type": "text/html; charset=utf-8"}, b"<html>")
    with pytest.raises(UnreadableAnswerError, match="text/html"):
        resource(page, "Appointment")
