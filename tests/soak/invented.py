"""Invented people, sessions and weeks that only ever grow, as case files. Nobody here is real."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from witnessmark.sandbox import npi

SUPERVISORS = ("soak-s0", "soak-s1")
SUPERVISEES = {"soak-e0": "soak-s0", "soak-e1": "soak-s0", "soak-e2": "soak-s1"}
PEOPLE = {
    person: npi(f"{300_000_000 + number}")
    for number, person in enumerate((*SUPERVISORS, *SUPERVISEES))
}
"""The NPI of everyone invented here."""

FIRST_DAY = date(2025, 1, 6)
FIRST_MONDAY = date(2023, 1, 2)
MOST_WEEKS = 185
SETTING = "harbour"
CLINIC = {
    "id": "example-harbour",
    "name": "Example Harbour Counselling (invented)",
    "time_zone": "America/Los_Angeles",
}
HOURS = (8, 10, 12, 14, 16, 18)
SESSION_MINUTES = 30
ENTRY_MINUTES = 60
EVERY_ATTESTED = 5
"""One in so many weeks is attested one day; from then on it stays as it is."""
SCAN = b"\x89PNG\r\n\x1a\n" + b"invented picture of nothing"


def family(person: str) -> str:
    """Return a person's family name, the same here and in the EHR."""
    return f"Example-{person}"


@dataclass(frozen=True, slots=True)
class Week:
    """One person's week, by its number."""

    person: str
    monday: date
    number: int


