"""A trainee's note asks for its co-signature in the EHR, and the EHR's own signature closes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.clinic import run
from tests.support.cosigning import AGREEMENT, CLINIC, NOTE, START, Json, Story, in_ehr, story
from witnessmark.application.cosigning import notes_to_look_at_again
from witnessmark.application.readings import pulls_of_staff
from witnessmark.application.records import everything_owed
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import AgreementId
from witnessmark.domain.requests import Remark, Request, RequestState, TimeSource
from witnessmark.ports.deliveries import DeliveryState, StoredConnection
from witnessmark.ports.records import RecordKey
from witnessmark.sandbox import canaries
from witnessmark.testing import CO_SUPERVISOR, FIRST_SUPERVISEE, SECOND_SUPERVISEE, SUPERVISOR
from witnessmark_adapters.fhir_r4.mapping import task

ROLE = "PractitionerRole/role-1"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, AGREEMENT) as found:
        yield found


def signed(told: Story, by: str = in_ehr(SUPERVISOR), *, when: datetime | None = None) -> Request:
    """A trainee's note is asked about, then somebody signs it there; the request afterwards."""
    told.write_note(doc_status="final")
    told.sync()
    told.later(hours=2)
    told.practice.by_hand.sign_note(NOTE, by, when=when)
    told.sync()
    return told.request()


def statuses(tasks: list[Json]) -> list[str]:
    return [one["status"] for one in tasks]


def test_a_signed_note_becomes_a_task_and_the_hosts_signature_closes_it(told: Story) -> None:
    told.write_note(doc_status="final", authenticator=in_ehr(FIRST_SUPERVISEE))
    told.sync()
    task = told.task()
    assert task["status"] == "requested"
    assert task["focus"] == {"reference": NOTE}
    assert task["owner"] == {"reference": in_ehr(SUPERVISOR)}
    assert task["requester"] == {"reference": in_ehr(FIRST_SUPERVISEE)}
    # Three business days after Monday, at the end of Thursday in Los Angeles.
    due = datetime.fromisoformat(task["restriction"]["period"]["end"])
    assert due == datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC)
    told.later(hours=2)
    when = told.clock.now()
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR), when=when)
    told.sync()
    assert told.task()["status"] == "completed"
    request = told.request()
    assert request.state is RequestState.ANSWERED
    assert request.proof is not None
    assert (request.proof.person, request.proof.at) == (SUPERVISOR.id, when)
    assert request.proof.time_from is TimeSource.SIGNATURE
    assert request.proof.version == told.practice.by_hand.read(NOTE)["meta"]["versionId"]
    assert request.proof.remarks == ()
    assert told.findings() == []


def test_what_is_as_wanted_is_not_written_again(told: Story) -> None:
    request = signed(told)
    told.write_note(name="note-2")
    told.sync()
    tally = told.sync()
    assert (tally.writes, sum(tally.sent.values())) == (0, 0)
    assert len(told.tasks()) == 2
    assert request in told.requests()


def test_without_a_kept_signature_the_time_is_the_hosts_change_time(told: Story) -> None:
    proof = signed(told).proof
    assert proof is not None
    assert proof.time_from is TimeSource.HOST_CHANGE
    changed = told.practice.by_hand.read(NOTE)["meta"]["lastUpdated"]
    assert abs((proof.at - datetime.fromisoformat(changed)).total_seconds()) < 1


def test_a_note_signed_and_edited_before_the_next_look_is_proven_as_signed_and_asked_for_anew(
    told: Story,
) -> None:
    told.write_note(doc_status="final")
    told.sync()
    when = told.clock.now()
    signed_note = told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR), when=when)
    told.later(minutes=5)
    told.practice.by_hand.edit_note(NOTE, "Canary-Note: rewritten", keeps_signature=True)
    told.sync()
    signed, asked = told.requests()
    assert signed.proof is not None
    assert (signed.proof.version, signed.proof.at) == (signed_note["meta"]["versionId"], when)
    assert (asked.follows, asked.state) == (signed.id, RequestState.REQUESTED)
    assert sorted(statuses(told.tasks())) == ["completed", "requested"]


