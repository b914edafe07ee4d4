"""A week's whole life on a real store and a real sync; after each act, what stands in the EHR."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from witnessmark.application import weeks
from witnessmark.application.acts import Act
from witnessmark.application.connecting import connect
from witnessmark.application.weeks import SignedPaper
from witnessmark.bootstrap import Installation, open_installation
from witnessmark.domain.actors import Action, Actor, Role
from witnessmark.domain.hours import Entry, LogState
from witnessmark.domain.ids import AttestationId, ClinicId, PersonId
from witnessmark.errors import DomainError, NotAllowedError
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.store import Clinic, Work
from witnessmark.sandbox import Practice, serve
from witnessmark.sync.one_pass import sync_connection
from witnessmark.sync.tally import Tally
from witnessmark.testing import (
    CO_SUPERVISOR,
    FIRST_SUPERVISEE,
    PEOPLE,
    SETTING,
    SUPERVISOR,
    Records,
)

CLINIC = ClinicId("harbour")
DRAFT = replace(
    Records({}, "life").log().log, state=LogState.DRAFT, submitted_at=None, returned=None
)
PAPER = SignedPaper(AttestationId("a-life"), SUPERVISOR.id, date(2026, 11, 3))
NPI = "http://hl7.org/fhir/sid/us-npi"
REASONS = ("canary return reason", "canary revocation reason")

Json = dict[str, Any]
Doing = Callable[[Work, Act], object]


def submit(work: Work, act: Act) -> object:
    return weeks.submit_week(work, DRAFT.id, act=act)


def send_back(work: Work, act: Act) -> object:
    return weeks.return_week(work, DRAFT.id, reason=REASONS[0], act=act)


def withdraw(work: Work, act: Act) -> object:
    return weeks.withdraw_week(work, DRAFT.id, act=act)


def correct(work: Work, act: Act) -> object:
    return weeks.correct_week(work, DRAFT.id, entries=longer(work), act=act)


def attest(work: Work, act: Act) -> object:
    return weeks.record_attestation(work, DRAFT.id, paper=PAPER, act=act)


def revoke(work: Work, act: Act) -> object:
    return weeks.revoke_attestation(work, PAPER.id, reason=REASONS[1], act=act)


def longer(work: Work) -> list[Entry]:
    """The week's entries, the supervisor's own five minutes longer."""
    first, *others = work.logs.get(DRAFT.id).entries
    return [replace(first, minutes=first.minutes + 5), *others]


@dataclass
class Life:
    """A clinic with one week, its EHR, and everything that ever stood there as text."""

    installation: Installation
    link: Connection
    practice: Practice
    hours: int = 0
    seen: list[str] = field(default_factory=list)

    def act(self, role: Role, person: PersonId | None) -> Act:
        """An act of the next hour, under the manifest's own permissions."""
        self.hours += 1
        at = datetime(2026, 11, 4, self.hours, tzinfo=UTC)
        return Act(Actor(role, person), at, self.installation.manifest.permission_table())

    def by_supervisee(self, *doings: Doing) -> None:
        self._do(doings, Role.SUPERVISEE, FIRST_SUPERVISEE.id)

    def by_supervisor(self, *doings: Doing) -> None:
        self._do(doings, Role.SUPERVISOR, SUPERVISOR.id)

    def by_admin(self, *doings: Doing) -> None:
        self._do(doings, Role.ADMIN, CO_SUPERVISOR.id)

    def _do(self, doings: tuple[Doing, ...], role: Role, person: PersonId) -> None:
        for doing in doings:
            with self.installation.store.change(CLINIC) as work:
                doing(work, self.act(role, person))
        self.sync()

    def sync(self) -> None:
        tally = Tally()

        async def once() -> None:
            async with self.installation.syncing(CLINIC) as syncing:
                await sync_connection(syncing, self.link, tally)

        asyncio.run(once())
        assert (tally.conflicts, tally.unread) == (0, [])
        with self.installation.store.look(CLINIC) as work:
            assert {row.state for row in work.deliveries.listed()} <= {DeliveryState.DONE}
        self.seen += [json.dumps(one) for one in self.practice.resources()]

    def there(self, kind: str) -> list[Json]:
        """What stands in the EHR now, in order of last change."""
        return list(self.practice.resources(kind))

    def week(self) -> Json:
        """The one week that stands there."""
        (week,) = self.there("QuestionnaireResponse")
        return week

    def who(self, person: PersonId) -> str:
        with self.installation.store.look(CLINIC) as work:
            return work.staff.matches(self.link.id)[person].host_ref


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    practice = Practice()
    for person in PEOPLE:
        staff = {"resourceType": "Practitioner", "id": f"staff-{person.npi}"}
        practice.put({**staff, "identifier": [{"system": NPI, "value": person.npi}]})
    key = tmp_path / "ehr.key"
    key.touch(mode=0o600)
    key.write_text(practice.access.issue_key("system/*.cruds"), encoding="utf-8")
    auth = Auth(AuthKind.HEADER, secret_ref=f"file:{key}", header="X-API-Key")
    with (
        serve(practice) as ehr,
        open_installation(tmp_path / "store", create=True) as installation,
    ):
        link = Connection(
            CLINIC, "ehr", "fhir_r4", "generic", ehr.base_url, auth, allow_loopback=True
        )
        with installation.store.found(Clinic(CLINIC, SETTING.name, SETTING.time_zone)) as work:
            work.settings.put(SETTING)
            for person in PEOPLE:
                work.people.put(person)
            work.logs.put(DRAFT)
        with installation.driver(CLINIC) as driver:
            connect(installation.context(CLINIC), driver, link, act=installation.act())
        yield Life(installation, link, practice)


