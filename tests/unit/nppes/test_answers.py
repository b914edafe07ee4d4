"""What the NPI registry is asked, and what each of its answers states."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.unit.nppes.captured import answer, captured
from witnessmark.domain.checking import Entry, Found, StatedLicence
from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.ports.registry import Asked, AskedLicence
from witnessmark.wire import Request, Response
from witnessmark_adapters.nppes import REGISTRY

NPI = "1000001028"


def asked_with(body: bytes, status: int = 200, kind: str = "application/json") -> Found:
    call = REGISTRY.create(REGISTRY.base_url).look_up(Asked(NPI, ()))
    next(call)
    try:
        call.send(Response(status, {"content-type": kind, "x-request-id": "r-1"}, body))
    except StopIteration as done:
        found: Found = done.value
        return found
    raise AssertionError("one request is enough")


def test_nothing_but_the_npi_is_sent() -> None:
    asked = Asked(NPI, (AskedLicence("INV-MFT-0102", "US-CA"),))
    assert next(REGISTRY.create("https://registry.example/api").look_up(asked)) == Request(
        "GET",
        "https://registry.example/api/?version=2.1&number=1000001028",
        "look up an NPI",
        {"accept": "application/json"},
    )


def test_every_licence_that_names_a_number_is_stated_with_its_state() -> None:
    found = asked_with(captured("individual"))
    assert found.licences == (
        StatedLicence("INV-MFT-0102", "US-CA"),
        StatedLicence("INV-MHC-7102", "US-NY"),
    )
    assert found.names == ("DANIEL A EXAMPLE-LINDQVIST", "DANIEL EXAMPLE-BEFORE")
    assert (found.entry, found.organisation) == (Entry.ACTIVE, False)
    assert found.updated == date(2024, 3, 4)


def test_the_evidence_is_the_digest_of_the_very_bytes_that_came() -> None:
    assert asked_with(b'{"result_count":0,"results":[]}') == Found(
        Entry.NONE, "d1d2693d18cee969861c1a7dc0b4023108b4a7567745f4a875ed0f8b0d8973ee"
    )


def test_an_organisation_is_nobody_s_entry_and_has_no_person_s_name() -> None:
    found = asked_with(captured("organisation"))
    assert (found.organisation, found.names, found.licences) == (True, (), ())


def test_an_npi_out_of_service_is_told_from_one_that_is_not_there() -> None:
    assert asked_with(captured("deactivated")).entry is Entry.INACTIVE
    assert asked_with(captured("nobody")).entry is Entry.NONE


@pytest.mark.parametrize("status", ["D", "Z", ""])
def test_whatever_is_not_said_to_be_active_is_not(status: str) -> None:
    body = answer("individual")
    body["results"][0]["basic"]["status"] = status
    assert asked_with(json.dumps(body).encode()).entry is Entry.INACTIVE


def test_an_error_is_a_refusal_that_repeats_nothing_of_its_text() -> None:
    with pytest.raises(RefusedError) as refused:
        asked_with(captured("refused"))
    assert str(refused.value) == "The NPI registry refuses the question: number (error 06)."
    assert refused.value.request_id == "r-1"


def changed(change: Callable[[Any], object]) -> bytes:
    body = answer("individual")
    change(body)
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"<html>canary</html>", "readable JSON"),
        (b"[]", "not an object"),
        (b'{"result_count": 1}', "results"),
        (changed(lambda it: it["results"].append(it["results"][0])), "number"),
        (changed(lambda it: it["results"][0].update(number="1000001010")), "number"),
        (changed(lambda it: it["results"][0].pop("basic")), r"results\.0\.basic"),
        (changed(lambda it: it["results"][0].update(enumeration_type="canary")), "enumeration"),
        (changed(lambda it: it["results"][0].update(taxonomies={"canary": 1})), "taxonomies"),
    ],
)
def test_what_is_no_answer_of_this_version_is_unreadable(body: bytes, place: str) -> None:
    with pytest.raises(UnreadableAnswerError, match=place) as unreadable:
        asked_with(body)
    assert "canary" not in str(unreadable.value)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_any_other_status_is_a_refusal(status: int) -> None:
    with pytest.raises(RefusedError, match=f"refuses to be asked \\({status}\\)"):
        asked_with(b"<html>", status, "text/html")


def test_a_day_that_is_none_is_no_day() -> None:
    body = changed(lambda it: it["results"][0]["basic"].update(last_updated="2024-02-31"))
    assert asked_with(body).updated is None
