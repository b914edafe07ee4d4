"""A clinic whose trainees write notes in its EHR: both by one clock, which a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from witnessmark.application.asked import RequestsResult, requests_asked
from witnessmark.application.connecting import connect
from witnessmark.bootstrap import Installation, open_installation
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import AgreementId, ClinicId
from witnessmark.domain.people import Person
from witnessmark.domain.requests import Request
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.store import Clinic
from witnessmark.sandbox import PATIENTS, Note, Practice, seed_notes, serve
from witnessmark.sync.one_pass import sync_connection
from witnessmark.sync.tally import Tally
from witnessmark.testing import (
    FIRST_SUPERVISEE,
    PEOPLE,
    SETTING,
    SUPERVISOR,
)
from witnessmark.testing.clock import StandingClock

CLINIC = ClinicId("harbour")
START = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
"""Monday, nine in the morning in Los Angeles."""
NOTE = "DocumentReference/note-1"
TEXT = "Canary-Note: slept badly"
NPI = "http://hl7.org/fhir/sid/us-npi"

Json = dict[str, Any]


@dataclass(frozen=True)
class SyncedClinic:
    """The clinic and its connection with whatever EHR."""

    installation: Installation
    link: Connection

    def sync(self) -> Tally:
        """Sync once; nothing may go wrong."""
        tally = Tally()

        async def once() -> None:
            async with self.installation.syncing(CLINIC) as syncing:
                await sync_connection(syncing, self.link, tally)

        asyncio.run(once())
        assert (tally.conflicts, tally.unread) == (0, [])
        assert {state.value for _, state, _ in tally.ended} <= {"done"}, tally.ended
        return tally

    def requests(self) -> list[Request]:
        """All requests, in the order they were made."""
        with self.installation.store.look(CLINIC) as work:
            return sorted(work.requests.all(), key=lambda one: (one.asked_at, one.follows or ""))


@dataclass
class Story:
    """One trainee, one supervisor, one note at a time."""

    clinic: SyncedClinic
    practice: Practice
    clock: StandingClock

    @property
    def installation(self) -> Installation:
        return self.clinic.installation

    @property
    def link(self) -> Connection:
        return self.clinic.link

    def write_note(self, person: Person = FIRST_SUPERVISEE, **said: Any) -> str:
        """A trainee writes and signs a note in the EHR."""
        name = said.pop("name", "note-1")
        note = Note(name, staff(person), PATIENTS[0].id, TEXT, self.clock.now(), **said)
        (ref,) = seed_notes(self.practice, [note])
        return ref

    def later(self, **spell: float) -> None:
        """Time passes in the clinic and in its EHR."""
        self.clock.advance(seconds=int(timedelta(**spell).total_seconds()))

    def sync(self) -> Tally:
        """Sync once, a minute after whatever happened before; nothing may go wrong."""
        self.later(minutes=1)
        return self.clinic.sync()

    def requests(self) -> list[Request]:
        """All requests, in the order they were made."""
        return self.clinic.requests()

    def request(self) -> Request:
        """The one request there is."""
        (one,) = self.requests()
        return one

    def tasks(self) -> list[Json]:
        """The Tasks that stand in the EHR, in order of last change."""
        return list(self.practice.resources("Task"))

    def task(self) -> Json:
        """The one Task there is."""
        (one,) = self.tasks()
        return one

    def move_task(self, status: str) -> None:
        """Somebody moves the Task in the EHR's own list."""
        self.practice.by_hand.move_task(f"Task/{self.task()['id']}", status)

    def keep(self, person: Person) -> None:
        """Change what is known of a person."""
        with self.installation.store.change(CLINIC) as work:
            work.people.put(person)

    def told(self, *, everything: bool = True) -> RequestsResult:
        """What a person is shown of it all."""
        with self.installation.store.look(CLINIC) as work:
            return requests_asked(work, everything=everything, act=self.installation.act())

    def findings(self) -> list[str]:
        """What a person has to look at."""
        return [one.code for one in self.told().findings]


def staff(person: Person) -> str:
    """The id of a person among the EHR's staff."""
    return f"staff-{person.npi}"


def in_ehr(person: Person) -> str:
    """Where a person stands in the EHR."""
    return f"Practitioner/{staff(person)}"


AGREEMENT = Agreement(
    AgreementId("agr-1"), SUPERVISOR.id, FIRST_SUPERVISEE.id, SETTING.id, date(2026, 1, 5)
)


@contextmanager
def story(folder: Path, *agreements: Agreement) -> Iterator[Story]:
    """Bring up the EHR and a clinic with these agreements, connected."""
    clock = StandingClock(START)
    practice = Practice(now=clock.now)
    for person in PEOPLE:
        member = {"resourceType": "Practitioner", "id": staff(person)}
        practice.put({**member, "identifier": [{"system": NPI, "value": person.npi}]})
    for patient in PATIENTS:
        practice.put(
            {
                "resourceType": "Patient",
                "id": patient.id,
                "name": [{"family": patient.family, "given": [patient.given]}],
                "birthDate": patient.born,
            }
        )
    key = folder / "ehr.key"
    key.touch(mode=0o600)
    key.write_text(practice.access.issue_key("system/*.cruds"), encoding="utf-8")
    auth = Auth(AuthKind.HEADER, secret_ref=f"file:{key}", header="X-API-Key")
    with serve(practice) as ehr, open_installation(folder / "store", create=True) as opened:
        link = Connection(
            CLINIC, "ehr", "fhir_r4", "generic", ehr.base_url, auth, allow_loopback=True
        )
        clinic = SyncedClinic(replace(opened, clock=clock), link)
        settle_in(clinic, *agreements)
        told = Story(clinic, practice, clock)
        told.sync()
        yield told


def settle_in(clinic: SyncedClinic, *agreements: Agreement) -> None:
    """Found the clinic with its people and these agreements, and connect it."""
    installation = clinic.installation
    with installation.store.found(Clinic(CLINIC, SETTING.name, SETTING.time_zone)) as work:
        work.settings.put(SETTING)
        for person in PEOPLE:
            work.people.put(person)
        for agreement in agreements:
            work.agreements.put(agreement)
    with installation.driver(CLINIC) as driver:
        connect(installation.context(CLINIC), driver, clinic.link, act=installation.act())