def test_a_week_leaves_with_its_submission_and_is_in_progress_while_it_is_taken_back(
    life: Life,
) -> None:
    life.by_supervisee(correct)
    assert life.there("QuestionnaireResponse") == []
    life.by_supervisee(submit)
    assert life.week()["status"] == "completed"
    life.by_supervisor(send_back)
    assert life.week()["status"] == "in-progress"
    life.by_supervisee(submit)
    assert life.week()["status"] == "completed"
    life.by_supervisee(withdraw)
    assert life.week()["status"] == "in-progress"
    assert minutes(life) == [65, 60]
    life.by_supervisee(correct)
    assert life.week()["status"] == "in-progress"
    assert minutes(life) == [70, 60]
    # Nobody attested it yet: to the EHR this is the first word, not an amended one.
    life.by_supervisee(submit)
    assert life.week()["status"] == "completed"


def minutes(life: Life) -> list[int]:
    """The minutes of the week's entries as they stand there."""
    items = [each for group in life.week()["item"] for each in group.get("item", ())]
    answers = [each["answer"][0] for each in items if each["linkId"] == "entry.minutes"]
    return [answer["valueInteger"] for answer in answers]


def test_an_attestation_on_paper_is_entered_there_and_signed_by_nobody(life: Life) -> None:
    life.by_supervisee(submit)
    attested = life.week()
    life.by_admin(attest)
    (entered,) = life.there("Provenance")
    version = attested["meta"]["versionId"]
    assert entered["target"] == [
        {"reference": f"QuestionnaireResponse/{attested['id']}/_history/{version}"}
    ]
    assert entered["activity"]["coding"][0]["code"] == "CREATE"
    (agent,) = entered["agent"]
    assert agent["type"]["coding"][0]["code"] == "enterer"
    assert agent["who"] == {"reference": life.who(CO_SUPERVISOR.id)}
    assert agent["onBehalfOf"] == {"reference": life.who(SUPERVISOR.id)}
    assert not {"signature", "policy"} & entered.keys()
    assert life.week() == attested


def test_what_is_corrected_after_an_attestation_is_amended_and_the_attestation_stays(
    life: Life,
) -> None:
    life.by_supervisee(submit)
    life.by_admin(attest)
    before = life.there("Provenance")
    life.by_supervisee(correct)
    assert life.week()["status"] == "in-progress"
    life.by_supervisee(submit)
    assert life.week()["status"] == "amended"
    assert minutes(life) == [65, 60]
    assert life.there("Provenance") == before


def asked(life: Life, person: PersonId) -> list[str]:
    """How the Tasks of one supervisor stand there, in order of their making."""
    owned = [one for one in life.there("Task") if one["owner"]["reference"] == life.who(person)]
    return [one["status"] for one in sorted(owned, key=lambda one: str(one["authoredOn"]))]


