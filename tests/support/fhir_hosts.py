"""FHIR hosts as the contract suite wants them; a plain script edits in them as people would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from hmac import new as keyed
from typing import Any, TypeVar

import requests

from tests.support.drives import DRIVES, Drive
from tests.support.installation import Installation
from witnessmark.domain.ids import PersonId
from witnessmark.ports.events import RawEvent
from witnessmark.ports.host import AdapterInfo, Auth, AuthKind, Connection, HostAdapter
from witnessmark.ports.records import HostRef
from witnessmark.testing import CANARIES, FIRST_SUPERVISEE, FOREIGN_MARK, PEOPLE, CountedIds
from witnessmark.transport.exchange import Credentials, Line
from witnessmark.transport.steps import Conversation
from witnessmark.transport.tokens import TokenSource
from witnessmark.wire import Call, Request, Response
from witnessmark_adapters.fhir_r4 import ADAPTER
from witnessmark_adapters.fhir_r4.adapter import FhirR4
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.profile import profile_named

CANONICAL = "https://canonical.invalid/fhir"
NPI = "http://hl7.org/fhir/sid/us-npi"
SECRET_REF = "env:SECRET"  # noqa: S105 - a reference
KEY_AUTH = Auth(AuthKind.HEADER, secret_ref=SECRET_REF, header="X-API-Key")
KINDS = (
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Appointment",
    "QuestionnaireResponse",
    "Provenance",
    "VerificationResult",
    "Task",
    "DocumentReference",
)

SIGNATURES = ("signature", "authenticator", "docStatus")

Json = dict[str, Any]
T = TypeVar("T")


class ExpiringTokens(TokenSource):
    """A token source of which the next credentials can be made to be old ones."""

    expired = False

    def credentials(
        self, line: Line, *, rejected: Credentials | None = None
    ) -> Conversation[Credentials | None]:
        held = yield from super().credentials(line, rejected=rejected)
        if self.expired and held is not None and rejected is None:
            self.expired = False
            return Credentials(held.header, "Bearer expired")
        return held


@dataclass
class FhirHost:
    """witnessmark.testing.HostUnderTest over a FHIR base.

    We prove ourselves by `auth` with `secret`; the people there by the headers `by_people`.
    """

    base: str
    profile: str
    auth: Auth = field(default_factory=Auth)
    secret: str = ""
    by_people: Mapping[str, str] = field(default_factory=dict)
    driver: str = "requests"
    info: AdapterInfo = ADAPTER
    staff: Mapping[PersonId, HostRef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.on = Connection(
            clinic="harbour",
            id="harbour-ehr",
            adapter="fhir_r4",
            profile=self.profile,
            base_url=self.base,
            auth=self.auth,
            allow_loopback=True,
        )
        self.by_hand = self._session()
        self.by_hand.headers.update(self.by_people)
        self._install()
        self.signs_events = profile_named(self.profile).events_proven_by == "signature"
        self.staff = {person.id: self._employ(person.npi or "") for person in PEOPLE}
        self.note = self._note_of(self.staff[FIRST_SUPERVISEE.id])
        offer = self.run(ADAPTER.create(self.on, CANONICAL, None).discover())
        self.adapter: HostAdapter = ADAPTER.create(self.on, CANONICAL, offer)
        smallest = profile_named(self.profile).model_copy(
            update={"page_size": 1, "overlap_seconds": 1}
        )
        self.paged: HostAdapter = FhirR4(Client(self.base), Names(CANONICAL), smallest, offer)

    def _install(self) -> None:
        installation = Installation()
        installation.secrets.values = {SECRET_REF: self.secret}
        # A host checks a signed proof by its own clock, so ours stands at the host's.
        installation.clock.instant = self._host_time()
        self.rows = installation.tokens
        self.tokens = ExpiringTokens(
            self.rows, installation.secrets, clock=installation.clock, ids=CountedIds()
        )
        installation.means = replace(installation.means, tokens=self.tokens)
        self.drive = self._drive(installation)

    def _session(self) -> requests.Session:
        return requests.Session()

    def _drive(self, installation: Installation) -> Drive:
        return DRIVES[self.driver](installation)

    @property
    def secrets(self) -> Sequence[str]:
        token = self.rows.token.value if self.rows.token else ""
        return [each for each in (self.secret, token) if each]

    def close(self) -> None:
        self.drive.close()
        self.by_hand.close()

    def run(self, call: Call[T]) -> T:
        return self.drive.run(call, self.on)

    @contextmanager
    def expired(self) -> Iterator[None]:
        self.tokens.expired = True
        yield
        self.tokens.expired = False

    def refusal(self, status: int, words: str) -> Response:
        said = {
            "severity": "error",
            "code": words,
            "details": {"text": words, "coding": [{"code": words, "display": words}]},
            "diagnostics": words,
            "expression": [f"Patient.name = '{words}'"],
            "location": [words],
        }
        return _json(status, {"resourceType": "OperationOutcome", "id": words, "issue": [said]})

    def muddled(self, page: Response, earlier: Sequence[Response]) -> Response:
        here = json.loads(page.body)
        others = [one for each in earlier for one in json.loads(each.body).get("entry", [])]
        own = here.get("entry", [])[::-1]
        return _json(page.status, {**here, "entry": [*others[::-1], *own, *own, *others]})

    def event(self, secret: str, body: bytes) -> RawEvent:
        proof = keyed(secret.encode(), body, sha256).hexdigest()
        if self.signs_events:
            return RawEvent("", {"x-signature": proof}, body)
        return RawEvent("", {"x-witnessmark-key": secret}, body)

    def signs(self, request: Request) -> bool:
        body = json.loads(request.body or b"{}")
        ours = CANONICAL in json.dumps(body.get("identifier", ""))
        return any(each in body for each in (SIGNATURES[:2] if ours else SIGNATURES))

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

    def stands(self, ref: HostRef) -> str:
        return json.dumps(self._asked("GET", f"{self.base}/{ref}"), sort_keys=True)

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

    def _host_time(self) -> datetime:
        answer = self.by_hand.get(f"{self.base}/metadata", timeout=10)
        return parsedate_to_datetime(answer.headers["date"])

    def _employ(self, npi: str) -> HostRef:
        member = {
            "resourceType": "Practitioner",
            "identifier": [{"system": NPI, "value": npi}],
            "name": [{"family": "Invented", "given": ["Staff"]}],
            "qualification": [{"code": {"text": "The host's own"}}],
        }
        return self._made(member)

    def _note_of(self, author: HostRef) -> HostRef:
        client = self._made({"resourceType": "Patient", "name": [{"family": CANARIES[0]}]})
        text = {"contentType": "text/plain", "title": CANARIES[5], "data": "Y2FuYXJ5IHRvcGlj"}
        note = {
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "preliminary",
            "subject": {"reference": client, "display": CANARIES[0]},
            "author": [{"reference": author}],
            "description": CANARIES[5],
            "content": [{"attachment": text}],
        }
        return self._made(note)

    def _made(self, body: Json) -> HostRef:
        kind = body["resourceType"]
        return HostRef(f"{kind}/{self._asked('POST', f'{self.base}/{kind}', json=body)['id']}")

    def _asked(self, method: str, url: str, **said: Any) -> Json:
        headers = {"content-type": "application/fhir+json"} if said else {}
        answer = self.by_hand.request(method, url, headers=headers, timeout=10, **said)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


def static_key(host: str, profile: str, key: str, *, driver: str = "requests") -> FhirHost:
    """Return a host that lets in by a static key, us and its people alike."""
    return FhirHost(host, profile, KEY_AUTH, key, {"X-API-Key": key}, driver=driver)


def smart_client(client_id: str, token_url: str, algorithm: str) -> Auth:
    """Return how we sign in as a SMART backend client, for all that the adapter ever needs."""
    return Auth(
        AuthKind.PRIVATE_KEY_JWT,
        client_id=client_id,
        secret_ref=SECRET_REF,
        algorithm=algorithm,
        token_url=token_url,
        scopes=tuple(sorted(frozenset().union(*ADAPTER.scopes.values()))),
    )


def _json(status: int, body: Json) -> Response:
    return Response(status, {"content-type": "application/fhir+json"}, json.dumps(body).encode())


def _change_ours(body: Json) -> None:
    match body["resourceType"]:
        case "Appointment":
            body["minutesDuration"] += 1
        case "QuestionnaireResponse":
            body["status"] = "stopped"
        case "Provenance":
            body["recorded"] = "2026-11-10T10:00:00Z"
        case "PractitionerRole":
            body.setdefault("period", {})["end"] = "2039-01-31"
        case "VerificationResult":
            body["status"] = "reval-fail"
        case "DocumentReference":
            body["docStatus"] = "amended"
        case "Task":
            body["authoredOn"] = "2025-01-31T10:00:00Z"
        case "Practitioner":
            ours = [each for each in body["qualification"] if CANONICAL in json.dumps(each)]
            ours[0]["period"]["end"] = "2039-01-31"
