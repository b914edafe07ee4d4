"""Reading a supervisee's notes: who signed, when, and that nothing else is taken of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.unit.fhir_r4.scripted import BASE, Played, answer, bundle, played
from tests.unit.fhir_r4.strategies import X
from tests.unit.fhir_r4.test_profile import PLAIN
from witnessmark.declared import loads
from witnessmark.domain.capabilities import Capability, Offer
from witnessmark.domain.requests import NoteStanding
from witnessmark.errors import DeclarationError
from witnessmark.ports.host import Feed, NoteGone, NoteSeen, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.wire import Response
from witnessmark_adapters.fhir_r4.adapter import FhirR4
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.profile import PROFILES, Profile, profile_named

ME, BOSS, ROLE = "Practitioner/me", "Practitioner/boss", "PractitionerRole/role"
NOTE = HostRef("DocumentReference/n1")
CANARY = "canary note text"
Json = dict[str, Any]
CHANGED = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
READING = Reading(HostRef(ME), date(2026, 10, 17))
READ_BEFORE = '{"DocumentReference": ["", "", ""]}'
"""The cursor of who had no note when theirs were read first."""


def note(doc_status: str, signer: str = "", **more: object) -> dict[str, Any]:
    signed = {"authenticator": {"reference": signer}} if signer else {}
    return {
        "resourceType": "DocumentReference",
        "id": "n1",
        "meta": {"versionId": "4", "lastUpdated": "2026-11-16T17:00:00.123Z"},
        "status": "current",
        "docStatus": doc_status,
        "author": [{"reference": ME}],
        "subject": {"reference": "Patient/canary", "display": CANARY},
        "description": CANARY,
        "content": [{"attachment": {"data": "Y2FuYXJ5", "title": CANARY}}],
        **signed,
        **more,
    }


def provenance(target: str, when: str, who: str = BOSS) -> dict[str, Any]:
    signature = {"who": {"reference": who}, "when": when}
    return {
        "resourceType": "Provenance",
        "id": "p1",
        "target": [{"reference": target}],
        "signature": [signature],
    }


def role(who: str) -> Response:
    body = {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": who}}
    return answer(200, body)


def read(
    *answers: Response,
    reading: Reading = READING,
    profile: str = "generic",
    cursor: str | None = READ_BEFORE,
    offer: Offer | None = None,
) -> tuple[Played, Page]:
    adapter = FhirR4(Client(BASE), X, profile_named(profile), offer)
    host = played(*answers)
    return host, host.run(adapter.changes(Feed.NOTES, cursor, reading))


def seen(*answers: Response, profile: str = "generic") -> NoteSeen:
    _, page = read(*answers, profile=profile)
    (change,) = page.changes
    assert isinstance(change, NoteSeen)
    return change


NO_SIGNATURE = answer(200, bundle())


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("body", "standing"),
    [
        (note("preliminary"), NoteStanding.AWAITING),
        (note("preliminary", BOSS), NoteStanding.AWAITING),
        (note("final"), NoteStanding.AWAITING),
        (note("final", ME), NoteStanding.AWAITING),
        (note("amended"), NoteStanding.AWAITING),
        (note("final", "Organization/o"), NoteStanding.AWAITING),
        (note("", BOSS), NoteStanding.UNFINISHED),
        (note("final", BOSS, status="entered-in-error"), NoteStanding.WITHDRAWN),
        (note("final", status="superseded"), NoteStanding.WITHDRAWN),
    ],
)
def test_what_is_not_signed_by_another_is_not_co_signed(
    body: dict[str, Any], standing: NoteStanding, profile: str
) -> None:
    found = seen(answer(200, bundle(body)), profile=profile)
    assert (found.standing, found.signer) == (standing, None)
    assert found.signer_unknown == ("Organization" in json.dumps(body))


@pytest.mark.parametrize("doc_status", ["final", "amended"])
def test_another_persons_authenticator_and_a_closing_status_are_a_co_signature(
    doc_status: str,
) -> None:
    found = seen(answer(200, bundle(note(doc_status, BOSS))), NO_SIGNATURE)
    assert (found.standing, found.signer) == (NoteStanding.COSIGNED, BOSS)
    assert (found.changed_at, found.signed_at) == (CHANGED, None)


def test_a_role_is_read_and_an_author_in_a_role_is_the_author() -> None:
    page = answer(200, bundle(note("final", ROLE)))
    assert seen(page, role(BOSS), NO_SIGNATURE).signer == BOSS
    assert seen(page, role(ME)).standing is NoteStanding.AWAITING
    for untold in (answer(404), answer(403), role("Organization/o")):
        found = seen(page, untold)
        assert (found.standing, found.signer_unknown) == (NoteStanding.AWAITING, True)


def test_the_time_is_of_a_signature_on_this_very_version_by_this_very_signer() -> None:
    page = answer(200, bundle(note("final", BOSS)))
    this, when = f"{NOTE}/_history/4", "2026-11-16T16:59:00Z"
    earlier = provenance(f"{NOTE}/_history/3", "2026-11-16T16:59:30Z")
    kept = seen(page, answer(200, bundle(earlier, provenance(f"{BASE}/{this}", when))))
    assert kept.signed_at == datetime(2026, 11, 16, 16, 59, tzinfo=UTC)
    assert kept.signed_version == kept.version == "4"
    for other in (
        provenance(str(NOTE), when),
        provenance(f"https://elsewhere.invalid/fhir/{this}", when),
        provenance(this, when, who=ME),
    ):
        assert seen(page, answer(200, bundle(other))).signed_at is None


def test_a_signature_of_an_earlier_version_is_told_as_that() -> None:
    page = answer(200, bundle(note("final", BOSS)))
    kept = seen(page, answer(200, bundle(provenance(f"{NOTE}/_history/3", "2026-11-16T16:59:00Z"))))
    assert (kept.signed_version, kept.version) == ("3", "4")
    assert kept.signed_at == datetime(2026, 11, 16, 16, 59, tzinfo=UTC)


def test_an_author_named_with_a_version_or_a_whole_address_is_still_the_author() -> None:
    for spelled in (f"{ME}/_history/1", f"{BASE}/{ME}", f"{BASE}/{ME}/_history/2"):
        found = seen(answer(200, bundle(note("final", spelled))))
        assert (found.standing, found.signer_unknown) == (NoteStanding.AWAITING, False)
        by_me = note("final", ME, author=[{"reference": spelled}])
        assert seen(answer(200, bundle(by_me))).standing is NoteStanding.AWAITING


def test_the_same_address_on_another_server_is_somebody_unknown() -> None:
    elsewhere = f"https://elsewhere.invalid/fhir/{BOSS}"
    found = seen(answer(200, bundle(note("final", elsewhere))))
    assert (found.standing, found.signer_unknown) == (NoteStanding.AWAITING, True)


@pytest.mark.parametrize(
    "kind", ["Organization/o", "Device/scribe", "Patient/canary", "RelatedPerson/r"]
)
def test_authors_that_are_no_staff_keep_no_note_open(kind: str) -> None:
    body = note("final", BOSS, author=[{"reference": ME}, {"reference": kind}])
    found = seen(answer(200, bundle(body)), NO_SIGNATURE)
    assert (found.standing, found.signer, found.authors) == (NoteStanding.COSIGNED, BOSS, (ME,))


@pytest.mark.parametrize("unknown", [{"reference": "Group/g"}, {"display": "Somebody"}])
def test_a_signer_is_not_told_from_an_author_of_whom_nothing_is_known(unknown: Json) -> None:
    body = note("final", BOSS, author=[{"reference": ME}, unknown])
    assert seen(answer(200, bundle(body))).signer_unknown


@pytest.mark.parametrize(
    "more",
    [
        {"identifier": [{"system": X.attestation, "value": "a-1"}]},
        {"subject": {"reference": "Practitioner/p1"}},
        {"subject": {"reference": f"{BASE}/Practitioner/p1"}},
    ],
)
def test_documents_of_ours_and_about_staff_are_no_notes(more: Json) -> None:
    _, page = read(answer(200, bundle(note("final", **more))))
    assert page.changes == ()


def test_a_profile_may_name_the_notes_that_count() -> None:
    plain = profile_named("generic")
    cosign = plain.cosign.model_copy(update={"only": ("http://loinc.org|11488-4",)})
    adapter = FhirR4(Client(BASE), X, plain.model_copy(update={"cosign": cosign}), None)
    kind = {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]}
    for more, counted in (({}, 0), ({"type": kind}, 1), ({"category": [kind]}, 1)):
        host = played(answer(200, bundle(note("final", **more))))
        page = host.run(adapter.changes(Feed.NOTES, READ_BEFORE, READING))
        assert len(page.changes) == counted


def test_first_read_a_note_may_have_been_signed_long_before_and_no_time_is_looked_for() -> None:
    page = answer(200, bundle(note("final", BOSS)))
    _, first = read(page, cursor=None)
    (found,) = first.changes
    assert isinstance(found, NoteSeen)
    assert (found.from_before, found.signed_at) == (True, None)
    _, asked = read(
        page, NO_SIGNATURE, cursor=None, reading=replace(READING, asked=frozenset({NOTE}))
    )
    assert len(asked.changes) == 1
    assert not seen(page, NO_SIGNATURE).from_before
    old = note("final", BOSS, date="2026-09-01T10:00:00Z")
    assert seen(answer(200, bundle(old)), NO_SIGNATURE).from_before
    _, first = read(answer(200, bundle(old)), cursor=None)
    assert first.changes == ()


def test_notes_without_a_date_are_met_where_the_host_searches_by_its_own_times() -> None:
    host, _ = read(answer(200, bundle()), cursor=None)
    assert "_lastUpdated=ge2026-10-17" in host.lines[0]
    plain = Offer("host", frozenset({Capability.READ_NOTES}), {})
    host, _ = read(answer(200, bundle()), cursor=None, offer=plain)
    assert "date=ge2026-10-17" in host.lines[0]
    assert "_lastUpdated" not in host.lines[0].replace("_sort=_lastUpdated", "")


def test_no_note_is_read_where_that_is_not_offered() -> None:
    nothing = Offer("host", frozenset(), {})
    for reading in (READING, replace(READING, only=(NOTE,))):
        host, page = read(reading=reading, offer=nothing)
        assert (host.lines, page.changes) == ([], ())


def test_a_page_of_notes_is_small_for_some_hosts_send_the_texts() -> None:
    host, _ = read(answer(200, bundle()))
    assert "_count=10&" in host.lines[0]


def test_a_host_that_shows_no_signatures_still_shows_who_signed() -> None:
    page = answer(200, bundle(note("final", BOSS)))
    for refusal in (answer(403), answer(400)):
        found = seen(page, refusal)
        assert (found.signer, found.signed_at) == (BOSS, None)


def test_notes_of_others_are_dropped_whatever_the_host_sends() -> None:
    others = note("final", author=[{"reference": BOSS}])
    _, page = read(answer(200, bundle(others)))
    assert page.changes == ()


def test_only_what_is_needed_is_asked_for_and_nothing_of_the_chart_is_kept() -> None:
    host, page = read(answer(200, bundle(note("preliminary"))))
    (line,) = host.lines
    assert line.startswith("GET DocumentReference?")
    assert "author=Practitioner%2Fme" in line
    assert (
        "_elements=identifier%2Cstatus%2CdocStatus%2Ctype%2Ccategory%2Csubject%2Cauthor%2Cauthenticator%2Cdate%2Cmeta"
        in line
    )
    assert "canary" not in repr(page).lower()


def test_notes_are_looked_at_again_by_reference_and_those_gone_are_told() -> None:
    # Whoever wrote them: a match may have been wrong.
    reading = Reading(HostRef(BOSS), date.min, (NOTE, HostRef("DocumentReference/n2")))
    host, page = read(answer(200, note("final")), answer(410), reading=reading)
    gone, found = page.changes
    assert gone == NoteGone(HostRef("DocumentReference/n2"))
    assert isinstance(found, NoteSeen)
    assert found.standing is NoteStanding.AWAITING
    assert all("?_elements=" in line for line in host.lines)


@pytest.mark.parametrize(
    "line",
    [
        # docStatus alone is never a co-signature.
        "cosigned: [{doc_status: [final]}]",
        "cosigned: [{doc_status: [final], authenticator: [other, author]}]",
        "cosigned: []",
        "awaiting: [{}]",
        "awaiting: [{doc_status: [signed]}]",
        "withdrawn: [{text: [gone]}]",
    ],
)
def test_a_profile_that_takes_something_else_for_a_signature_is_refused(line: str) -> None:
    key, _, value = line.partition(": ")
    parts = {
        "awaiting": "[{doc_status: [preliminary]}]",
        "cosigned": "[{authenticator: [other]}]",
        "withdrawn": "[{status: [superseded]}]",
        "signatures_of": "[]",
        key: value,
    }
    cosign = ", ".join(f"{name}: {said}" for name, said in parts.items())
    plain = PLAIN[: PLAIN.index("cosign:")]
    with pytest.raises(DeclarationError):
        loads(f"{plain}cosign: {{{cosign}}}\n", Profile)
