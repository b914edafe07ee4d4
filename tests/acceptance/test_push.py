"""What the EHR tells of makes a change come sooner. Without it, nothing is missed."""

import hmac
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Timer

import pytest
import requests

from tests.support.clinic import Clinic
from witnessmark.application.receiving import receive
from witnessmark.bootstrap import open_installation
from witnessmark.cli.serve import listening
from witnessmark.domain.ids import ClinicId
from witnessmark.errors import UnknownRecordError
from witnessmark.ports.events import RawEvent

CANARY = "Canary-Pushed"


@pytest.fixture
def hook(connected: Clinic) -> Iterator[str]:
    with _hooks(connected) as address:
        yield address


def test_the_ehr_is_asked_once_for_each_type_and_tells_of_a_change(
    connected: Clinic, hook: str
) -> None:
    connected.sync()
    first = connected.run("push", "on", hook)
    assert first.code == 0, first.err
    assert {line["state"] for line in first.result["kinds"]} == {"on"}
    again = connected.run("push", "on", hook)
    assert again.result == first.result
    asked = [one["what"] for one in first.result["kinds"]]
    standing = list(connected.ehr.practice.resources("Subscription"))
    assert sorted(one["criteria"].rstrip("?") for one in standing) == sorted(asked)
    assert all("payload" not in one["channel"] for one in standing)

    session, *_ = [
        one for one in connected.ehr.practice.resources("Appointment") if one.get("identifier")
    ]
    connected.ehr.practice.by_hand.change(f"Appointment/{session['id']}", minutesDuration=1)
    connected.ehr.practice.messenger.settle()
    rows = _inbox(connected)
    assert len(rows) == 1
    assert session["id"] not in str(rows)


def test_a_switched_off_ehr_is_not_listened_to(connected: Clinic, hook: str) -> None:
    connected.sync()
    key = _key_of(connected.run("push", "on", hook).result["secret"])
    address = f"{hook}/hooks/{_clinic_id(connected)}/ehr"
    proof = {"x-witnessmark-key": key}
    assert requests.post(address, headers=proof, timeout=5).status_code == 204
    off = connected.run("push", "off")
    assert {line["state"] for line in off.result["kinds"]} == {"off"}
    assert requests.post(address, headers=proof, timeout=5).status_code == 404
    assert connected.run("push", "show").code == 1


def test_doctor_sees_that_the_ehr_gave_up_telling(connected: Clinic, hook: str) -> None:
    connected.sync()
    connected.run("push", "on", hook)
    told = [one for one in connected.run("doctor").result["findings"] if "tells" in one["about"]]
    assert [one["well"] for one in told] == [True]
    one = next(iter(connected.ehr.practice.resources("Subscription")))
    connected.ehr.practice.by_hand.change(f"Subscription/{one['id']}", status="error")
    (told,) = [one for one in connected.run("doctor").result["findings"] if "tells" in one["about"]]
    assert not told["well"]
    assert one["criteria"].rstrip("?") in told["what"]
    assert connected.run("push", "on", hook).code == 0


@pytest.mark.parametrize(
    "headers", [{}, {"x-witnessmark-key": "0" * 64}, {"x-signature": "0" * 64}]
)
def test_a_forged_event_leaves_nothing(
    connected: Clinic, hook: str, headers: dict[str, str]
) -> None:
    connected.sync()
    connected.run("push", "on", hook)
    address = f"{hook}/hooks/{_clinic_id(connected)}/ehr"
    body = json.dumps({"resourceType": "Task", "id": CANARY}).encode()
    assert requests.post(address, data=body, headers=headers, timeout=5).status_code == 401
    assert _inbox(connected) == []
    for place in ("another-clinic/ehr", f"{_clinic_id(connected)}/another"):
        there = f"{hook}/hooks/{place}"
        assert requests.post(there, data=body, headers=headers, timeout=5).status_code == 404


def test_a_repeated_event_is_one_row_and_its_body_stands_nowhere(
    connected: Clinic, hook: str
) -> None:
    connected.sync()
    key = _key_of(connected.run("push", "on", hook).result["secret"])
    address = f"{hook}/hooks/{_clinic_id(connected)}/ehr"
    body = json.dumps({"resourceType": "Task", "id": "t1", "description": CANARY}).encode()
    for _ in range(10):
        answer = requests.post(address, data=body, headers={"x-witnessmark-key": key}, timeout=5)
        assert answer.status_code == 204
    ((kind, version, digest),) = _inbox(connected)
    assert (kind, version, digest) == ("Task", "", sha256(body).hexdigest())
    for path in connected.home.iterdir():
        assert CANARY.encode() not in path.read_bytes(), path


def test_a_signed_event_needs_its_bytes_unchanged(connected: Clinic, hook: str) -> None:
    """As Medplum signs: over the raw body."""
    said = connected.connect(profile="medplum")
    assert said.code in {0, 1}, said.err
    key = _key_of(connected.run("push", "on", hook).result["secret"])
    address = f"{hook}/hooks/{_clinic_id(connected)}/ehr"
    body = b'{"resourceType":"Task","id":"t1"}'
    right = {"x-signature": hmac.new(key.encode(), body, sha256).hexdigest()}
    assert requests.post(address, data=body, headers=right, timeout=5).status_code == 204
    assert requests.post(address, data=body + b" ", headers=right, timeout=5).status_code == 401


def test_it_says_why_where_an_ehr_tells_of_nothing(connected: Clinic) -> None:
    connected.edit("system/Subscription.crus", "system/Subscription.rs")
    connected.sync()
    said = connected.run("push", "on", "https://clinic.invalid")
    assert said.code == 2
    assert "system/Subscription" in said.result["message"]