def test_a_note_both_sign_between_two_looks_keeps_its_proof(told: Story) -> None:
    told.write_note(doc_status="final", authenticator=in_ehr(FIRST_SUPERVISEE))
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR), when=told.clock.now())
    told.sync()
    assert told.request().state is RequestState.ANSWERED
    assert told.task()["status"] == "completed"


def test_a_role_as_signer_is_looked_up(told: Story) -> None:
    told.practice.put(
        {
            "resourceType": "PractitionerRole",
            "id": "role-1",
            "practitioner": {"reference": in_ehr(SUPERVISOR)},
        }
    )
    proof = signed(told, ROLE).proof
    assert proof is not None
    assert (proof.signer, proof.person) == (in_ehr(SUPERVISOR), SUPERVISOR.id)


def test_a_role_that_cannot_be_told_co_signs_nothing_and_that_is_said(told: Story) -> None:
    assert signed(told, ROLE).state is RequestState.REQUESTED
    assert told.task()["status"] == "requested"
    assert told.findings() == ["signer-unknown"]
    told.practice.put(
        {
            "resourceType": "PractitionerRole",
            "id": "role-1",
            "practitioner": {"reference": in_ehr(FIRST_SUPERVISEE)},
        }
    )
    told.sync()
    assert told.request().state is RequestState.REQUESTED, "an author in a role is the author"
    assert told.findings() == []


def test_who_is_no_supervisor_in_force_has_signed_and_that_is_said(told: Story) -> None:
    proof = signed(told, in_ehr(CO_SUPERVISOR)).proof
    assert proof is not None
    assert Remark.NOT_A_SUPERVISOR in proof.remarks
    assert "not-a-supervisor" in told.findings()
    assert told.task()["status"] == "completed"


def test_a_signer_who_is_not_known_here_is_said(told: Story) -> None:
    proof = signed(told, "Practitioner/locum").proof
    assert proof is not None
    assert proof.person is None
    assert proof.remarks == (Remark.NOT_KNOWN_HERE, Remark.VERSION_NOT_CERTAIN)


def test_a_licence_that_had_lapsed_is_said(told: Story) -> None:
    (licence,) = SUPERVISOR.credentials
    lapsed = replace(licence, expires=date(2026, 11, 15))
    told.keep(replace(SUPERVISOR, credentials=(lapsed,)))
    proof = signed(told).proof
    assert proof is not None
    assert Remark.LICENCE_NOT_IN_GOOD_STANDING in proof.remarks
    assert told.findings() == ["licence-not-in-good-standing"]


def test_a_late_signature_is_said(told: Story) -> None:
    told.write_note()
    told.sync()
    told.later(days=4)
    (line,) = told.told(everything=False).requests
    assert (line.overdue, line.age_days) == (True, 4)
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR))
    told.sync()
    proof = told.request().proof
    assert proof is not None
    assert proof.remarks == (Remark.LATE, Remark.VERSION_NOT_CERTAIN)
    assert told.findings() == []


def test_a_returned_note_is_resubmitted_by_its_author(told: Story) -> None:
    told.write_note(doc_status="final")
    told.sync()
    told.practice.by_hand.return_note(NOTE)
    told.later(seconds=5)
    told.move_task("on-hold")
    told.sync()
    assert told.request().state is RequestState.RETURNED
    assert told.task()["status"] == "on-hold"
    assert told.sync().writes == 0
    told.later(hours=1)
    author = in_ehr(FIRST_SUPERVISEE)
    told.practice.by_hand.sign_note(NOTE, author)
    told.sync()
    assert told.request().state is RequestState.RESUBMITTED
    assert told.task()["status"] == "requested"
    told.later(hours=1)
    told.move_task("in-progress")
    told.sync()
    assert told.request().state is RequestState.UNDER_REVIEW
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR))
    told.sync()
    assert told.request().state is RequestState.ANSWERED
    assert told.task()["status"] == "completed"


def test_a_task_that_is_ticked_off_is_no_signature(told: Story) -> None:
    told.write_note()
    told.sync()
    told.move_task("completed")
    told.sync()
    assert told.request().state is RequestState.REQUESTED
    assert told.findings() == ["ticked-off"]
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR))
    told.sync()
    assert (told.request().state, told.findings()) == (RequestState.ANSWERED, [])


