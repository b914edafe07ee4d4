"""What a supervisor is asked for as an R4 Task, and how far a person in the host moved it.

It carries references alone. Of a note it never says anything but where it stands (R4 4.0.1, Task).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import PlainSerializer

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.requests import Request, RequestState
from witnessmark.errors import MappingError, WaitsForError
from witnessmark.ports.records import RecordKey, RequestRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    code_in,
    coded,
    in_utc,
    instant,
    member,
    merged,
    nodes,
    pointing,
    reference,
    text,
    value_in,
    with_identifier,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.note import KIND as NOTE_KIND
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import TASK_CODES, Names

APPROVE = "approve"
COSIGN_NOTE = "cosign-note"
ATTEST_WEEK = "attest-week"
INTENT = "order"

OWNED = frozenset(
    {
        "identifier[ours]",
        "intent",
        "code.coding[task-code]",
        "code.coding[ours]",
        "focus.reference",
        "requester.reference",
        "owner.reference",
        "authoredOn",
        "restriction.period.end",
        "for.reference",
        "status",
        "businessStatus.coding[ours]",
        "lastModified",
    }
)
"""The last four are written, and never compared: people there move a Task, and charts merge."""

_NOTE = {RequestState.REQUESTED: "awaiting-cosignature", RequestState.ANSWERED: "cosigned"}
_WEEK = {RequestState.REQUESTED: "awaiting-attestation", RequestState.ANSWERED: "attested"}

STATUSES: Mapping[RequestState, str] = MappingProxyType(
    {
        RequestState.REQUESTED: "requested",
        RequestState.UNDER_REVIEW: "in-progress",
        RequestState.RETURNED: "on-hold",
        RequestState.RESUBMITTED: "requested",
        RequestState.ANSWERED: "completed",
        RequestState.WITHDRAWN: "cancelled",
        RequestState.DECLINED: "rejected",
    }
)
"""Task.status of each state; `business_status` says the same in our own, finer words."""

MOVED_TO: Mapping[str, RequestState] = MappingProxyType(
    {
        STATUSES[state]: state
        for state in RequestState
        if state not in {RequestState.REQUESTED, RequestState.RESUBMITTED}
    }
)
"""Where a person in the host can move a Task to. That it is done there closes no request."""

_CHART = re.compile(r"(Patient/[A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")

BUSINESS_STATUSES = tuple(
    dict.fromkeys(
        [*_NOTE.values(), *_WEEK.values(), *(s.value for s in RequestState if s not in _NOTE)]
    )
)


def _week_alone(focus: str | None) -> str | None:
    return None if focus is None or focus.startswith(f"{NOTE_KIND}/") else focus


@dataclass(frozen=True, slots=True)
class Asked:
    """Our elements of a Task that nobody else may change. A note's reference is in no digest.

    A digest is kept in the clear, and a reference can be found out of one by trying. A Task that is
    pointed at another note is no conflict: when it is written next, it points at its own again.
    """

    request: str | None
    intent: str | None
    approve: str | None
    what: str | None
    focus: Annotated[str | None, PlainSerializer(_week_alone)]
    requester: str | None
    owner: str | None
    authored: Instant | None
    due: Instant | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the request stands here; `since`: not before."""

    state: RequestState
    business: str
    since: Instant

    @property
    def status(self) -> str:
        """Return the Task's status."""
        return STATUSES[self.state]


def part_of(record: RequestRecord) -> Asked:
    """Say a request in R4 terms. Raises WaitsForError for a person or a week not there yet."""
    request = record.request
    return Asked(
        request=request.id,
        intent=INTENT,
        approve=APPROVE,
        what=COSIGN_NOTE if request.note is not None else ATTEST_WEEK,
        focus=_focus(record),
        requester=who_is(request.supervisee, record.around),
        owner=who_is(request.supervisor, record.around),
        authored=in_utc(request.asked_at),
        due=in_utc(request.due) if request.due else None,
    )


def standing_of(request: Request) -> Standing:
    """Say where a request stands in R4 terms."""
    proof = request.proof
    since = max(request.asked_at, proof.at) if proof else request.asked_at
    return Standing(request.state, business_status(request), in_utc(since))


def business_status(request: Request) -> str:
    """Return our own word for where a request stands."""
    words = _NOTE if request.note is not None else _WEEK
    return words.get(request.state, request.state.value)


