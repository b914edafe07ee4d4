"""The main job against hosts we did not write, each counted by a plain script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import ECKey

from tests.acceptance.test_scans import supply_scan
from tests.support.clinic import Clinic, clinic_at_work
from tests.support.medplum_host import Asked, medplum_host
from tests.support.scripted_host import ScriptedHost, reply
from tests.support.sekmet_host import CLIENT_ID, PEOPLES_KEY, sekmet_host
from tests.unit.nppes.captured import captured
from witnessmark.sandbox import STAFF

pytestmark = pytest.mark.peer

NPI = "http://hl7.org/fhir/sid/us-npi"


@dataclass(frozen=True)
class Peer:
    """A running host, how we connect with it, and how its people get at it."""

    base_url: str
    log: Callable[[], tuple[Asked, ...]]
    connects: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def medplum(_folder: Path) -> Iterator[Peer]:
    with medplum_host() as host:
        yield Peer(host.base_url, host.log, ("--profile", "medplum", "--auth", "none"))


@contextmanager
def sekmet_open(_folder: Path) -> Iterator[Peer]:
    with sekmet_host() as host:
        yield Peer(host.base_url, host.log, ("--auth", "none"))


@contextmanager
def sekmet_by_smart_backend(folder: Path) -> Iterator[Peer]:
    key = ECKey.generate_key("P-384", auto_kid=True)
    file = folder / "client.pem"
    file.write_bytes(key.as_pem(private=True))
    file.chmod(0o600)
    with sekmet_host(jwks={"keys": [key.as_dict(private=False)]}) as host:
        connects = ("--client-id", CLIENT_ID, "--secret", f"file:{file}")
        people = {"Authorization": f"Bearer {PEOPLES_KEY}"}
        yield Peer(host.base_url, host.log, connects, people)


Start = Callable[[Path], AbstractContextManager[Peer]]


@pytest.fixture(params=[medplum, sekmet_open, sekmet_by_smart_backend])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    start: Start = request.param
    with start(tmp_path) as running:
        yield running


def put_staff(peer: Peer) -> None:
    """Put the clinic's own staff there, as its EHR would have them: name and NPI."""
    for member in STAFF:
        answer = requests.post(
            f"{peer.base_url}/Practitioner",
            json={
                "resourceType": "Practitioner",
                "active": True,
                "identifier": [{"system": NPI, "value": member.npi}],
                "name": [{"family": member.family, "given": [member.given]}],
            },
            headers=peer.headers,
            timeout=10,
        )
        answer.raise_for_status()


def everything(peer: Peer, kind: str) -> list[dict[str, Any]]:
    """Read all resources of a type, page by page."""
    url: str | None = f"{peer.base_url}/{kind}?_count=100"
    found: list[dict[str, Any]] = []
    while url:
        page = requests.get(url, headers=peer.headers, timeout=10).json()
        found += [entry["resource"] for entry in page.get("entry", ())]
        url = next((one["url"] for one in page.get("link", ()) if one["relation"] == "next"), None)
    return found


def counted(peer: Peer) -> dict[str, int]:
    """Count what the host holds of ours, by our kinds, without any code of ours."""
    forms = everything(peer, "QuestionnaireResponse")
    staff = everything(peer, "Practitioner")
    found = {
        "session": len(everything(peer, "Appointment")),
        "hour_log": sum("supervised-hours-week" in one["questionnaire"] for one in forms),
        "attestation": len(everything(peer, "Provenance")),
        "credentials": sum(bool(one.get("qualification")) for one in staff),
        "agreement": pairs(everything(peer, "PractitionerRole")),
        "verification": len(everything(peer, "VerificationResult")),
        "request": len(everything(peer, "Task")),
    }
    return {kind: many for kind, many in found.items() if many}


def pairs(roles: list[dict[str, Any]]) -> int:
    """Count agreements: each has one role for each of the two, and neither twice."""
    names = [name["value"] for one in roles for name in one["identifier"]]
    assert len(set(names)) == len(names)
    agreements = {name.rpartition("-")[0] for name in names}
    sides = {f"{one}-{side}" for one in agreements for side in ("supervisor", "supervisee")}
    assert sides == set(names)
    return len(agreements)


def check_licences(clinic: Clinic) -> int:
    """Ask a registry that knows nobody; return how many checks are kept."""
    with ScriptedHost(lambda _: reply(body=captured("nobody"))) as registry:
        said = clinic.run("credential", "verify", "--all", "--at", registry.url)
    assert said.code == 1, said.err
    return sum(len(one["checks"]) for one in said.result["checked"])


def first_sync(peer: Peer, clinic: Clinic) -> Any:
    """Bring a clinic from nothing to its first sync with this host; return what `sync` says."""
    put_staff(peer)
    clinic.import_files()
    assert clinic.run("settings", "set", "allow_loopback", "true").code == 0
    said = clinic.run("connect", peer.base_url, *peer.connects)
    assert said.code == 0, said.err
    return clinic.sync()


def sent(result: Any) -> dict[str, int]:
    """Return how many of each kind `sync` says it sent."""
    return {one["kind"]: one["sent"] for one in result["kinds"] if one["sent"]}


def test_all_of_it_arrives_once_and_the_second_sync_writes_nothing(
    peer: Peer, tmp_path: Path
) -> None:
    with clinic_at_work(tmp_path) as clinic:
        first = sent(first_sync(peer, clinic))
        checks = check_licences(clinic)
        supply_scan(clinic)
        again = sent(clinic.sync())
        assert again == {"attestation": 1, "verification": checks}
        assert len(everything(peer, "DocumentReference")) == 1
        first["verification"] = checks
        assert counted(peer) == first
        assert {"session", "hour_log", "attestation", "credentials"} <= first.keys()
        before = len(peer.log())
        second = clinic.sync()
    assert second["writes"] == 0
    assert sent(second) == {}
    assert {one.method for one in peer.log()[before:]} == {"GET"}
    assert counted(peer) == first


def test_what_a_host_does_not_state_is_not_tried_and_stays_here_with_the_reason(
    tmp_path: Path,
) -> None:
    with sekmet_host(searches=()) as host, clinic_at_work(tmp_path) as clinic:
        peer = Peer(host.base_url, host.log, ("--auth", "none"))
        result = first_sync(peer, clinic)
        assert not any("QuestionnaireResponse" in one.path for one in host.log())
        assert counted(peer) == sent(result)
        assert sent(result).keys() == {"credentials", "agreement"}
        log = result["kinds"][[one["kind"] for one in result["kinds"]].index("hour_log")]
        (here,) = log["others"]
        assert (here["state"], here["records"]) == ("kept_here", 34)
        assert "the EHR has no QuestionnaireResponse" in here["reason"]
