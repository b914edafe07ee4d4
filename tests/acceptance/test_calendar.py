"""Hours propose themselves from the EHR's calendar, and nothing of its clients comes along."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_canary import found
from tests.support.clinic import Clinic, Said, clinic_at_work
from witnessmark import bootstrap
from witnessmark.application.acts import Act
from witnessmark.application.drafts import Confirmation, confirm_draft
from witnessmark.bootstrap import open_installation
from witnessmark.domain.actors import Actor, Role
from witnessmark.domain.drafts import ConfirmedLine
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.sessions import Medium
from witnessmark.errors import RefusedError
from witnessmark.manifest.load import load_manifest
from witnessmark.sandbox import (
    BOOKINGS,
    SUPERVISEES,
    Practice,
    move_later,
    seed_calendar,
    seed_special_cases,
)
from witnessmark.shipped import shipped
from witnessmark.testing.clock import CountedIds, StandingClock
from witnessmark.wire import Call, Response
from witnessmark_adapters.fhir_r4.client import Client

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 16)
MIRA = "mira-example-santos"
OURS = f"{load_manifest(shipped('manifest.yaml')).value.identity.canonical}/session"
OTHERS = tuple(one.id for one in SUPERVISEES if one.id != MIRA)

BY_HAND = [
    # Day, minutes, appointments; by the clocks of Los Angeles, where Mira's setting is.
    ("2026-03-08", 60, 1),  # 1:30 to 3:30 while the clock leaps
    ("2026-11-01", 180, 1),  # 0:30 to 2:30 while it goes back
    ("2026-11-16", 90, 8),  # the group
    ("2026-11-16", 50, 2),  # the couple
    ("2026-11-17", 50, 1),  # the one that will be moved
    ("2026-11-17", 90, 2),  # 15:00-16:00 and 15:30-16:30
    ("2026-11-18", 50, 1),  # two that merely touch
    ("2026-11-18", 50, 1),
    ("2026-11-18", 30, 1),  # across midnight
    ("2026-11-19", 45, 1),
    ("2026-11-22", 30, 1),  # across midnight into the next week
    ("2026-11-23", 20, 1),
]
"""The cancelled, the no-show, the staff meeting and our own session are none of it."""


@dataclass
class Calendar:
    """A clinic whose EHR has the awkward appointments in Mira's calendar."""

    clinic: Clinic
    cases: Mapping[str, tuple[str, ...]]
    ids: CountedIds = field(default_factory=CountedIds)
    said: list[Said] = field(default_factory=list)

    @property
    def practice(self) -> Practice:
        return self.clinic.ehr.practice

    def run(self, *words: str) -> Any:
        """Run a command; what it said is remembered."""
        self.said.append(self.clinic.run(*words))
        return self.said[-1].result

    def tell(self, *words: str) -> Said:
        """Run a command as a person reads it."""
        self.said.append(self.clinic.run(*words, machine=False))
        return self.said[-1]

    def connect_and_sync(self) -> None:
        assert self.clinic.connect().code == 0
        self.sync()

    def sync(self) -> None:
        assert self.run("sync", "--once")["failed"] == []

    def proposed(self, person: str) -> list[tuple[str, int, int]]:
        return [
            (line["day"], line["minutes"], one["appointments"])
            for one in self.run("drafts", person)["proposals"]
            for line in one["lines"]
        ]

    def client_words(self, logged: str) -> set[tuple[str, str]]:
        """Return where anything of a client, or of which appointment it was, is found."""
        self.tell("doctor"), self.tell("terms"), self.tell("drafts", "ms")
        for words in (("audit", "verify"), ("explain", "hour_log/id-1")):
            self.run(*words)
        self.clinic.ehr.stop()
        self.tell("sync", "--once")
        out = self.clinic.folder / "out"
        out.mkdir()
        text = "\n".join(one.out + one.err for one in self.said) + logged
        (out / "said.txt").write_text(text, encoding="utf-8")
        return found(out, self.words) | found(self.clinic.home, self.words)

    @property
    def words(self) -> set[str]:
        """Names, reasons, remarks; births; references of clients and of their appointments."""
        words = {"Canary", "1929-03-", "cal-pt-", "case-pt-", "Patient/", "Appointment/cal-"}
        words |= {f"{year}-{month:02}-" for year in (1931, 1932, 1933) for month in range(1, 13)}
        return words | {ref for refs in self.cases.values() for ref in refs}

    def confirm(self, day: str, minutes: int) -> None:
        """Confirm, as Mira, the draft that begins on that day with so many minutes."""
        (draft,) = (
            one["draft"]
            for one in self.run("drafts", "ms")["proposals"]
            if (one["lines"][0]["day"], one["lines"][0]["minutes"]) == (day, minutes)
        )
        line = ConfirmedLine(
            date.fromisoformat(day),
            minutes,
            Activity.GROUP_THERAPY,
            Medium.IN_PERSON,
            PersonId("ro"),
        )
        with open_installation(self.clinic.home, manifest=self.clinic.manifest) as installed:
            mira = Actor(Role.SUPERVISEE, PersonId("ms"))
            act = Act(mira, NOW, installed.manifest.permission_table())
            (clinic,) = installed.store.clinics()
            with installed.store.change(clinic.id) as work:
                said = Confirmation(SettingId("harbour"), (line,))
                confirm_draft(work, draft, said=said, ids=self.ids, act=act)


