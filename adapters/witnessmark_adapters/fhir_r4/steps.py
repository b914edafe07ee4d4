"""The one table from a record to the host resources that carry it, in the order of writing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from witnessmark.domain.capabilities import Projection
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import NotSupportedError
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HourLogRecord,
    Part,
    Record,
    RequestRecord,
    SessionRecord,
    VerificationRecord,
)
from witnessmark_adapters.fhir_r4 import pieces
from witnessmark_adapters.fhir_r4.mapping.role import Side
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.piece import Piece

Parts = Mapping[str, Part]
"""Parts by role."""


@dataclass(frozen=True, slots=True)
class Step:
    """One resource of a record.

    `piece(done, known)` returns it once the parts before it are done, None where the record has no
    such resource; `known` are the roles of the parts that may stand there from before.
    """

    role: str
    piece: Callable[[Parts, Collection[str]], Piece | None]


def steps_of(
    record: Record, x: Names, *, how: Projection, documents: bool, statements: bool
) -> Sequence[Step]:
    """Return the resources that carry a record in this projection.

    `documents`: the host holds them, so what is structured is joined by its document.
    `statements`: it holds those, so one that stands is taken back even where the record goes as a
    document by now. Raises NotSupportedError for a projection that this kind does not have.
    """
    if isinstance(record, AttestationRecord) and how is Projection.DOCUMENT:
        return (*([_revocation(record, x)] if statements else []), _scan(record, x))
    if how is not Projection.STRUCTURED:
        message = f"This adapter writes no {how.value} of a {record.key.kind.value}."
        raise NotSupportedError(how.value, message)
    match record:
        case SessionRecord():
            return (
                Step(pieces.SESSION, lambda _done, _known: pieces.session_piece(record, x)),
                Step(pieces.HELD, lambda done, known: _held(record, x, done, known)),
            )
        case CredentialsRecord():
            return (
                Step(pieces.CREDENTIALS, lambda _done, _known: pieces.credentials_piece(record, x)),
            )
        case HourLogRecord():
            return (Step(pieces.LOG, lambda _done, _known: pieces.log_piece(record, x)),)
        case AttestationRecord():
            return _attested(record, x, documents=documents)
        case AgreementRecord():
            return (_role(record, x, Side.SUPERVISOR), _role(record, x, Side.SUPERVISEE))
        case VerificationRecord():
            return (
                Step(
                    pieces.VERIFICATION, lambda _done, _known: pieces.verification_piece(record, x)
                ),
            )
        case RequestRecord():
            return (Step(pieces.REQUEST, lambda _done, _known: pieces.request_piece(record, x)),)


def _held(record: SessionRecord, x: Names, done: Parts, known: Collection[str]) -> Piece | None:
    if record.session.status is not SessionStatus.HELD and pieces.HELD not in known:
        return None
    return pieces.held_piece(record, x, done[pieces.SESSION].host_ref)


def _attested(record: AttestationRecord, x: Names, *, documents: bool) -> Sequence[Step]:
    # The document last: what the host makes of a file holds up no statement.
    return (
        Step(pieces.ATTESTATION, lambda _done, _known: pieces.attestation_piece(record, x)),
        _revocation(record, x),
        *([_scan(record, x)] if documents else []),
    )


def _revocation(record: AttestationRecord, x: Names) -> Step:
    """Return what takes back a statement that stands there: without one, nothing does."""

    def piece(done: Parts, _known: Collection[str]) -> Piece | None:
        attested = done.get(pieces.ATTESTATION)
        if attested is None:
            return None
        return pieces.revocation_piece(record, x, attested=attested.host_ref)

    return Step(pieces.REVOCATION, piece)


def _scan(record: AttestationRecord, x: Names) -> Step:
    scan, content = record.attestation.scan, record.scan
    scanned = None if scan is None or content is None else (scan, content)
    return Step(
        pieces.DOCUMENT,
        lambda _done, _known: pieces.document_piece(record, x, scanned) if scanned else None,
    )


def _role(record: AgreementRecord, x: Names, side: Side) -> Step:
    return Step(pieces.ROLES[side], lambda _done, _known: pieces.role_piece(record, x, side))
