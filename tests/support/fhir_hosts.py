"""FHIR hosts as the contract suite wants them; a plain script edits in them as people would."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.support.installation import Installation
from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import AdapterInfo, Auth, AuthKind, Connection, HostAdapter
from witnessmark.ports.records import HostRef
from witnessmark.testing import FOREIGN_MARK, PEOPLE
from witnessmark.transport.blocking import BlockingDriver
from witnessmark.wire import Request, Response
from witnessmark_adapters.fhir_r4 import ADAPTER

CANONICAL = "https://canonical.invalid/fhir"
NPI = "http://hl7.org/fhir/sid/us-npi"
KINDS = ("Practitioner", "Appointment", "QuestionnaireResponse", "Provenance")

Json = dict[str, Any]


@dataclass
class FhirHost:
    """witnessmark.testing.HostUnderTest over a FHIR base; `key` is a static key or empty."""

    base: str
    profile: str
    key: str = ""
    info: AdapterInfo = ADAPTER
    staff: Mapping[PersonId, HostRef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        auth = Auth(AuthKind.HEADER, secret_ref="env:KEY", header="X-API-Key")  # noqa: S106 - a reference
        self.on = Connection(
            clinic="harbour",
            id="harbour-ehr",
            adapter="fhir_r4",
            profile=self.profile,
            base_url=self.base,
            auth=auth if self.key else Auth(),
            allow_loopback=True,
        )
        installation = Installation()
        installation.secrets.values = {"env:KEY": self.key}
        self.driver = BlockingDriver(installation.means)
        self.by_hand = requests.Session()
        self.by_hand.headers.update({"X-API-Key": self.key} if self.key else {})
        self.staff = {person.id: self._employ(person.npi or "") for person in PEOPLE}
        discovering = ADAPTER.create(self.on, CANONICAL, None)
        offer = self.driver.run(discovering.discover(), on=self.on, operation="discover")
        self.adapter: HostAdapter = ADAPTER.create(self.on, CANONICAL, offer)

    def close(self) -> None:
        self.driver.close()
        self.by_hand.close()

    def send(self, request: Request) -> Response:
        def one() -> Generator[Request, Response, Response]:
            return (yield request)

        return self.driver.run(one(), on=self.on, operation=request.operation)

    def resources(self) -> Iterator[Json]:
        for kind in KINDS:
            url = f"{self.base}/{kind}?_count=200"
            while url:
                bundle = self._asked("GET", url)
                yield from (entry["resource"] for entry in bundle.get("entry", []))
                links = {link["relation"]: link["url"] for link in bundle.get("link", [])}
                url = links.get("next", "")

    def everything(self) -> Mapping[HostRef, str]:
        return {
            HostRef(f"{each['resourceType']}/{each['id']}"): json.dumps(each, sort_keys=True)
            for each in self.resources()
        }

    def edit(self, ref: HostRef, change: Callable[[Json], object]) -> None:
        """Read a resource, change it and write it back, as a person in the host would."""
        body = self._asked("GET", f"{self.base}/{ref}")
        change(body)
        self._asked("PUT", f"{self.base}/{ref}", json=body)

    def edit_ours(self, ref: HostRef) -> None:
        self.edit(ref, _change_ours)

    def edit_foreign(self, ref: HostRef) -> None:
        mark = {"url": "https://host.invalid/mark", "valueString": FOREIGN_MARK}
        self.edit(ref, lambda body: body.setdefault("extension", []).append(mark))

    def remove(self, ref: HostRef) -> None:
        self._asked("DELETE", f"{self.base}/{ref}")

    def _employ(self, npi: str) -> HostRef:
        member = {
            "resourceType": "Practitioner",
            "identifier": [{"system": NPI, "value": npi}],
            "name": [{"family": "Invented", "given": ["Staff"]}],
            "qualification": [{"code": {"text": "The host's own"}}],
        }
        return HostRef(
            f"Practitioner/{self._asked('POST', f'{self.base}/Practitioner', json=member)['id']}"
        )

    def _asked(self, method: str, url: str, **said: Any) -> Json:
        headers = {"content-type": "application/fhir+json"} if said else {}
        answer = self.by_hand.request(method, url, headers=headers, timeout=10, **said)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


def _change_ours(body: Json) -> None:
    match body["resourceType"]:
        case "Appointment":
            body["minutesDuration"] += 1
        case "QuestionnaireResponse":
            body["status"] = "stopped"
        case "Provenance":
            body["recorded"] = "2026-11-10T10:00:00Z"
        case "Practitioner":
            ours = [each for each in body["qualification"] if CANONICAL in json.dumps(each)]
            ours[0]["period"]["end"] = "2039-01-31"