@dataclass(slots=True)
class Invented:
    """So many sessions and weeks, and how often each was changed so far: its version.

    Whatever is changed has more minutes than ever before, so that newer can be told from older.
    """

    sessions: int
    weeks: int
    dice: random.Random
    rounds: int = 0
    session_versions: dict[int, int] = field(default_factory=dict)
    week_versions: dict[int, int] = field(default_factory=dict)
    attested: set[int] = field(default_factory=set)
    licences: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))

    def first_file(self, file: Path) -> None:
        """Write everything in its first version."""
        self.session_versions = dict.fromkeys(range(self.sessions), 0)
        self.week_versions = dict.fromkeys(range(self.weeks), 0)
        (file.parent / "scan.png").write_bytes(SCAN)
        self._write(file, self.session_versions, self.week_versions, (), PEOPLE)

    def next_file(self, file: Path) -> list[Week]:
        """Change half of everything, attest a few weeks; return the changed weeks."""
        self.rounds += 1
        sessions = self._some(self.session_versions)
        weeks = [one for one in self._some(self.week_versions) if one not in self.attested]
        ready = [one for one in self.week_versions if one % EVERY_ATTESTED == 0]
        signed = [one for one in self._some(ready, share=0.15) if one not in self.attested]
        people = self._some(PEOPLE)
        for versions, changed in (
            (self.session_versions, sessions),
            (self.week_versions, weeks),
            (self.licences, people),
        ):
            versions.update((one, self.rounds) for one in changed)
        self.attested.update(signed)
        self._write(file, sessions, weeks, signed, people)
        return [self.week(one) for one in weeks]

    def session_minutes(self, number: int) -> int:
        """Return how long a session is by now."""
        return SESSION_MINUTES + self.session_versions[number]

    def week_minutes(self, number: int) -> int:
        """Return all minutes of a week by now."""
        return 2 * (ENTRY_MINUTES + self.week_versions[number])

    def week(self, number: int) -> Week:
        """Return whose week it is, and which."""
        people = tuple(SUPERVISEES)
        person = people[number % len(people)]
        return Week(person, FIRST_MONDAY + timedelta(weeks=number // len(people)), number)

    def wanted(self) -> Iterator[tuple[str, int]]:
        """Say what the EHR is to hold by now: where (see the judge), and its number."""
        for number in self.session_versions:
            minutes = self.session_minutes(number)
            yield f"Appointment /session|soak-session-{number}", minutes
            yield f"QuestionnaireResponse /session|soak-session-{number}", minutes
        for number in self.week_versions:
            week = self.week(number)
            yield f"{PEOPLE[week.person]} {week.monday}", self.week_minutes(number)
        for person, npi_there in PEOPLE.items():
            yield npi_there, self._expiry(person).toordinal()

    def _some(self, of: Iterable[Any], *, share: float = 0.5) -> list[Any]:
        return [one for one in of if self.dice.random() < share]

    def _write(
        self,
        file: Path,
        sessions: Iterable[int],
        weeks: Iterable[int],
        signed: Iterable[int],
        people: Iterable[str],
    ) -> None:
        told = [self.week(one) for one in weeks]
        contents = {
            "case_file": 1,
            "marked": "invented",
            "clinic": CLINIC,
            "people": [self._person(one) for one in people],
            "sessions": [self._session(one) for one in sessions],
            "entries": [entry for one in told for entry in self._entries(one)],
            "weeks": [self._submission(one) for one in told],
            "attestations": [_attestation(self.week(one)) for one in signed],
        }
        file.write_text(json.dumps(contents), encoding="utf-8")

    def _person(self, person: str) -> Mapping[str, Any]:
        licence = {
            "type": "Clinical social worker (invented)",
            "number": f"INV-{person}",
            "board": "invented-ca-csw",
            "board_name": "Invented Board of Social Work",
            "jurisdiction": "US-CA",
            "issued": "2015-01-01",
            "expires": self._expiry(person).isoformat(),
            "history": [{"since": "2015-01-01", "status": "licensed"}],
        }
        name = f"Invented {family(person)}"
        return {
            "id": person,
            "registered_name": name,
            "npi": PEOPLE[person],
            "licences": [licence],
        }

    def _expiry(self, person: str) -> date:
        return date(2028, 1, 1) + timedelta(days=self.licences[person])

    def _session(self, number: int) -> Mapping[str, Any]:
        """Give each supervisor one session after the other, two hours apart."""
        supervisor = SUPERVISORS[number % len(SUPERVISORS)]
        own = [one for one, by in SUPERVISEES.items() if by == supervisor]
        turn = number // len(SUPERVISORS)
        day = FIRST_DAY + timedelta(days=turn // len(HOURS))
        start = datetime.combine(day, time(HOURS[turn % len(HOURS)]))
        minutes = self.session_minutes(number)
        return {
            "id": f"soak-session-{number}",
            "setting": SETTING,
            "start": _clock(start),
            "end": _clock(start + timedelta(minutes=minutes)),
            "status": "held",
            "led_by": [supervisor],
            "attended": [{"person": own[turn % len(own)], "minutes": minutes}],
            "medium": "in-person",
        }

    def _entries(self, week: Week) -> Iterator[Mapping[str, Any]]:
        for day in (0, 2):
            yield {
                "id": f"soak-entry-{week.number}-{day}",
                "supervisee": week.person,
                "setting": SETTING,
                "day": (week.monday + timedelta(days=day)).isoformat(),
                "minutes": ENTRY_MINUTES + self.week_versions[week.number],
                "activity": "individual-therapy",
                "modality": "in-person",
                "supervisor": SUPERVISEES[week.person],
            }

    def _submission(self, week: Week) -> Mapping[str, Any]:
        evening = datetime.combine(week.monday, time(17)) + timedelta(days=6)
        submitted = evening + timedelta(minutes=self.week_versions[week.number])
        return {
            **_named(week),
            "submitted_at": _clock(submitted),
            "recorded_by": week.person,
        }


def _attestation(week: Week) -> Mapping[str, Any]:
    supervisor = SUPERVISEES[week.person]
    recorded = datetime.combine(week.monday, time(9)) + timedelta(days=8)
    return {
        "id": f"soak-attestation-{week.number}",
        **_named(week),
        "supervisor": supervisor,
        "method": "recorded-elsewhere",
        "signed_on": (week.monday + timedelta(days=7)).isoformat(),
        "recorded_by": supervisor,
        "recorded_at": _clock(recorded),
        "scan": "scan.png",
    }


def _named(week: Week) -> dict[str, str]:
    return {
        "supervisee": week.person,
        "setting": SETTING,
        "week_of": week.monday.isoformat(),
    }


def _clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
