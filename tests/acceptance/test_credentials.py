"""Licences checked at their source: what is asked, kept, said, and owed to the EHR."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.clinic import Clinic
from tests.support.scripted_host import Answer, Received, ScriptedHost, reply
from tests.unit.nppes.captured import answer, captured
from witnessmark.bootstrap import open_installation

NOBODY = captured("nobody")
SEEN = b"What the board showed (invented)\n"
SEEN_DIGEST = "a1ae61e48fdd168842514bb398a3cc635ea9ad59844b370a899cec72427ebe76"
LOOKED = (
    "credential", "looked", "dl", "--board", "invented-ny-mhc", "--number", "INV-MHC-7102",
)  # fmt: skip


def knows_daniel(received: Received) -> Answer:
    (number,) = parse_qs(urlsplit(received.target).query)["number"]
    return reply(body=captured("individual") if number == "1000001028" else NOBODY)


def changed(change: Callable[[Any], object]) -> Answer:
    body = answer("individual")
    change(body["results"][0])
    return reply(body=json.dumps(body).encode())


def standing(clinic: Clinic, person: str, number: str) -> Any:
    said = clinic.run("credential", "list", person)
    (line,) = [one for one in said.result["licences"] if one["number"] == number]
    return line


def kept(clinic: Clinic) -> list[str]:
    """The ids of all checks, each of them owed to every EHR and written down."""
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (known,) = installation.store.clinics()
        with installation.store.look(known.id) as work:
            ids: list[str] = [one.id for one in work.verifications.all()]
            owed = {
                row.key.id for row in work.deliveries.listed() if row.key.kind == "verification"
            }
            connected = bool(work.connections.all())
            for one in ids:
                (entry,) = work.audit.of(f"verification/{one}")
                assert (entry.actor, entry.action) == ("operator", "licence_checked")
    assert owed == (set(ids) if connected else set())
    return ids


def test_a_licence_that_the_registry_states_is_confirmed_kept_and_owed(connected: Clinic) -> None:
    with ScriptedHost(knows_daniel) as registry:
        said = connected.run("credential", "verify", "dl", "--at", registry.url)
    assert said.code == 0, said.err + said.out
    (daniel,) = said.result["checked"]
    assert [one["outcome"] for one in daniel["checks"]] == ["confirmed", "confirmed"]
    assert daniel["updated"] == "2024-03-04"
    assert "does not mean that anybody is licensed" in said.result["proves"]
    assert registry.targets == ["GET /?version=2.1&number=1000001028"]
    (first, _) = daniel["checks"]
    host = registry.url.removeprefix("http://")
    assert first["source"] == f"NPI registry (NPPES), asked at {host}"
    assert sorted(kept(connected)) == sorted(one["id"] for one in daniel["checks"])
    line = standing(connected, "dl", "INV-MFT-0102")
    assert (line["last"], line["overdue"]) == (first, False)
    told = connected.run("explain", f"verification/{first['id']}")
    assert [hop["action"] for hop in told.result["hops"]] == ["licence_checked"]


def test_a_check_stands_in_the_ehr_after_the_next_sync_and_only_once(connected: Clinic) -> None:
    with ScriptedHost(knows_daniel) as registry:
        assert connected.run("credential", "verify", "dl", "--at", registry.url).code == 0
    connected.sync()
    there = list(connected.ehr.practice.resources("VerificationResult"))
    daniel = [{"reference": "Practitioner/daniel-example-lindqvist"}]
    assert [one["target"] for one in there] == [daniel] * 2
    # The registry states both numbers; of the two licences one lapsed here on 1 November 2026.
    assert {one["status"] for one in there} == {"validated", "req-revalid"}
    assert connected.sync()["writes"] == 0


@pytest.mark.parametrize("more", ["/?token=invented", "/api#part", "/?", "/#"])
def test_an_address_that_says_more_than_where_to_ask_is_refused(clinic: Clinic, more: str) -> None:
    with ScriptedHost(knows_daniel) as registry:
        for url in (registry.url + more, registry.url.replace("//", "//user:invented@")):
            said = clinic.run("credential", "verify", "dl", "--at", url)
            assert (said.code, "[registry_address]" in said.result["message"]) == (2, True)
            assert "invented" not in said.out + said.err
    assert registry.received == []
    assert kept(clinic) == []


def test_who_is_another_colleague_by_now_is_the_one_a_check_is_about(connected: Clinic) -> None:
    with ScriptedHost(knows_daniel) as registry:
        assert connected.run("credential", "verify", "dl", "--at", registry.url).code == 0
    connected.sync()
    aisha = "Practitioner/aisha-example-rahman"
    assert connected.run("staff", "match", "dl", aisha, "--swap").code == 0
    connected.sync()
    there = connected.ehr.practice.resources("VerificationResult")
    assert [one["target"] for one in there] == [[{"reference": aisha}]] * 2
    assert connected.sync()["writes"] == 0


def test_everybody_is_asked_about_once_and_who_is_not_found_is_said(clinic: Clinic) -> None:
    with ScriptedHost(knows_daniel) as registry:
        said = clinic.run("credential", "verify", "--all", "--at", registry.url)
    assert said.code == 1
    outcomes = {one["person"]: one["checks"][0]["outcome"] for one in said.result["checked"]}
    assert outcomes == {
        "ar": "not-found", "dl": "confirmed", "jw": "not-found", "lc": "not-found",
        "ms": "not-found", "ro": "not-found", "tn": "not-found",
    }  # fmt: skip
    assert len(registry.received) == 7
    (finding,) = [
        one for one in clinic.run("doctor").result["findings"] if one["about"] == "licences"
    ]
    assert (finding["well"], finding["what"]) == (
        False, "8 of 8 checked at their source, 0 overdue, 6 not confirmed",
    )  # fmt: skip


def test_what_differs_is_named_and_changes_nothing_of_ours(clinic: Clinic) -> None:
    before = standing(clinic, "dl", "INV-MFT-0102")
    other = changed(lambda it: it["taxonomies"][0].update(license="INV-MFT-9999"))
    with ScriptedHost(lambda _: other) as registry:
        said = clinic.run("credential", "verify", "dl", "--at", registry.url, machine=False)
    assert said.code == 1
    assert "differs: number" in said.err
    assert "9999" not in said.err
    after = standing(clinic, "dl", "INV-MFT-0102")
    assert after == {**before, "last": after["last"]}
    assert after["last"]["differences"] == ["number"]


@pytest.mark.parametrize(
    ("said_there", "code", "error"),
    [
        (reply(429, retry_after="60"), 3, "TryLaterError"),
        (reply(body=captured("refused")), 5, "RefusedError"),
        (reply(body=b"<html>", content_type="text/html"), 5, "UnreadableAnswerError"),
    ],
)
def test_a_registry_that_states_nothing_leaves_nothing(
    clinic: Clinic, said_there: Answer, code: int, error: str
) -> None:
    with ScriptedHost(lambda _: said_there) as registry:
        said = clinic.run("credential", "verify", "dl", "--at", registry.url)
        aloud = clinic.run("credential", "verify", "dl", "--at", registry.url, machine=False)
    assert (said.code, said.result["error"]) == (code, error)
    assert aloud.err.startswith("NPI registry (NPPES): ")
    assert kept(clinic) == []


def test_a_registry_that_is_away_is_not_asked_about_everybody(clinic: Clinic) -> None:
    with ScriptedHost(lambda _: reply(500)) as registry:
        said = clinic.run("credential", "verify", "--all", "--at", registry.url)
    assert said.code == 3
    assert len(registry.received) == 1
    assert len(said.result["failed"]) == 7
    assert kept(clinic) == []


def renumber(clinic: Clinic, person: str, npi: str | None) -> None:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (known,) = installation.store.clinics()
        with installation.store.change(known.id) as work:
            work.people.put(replace(work.people.get(person), npi=npi))


def test_a_wrong_npi_is_said_and_without_one_nobody_is_asked(clinic: Clinic) -> None:
    renumber(clinic, "dl", "1000001029")
    with ScriptedHost(lambda _: reply(body=NOBODY)) as registry:
        said = clinic.run("credential", "verify", "dl", "--at", registry.url, machine=False)
        renumber(clinic, "dl", None)
        without = clinic.run("credential", "verify", "dl", "--at", registry.url)
        among = clinic.run("credential", "verify", "--all", "--at", registry.url)
    assert said.code == 1
    assert "Look at the NPI of dl: its check digit is wrong." in said.err
    assert (without.code, "[no_npi]" in without.result["message"]) == (2, True)
    assert (among.code, [one["person"] for one in among.result["failed"]]) == (1, ["dl"])
    assert len(registry.received) == 7


def test_a_look_at_the_board_is_kept_with_the_digest_of_what_was_seen(clinic: Clinic) -> None:
    picture = clinic.folder / "seen.png"
    picture.write_bytes(SEEN)
    look = ("--by", "ro", "--evidence", str(picture), "--outcome", "differs")
    assert clinic.run("settings", "set", "verify_again_days", "1").code == 0
    said = clinic.run(*LOOKED, "--on", "2026-11-20", *look, "--differs", "status")
    assert said.code == 1, said.out
    assert (said.result["evidence"], said.result["by"]) == (SEEN_DIGEST, "ro")
    assert said.result["source"] == "Invented Office of the Professions"
    assert said.result["at"] == "2026-11-20T20:00:00Z"
    assert (said.result["differences"], said.result["next_due"]) == (["status"], "2026-11-21")
    listed = clinic.run("credential", "list", "dl", machine=False)
    assert listed.code == 1
    assert "OVERDUE" in listed.err
    with ScriptedHost(knows_daniel) as registry:
        assert clinic.run("credential", "verify", "dl", "--at", registry.url).code == 0
    assert standing(clinic, "dl", "INV-MHC-7102")["last"] == said.result


def test_a_look_of_today_outweighs_what_a_registry_said_earlier_today(clinic: Clinic) -> None:
    picture = clinic.folder / "seen.png"
    picture.write_bytes(SEEN)
    other = changed(lambda it: it["taxonomies"][1].update(license="INV-MHC-9999"))
    with ScriptedHost(lambda _: other) as registry:
        assert clinic.run("credential", "verify", "dl", "--at", registry.url).code == 1
    today = clinic.run("credential", "list").result["today"]
    for outcome in ("not-found", "confirmed", "not-found", "confirmed"):
        look = ("--by", "ro", "--evidence", str(picture), "--outcome", outcome)
        said = clinic.run(*LOOKED, "--on", today, *look)
        assert standing(clinic, "dl", "INV-MHC-7102")["last"] == said.result
        earlier = clinic.run(*LOOKED, "--on", "2026-11-20", *look)
        assert standing(clinic, "dl", "INV-MHC-7102")["last"] != earlier.result


@pytest.mark.parametrize(
    ("day", "by", "outcome", "code"),
    [
        ("2999-01-01", "ro", "confirmed", "looked_in_future"),
        ("2018-10-31", "ro", "confirmed", "looked_before_issue"),
        ("2026-11-20", "dl", "confirmed", "own_licence"),
        ("2026-11-20", "nobody", "confirmed", "unknown_record"),
        ("2026-11-20", "ro", "not-found", "nothing_differs"),
    ],
)
def test_an_impossible_look_is_not_recorded(
    clinic: Clinic, day: str, by: str, outcome: str, code: str
) -> None:
    picture = clinic.folder / "seen.png"
    picture.write_bytes(SEEN)
    differs = ("--differs", "status") if code == "nothing_differs" else ()
    how = ("--on", day, "--by", by, "--evidence", str(picture), "--outcome", outcome, *differs)
    said = clinic.run(*LOOKED, *how)
    assert said.code == 2
    assert f"[{code}]" in said.result["message"]
    picture.write_bytes(b"")
    said = clinic.run(*LOOKED, *how)
    assert "[no_evidence]" in said.result["message"]
    assert kept(clinic) == []
