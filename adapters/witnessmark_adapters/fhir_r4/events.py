"""Events of a FHIR host, proven on their raw bytes. What they say is a hint, and read for no more.

A plain R4 rest-hook proves itself by the header we asked for; Medplum signs the body.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.ports.events import HostEvent, RawEvent
from witnessmark.wire import JsonObject, Response, read_json
from witnessmark_adapters.fhir_r4.mapping.elements import nodes, text
from witnessmark_adapters.fhir_r4.profile import EventProof

KEY_HEADER = "x-witnessmark-key"
"""The header that a plain rest-hook sends along (Subscription.channel.header)."""
SIGNATURE_HEADER = "x-signature"
"""Medplum: hex HMAC-SHA256 of the body, nothing before it (its worker's source, November 2026)."""

_TYPE = re.compile(r"[A-Za-z]{1,64}")
_VERSION = re.compile(r"[A-Za-z0-9.-]{1,64}")
_JSON: Mapping[str, str] = {"content-type": "application/fhir+json"}


def verify_event(raw: RawEvent, secrets: Sequence[str], *, proof: EventProof) -> HostEvent:
    """Return what a proven event says. Raises RefusedError; compares in constant time."""
    live = [secret for secret in secrets if secret]  # an empty one would prove what says nothing
    if not _PROOFS[proof](raw, live):
        raise RefusedError("This event does not prove that it comes from the EHR.")
    resource = _resource(raw)
    kind, _, own_id = raw.path.strip("/").partition("/")
    return HostEvent(
        id=text(resource, "id") or own_id,
        type=_said(_TYPE, text(resource, "resourceType") or kind),
        version=_said(_VERSION, text(resource, "meta", "versionId")),
        digest=sha256(raw.body).hexdigest(),
    )


def _said(pattern: re.Pattern[str], word: str | None) -> str:
    """Return a word that may be kept in clear, empty for anything else."""
    return word if word and pattern.fullmatch(word) else ""


def _by_key(raw: RawEvent, secrets: Sequence[str]) -> bool:
    given = raw.headers.get(KEY_HEADER, "").encode()
    return any(hmac.compare_digest(given, secret.encode()) for secret in secrets)


def _by_signature(raw: RawEvent, secrets: Sequence[str]) -> bool:
    given = raw.headers.get(SIGNATURE_HEADER, "").strip().lower().encode()
    made = [hmac.new(secret.encode(), raw.body, sha256).hexdigest().encode() for secret in secrets]
    return any(hmac.compare_digest(given, each) for each in made)


_PROOFS: Mapping[EventProof, Callable[[RawEvent, Sequence[str]], bool]] = {
    "key": _by_key,
    "signature": _by_signature,
}


def _resource(raw: RawEvent) -> JsonObject:
    """Return the resource an event brings, if it brings one: we ask for none."""
    try:
        body = read_json(Response(200, _JSON, raw.body))
    except UnreadableAnswerError:
        return {}
    if body.get("resourceType") != "Bundle":
        return body
    brought = (entry.get("resource") for entry in nodes(body, "entry"))
    return next((one for one in brought if isinstance(one, dict)), {})
