"""R4 Subscriptions: who is to be told of which change. Decides only; the messenger carries."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from witnessmark.sandbox.catalogue import Kind
from witnessmark.sandbox.messages import FHIR_JSON
from witnessmark.sandbox.outcomes import FhirError, Json
from witnessmark.sandbox.search import Query, parse_query
from witnessmark.sandbox.shelf import Version

SUBSCRIPTION = "Subscription"
HMAC_EXTENSION = "https://www.medplum.com/fhir/StructureDefinition/subscription-secret"
SIGNATURE_HEADER = "X-Signature"


@dataclass(frozen=True, slots=True)
class Notice:
    """One POST that tells one subscriber of one change."""

    subscription: str
    endpoint: str
    headers: Mapping[str, str]
    body: bytes
    is_wanted: Callable[[], bool]
    """Whether the subscription is still active."""


@dataclass(frozen=True, slots=True)
class _Subscriber:
    kind: str
    query: Query
    endpoint: str
    sends_resource: bool
    headers: Mapping[str, str]
    secret: str

    def notice(self, at: str, version: Version, is_wanted: Callable[[], bool]) -> Notice:
        body = (version.text or b"") if self.sends_resource else b""
        headers = {**self.headers, **({"Content-Type": FHIR_JSON} if body else {})}
        if self.secret:
            headers[SIGNATURE_HEADER] = hmac.digest(self.secret.encode(), body, "sha256").hex()
        return Notice(at, self.endpoint, headers, body, is_wanted)


class Subscriptions:
    """The active subscriptions of a practice, kept as they are written."""

    def __init__(self, kinds: Mapping[str, Kind], *, send: Callable[[Notice], None]) -> None:
        """Know none yet."""
        self._kinds = kinds
        self._send = send
        self._active: dict[str, _Subscriber] = {}

    def admit(self, body: Json) -> Json:
        """Turn a Subscription from requested to active; raises 422 for what cannot be honoured."""
        if body.get("resourceType") != SUBSCRIPTION:
            return body
        _subscriber(body, self._kinds)
        return {**body, "status": "active"} if body["status"] == "requested" else body

    def note(self, version: Version, before: Version | None, *, kind: Kind, body: Json) -> None:
        """Tell all whose criteria the new version satisfies; of a deletion, the last one.

        R4 section 2.46 asks for no notice of a deletion: hosts that give one give it so.
        """
        judged = version if version.text is not None else before
        for at, each in self._active.items():
            if each.kind == kind.name and judged is not None and each.query.holds_for(judged):
                is_wanted = partial(self._active.__contains__, at)
                self._send(each.notice(at, version, is_wanted))
        if kind.name == SUBSCRIPTION:
            self._active.pop(version.id, None)
            if body.get("status") == "active":
                self._active[version.id] = _subscriber(body, self._kinds)


def _subscriber(body: Json, kinds: Mapping[str, Kind]) -> _Subscriber:
    channel = body["channel"]
    if not isinstance(channel, dict) or channel.get("type") != "rest-hook":
        raise FhirError(422, "not-supported", "the only channel type is rest-hook")
    if channel.get("payload", FHIR_JSON) != FHIR_JSON or "end" in body:
        raise FhirError(422, "not-supported", f"payload is {FHIR_JSON} or none, and end is none")
    name, _, asked = str(body["criteria"]).partition("?")
    kind = kinds.get(name)
    if kind is None:
        raise FhirError(422, "not-supported", "the criteria name a type this host does not hold")
    pairs = parse_qsl(asked, keep_blank_values=True)
    try:
        query = parse_query(kind, pairs, strict=True, base="")
        endpoint = _endpoint(channel)
        headers = _headers(channel)
    except (FhirError, ValueError) as error:
        reason = error.diagnostics if isinstance(error, FhirError) else str(error)
        raise FhirError(422, "not-supported", reason) from error
    return _Subscriber(name, query, endpoint, "payload" in channel, headers, _secret(body))


def _endpoint(channel: Json) -> str:
    endpoint = str(channel.get("endpoint", ""))
    address = urlsplit(endpoint)
    if address.scheme not in {"http", "https"} or not address.hostname:
        message = "channel.endpoint is no http address"
        raise ValueError(message)
    return endpoint


def _headers(channel: Json) -> dict[str, str]:
    found = {}
    for line in map(str, channel.get("header", ())):
        name, colon, value = line.partition(":")
        if not colon or not line.isascii() or not line.isprintable():
            message = "channel.header is `Name: value`"
            raise ValueError(message)
        found[name.strip()] = value.strip()
    return found


def _secret(body: Json) -> str:
    for extension in body.get("extension", ()):
        if isinstance(extension, dict) and extension.get("url") == HMAC_EXTENSION:
            return str(extension.get("valueString", ""))
    return ""