@pytest.mark.parametrize(
    "url",
    [
        "http://clinic.invalid",
        "http://127.0.0.1.clinic.invalid",
        "http://localhost@clinic.invalid",
        "https://somebody:secret@clinic.invalid",
        "https://clinic.invalid/?key=1",
        "https://clinic.invalid/#top",
        "https://[clinic.invalid",
        "https:///hooks",
        "https://clinic.invalid\n/x",
        "clinic.invalid",
    ],
)
def test_only_a_plain_https_address_is_told_to_an_ehr_elsewhere(
    connected: Clinic, url: str
) -> None:
    connected.ehr.stop()
    said = connected.run("push", "on", url)
    assert (said.code, said.result["error"]) == (2, "DomainError")
    assert "secret" not in said.result["message"]


@pytest.mark.parametrize("secret", ["short", "x" * 31, "x" * 32 + "\nx: y", "é" * 40, "x " * 20])
def test_a_secret_that_is_weak_or_fits_no_header_is_refused(
    connected: Clinic, hook: str, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    connected.sync()
    monkeypatch.setenv("HOOK", secret)
    said = connected.run("push", "on", hook, "--secret", "env:HOOK")
    assert (said.code, "weak_secret" in said.result["message"]) == (2, True)
    assert list(connected.ehr.practice.resources("Subscription")) == []


def test_a_former_secret_that_is_gone_hinders_no_event(
    connected: Clinic, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.sync()
    for name in ("FORMER", "NEWER"):
        monkeypatch.setenv(name, name * 8)
        assert connected.run("push", "on", hook, "--secret", f"env:{name}").code == 0
    address, proof = f"{hook}/hooks/{_clinic_id(connected)}/ehr", {"x-witnessmark-key": "NEWER" * 8}
    monkeypatch.delenv("FORMER")
    assert requests.post(address, headers=proof, timeout=5).status_code == 204
    monkeypatch.delenv("NEWER")
    assert requests.post(address, headers=proof, timeout=5).status_code == 503


def test_at_another_address_the_one_before_is_silent(connected: Clinic, hook: str) -> None:
    connected.sync()
    assert connected.run("push", "on", hook).code == 0
    assert connected.run("push", "on", hook.replace("127.0.0.1", "localhost")).code == 0
    states = {
        (one["channel"]["endpoint"].startswith(hook), one["status"])
        for one in connected.ehr.practice.resources("Subscription")
    }
    assert states == {(True, "off"), (False, "active")}


def test_an_ehr_that_is_linked_again_is_listened_to_as_before(connected: Clinic, hook: str) -> None:
    connected.sync()
    key = _key_of(connected.run("push", "on", hook).result["secret"])
    assert connected.connect().code == 0
    address = f"{hook}/hooks/{_clinic_id(connected)}/ehr"
    answer = requests.post(address, headers={"x-witnessmark-key": key}, timeout=5)
    assert answer.status_code == 204


def test_a_key_is_whole_or_not_there(
    connected: Clinic, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.sync()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("witnessmark.cli.push.os.fsync", full)
        assert connected.run("push", "on", hook).code == 6
    assert list(connected.home.glob("hook-*")) == []
    assert connected.run("push", "on", hook).code == 0
    (path,) = connected.home.glob("hook-*")
    assert (path.name, path.stat().st_mode & 0o777) == ("hook-ehr.key", 0o600)


@contextmanager
def _hooks(clinic: Clinic) -> Iterator[str]:
    """Listen as `serve` does, and keep what comes; a pull is nobody's matter here."""
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:

        def kept(name: str, connection: str, event: RawEvent) -> None:
            if name != installation.store.clinics()[0].id:
                raise UnknownRecordError("hook", connection)
            context = installation.context(ClinicId(name))
            receive(context, installation.secrets, connection=connection, event=event)

        with listening("127.0.0.1", 0, kept) as address:
            yield address


def _inbox(clinic: Clinic) -> list[tuple[str, str, str]]:
    database = sqlite3.connect(clinic.home / "witnessmark.db")
    try:
        return database.execute("SELECT type, version, digest FROM inbox").fetchall()
    finally:
        database.close()


def _key_of(reference: str) -> str:
    return Path(reference.removeprefix("file:")).read_text(encoding="ascii")


def _clinic_id(clinic: Clinic) -> str:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        return installation.store.clinics()[0].id


def test_serve_reads_what_the_ehr_tells_of_at_once(connected: Clinic) -> None:
    """Its pull would be due in a quarter of an hour."""
    connected.sync()
    command = [sys.executable, "-m", "witnessmark", "serve", "--port", "0"]
    where = ["--home", str(connected.home), "--manifest", str(connected.manifest)]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, *where], stderr=subprocess.PIPE, text=True
    ) as serving:
        limit = Timer(120, serving.kill)  # then its output ends, and so does the waiting for it
        limit.start()
        try:
            assert serving.stderr is not None
            told = iter(serving.stderr.readline, "")
            address = next(line for line in told if "Listening" in line).split()[2]
            root = address.partition("/hooks")[0]
            assert connected.run("push", "on", root).code == 0
            session = next(
                one
                for one in connected.ehr.practice.resources("Appointment")
                if one.get("identifier")
            )
            connected.ehr.practice.by_hand.change(f"Appointment/{session['id']}", minutesDuration=1)
            assert any("1 for a person" in line for line in told)
        finally:
            limit.cancel()
            serving.send_signal(signal.SIGTERM)
            serving.communicate(timeout=20)
    assert serving.returncode == 0
