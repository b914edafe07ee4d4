"""What supervisors are asked for, as people are shown it: nothing of a chart, nor where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from witnessmark.application.acts import Act
from witnessmark.application.cosigning import supervision_of
from witnessmark.domain.actors import Action, Role
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import PersonId
from witnessmark.domain.requests import Proof, Remark, Request
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Work

_NO_FINDING = frozenset({Remark.LATE, Remark.VERSION_NOT_CERTAIN})

SAID_FOR = timedelta(days=30)
"""How long a closed request is told of beside the open ones when something was wrong with it."""


@dataclass(frozen=True, slots=True)
class ProofLine:
    """Who answered, and when. `person` is empty for somebody who is not known here."""

    person: str
    at: datetime
    time_from: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request. `due` is None where the clinic sets no date; `age_days` are whole days.

    The age is counted until now, or until it was answered.
    """

    record: str
    kind: Literal["note", "week"]
    supervisee: str
    supervisor: str
    asked_at: datetime
    due: datetime | None
    overdue: bool
    age_days: int
    state: str
    proof: ProofLine | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person has to look at. `record` is empty where nobody could be asked."""

    code: str
    record: str
    message: str


@dataclass(frozen=True, slots=True)
class RequestsResult:
    """What is asked for, what is due first on top; then what has to be looked at."""

    requests: tuple[RequestLine, ...]
    findings: tuple[Finding, ...]


def requests_asked(work: Work, *, everything: bool, act: Act) -> RequestsResult:
    """Return the open requests, or all, and what has to be said. Raises NotAllowedError.

    The clinic's admin and the operator see everybody's; anybody else what they ask or are asked.
    """
    act.permit(Action.EXPLAIN)
    own = None if act.actor.role is Role.ADMIN else act.actor.person
    known = [one for one in work.requests.all() if own in {None, one.supervisee, one.supervisor}]
    alone = [one.supervisee for one in work.stray_notes.all() if own in {None, one.supervisee}]
    shown = [one for one in known if everything or one.state.is_open]
    told = [one for one in known if everything or _is_recent(one, act.at)]
    lines = sorted((_line(one, act.at) for one in shown), key=_order)
    findings = (*_alone(alone), *_left(work, known, act.at), *_signed(told), *_untold(known))
    return RequestsResult(tuple(lines), findings)


def _line(request: Request, now: datetime) -> RequestLine:
    until = request.proof.at if request.proof else now
    return RequestLine(
        record=_key(request),
        kind="week" if request.note is None else "note",
        supervisee=request.supervisee,
        supervisor=request.supervisor,
        asked_at=request.asked_at,
        due=request.due,
        overdue=request.state.is_open and request.due is not None and request.due < now,
        age_days=max((until - request.asked_at).days, 0),
        state=request.state.value,
        proof=_proof(request.proof) if request.proof else None,
    )


def _proof(proof: Proof) -> ProofLine:
    remarks = tuple(remark.value for remark in proof.remarks)
    return ProofLine(proof.person or "", proof.at, proof.time_from.value, remarks)


def _order(line: RequestLine) -> tuple[bool, bool, datetime, str]:
    return (line.proof is not None, line.due is None, line.due or line.asked_at, line.record)


def _is_recent(request: Request, now: datetime) -> bool:
    return request.proof is not None and now - request.proof.at <= SAID_FOR


def _alone(supervisees: Iterable[PersonId]) -> Iterator[Finding]:
    for supervisee, notes in sorted(Counter(supervisees).items()):
        asks = "1 note asks" if notes == 1 else f"{notes} notes ask"
        message = f"{asks} for a co-signature, and nobody supervised {supervisee} that day."
        yield Finding("nobody-supervises", "", message)


def _left(work: Work, requests: list[Request], now: datetime) -> Iterator[Finding]:
    """Name the notes whose supervisor's agreement ended, and nobody else's is in force."""
    asking = [one for one in requests if one.state.is_open and one.note is not None]
    supervised = {
        person: bool(supervision_of(work, person).in_force_at(now))
        for person in {one.supervisee for one in asking}
    }
    for request in asking:
        if not supervised[request.supervisee]:
            message = (
                f"A note of {request.supervisee} asks for a co-signature, and nobody supervises"
                " them any more."
            )
            yield Finding("nobody-supervises", _key(request), message)


def _signed(requests: list[Request]) -> Iterator[Finding]:
    for request in requests:
        for remark in request.proof.remarks if request.proof else ():
            if remark not in _NO_FINDING:
                message = f"A note of {request.supervisee}: {remark.in_words}."
                yield Finding(remark.value, _key(request), message)


def _untold(requests: list[Request]) -> Iterator[Finding]:
    for request in requests:
        if request.state.is_open and request.ticked_off:
            message = (
                f"What {request.supervisor} was asked was ticked off in the EHR, and nothing was"
                " signed: it stays open."
            )
            yield Finding("ticked-off", _key(request), message)
        if request.state.is_open and request.note is not None and request.note.signer_unknown:
            message = (
                f"A note of {request.supervisee} was signed, and the EHR does not let it be told by"
                " whom: it counts as not co-signed."
            )
            yield Finding("signer-unknown", _key(request), message)


def _key(request: Request) -> str:
    return str(RecordKey(ObjectKind.REQUEST, request.id))