def test_each_supervisor_is_asked_and_each_act_moves_what_is_asked(life: Life) -> None:
    life.by_supervisee(submit)
    (week,) = life.there("QuestionnaireResponse")
    tasks = life.there("Task")
    assert {one["focus"]["reference"] for one in tasks} == {f"QuestionnaireResponse/{week['id']}"}
    assert (asked(life, SUPERVISOR.id), asked(life, CO_SUPERVISOR.id)) == (
        ["requested"],
        ["requested"],
    )
    life.by_supervisor(send_back)
    assert asked(life, SUPERVISOR.id) == asked(life, CO_SUPERVISOR.id) == ["on-hold"]
    life.by_supervisee(correct, submit)
    assert asked(life, SUPERVISOR.id) == asked(life, CO_SUPERVISOR.id) == ["requested"]
    life.by_admin(attest)
    assert (asked(life, SUPERVISOR.id), asked(life, CO_SUPERVISOR.id)) == (
        ["completed"],
        ["requested"],
    )
    life.by_supervisor(revoke)
    assert (asked(life, SUPERVISOR.id), asked(life, CO_SUPERVISOR.id)) == (
        ["completed", "requested"],
        ["requested"],
    )
    life.by_supervisee(withdraw)
    assert (asked(life, SUPERVISOR.id), asked(life, CO_SUPERVISOR.id)) == (
        ["completed", "cancelled"],
        ["cancelled"],
    )


def test_what_is_asked_is_due_by_the_clinics_policy(life: Life) -> None:
    settings = life.installation.manifest.definitions()
    with life.installation.store.change(CLINIC) as work:
        submit(work, replace(life.act(Role.SUPERVISEE, FIRST_SUPERVISEE.id), settings=settings))
        asked_for = list(work.requests.all())
    # Submitted on 3 November in Los Angeles: fourteen days later, at the end of the day there.
    due = datetime(2026, 11, 18, 7, 59, 59, tzinfo=UTC)
    assert [one.due for one in asked_for] == [due, due]


def test_a_revocation_is_a_second_statement_about_the_first(life: Life) -> None:
    life.by_supervisee(submit)
    life.by_admin(attest)
    (entered,), week = life.there("Provenance"), life.week()
    life.by_supervisor(revoke)
    first, revoked = life.there("Provenance")
    assert first == entered
    assert revoked["target"] == [{"reference": f"Provenance/{entered['id']}"}]
    assert revoked["activity"]["coding"][0]["code"] == "NULLIFY"
    assert [agent["who"] for agent in revoked["agent"]] == [{"reference": life.who(SUPERVISOR.id)}]
    assert life.week() == week


def refused(life: Life, act: Act) -> None:
    """Try every act; each is refused by name of the role."""
    for doing in (submit, send_back, withdraw, correct, attest, revoke):
        with (
            pytest.raises(NotAllowedError, match="operator may not"),
            life.installation.store.change(CLINIC) as work,
        ):
            doing(work, act)


def test_the_operator_does_none_of_a_persons_acts_and_nothing_is_owed(life: Life) -> None:
    refused(life, life.act(Role.OPERATOR, None))
    life.sync()
    assert life.there("QuestionnaireResponse") == life.there("Provenance") == []
    with life.installation.store.look(CLINIC) as work:
        assert (work.logs.versions(), work.attestations.versions()) == ({DRAFT.id: 1}, {})


def test_no_manifest_makes_the_operator_a_person(life: Life) -> None:
    everything = {Role.OPERATOR: frozenset(Action)}
    refused(life, replace(life.act(Role.OPERATOR, None), permissions=everything))


def test_nobody_records_the_attestation_of_their_own_hours(life: Life) -> None:
    life.by_supervisee(submit)
    in_another_role = life.act(Role.ADMIN, FIRST_SUPERVISEE.id)
    with (
        pytest.raises(DomainError, match="their own hours"),
        life.installation.store.change(CLINIC) as work,
    ):
        attest(work, in_another_role)
    life.sync()
    assert life.there("Provenance") == []


def test_why_a_week_was_returned_and_an_attestation_revoked_is_found_nowhere(
    life: Life, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    life.by_supervisee(submit)
    life.by_supervisor(send_back)
    with life.installation.store.look(CLINIC) as work:
        returned = work.logs.get(DRAFT.id).returned
    life.by_supervisee(submit)
    life.by_admin(attest)
    life.by_supervisor(revoke)
    with life.installation.store.look(CLINIC) as work:
        revoked = work.attestations.get(PAPER.id).revoked
        entries = [
            *work.audit.of(f"hour_log/{DRAFT.id}"),
            *work.audit.of(f"attestation/{PAPER.id}"),
        ]
    assert returned is not None
    assert revoked is not None
    assert (returned.reason, revoked.reason) == REASONS
    acts = {one.action for one in entries}
    assert {"week_returned", "attestation_recorded", "attestation_revoked"} < acts
    files = [file for file in (tmp_path / "store").iterdir() if file.is_file()]
    assert any(file.name.endswith("-wal") for file in files)
    said = [*life.seen, caplog.text, *map(str, entries)]
    said += [file.read_bytes().decode("latin-1") for file in files]
    assert [(reason, text[:80]) for text in said for reason in REASONS if reason in text] == []
