"""The four laws of every mapping: read back, leave the rest, write once, be R4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.fhir_r4.strategies import (
    MARK,
    X,
    agreements,
    attestations,
    credentials,
    foreign_members,
    logs,
    marks,
    requests,
    sessions,
    verifications,
)
from witnessmark.canonical import digest
from witnessmark.domain.requests import RequestState
from witnessmark.ports.records import AttestationRecord, HostRef
from witnessmark.testing import SCAN, scanned
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    document,
    held_session,
    qualification,
    r4,
    role,
    task,
    verification,
    week_log,
)

LOCATION = {"actor": {"reference": "Location/room-2", "display": MARK}, "status": "accepted"}
OTHER_IDENTIFIER = {"system": "https://host.invalid/id", "value": MARK}
OTHER_ITEM = {"linkId": "host.item", "answer": [{"valueString": MARK}]}


class Mapped(NamedTuple):
    """A mapping with its records and what a host adds to its resource in places of its own."""

    write: Callable[..., dict[str, Any]]
    read: Callable[..., Any]
    owned: frozenset[str]
    parts: st.SearchStrategy[Any]
    host: Callable[[dict[str, Any]], None]


def _stated(record: AttestationRecord) -> attestation.Stated:
    revoked = record.attestation.revoked
    if revoked is None:
        return attestation.part_of(record)
    return attestation.revocation_of(record, revoked, HostRef("Provenance/there"))


def _host_appointment(body: dict[str, Any]) -> None:
    body.setdefault("identifier", []).insert(0, OTHER_IDENTIFIER)
    body.setdefault("serviceType", []).append({"text": MARK})
    body.setdefault("participant", []).append(LOCATION)
    for service in body["serviceType"]:
        service.setdefault("coding", []).append({"system": "https://host.invalid/s", "code": MARK})
    for seat in body["participant"]:
        seat["period"] = {"start": MARK}
        seat["actor"]["display"] = MARK
    body["comment"] = MARK


def _host_response(body: dict[str, Any]) -> None:
    body.setdefault("item", []).insert(0, OTHER_ITEM)
    for member in ("subject", "author"):
        body.setdefault(member, {})["display"] = MARK
    body["encounter"] = {"reference": MARK}


def _host_practitioner(body: dict[str, Any]) -> None:
    for entry in body.setdefault("qualification", []):
        entry["id"] = MARK
        entry.setdefault("extension", []).insert(0, {"url": "https://host.invalid/e", "id": MARK})
        entry["identifier"].append(OTHER_IDENTIFIER)
        entry["code"].setdefault("coding", []).append({"system": MARK, "code": MARK})
        entry.setdefault("issuer", {})["reference"] = MARK
    body["qualification"].insert(0, {"code": {"text": MARK}})
    body["name"] = [{"family": MARK}]
    body["identifier"] = [OTHER_IDENTIFIER]


def _host_provenance(body: dict[str, Any]) -> None:
    body["location"] = {"reference": MARK}
    body.setdefault("meta", {}).setdefault("tag", []).append({"system": MARK, "code": MARK})


def _task(state: RequestState, part: task.Asked, *onto: dict[str, Any]) -> dict[str, Any]:
    since = part.authored or datetime(2026, 11, 2, tzinfo=UTC)
    return task.write(part, task.Standing(state, "awaiting-cosignature", since), *onto, x=X)


def _document(record: AttestationRecord) -> document.Document:
    scan = scanned(record).attestation.scan
    assert scan is not None
    return document.part_of(record, scan, SCAN)


def _host_role(body: dict[str, Any]) -> None:
    body.setdefault("identifier", []).insert(0, OTHER_IDENTIFIER)
    body.setdefault("code", []).append({"text": MARK})
    for code in body["code"]:
        code.setdefault("coding", []).append({"system": "https://host.invalid/s", "code": MARK})
    body.setdefault("period", {})["id"] = MARK
    body.setdefault("practitioner", {})["display"] = MARK
    body["location"] = [{"reference": MARK}]


def _host_verification(body: dict[str, Any]) -> None:
    body["frequency"] = {"id": MARK}
    body.setdefault("meta", {}).setdefault("tag", []).append({"system": MARK, "code": MARK})


def _host_task(body: dict[str, Any]) -> None:
    body.setdefault("identifier", []).insert(0, OTHER_IDENTIFIER)
    for member in ("code", "businessStatus"):
        coding = {"system": "https://host.invalid/s", "code": MARK}
        body.setdefault(member, {}).setdefault("coding", []).append(coding)
    for member in ("focus", "owner", "requester"):
        body.setdefault(member, {})["display"] = MARK
    body.setdefault("restriction", {})["id"] = MARK
    body["restriction"].setdefault("period", {})["id"] = MARK
    body["for"] = {"reference": MARK}


def _host_document(body: dict[str, Any]) -> None:
    body.setdefault("identifier", []).insert(0, OTHER_IDENTIFIER)
    body.setdefault("subject", {})["display"] = MARK
    body["author"][0]["display"] = MARK
    body["authenticator"] = {"reference": MARK}
    body["content"][0]["format"] = {"system": MARK, "code": MARK}
    # The bytes are kept elsewhere there.
    del body["content"][0]["attachment"]["data"]
    body["content"][0]["attachment"]["url"] = MARK


MAPPINGS = {
    "appointment": Mapped(
        partial(appointment.write, x=X),
        partial(appointment.read, x=X),
        appointment.OWNED,
        sessions().map(appointment.part_of),
        _host_appointment,
    ),
    "held_session": Mapped(
        partial(held_session.write, x=X),
        partial(held_session.read, x=X),
        held_session.OWNED,
        sessions().map(partial(held_session.part_of, appointment="Appointment/there", x=X)),
        _host_response,
    ),
    "week_log": Mapped(
        partial(week_log.write, x=X),
        partial(week_log.read, x=X),
        week_log.OWNED,
        logs().map(partial(week_log.part_of, x=X)),
        _host_response,
    ),
    "qualification": Mapped(
        partial(qualification.write, x=X),
        partial(qualification.read, x=X),
        qualification.OWNED,
        credentials().map(lambda record: qualification.part_of(record.person, x=X)),
        _host_practitioner,
    ),
    "attestation": Mapped(
        partial(attestation.write, x=X),
        partial(attestation.read, x=X),
        attestation.OWNED,
        attestations().map(_stated),
        _host_provenance,
    ),
    "role": Mapped(
        partial(role.write, x=X),
        partial(role.read, x=X),
        role.OWNED,
        st.builds(role.part_of, agreements(), st.sampled_from(role.Side)),
        _host_role,
    ),
    "verification": Mapped(
        partial(verification.write, x=X),
        partial(verification.read, x=X),
        verification.OWNED,
        verifications().map(verification.part_of),
        _host_verification,
    ),
    "document": Mapped(
        lambda part, *onto: document.write(part, [SCAN], *onto, x=X),
        partial(document.read, x=X),
        document.OWNED,
        attestations().map(_document),
        _host_document,
    ),
    **{
        f"task_{state.value}": Mapped(
            partial(_task, state),
            partial(task.read, x=X),
            task.OWNED,
            requests().map(task.part_of),
            _host_task,
        )
        for state in (RequestState.REQUESTED, RequestState.RESUBMITTED, RequestState.ANSWERED)
    },
}

EVERY = pytest.mark.parametrize("name", sorted(MAPPINGS))
FEW = settings(max_examples=40, deadline=None)


@EVERY
@FEW
@given(data=st.data())
def test_what_is_written_reads_back_as_it_was(name: str, data: st.DataObject) -> None:
    mapped = MAPPINGS[name]
    part = data.draw(mapped.parts)
    back = mapped.read(mapped.write(part))
    assert back == part
    assert digest(back) == digest(part)


@EVERY
@FEW
@given(data=st.data())
def test_what_is_not_ours_survives_a_write(name: str, data: st.DataObject) -> None:
    mapped = MAPPINGS[name]
    part = data.draw(mapped.parts)
    there = {**mapped.write(part), **data.draw(st.composite(foreign_members)())}
    mapped.host(there)
    written = mapped.write(part, there)
    assert sorted(marks(written)) == sorted(marks(there))
    assert mapped.read(written) == part


@EVERY
@FEW
@given(data=st.data())
def test_a_write_changes_only_what_is_owned(name: str, data: st.DataObject) -> None:
    mapped = MAPPINGS[name]
    before, after = data.draw(mapped.parts), data.draw(mapped.parts)
    there = mapped.write(before)
    mapped.host(there)
    written = mapped.write(after, there)
    ours = {path.split(".")[0].split("[")[0] for path in mapped.owned}
    assert _members_that_differ(there, written) <= ours
    assert mapped.read(written) == after


@EVERY
@FEW
@given(data=st.data())
def test_writing_twice_changes_nothing(name: str, data: st.DataObject) -> None:
    mapped = MAPPINGS[name]
    there = mapped.write(data.draw(mapped.parts))
    mapped.host(there)
    part = data.draw(mapped.parts)
    once = mapped.write(part, there)
    assert mapped.write(part, once) == once


@EVERY
@FEW
@given(data=st.data())
def test_all_that_is_written_is_r4(name: str, data: st.DataObject) -> None:
    mapped = MAPPINGS[name]
    assert r4.check(mapped.write(data.draw(mapped.parts))) == ()


def _members_that_differ(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}
