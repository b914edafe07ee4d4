"""What an answer the driver let through means: the one table from HTTP status to error.

Of an OperationOutcome only codes and element paths are kept: its texts may repeat what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from witnessmark.domain.capabilities import Capability
from witnessmark.errors import (
    HostError,
    LockedError,
    NotSupportedError,
    RefusedError,
    UnreadableAnswerError,
    WitnessmarkError,
)
from witnessmark.wire import JsonObject, Response, read_json
from witnessmark_adapters.fhir_r4.mapping.elements import at, nodes, text

MISSING = frozenset({404, 410})
CHANGED = frozenset({409, 412})
NOT_SUPPORTED = frozenset({404, 405, 501})
FORBIDDEN = 403
LOCKED = 423
"""RFC 4918 section 11.3."""
LOCK_CODE = "lock-error"
"""Of R4's IssueType: the resource is locked, by whom or for how long is not said."""

NEEDED: Mapping[str, Capability] = MappingProxyType(
    {
        "Appointment": Capability.HOLD_SESSIONS,
        "QuestionnaireResponse": Capability.HOLD_FORMS,
        "Provenance": Capability.HOLD_ATTESTATIONS,
        "Practitioner": Capability.READ_STAFF,
        "PractitionerRole": Capability.HOLD_ROLES,
        "VerificationResult": Capability.HOLD_VERIFICATIONS,
        "Task": Capability.HOLD_REQUESTS,
        "DocumentReference": Capability.HOLD_DOCUMENTS,
    }
)

_CODE = re.compile(r"[a-z-]{1,32}")
_PATH = re.compile(r"[A-Za-z]+(\.[A-Za-z]+(\[\d+\])?)*")


def check(response: Response, kind: str) -> None:
    """Raise what a refusal of a request on `kind` means; return for 2xx."""
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004 - the 2xx class
        return
    raise _meaning(response, status, kind)


def _meaning(response: Response, status: int, kind: str) -> HostError:
    request_id = response.request_id
    if is_locked(response):
        message = f"The EHR has locked this {kind} ({status})."
        locked = LockedError(message, expected="", found="")
        locked.request_id = request_id
        return locked
    if status in NOT_SUPPORTED:
        message = f"The EHR does not offer this for {kind} ({status})."
        missing = NotSupportedError(NEEDED.get(kind, Capability.READ_STAFF).value, message)
        missing.request_id = request_id
        return missing
    if status == FORBIDDEN:
        message = f"The EHR does not allow this app to use {kind} ({status}): check its scopes."
        return RefusedError(message, request_id=request_id)
    if 400 <= status < 500:  # noqa: PLR2004 - the 4xx class
        said = "; ".join(dict.fromkeys(_issues(response)))
        message = f"The EHR refuses this {kind} ({status}{': ' if said else ''}{said})."
        return RefusedError(message, request_id=request_id)
    message = f"The EHR answered {status}, which means nothing here."
    return UnreadableAnswerError(message, request_id=request_id)


def is_locked(response: Response) -> bool:
    """Whether a refusal says that somebody holds the resource: by its status or its issue."""
    if response.status == LOCKED:
        return True
    may_say_so = response.status == FORBIDDEN or response.status in CHANGED
    return may_say_so and any(said.partition(" ")[0] == LOCK_CODE for said in _issues(response))


def _issues(response: Response) -> Iterator[str]:
    try:
        outcome = read_json(response)
    except WitnessmarkError:
        return
    for issue in nodes(outcome, "issue"):
        code = text(issue, "code") or ""
        paths = at(issue, "expression") or at(issue, "location")
        named = [
            path
            for path in (paths if isinstance(paths, list) else [])
            if isinstance(path, str) and _PATH.fullmatch(path)
        ]
        if _CODE.fullmatch(code):
            yield " at ".join([code, ", ".join(named)] if named else [code])


def resource(response: Response, kind: str) -> JsonObject:
    """Return the body as a resource of this type. Raises UnreadableAnswerError."""
    body = read_json(response)
    if body.get("resourceType") != kind:
        message = f"What the EHR answered is no {kind}."
        raise UnreadableAnswerError(message, request_id=response.request_id)
    return body