@pytest.fixture
def calendar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendar]:
    clock = StandingClock(NOW)
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: clock)
    practice = Practice(now=clock.now)
    with clinic_at_work(tmp_path, practice=practice) as clinic:
        for booking in BOOKINGS:
            practice.by_hand.delete(f"Appointment/{booking.id}")
        cases = seed_special_cases(practice, MIRA, monday=MONDAY, ours=OURS)
        clinic.import_files()
        for key, value in (("allow_loopback", "true"), ("calendar_days_back", "1096")):
            assert clinic.run("settings", "set", key, value).code == 0
        yield Calendar(clinic, cases)


def test_twenty_thousand_appointments_are_drafts_and_no_client_comes_along(
    calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seed_calendar(calendar.practice, 20_000, staff=OTHERS)
    calendar.connect_and_sync()
    assert calendar.proposed("ms") == BY_HAND
    # 125 weeks of 38 sessions of 50 minutes.
    jonas = calendar.proposed("jw")
    assert (len(jonas), sum(minutes for _, minutes, _ in jonas)) == (4750, 237_500)
    people = {one["person"]: one["proposals"] for one in calendar.run("drafts")["people"]}
    assert people == {"ar": 4750, "jw": 4750, "lc": 4750, "ms": 10, "tn": 4750}
    assert calendar.client_words(caplog.text) == set()
    planted = calendar.clinic.folder / "planted"
    assert calendar.practice.dump(planted, {"Patient/cal-pt-0001", *calendar.cases["group"]}) == 9
    assert {"Canary", "1931-01-", "Patient/"} <= {one for _, one in found(planted, calendar.words)}


def test_what_happens_in_the_ehr_later_is_told_and_the_proposals_follow(
    calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    calendar.connect_and_sync()
    calendar.confirm("2026-11-16", 90)
    calendar.confirm("2026-11-16", 50)
    hand = calendar.practice.by_hand
    for member in calendar.cases["group"][:7]:
        hand.cancel(member)
    for one in calendar.cases["couple"]:
        hand.miss(one)
    hand.cancel(calendar.cases["across_weeks"][0])
    hand.move(calendar.cases["clocks_back"][0], datetime(2026, 11, 20, 18, tzinfo=UTC), minutes=45)
    move_later(calendar.practice, calendar.cases)
    calendar.sync()
    assert calendar.proposed("ms") == [BY_HAND[0], *BY_HAND[4:10], ("2026-11-20", 45, 1)]
    said = calendar.tell("drafts", "ms")
    assert said.code == 1
    assert "2 x a no-show" in said.err
    assert "Only the person can confirm" in said.err
    (told,) = calendar.run("drafts", "ms")["differences"]
    assert told["logged"] == [{"day": "2026-11-16", "minutes": 50}]
    assert [one["now"] for one in told["changed"]] == ["no_show", "no_show"]
    people = {one["person"]: one["differences"] for one in calendar.run("drafts")["people"]}
    assert people == {"ar": 0, "jw": 0, "lc": 0, "ms": 1, "tn": 0}
    assert calendar.client_words(caplog.text) == set()


def test_a_second_sync_over_the_same_calendar_changes_nothing(calendar: Calendar) -> None:
    calendar.connect_and_sync()
    first = calendar.run("drafts", "ms")
    calendar.sync()
    assert calendar.run("drafts", "ms") == first


def test_one_calendar_that_is_refused_is_said_and_keeps_nothing_else_from_its_turn(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_calendar(calendar.practice, 40, staff=OTHERS)
    honest = Client.get

    def refusing(client: Client, url: str, operation: str) -> Call[Response]:
        if f"actor=Practitioner%2F{MIRA}" in url:
            raise RefusedError("The EHR does not allow this app to use Appointment (403).")
        return honest(client, url, operation)

    monkeypatch.setattr(Client, "get", refusing)
    assert calendar.clinic.connect().code == 0
    for how in ("--once", "--full"):
        said = calendar.clinic.run("sync", how)
        told = {(one["what"], one["error"], one["exit"]) for one in said.result["failed"]}
        assert told == {("read changes: calendar of ms", "RefusedError", 5)}
        assert said.code == 5
        (synced,) = said.result["connections"]
        sessions = next(one for one in synced["kinds"] if one["kind"] == "session")
        assert (sessions["sent"] + sessions["unchanged"] > 0, sessions["others"]) == (True, [])
    people = {one["person"]: one["proposals"] for one in calendar.run("drafts")["people"]}
    assert people["ms"] == 0
    assert min(number for one, number in people.items() if one != "ms") > 0
    assert "ehr read changes: calendar of ms: " in calendar.tell("sync", "--once").err
    monkeypatch.undo()


def test_what_is_deleted_in_the_ehr_is_seen_by_the_full_reading(calendar: Calendar) -> None:
    calendar.connect_and_sync()
    calendar.confirm("2026-11-16", 50)
    for one in (*calendar.cases["couple"], *calendar.cases["across_midnight"]):
        calendar.practice.by_hand.delete(one)
    calendar.sync()
    assert calendar.run("drafts", "ms")["differences"] == []
    assert calendar.run("sync", "--full")["failed"] == []
    (told,) = calendar.run("drafts", "ms")["differences"]
    assert [one["now"] for one in told["changed"]] == ["gone", "gone"]
    assert calendar.proposed("ms") == [*BY_HAND[:3], *BY_HAND[4:8], *BY_HAND[10:]]
