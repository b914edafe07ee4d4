"""FHIR REST interactions as calls: read, search, create, update. Knows no record of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from witnessmark.errors import TwiceError, UnreadableAnswerError
from witnessmark.ports.records import HostRef
from witnessmark.wire import Call, JsonObject, Request, Response, read_json, write_json
from witnessmark_adapters.fhir_r4.mapping.elements import nodes, text
from witnessmark_adapters.fhir_r4.never_sign import refuse_signatures
from witnessmark_adapters.fhir_r4.outcomes import CHANGED, MISSING, check, is_locked, resource

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
    """Return what is sent of a resource: the only way any body leaves this adapter.

    Raises MappingError for one that would sign.
    """
    refuse_signatures(body)
    return write_json(body)


@dataclass(frozen=True, slots=True)
class Client:
    """Speaks to one FHIR base."""

    base: str

    def get(self, path: str, operation: str) -> Call[Response]:
        """Ask for an address under the base, or for a whole address."""
        url = path if path.startswith(("http://", "https://")) else f"{self.base}/{path}"
        return (yield Request("GET", url, operation, {"accept": FHIR_JSON}))

    def read(self, ref: HostRef, *, elements: str = "") -> Call[Standing | None]:
        """Return what stands there, None if nothing does (404, 410); whole, or some elements of it.

        A page for people is no such answer: then the address is wrong, not the resource gone.
        """
        kind = ref.partition("/")[0]
        path = f"{ref}?{urlencode({'_elements': elements})}" if elements else ref
        response = yield from self.get(path, f"read {kind}")
        if response.status in MISSING:
            _check_absence(response)
            return None
        check(response, kind)
        return _standing(response, resource(response, kind))

    def search(self, kind: str, query: Query, *, pages: int = 1) -> Call[list[Standing]]:
        """Return the first matches; by our own name, enough to tell none, one and several apart.

        Of a search for more than one page all matches are wanted: raises UnreadableAnswerError
        where so many pages do not hold them, or lead elsewhere.
        """
        url = f"{self.base}/{kind}?{urlencode(query)}"
        matches: list[Standing] = []
        for _page in range(pages):
            response = yield from self.get(url, f"search {kind}")
            check(response, kind)
            bundle = resource(response, "Bundle")
            found = (entry.get("resource") for entry in nodes(bundle, "entry"))
            matches += [
                _standing(response, one)
                for one in found
                if isinstance(one, dict) and one.get("resourceType") == kind
            ]
            following = self.next_page(bundle, kind) if pages > 1 else None
            if following is None:
                return matches
            url = following
        raise UnreadableAnswerError(f"The EHR's pages of {kind} never end.")

    def next_page(self, bundle: JsonObject, kind: str) -> str | None:
        """Return where a Bundle goes on. Raises UnreadableAnswerError for a link elsewhere."""
        links = (one for one in nodes(bundle, "link") if one.get("relation") == "next")
        link = text(next(links, {}), "url")
        if link is None:
            return None
        url = urljoin(f"{self.base}/", link)
        here, there = urlsplit(self.base), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise UnreadableAnswerError(f"The EHR's pages of {kind} lead elsewhere.")
        return url

    def create(self, body: JsonObject, *, unless: Query = ()) -> Call[tuple[Standing, bool]]:
        """Create, unless the query finds one: then that stands. Returns whether it is new.

        Raises RefusedError when the condition matches several (R4 section 3.1.0.8.1).
        """
        kind = str(body["resourceType"])
        condition = {"if-none-exist": urlencode(unless)} if unless else {}
        response = yield self._writing("POST", kind, body, condition)
        if response.status == AMBIGUOUS and unless:
            message = f"The EHR holds more than one {kind} with our identifier: one must go."
            raise TwiceError(message, request_id=response.request_id)
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
        if response.status in CHANGED | MISSING and not is_locked(response):
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