def test_a_declined_task_is_closed_and_stays_closed(told: Story) -> None:
    told.write_note()
    told.sync()
    told.move_task("rejected")
    told.sync()
    told.sync()
    assert told.request().state is RequestState.DECLINED
    assert told.task()["status"] == "rejected"


def test_a_note_entered_in_error_withdraws_its_request(told: Story) -> None:
    told.write_note()
    told.sync()
    told.practice.by_hand.withdraw_note(NOTE)
    told.sync()
    assert told.request().state is RequestState.WITHDRAWN
    assert told.task()["status"] == "cancelled"


def test_a_note_that_is_gone_withdraws_its_request_once_it_is_looked_at_again(
    told: Story,
) -> None:
    told.write_note()
    told.sync()
    told.practice.by_hand.delete(NOTE)
    told.sync()
    assert told.request().state is RequestState.REQUESTED
    told.later(minutes=1)
    look_again(told)
    told.sync()
    assert told.request().state is RequestState.WITHDRAWN
    assert told.task()["status"] == "cancelled"


def look_again(told: Story) -> None:
    """Look at the notes of open requests by their references, as the nightly sweep does."""
    installation, link = told.installation, told.link
    context, act = installation.context(CLINIC), installation.act()
    with installation.store.look(CLINIC) as work:
        pulls = notes_to_look_at_again(work, link.id, manifest=context.manifest)
    assert len(pulls) == 1
    adapter = context.adapter(link, None)
    with installation.driver(CLINIC) as driver:
        for one in pulls:
            call = adapter.changes(one.feed, None, one.reading)
            page = driver.run(call, on=link, operation="look again")
            with installation.store.change(CLINIC) as work:
                one.take(work, page, act)


def test_a_note_changed_after_its_co_signature_asks_anew_and_the_proof_stays(
    told: Story,
) -> None:
    first = signed(told, when=START)
    told.later(hours=1)
    told.practice.by_hand.edit_note(NOTE, "Canary-Note: rewritten", keeps_signature=True)
    told.sync()
    closed, asked = told.requests()
    assert closed == first
    assert (asked.follows, asked.state) == (first.id, RequestState.REQUESTED)
    assert sorted(statuses(told.tasks())) == ["completed", "requested"]
    told.later(hours=1)
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR), when=told.clock.now())
    told.sync()
    assert statuses(told.tasks()) == ["completed", "completed"]
    assert told.requests()[0] == first


def test_nobody_is_asked_for_a_note_whose_author_nobody_supervised_then(tmp_path: Path) -> None:
    later = replace(AGREEMENT, starts=date(2026, 11, 17))
    with story(tmp_path, later) as told:
        told.write_note()
        told.later(days=1)
        told.sync()
        assert (told.requests(), told.tasks()) == ([], [])
        assert told.findings() == ["nobody-supervises"]
        told.practice.by_hand.sign_note(NOTE, in_ehr(FIRST_SUPERVISEE))
        told.sync()
        assert told.request().supervisor == SUPERVISOR.id
        assert told.findings() == []


def test_the_longest_standing_supervisor_owns_it_and_another_in_force_may_sign(
    tmp_path: Path,
) -> None:
    second = replace(
        AGREEMENT, id=AgreementId("agr-0"), supervisor=CO_SUPERVISOR.id, starts=date(2026, 6, 1)
    )
    with story(tmp_path, second, AGREEMENT) as told:
        request = signed(told, in_ehr(CO_SUPERVISOR))
        assert told.task()["owner"] == {"reference": in_ehr(SUPERVISOR)}
        assert request.proof is not None
        assert Remark.NOT_A_SUPERVISOR not in request.proof.remarks


def test_notes_of_others_are_nothing_to_us(told: Story) -> None:
    told.write_note(SECOND_SUPERVISEE)
    told.write_note(SUPERVISOR, name="note-2")
    told.sync()
    assert told.requests() == []


def test_the_clinic_says_by_when(told: Story) -> None:
    with told.installation.store.change(CLINIC) as work:
        work.values.put("cosign_due", "24")
        work.values.put("cosign_due_unit", "hours")
    told.write_note()
    told.sync()
    request = told.request()
    assert request.due is not None
    assert (request.due - request.asked_at).total_seconds() == 24 * 3600


