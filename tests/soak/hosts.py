"""The two hosts that we did not write: how they start, how we connect, how their people read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from joserfc.jwk import ECKey

from tests.soak import invented
from tests.support.medplum_host import Asked, medplum_host
from tests.support.sekmet_host import CLIENT_ID, PEOPLES_KEY, sekmet_host
from witnessmark.sandbox import STAFF

NPI = "http://hl7.org/fhir/sid/us-npi"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Peer:
    """A running host, asked by plain requests."""

    base_url: str
    log: Callable[[], tuple[Asked, ...]]
    connects: tuple[str, ...]
    session: requests.Session = field(default_factory=requests.Session)

    def put_staff(self) -> Mapping[str, Any]:
        """Put the clinic's own staff there; return what the host made of each, by NPI."""
        people = [(one.npi, one.given, one.family) for one in STAFF]
        people += [(npi, "Invented", invented.family(one)) for one, npi in invented.PEOPLE.items()]
        return {npi: self._put(npi, given, family) for npi, given, family in people}

    def all_of(self, kind: str) -> list[dict[str, Any]]:
        """Read every resource of a type, page by page."""
        url: str | None = f"{self.base_url}/{kind}?_count={PAGE}"
        found: list[dict[str, Any]] = []
        while url:
            page = self._get(url)
            found += [one["resource"] for one in page.get("entry", ())]
            links = {one["relation"]: one["url"] for one in page.get("link", ())}
            url = links.get("next")
        return [one for one in found if one["resourceType"] == kind]

    def history(self, kind: str, own_id: str) -> list[dict[str, Any]]:
        """Return every version of a resource, oldest first."""
        entries = self._get(f"{self.base_url}/{kind}/{own_id}/_history?_count={PAGE}")["entry"]
        return [one["resource"] for one in reversed(entries)]

    def _put(self, npi: str, given: str, family: str) -> Any:
        body = {
            "resourceType": "Practitioner",
            "active": True,
            "identifier": [{"system": NPI, "value": npi}],
            "name": [{"family": family, "given": [given]}],
        }
        answer = self.session.post(f"{self.base_url}/Practitioner", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _get(self, url: str) -> Any:
        answer = self.session.get(url, timeout=60)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def medplum(_folder: Path) -> Iterator[Peer]:
    """Start Medplum's router, which lets anybody in."""
    with medplum_host() as host:
        yield Peer(host.base_url, host.log, ("--profile", "medplum", "--auth", "none"))


@contextmanager
def sekmet(folder: Path) -> Iterator[Peer]:
    """Start sekmet-fhir, which lets us in by SMART backend services."""
    key = ECKey.generate_key("P-384", auto_kid=True)
    file = folder / "client.pem"
    file.write_bytes(key.as_pem(private=True))
    file.chmod(0o600)
    with sekmet_host(jwks={"keys": [key.as_dict(private=False)]}) as host:
        # It takes no proof that names another address than its own.
        proof = (
            "--client-id",
            CLIENT_ID,
            "--secret",
            f"file:{file}",
            "--token-url",
            host.token_url,
        )
        peer = Peer(host.base_url, host.log, proof)
        peer.session.headers["Authorization"] = f"Bearer {PEOPLES_KEY}"
        yield peer


HOSTS = {"medplum": medplum, "sekmet": sekmet}