def write(
    part: Asked, standing: Standing, onto: Mapping[str, object] = NOTHING, *, x: Names
) -> JsonObject:
    """Return the Task; what is not OWNED, and what a person there moved, stays as it is in `onto`.

    lastModified is never before authoredOn (inv-1), nor before what stands there.
    """
    moves = is_behind(standing, onto, x=x)
    due = merged(member(onto, "restriction", "period"), {"end": written(part.due)})
    known = instant(onto, "lastModified")
    ours: JsonObject = {
        "resourceType": "Task",
        "identifier": with_identifier(nodes(onto, "identifier"), x.request, part.request),
        "intent": part.intent,
        "code": coded(at(onto, "code"), {TASK_CODES: part.approve, x.codes: part.what}),
        "focus": pointing(at(onto, "focus"), part.focus),
        "requester": pointing(at(onto, "requester"), part.requester),
        "owner": pointing(at(onto, "owner"), part.owner),
        "authoredOn": written(part.authored),
        "restriction": merged(member(onto, "restriction"), {"period": due}),
    }
    if moves:
        ours["status"] = standing.status
        ours["businessStatus"] = coded(at(onto, "businessStatus"), {x.codes: standing.business})
    if moves or known is None or (part.authored is not None and known < part.authored):
        ours["lastModified"] = written(max(filter(None, (standing.since, part.authored, known))))
    return merged(onto, ours)


def read(body: Mapping[str, object], *, x: Names) -> Asked:
    """Return our elements of a Task; what is missing or ill-formed is None."""
    return Asked(
        request=value_in(nodes(body, "identifier"), x.request),
        intent=text(body, "intent"),
        approve=code_in(at(body, "code"), TASK_CODES),
        what=code_in(at(body, "code"), x.codes),
        focus=reference(body, "focus"),
        requester=reference(body, "requester"),
        owner=reference(body, "owner"),
        authored=instant(body, "authoredOn"),
        due=instant(body, "restriction", "period", "end"),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a Task carries our identifier."""
    return value_in(nodes(body, "identifier"), x.request) is not None


def about(body: Mapping[str, object], note: Mapping[str, object], base: str) -> JsonObject:
    """Return a new Task in the chart of the note it asks about, without the chart's version.

    Any other subject is left out, and so is a chart that lies elsewhere than under `base`.
    """
    subject = (text(note, "subject", "reference") or "").removeprefix(f"{base}/")
    found = _CHART.fullmatch(subject)
    return merged(body, {"for": pointing(None, found[1] if found else None)})


def is_behind(standing: Standing, body: Mapping[str, object], *, x: Names) -> bool:
    """Whether a Task has to be moved by us.

    An end is always said. An open one is moved where nobody touched what we wrote last, and a
    resubmission also where it was returned; else it is where a person there wants it. That it is
    under review is only ever said there, so where it no longer is, that was taken back there.
    """
    status, business = text(body, "status"), code_in(at(body, "businessStatus"), x.codes)
    if (status, business) == (standing.status, standing.business):
        return False
    if status is None or not standing.state.is_open:
        return True
    moved = moved_to(body, x)
    if moved is None:
        said_here = standing.state is not RequestState.UNDER_REVIEW
        return said_here and status == STATUSES[RequestState.REQUESTED]
    return moved is RequestState.RETURNED and standing.state is RequestState.RESUBMITTED


def moved_to(body: Mapping[str, object], x: Names) -> RequestState | None:
    """Return where a person moved a request of ours to, by the status or by our own words."""
    status, business = text(body, "status") or "", code_in(at(body, "businessStatus"), x.codes)
    said = next((state for state in MOVED_TO.values() if state.value == business), None)
    if status == STATUSES[RequestState.REQUESTED]:
        return said
    return MOVED_TO.get(status)


def _focus(record: RequestRecord) -> str:
    request, log = record.request, record.log
    if request.note is not None:
        return request.note.host_ref.partition("/_history/")[0]
    if log is None:
        raise MappingError(str(record.key), "week", "it asks about nothing")
    key = str(RecordKey(ObjectKind.HOUR_LOG, log.id))
    receipt = record.around.receipts.get(key)
    if not receipt:
        raise WaitsForError(key, "The week it asks about is not in the EHR yet.")
    return receipt[0].host_ref
