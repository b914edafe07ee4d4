"""How one resource is brought to what it shall be, request by request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, answer, bundle, played, stored
from tests.unit.fhir_r4.strategies import LOG_RECEIPT, STAFF, X
from witnessmark.domain.capabilities import Capability, Offer, Projection
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import (
    ConflictError,
    GoneError,
    NotSupportedError,
    OutcomeUnknownError,
    RefusedError,
    UnreadableAnswerError,
)
from witnessmark.ports.host import Connection
from witnessmark.testing import Records, changed
from witnessmark.wire import Response, write_json
from witnessmark_adapters.fhir_r4 import ADAPTER
from witnessmark_adapters.fhir_r4.adapter import FhirR4, create
from witnessmark_adapters.fhir_r4.mapping import appointment, week_log

HOW = Projection.STRUCTURED
RECORDS = Records(STAFF, "1")
LOG = RECORDS.log()
BODY: dict[str, Any] = week_log.write(week_log.part_of(LOG, x=X), x=X)
REF = "QuestionnaireResponse/q1"
KNOWN_AS = "identifier=https%3A%2F%2Fcanonical.invalid%2Ffhir%2Fhour-log%7Cw-1"


def adapter(*lacking: Capability, profile: str = "generic") -> FhirR4:
    on = Connection("harbour", "ehr", "fhir_r4", profile, f"{BASE}/")
    offered = frozenset(Capability) - set(lacking)
    return create(on, X.canonical, Offer("a host", offered, {}))


def test_a_new_week_costs_one_request_where_the_host_creates_by_condition() -> None:
    host = played(answer(201, stored(BODY, REF), etag='W/"1"'))
    (part,) = host.run(adapter().put(LOG, HOW, None))
    assert host.lines == ["POST QuestionnaireResponse"]
    assert host.asked[0].headers["if-none-exist"] == KNOWN_AS
    assert host.asked[0].headers["prefer"] == "return=representation"
    assert host.sent() == BODY
    assert (part.role, part.host_ref, part.version) == ("hour_log", REF, "1")


def test_what_a_crash_left_behind_is_found_by_the_condition_and_brought_up_to_date() -> None:
    old = {**stored(BODY, REF), "status": "in-progress"}
    host = played(answer(200, old), answer(200, old), answer(200, stored(BODY, REF, "2")))
    (part,) = host.run(adapter().put(LOG, HOW, None))
    assert host.lines == ["POST QuestionnaireResponse", f"GET {REF}", f"PUT {REF}"]
    assert host.asked[2].headers["if-match"] == 'W/"1"'
    assert part.version == "2"


def test_a_condition_that_matches_several_is_refused_and_nothing_is_chosen() -> None:
    with pytest.raises(RefusedError, match="more than one"):
        played(answer(412)).run(adapter().put(LOG, HOW, None))


def test_a_host_that_returns_no_body_is_read_once_more() -> None:
    located = answer(201, location=f"{BASE}/{REF}/_history/1")
    host = played(located, answer(200, stored(BODY, REF), etag='W/"1"'))
    host.run(adapter().put(LOG, HOW, None))
    assert host.lines == ["POST QuestionnaireResponse", f"GET {REF}"]


def test_without_conditional_create_it_is_searched_for_first() -> None:
    host = played(answer(200, bundle()), answer(201, stored(BODY, REF)))
    host.run(adapter(Capability.CREATE_ONCE).put(LOG, HOW, None))
    assert host.lines == [f"GET QuestionnaireResponse?{KNOWN_AS}", "POST QuestionnaireResponse"]
    assert "if-none-exist" not in host.asked[1].headers


def test_what_the_search_finds_is_not_created_again() -> None:
    host = played(answer(200, bundle(stored(BODY, REF))))
    (part,) = host.run(adapter(Capability.CREATE_ONCE).put(LOG, HOW, None))
    assert part.host_ref == REF


def test_a_host_that_ignores_the_search_does_not_make_us_take_anothers_resource() -> None:
    other = {**stored(BODY, "QuestionnaireResponse/q9"), "identifier": {"value": "theirs"}}
    host = played(answer(200, bundle(other)), answer(201, stored(BODY, REF)))
    (part,) = host.run(adapter(Capability.CREATE_ONCE).put(LOG, HOW, None))
    assert part.host_ref == REF


def test_under_an_id_of_ours_it_is_looked_up_and_put_there_for_ever_the_same() -> None:
    first, again = (
        played(answer(404), answer(201, stored(BODY, REF))),
        played(answer(404), answer(201, stored(BODY, REF))),
    )
    first.run(adapter(profile="hapi").put(LOG, HOW, None))
    again.run(adapter(profile="hapi").put(LOG, HOW, None))
    assert [one.partition(" ")[0] for one in first.lines] == ["GET", "PUT"]
    assert first.lines == again.lines
    own_id = first.lines[0].rpartition("/")[2]
    assert first.sent()["id"] == own_id
    assert len(own_id) == 40


def test_somebody_elses_resource_under_our_id_is_not_touched() -> None:
    other = {**stored(BODY, REF), "identifier": {"system": "https://theirs.invalid"}}
    with pytest.raises(UnreadableAnswerError, match="another QuestionnaireResponse for ours"):
        played(answer(200, other)).run(adapter(profile="hapi").put(LOG, HOW, None))


def _delivered() -> tuple[Any, Any]:
    host = played(answer(201, stored(BODY, REF)))
    return host.run(adapter().put(LOG, HOW, None)), changed(LOG)


def test_an_update_writes_over_the_very_version_it_read() -> None:
    receipt, record = _delivered()
    there = {
        **stored(BODY, REF, "5"),
        "extension": [{"url": "https://theirs.invalid/e", "valueCode": "theirs"}],
    }
    host = played(answer(200, there), answer(200, stored(BODY, REF, "6")))
    (part,) = host.run(adapter().put(record, HOW, receipt))
    assert host.lines == [f"GET {REF}", f"PUT {REF}"]
    assert host.asked[1].headers["if-match"] == 'W/"5"'
    assert host.sent()["extension"] == [{"url": "https://theirs.invalid/e", "valueCode": "theirs"}]
    assert host.sent()["status"] == "amended"
    assert part.version == "6"


def test_a_host_without_versions_is_written_without_a_guard() -> None:
    receipt, record = _delivered()
    host = played(answer(200, stored(BODY, REF, "5")), answer(200, stored(BODY, REF, "6")))
    host.run(adapter(Capability.WRITE_GUARDED).put(record, HOW, receipt))
    assert "if-match" not in host.asked[1].headers


def test_what_is_as_wanted_is_not_written() -> None:
    receipt, _ = _delivered()
    host = played(answer(200, stored(BODY, REF, "9")))
    (part,) = host.run(adapter().put(LOG, HOW, receipt))
    assert (part.version, part.digest) == ("9", receipt[0].digest)


def test_a_race_over_what_is_not_ours_is_run_once_more() -> None:
    receipt, record = _delivered()
    host = played(
        answer(200, stored(BODY, REF, "5")),
        answer(412),
        answer(200, stored(BODY, REF, "6")),
        answer(200, stored(BODY, REF, "7")),
    )
    (part,) = host.run(adapter().put(record, HOW, receipt))
    assert host.asked[3].headers["if-match"] == 'W/"6"'
    assert part.version == "7"


def test_a_race_over_what_is_ours_is_a_conflict() -> None:
    receipt, record = _delivered()
    theirs = {**stored(BODY, REF, "6"), "status": "stopped"}
    host = played(answer(200, stored(BODY, REF, "5")), answer(409), answer(200, theirs))
    with pytest.raises(ConflictError) as caught:
        host.run(adapter().put(record, HOW, receipt))
    assert caught.value.expected == receipt[0].digest
    assert "status" in caught.value.differs
    assert "stopped" not in str(caught.value)


def test_a_race_that_does_not_end_is_an_attempt_of_the_record_and_no_outage() -> None:
    receipt, record = _delivered()
    read, lost = answer(200, stored(BODY, REF, "5")), answer(412)
    with pytest.raises(OutcomeUnknownError, match="changed by others"):
        played(read, lost, read, lost).run(adapter().put(record, HOW, receipt))


@pytest.mark.parametrize("status", [404, 410])
def test_a_copy_removed_there_is_gone_and_not_created_again(status: int) -> None:
    receipt, record = _delivered()
    host = played(answer(status, {"resourceType": "OperationOutcome"}), answer(200, bundle()))
    with pytest.raises(GoneError) as caught:
        host.run(adapter().put(record, HOW, receipt))
    assert host.lines == [f"GET {REF}", f"GET QuestionnaireResponse?{KNOWN_AS}"]
    assert caught.value.expected == receipt[0].digest


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}"])
def test_a_gateway_that_knows_no_such_address_does_not_mean_that_our_copy_is_gone(
    body: bytes,
) -> None:
    receipt, record = _delivered()
    page = Response(404, {"content-type": "text/html"}, body)
    with pytest.raises(UnreadableAnswerError):
        played(page).run(adapter().put(record, HOW, receipt))


def test_a_lost_answer_is_told_and_nothing_is_sent_blindly_again() -> None:
    call = adapter().put(LOG, HOW, None)
    next(call)
    with pytest.raises(OutcomeUnknownError):
        call.throw(OutcomeUnknownError("lost"))


def test_a_session_that_turns_out_not_held_takes_its_record_back() -> None:
    booked = RECORDS.session()
    body = appointment.write(appointment.part_of(booked), x=X)
    first = played(
        answer(201, stored(body, "Appointment/a1")),
        answer(201, stored(BODY, "QuestionnaireResponse/h1")),
    )
    receipt = first.run(adapter().put(booked, HOW, None))
    held = first.sent()
    again = played(
        answer(200, stored(body, "Appointment/a1")),
        answer(200, stored(body, "Appointment/a1")),
        answer(200, stored(BODY, "QuestionnaireResponse/h1")),
        answer(200, stored(held, "QuestionnaireResponse/h1")),
    )
    again.run(adapter().put(RECORDS.session(SessionStatus.CANCELLED), HOW, receipt))
    assert again.sent(1)["status"] == "cancelled"
    assert again.sent(3)["status"] == "entered-in-error"


def test_a_planned_session_has_no_record_of_attendance() -> None:
    planned = RECORDS.session(SessionStatus.PLANNED)
    body = appointment.write(appointment.part_of(planned), x=X)
    host = played(answer(201, stored(body, "Appointment/a1")))
    receipt = host.run(adapter().put(planned, HOW, None))
    assert [part.role for part in receipt] == ["session"]


def test_an_attestation_is_found_by_what_it_says_where_tags_are_not_searched() -> None:
    record = RECORDS.attestation(LOG_RECEIPT)
    attesting = adapter(Capability.FIND_BY_TAG, Capability.CREATE_ONCE)
    first = played(answer(200, bundle()), answer(201, {"resourceType": "Provenance", "id": "p1"}))
    first.run(attesting.put(record, HOW, None))
    assert first.lines[0] == (
        "GET Provenance?target=QuestionnaireResponse%2Fweek&agent=Practitioner%2Fp-silvan-there"
    )
    untagged = {**stored(first.sent(), "Provenance/p1"), "meta": {"versionId": "1"}}
    other = {**untagged, "id": "p0", "recorded": "2020-01-01T00:00:00Z"}
    again = played(answer(200, bundle(other, untagged)))
    (part,) = again.run(attesting.put(record, HOW, None))
    assert part.host_ref == "Provenance/p1"


def test_only_fhir_resources_can_be_asked_for() -> None:
    with pytest.raises(NotSupportedError):
        played().run(adapter().put(LOG, Projection.DOCUMENT, None))


def test_decimals_of_the_host_go_back_as_they_came() -> None:
    receipt, record = _delivered()
    raw = write_json(stored(BODY, REF, "5")).replace(
        b'"status"', b'"extension":[{"url":"https://u.invalid/","valueDecimal":812.50}],"status"'
    )
    host = played(Response(200, {}, raw), answer(200, stored(BODY, REF, "6")))
    host.run(adapter().put(record, HOW, receipt))
    assert b'"valueDecimal":812.50}' in (host.asked[1].body or b"")


def test_the_adapter_says_what_each_kind_needs_and_asks_no_scope_beyond() -> None:
    scopes = {scope for named in ADAPTER.scopes.values() for scope in named}
    assert scopes == {
        "system/Practitioner.rs",
        "system/Practitioner.ru",
        "system/Appointment.crus",
        "system/Appointment.rs",
        "system/QuestionnaireResponse.crus",
        "system/Provenance.crs",
        "system/Provenance.rs",
        "system/PractitionerRole.crus",
        "system/PractitionerRole.r",
        "system/VerificationResult.crus",
        "system/Task.crus",
        "system/DocumentReference.crus",
        "system/DocumentReference.rs",
        "system/Subscription.crus",
    }
    assert ADAPTER.profiles == ("generic", "hapi", "medplum")