def test_no_word_of_the_chart_and_no_trace_of_where_it_is_leaves_its_seal(
    told: Story, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    request = signed(told, in_ehr(CO_SUPERVISOR))
    told.write_note(name="note-2")
    told.sync()
    home = ["--home", str(tmp_path / "store")]
    said = [
        run("requests", "--all", *home),
        run("requests", "--all", "--json", *home),
        run("explain", f"request/{request.id}", *home),
        run("explain", f"request/{request.id}", "--json", *home),
        run("delivery", "list", "done", "--json", *home),
    ]
    assert [one.code for one in said] == [1, 1, 0, 0, 0]
    files = [file.read_bytes() for file in (tmp_path / "store").iterdir() if file.is_file()]
    # The EHR's own log aside.
    logged = (one for one in caplog.records if not one.name.startswith("uvicorn"))
    texts = [*(one.out + one.err for one in said), *(one.getMessage() for one in logged)]
    texts += [file.decode("latin-1") for file in files]
    words = canaries(told.practice) | {NOTE, "note-1", "note-2", "Patient/"}
    assert [word for word in words for text in texts if word in text] == []
    written = [json.dumps(one) for one in told.tasks()]
    assert [word for word in canaries(told.practice) for text in written if word in text] == []


def test_a_person_is_told_what_is_asked_and_what_was_answered(told: Story, tmp_path: Path) -> None:
    request = signed(told, in_ehr(CO_SUPERVISOR), when=START)
    said = run("requests", "--all", "--json", "--home", str(tmp_path / "store"))
    (line,) = said.result["requests"]
    assert line["record"] == f"request/{request.id}"
    assert (line["kind"], line["state"]) == ("note", "answered")
    assert (line["supervisee"], line["supervisor"]) == (FIRST_SUPERVISEE.id, SUPERVISOR.id)
    assert line["proof"]["person"] == CO_SUPERVISOR.id
    assert line["proof"]["time_from"] == "signature"
    assert "not-a-supervisor" in line["proof"]["remarks"]
    told_to_people = run("requests", "--all", "--home", str(tmp_path / "store"))
    assert f"by {CO_SUPERVISOR.id}" in told_to_people.err
    assert "signed by somebody who did not supervise them at that time" in told_to_people.err


def test_code_that_signs_sends_nothing_and_a_person_is_told(
    told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = task.write

    def signing(*given: Any, **named: Any) -> Json:
        body = honest(*given, **named)
        who = {"reference": in_ehr(SUPERVISOR)}
        signature = {"type": [{"code": "x"}], "when": "2026-11-16T17:00:00Z", "who": who}
        return {**body, "output": [{"type": {"text": "x"}, "valueSignature": signature}]}

    monkeypatch.setattr(task, "write", signing)
    told.write_note()
    with pytest.raises(AssertionError, match="quarantined"):
        told.sync()
    assert told.tasks() == []
    with told.installation.store.look(CLINIC) as work:
        (row,) = work.deliveries.listed(states=[DeliveryState.QUARANTINED])
    assert row.key.id == told.request().id
    assert row.reason == "a person's signature (valueSignature) cannot be said there"


def test_another_ehr_is_told_nothing_of_it(told: Story) -> None:
    with told.installation.store.change(CLINIC) as work:
        other = replace(told.link, id="other", base_url="https://other.invalid/fhir")
        work.connections.put(StoredConnection(other))
    told.write_note()
    told.sync()
    key = RecordKey(ObjectKind.REQUEST, told.request().id)
    with told.installation.store.look(CLINIC) as work:
        assert [row.connection for row in work.deliveries.listed(key=key)] == ["ehr"]
        assert key not in everything_owed(work, "other")
        assert key in everything_owed(work, "ehr")


def test_only_supervisees_notes_are_read(told: Story) -> None:
    installation = told.installation
    with installation.store.change(CLINIC) as work:
        pulls = pulls_of_staff(
            work,
            told.link.id,
            manifest=installation.manifest,
            act=installation.act(),
        )
    notes = [one.reading.of for one in pulls if one.feed.value == "notes" and one.reading]
    assert notes == [in_ehr(FIRST_SUPERVISEE)]
