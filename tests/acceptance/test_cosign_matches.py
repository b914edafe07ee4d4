"""Who is asked for a note when matches and agreements change, and who is told of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.acceptance.test_cosign import look_again, signed
from tests.support.cosigning import AGREEMENT, CLINIC, NOTE, Story, in_ehr, story
from witnessmark.application.asked import requests_asked
from witnessmark.application.cosigning import notes_to_look_at_again, notes_to_pull
from witnessmark.application.deciding_staff import Choice, decide_staff
from witnessmark.canonical import digest
from witnessmark.domain.actors import Actor, Role
from witnessmark.domain.capabilities import Capability
from witnessmark.domain.ids import AgreementId
from witnessmark.domain.people import Person
from witnessmark.domain.requests import RequestState
from witnessmark.testing import CO_SUPERVISOR, FIRST_SUPERVISEE, SECOND_SUPERVISEE, SUPERVISOR
from witnessmark_adapters.fhir_r4.mapping import task
from witnessmark_adapters.fhir_r4.names import Names

SECOND_AGREEMENT = replace(
    AGREEMENT,
    id=AgreementId("agr-2"),
    supervisor=CO_SUPERVISOR.id,
    supervisee=SECOND_SUPERVISEE.id,
)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, AGREEMENT, SECOND_AGREEMENT) as found:
        yield found


def match(told: Story, person: Person, ref: str, *, exchange: bool = False) -> None:
    """Somebody decides who is who in the EHR."""
    installation = told.installation
    choice = Choice(person.id, ref, exchange)
    with installation.driver(CLINIC) as driver:
        context = installation.context(CLINIC)
        decide_staff(context, driver, told.link, choice=choice, act=installation.act())


def test_what_was_asked_of_a_wrong_match_is_withdrawn_and_asked_of_the_author(
    told: Story,
) -> None:
    match(told, FIRST_SUPERVISEE, in_ehr(SECOND_SUPERVISEE), exchange=True)
    told.write_note(SECOND_SUPERVISEE)
    told.sync()
    assert told.request().supervisee == FIRST_SUPERVISEE.id
    match(told, FIRST_SUPERVISEE, in_ehr(FIRST_SUPERVISEE), exchange=True)
    told.sync()
    asked = sorted((one.supervisee, one.supervisor, one.state) for one in told.requests())
    assert asked == [
        (FIRST_SUPERVISEE.id, SUPERVISOR.id, RequestState.WITHDRAWN),
        (SECOND_SUPERVISEE.id, CO_SUPERVISOR.id, RequestState.REQUESTED),
    ]
    told.sync()
    assert len(told.requests()) == 2


def test_a_note_of_an_account_that_was_replaced_is_still_followed(told: Story) -> None:
    told.write_note(doc_status="final")
    told.sync()
    told.practice.put({"resourceType": "Practitioner", "id": "new-account"})
    told.sync()
    match(told, FIRST_SUPERVISEE, "Practitioner/new-account")
    told.practice.by_hand.sign_note(NOTE, in_ehr(SUPERVISOR), when=told.clock.now())
    told.sync()
    assert told.request().state is RequestState.REQUESTED
    look_again(told)
    assert told.request().state is RequestState.ANSWERED


def test_an_open_request_goes_to_who_supervises_now_and_to_nobody_else(told: Story) -> None:
    told.write_note(doc_status="final")
    told.sync()
    with told.installation.store.change(CLINIC) as work:
        work.agreements.put(replace(AGREEMENT, ends=date(2026, 11, 16)))
    told.later(days=1)
    assert told.findings() == ["nobody-supervises"]
    with told.installation.store.change(CLINIC) as work:
        after = replace(AGREEMENT, id=AgreementId("agr-3"), supervisor=CO_SUPERVISOR.id)
        work.agreements.put(replace(after, starts=date(2026, 11, 17)))
    look_again(told)
    told.sync()
    assert (told.request().supervisor, told.findings()) == (CO_SUPERVISOR.id, [])
    assert told.task()["owner"] == {"reference": in_ehr(CO_SUPERVISOR)}


def test_people_are_told_of_their_own_requests_and_the_admin_of_all(told: Story) -> None:
    signed(told, "Practitioner/locum")

    def seen(role: Role, person: Person) -> tuple[int, int]:
        act = replace(told.installation.act(), actor=Actor(role, person.id))
        with told.installation.store.look(CLINIC) as work:
            found = requests_asked(work, everything=True, act=act)
        return len(found.requests), len(found.findings)

    for role, person in (
        (Role.SUPERVISEE, FIRST_SUPERVISEE),
        (Role.SUPERVISOR, SUPERVISOR),
        (Role.ADMIN, CO_SUPERVISOR),
    ):
        assert seen(role, person) == (1, 1)
    for role, person in (
        (Role.SUPERVISEE, SECOND_SUPERVISEE),
        (Role.SUPERVISOR, CO_SUPERVISOR),
        (Role.AUDITOR, CO_SUPERVISOR),
    ):
        assert seen(role, person) == (0, 0)


def test_nothing_that_is_kept_in_the_clear_lets_a_note_be_found_by_trying(
    told: Story, tmp_path: Path
) -> None:
    request = signed(told, when=told.clock.now())
    x = Names(told.installation.manifest.identity.canonical)
    there = task.read(told.task(), x=x)
    assert there.focus == NOTE
    assert digest(there) == digest(replace(there, focus="DocumentReference/another"))
    week = replace(there, focus="QuestionnaireResponse/1")
    assert digest(week) != digest(replace(week, focus="QuestionnaireResponse/2"))
    (file,) = (tmp_path / "store").glob("*.db")
    with sqlite3.connect(file) as store:
        documents = [text for (text,) in store.execute("SELECT document FROM request")]
    store.close()
    assert request.proof is not None
    assert [text for text in documents if '"proof"' in text or '"signer"' in text] == []


def test_no_note_is_read_where_that_is_not_agreed(told: Story) -> None:
    told.write_note(doc_status="final")
    told.sync()
    manifest, act = told.installation.manifest, told.installation.act()
    with told.installation.store.change(CLINIC) as work:
        assert notes_to_pull(work, "ehr", manifest=manifest, act=act)
        assert notes_to_look_at_again(work, "ehr", manifest=manifest)
        stored = work.connections.get("ehr")
        terms = stored.terms.replace(f'"{Capability.READ_NOTES}"', f'"{Capability.READ_STAFF}"')
        work.connections.put(replace(stored, terms=terms))
        assert notes_to_pull(work, "ehr", manifest=manifest, act=act) == ()
        assert notes_to_look_at_again(work, "ehr", manifest=manifest) == ()
