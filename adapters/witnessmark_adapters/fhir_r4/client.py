"""FHIR REST interactions as calls: read, search, create, update. Knows no record of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.ports.records import HostRef
from witnessmark.wire import Call, JsonObject, Request, Response, read_json, write_json
from witnessmark_adapters.fhir_r4.mapping.elements import nodes, text
from witnessmark_adapters.fhir_r4.outcomes import CHANGED, MISSING, check, resource

FHIR_JSON = "application/fhir+json"
AMBIGUOUS = 412
CREATED = 201
GONE = 410

Query = Sequence[tuple[str, str]]

_ADDRESS = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/([^/]+))?/?")


@dataclass(frozen=True, slots=True)
class Standing:
    """A resource as it stands in the host. Its body goes no further than this adapter."""

    ref: HostRef
    version: str
    body: JsonObject


def body_bytes(body: JsonObject) -> bytes:
    """Return what is sent of a resource: the only way any body leaves this adapter."""
    return write_json(body)


@dataclass(frozen=True, slots=True)
class Client:
    """Speaks to one FHIR base."""

    base: str

    def get(self, path: str, operation: str) -> Call[Response]:
        """Ask for an address under the base, or for a whole address."""
        url = path if path.startswith(("http://", "https://")) else f"{self.base}/{path}"
        return (yield Request("GET", url, operation, {"accept": FHIR_JSON}))

    def read(self, ref: HostRef) -> Call[Standing | None]:
        """Return what stands there, None if nothing does (404, 410).

        A page for people is no such answer: then the address is wrong, not the resource gone.
        """
        kind = ref.partition("/")[0]
        response = yield from self.get(ref, f"read {kind}")
        if response.status in MISSING:
            _check_absence(response)
            return None
        check(response, kind)
        return _standing(response, resource(response, kind))

    def search(self, kind: str, query: Query) -> Call[list[Standing]]:
        """Return the first matches; enough to tell none, one and several apart."""
        response = yield from self.get(f"{kind}?{urlencode(query)}", f"search {kind}")
        check(response, kind)
        bundle = resource(response, "Bundle")
        found = (entry.get("resource") for entry in nodes(bundle, "entry"))
        return [
            _standing(response, one)
            for one in found
            if isinstance(one, dict) and one.get("resourceType") == kind
        ]

    def create(self, body: JsonObject, *, unless: Query = ()) -> Call[tuple[Standing, bool]]:
        """Create, unless the query finds one: then that stands. Returns whether it is new.

        Raises RefusedError when the condition matches several (R4 section 3.1.0.8.1).
        """
        kind = str(body["resourceType"])
        condition = {"if-none-exist": urlencode(unless)} if unless else {}
        response = yield self._writing("POST", kind, body, condition)
        if response.status == AMBIGUOUS and unless:
            message = f"The EHR holds more than one {kind} with our identifier: one must go."
            raise RefusedError(message, request_id=response.request_id)
        check(response, kind)
        standing = yield from self._kept(response, kind, None)
        return standing, response.status == CREATED

    def create_at(self, ref: HostRef, body: JsonObject) -> Call[Standing]:
        """Create under an id of ours (R4 section 3.1.0.4.1)."""
        kind, _, own_id = ref.partition("/")
        response = yield self._writing("PUT", ref, {**body, "id": own_id}, {})
        check(response, kind)
        return (yield from self._kept(response, kind, ref))

    def update(
        self, standing: Standing, body: JsonObject, *, guarded: bool
    ) -> Call[Standing | None]:
        """Write over what was read; None when it was changed or removed meanwhile (409, 412)."""
        kind, _, own_id = standing.ref.partition("/")
        match = {"if-match": f'W/"{standing.version}"'} if guarded and standing.version else {}
        response = yield self._writing("PUT", standing.ref, {**body, "id": own_id}, match)
        if response.status in CHANGED | MISSING:
            return None
        check(response, kind)
        return (yield from self._kept(response, kind, standing.ref))

    def _writing(
        self, method: str, path: str, body: JsonObject, conditions: Mapping[str, str]
    ) -> Request:
        headers = {
            "accept": FHIR_JSON,
            "content-type": FHIR_JSON,
            "prefer": "return=representation",
            **conditions,
        }
        word = "create" if method == "POST" else "update"
        operation = f"{word} {path.partition('/')[0]}"
        return Request(method, f"{self.base}/{path}", operation, headers, body_bytes(body))

    def _kept(self, response: Response, kind: str, ref: HostRef | None) -> Call[Standing]:
        """Return what the host kept: from its answer, else by one more read."""
        if response.body:
            body = read_json(response)
            if body.get("resourceType") == kind:
                return _standing(response, body)
        located = _ADDRESS.fullmatch(response.headers.get("location", ""))
        ref = ref or (HostRef(located[1]) if located else None)
        standing = (yield from self.read(ref)) if ref else None
        if standing is None:
            message = f"The EHR does not say where it put the {kind}."
            raise UnreadableAnswerError(message, request_id=response.request_id)
        return standing


def _check_absence(response: Response) -> None:
    """Raise unless the host itself says that nothing is there: a gateway's 404 does not."""
    if response.status != GONE:
        resource(response, "OperationOutcome")


def _standing(response: Response, body: JsonObject) -> Standing:
    kind, own_id = body.get("resourceType"), text(body, "id")
    if not own_id:
        message = f"The EHR answered with a {kind} without id."
        raise UnreadableAnswerError(message, request_id=response.request_id)
    tag = response.headers.get("etag", "").removeprefix("W/").strip('"')
    return Standing(HostRef(f"{kind}/{own_id}"), text(body, "meta", "versionId") or tag, body)
