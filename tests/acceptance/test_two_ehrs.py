"""One clinic changes its EHR: for a while there are two, and what is one's is never the other's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.acceptance.test_conflicts import questions
from tests.acceptance.test_deciding import booked, key_of, standing
from tests.support.clinic import Clinic
from witnessmark.application.requests import keep_request
from witnessmark.bootstrap import open_installation
from witnessmark.domain.ids import RequestId
from witnessmark.domain.requests import NoteAsked, Request
from witnessmark.sandbox import Practice, seed, serve

KINDS = ("Appointment", "QuestionnaireResponse", "Provenance")


@dataclass(frozen=True)
class Two:
    """The clinic, as it sees its old EHR and its new one."""

    old: Clinic
    new: Clinic

    def sync(self, code: int = 0) -> dict[str, Any]:
        said = self.old.run("sync", "--once")
        assert said.code == code, said.out
        return {one["connection"]: one for one in said.result["connections"]}

    def forget(self) -> None:
        for each in (self.old, self.new):
            each.ehr.practice.log.clear()

    def writes(self) -> tuple[int, int]:
        """By the hosts' own logs."""
        return (self.old.ehr.practice.log.writes, self.new.ehr.practice.log.writes)


@pytest.fixture
def two(connected: Clinic) -> Iterator[Two]:
    """Synced with the old EHR for long; the new one is switched in later."""
    connected.sync()
    practice = Practice()
    seed(practice)
    with serve(practice) as ehr:
        new = replace(connected, ehr=ehr)
        assert new.connect(name="new").code == 0
        yield Two(connected, new)


def ours(clinic: Clinic) -> Counter[str]:
    """Count what of ours stands there by identifier or tag: each must stand there once."""
    found = [
        json.dumps([one["resourceType"], one.get("identifier") or one["meta"].get("tag")])
        for one in clinic.ehr.practice.resources(*KINDS)
    ]
    return Counter(text for text in found if "witnessmark" in text)


def test_the_new_ehr_is_brought_to_what_the_old_one_holds_and_nothing_is_sent_twice(
    two: Two,
) -> None:
    two.forget()
    after = two.sync()
    assert (after["ehr"]["writes"], after["new"]["writes"] > 0) == (0, True)
    assert two.writes() == (0, after["new"]["writes"])
    assert ours(two.old) == ours(two.new)
    assert set(ours(two.new).values()) == {1}
    two.forget()
    assert two.old.run("sync", "--full").code == 0
    assert two.writes() == (0, 0)


def test_each_has_its_own_receipts_cursors_terms_and_matches(two: Two) -> None:
    two.sync()
    with open_installation(two.old.home, manifest=two.old.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.look(kept.id) as work:
            rows = work.deliveries.listed(connection="ehr", limit=100_000)
            keys = [row.key for row in rows]
            there = [work.receipts.of(name, keys) for name in ("ehr", "new")]
            matches = [work.staff.matches(name) for name in ("ehr", "new")]
            cursors = [work.cursors.get(name, "our_copies") for name in ("ehr", "new")]
            terms = [work.connections.get(name).terms for name in ("ehr", "new")]
    assert there[0].keys() == there[1].keys()
    made = [
        {part.host_ref for parts in one.values() for part in parts if part.role != "credentials"}
        for one in there
    ]
    assert not made[0] & made[1]
    assert len(matches[0]) == len(matches[1]) > 0
    assert cursors[0] != cursors[1]
    assert all(terms)


def test_a_conflict_in_one_leaves_the_other_alone_and_is_decided_for_that_one(two: Two) -> None:
    two.sync()
    was = booked(two.old)
    key, practice = key_of(was), two.new.ehr.practice
    two.old.ehr.practice.put(was | {"status": "cancelled"})
    two.sync(code=1)
    (question,) = questions(two.old)
    assert question["connection"] == "ehr"
    assert standing(two.new, was)["status"] == "fulfilled"
    practice.put(standing(two.new, was) | {"status": "cancelled"})
    two.sync(code=1)
    said = two.old.run("delivery", "replay", key, "--keep", "ours")
    assert said.code == 2
    assert "which_connection" in said.result["message"]
    commands = {one["connection"]: one["command"] for one in questions(two.old)}
    assert commands["new"] == f"witnessmark delivery replay {key} --keep ours --connection new"
    assert two.old.run(*commands["new"].split()[1:]).code == 0
    two.sync(code=1)
    assert standing(two.new, was)["status"] == "fulfilled"
    assert standing(two.old, was)["status"] == "cancelled"


def test_one_that_is_away_keeps_nothing_from_the_other(two: Two) -> None:
    port, practice = two.old.ehr.port, two.old.ehr.practice
    two.old.ehr.stop()
    after = two.sync(code=3)
    assert (list(after), after["new"]["writes"] > 0) == (["new"], True)
    two.forget()
    with serve(practice, port=port):
        two.sync()
    assert two.writes() == (0, 0)


def test_a_request_about_a_note_of_one_never_goes_to_the_other(two: Two) -> None:
    note_seen = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    note = NoteAsked("ehr", "DocumentReference/an-invented-note", "1", note_seen)
    with open_installation(two.old.home, manifest=two.old.manifest) as installation:
        (kept,) = installation.store.clinics()
        with installation.store.change(kept.id) as work:
            supervisee, supervisor = [person.id for person in work.people.all()][:2]
            asked = Request(RequestId("r-old"), supervisee, supervisor, note_seen, note=note)
            keep_request(work, asked, former=None, act=installation.act())
    assert two.new.connect(name="newer").code == 0
    shown = two.old.run("delivery", "show", "request/r-old").result["deliveries"]
    assert [one["connection"] for one in shown] == ["ehr"]
    two.old.run("sync", "--once")
    assert "r-old" not in json.dumps(list(two.new.ehr.practice.resources()))
