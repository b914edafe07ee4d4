"""The host resources that carry records, one function each: what stands in it, and its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from witnessmark.domain.scans import Scan
from witnessmark.ports.records import (
    AgreementRecord,
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    HourLogRecord,
    RequestRecord,
    SessionRecord,
    VerificationRecord,
)
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    document,
    held_session,
    qualification,
    role,
    task,
    verification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.piece import Beside, Piece

SESSION = "session"
HELD = "held_session"
CREDENTIALS = "credentials"
LOG = "hour_log"
ATTESTATION = "attestation"
DOCUMENT = "document"
REVOCATION = "revocation"
VERIFICATION = "verification"
REQUEST = "request"
ROLES: Mapping[role.Side, str] = MappingProxyType(
    {role.Side.SUPERVISOR: "supervisor_role", role.Side.SUPERVISEE: "supervisee_role"}
)


def session_piece(record: SessionRecord, x: Names) -> Piece:
    """Return the Appointment of a session."""
    wanted = appointment.part_of(record)
    return Piece(
        record=str(record.key),
        role=SESSION,
        kind="Appointment",
        wanted=wanted,
        write=partial(appointment.write, wanted, x=x),
        read=partial(appointment.read, x=x),
        key="session",
        identified=(("identifier", f"{x.session}|{record.session.id}"),),
    )


def held_piece(record: SessionRecord, x: Names, booked: HostRef) -> Piece:
    """Return the record of a held session; `booked` is its Appointment."""
    wanted = held_session.part_of(record, appointment=booked, x=x)
    return Piece(
        record=str(record.key),
        role=HELD,
        kind="QuestionnaireResponse",
        wanted=wanted,
        write=partial(held_session.write, wanted, x=x),
        read=partial(held_session.read, x=x),
        key="session",
        identified=(("identifier", f"{x.session}|{record.session.id}"),),
    )


def credentials_piece(record: CredentialsRecord, x: Names) -> Piece:
    """Return the Practitioner of a person; the host's own, never created."""
    wanted = qualification.part_of(record.person, x=x)
    return Piece(
        record=str(record.key),
        role=CREDENTIALS,
        kind="Practitioner",
        wanted=wanted,
        write=partial(qualification.write, wanted, x=x),
        read=partial(qualification.read, x=x),
        notes=partial(qualification.differences, wanted, x=x),
        ref=HostRef(who_is(record.person.id, record.around)),
    )


def log_piece(record: HourLogRecord, x: Names) -> Piece:
    """Return the QuestionnaireResponse of a week."""
    wanted = week_log.part_of(record, x=x)
    return Piece(
        record=str(record.key),
        role=LOG,
        kind="QuestionnaireResponse",
        wanted=wanted,
        write=partial(week_log.write, wanted, x=x),
        read=partial(week_log.read, x=x),
        key="log",
        identified=(("identifier", f"{x.hour_log}|{record.log.id}"),),
    )


def attestation_piece(record: AttestationRecord, x: Names) -> Piece:
    """Return the Provenance of an attestation."""
    return _provenance(record, ATTESTATION, attestation.part_of(record), x)


def revocation_piece(record: AttestationRecord, x: Names, *, attested: HostRef) -> Piece | None:
    """Return the Provenance that takes an attestation back, if it was; `attested` is that one's."""
    if (revoked := record.attestation.revoked) is None:
        return None
    wanted = attestation.revocation_of(record, revoked, attested)
    return _provenance(record, REVOCATION, wanted, x)


def document_piece(record: AttestationRecord, x: Names, scanned: tuple[Scan, bytes]) -> Piece:
    """Return the DocumentReference of an attestation: so far its scan is its only content."""
    scan, content = scanned
    wanted = document.part_of(record, scan, content)
    return Piece(
        record=str(record.key),
        role=DOCUMENT,
        kind="DocumentReference",
        wanted=wanted,
        write=partial(document.write, wanted, (content,), x=x),
        read=partial(document.read, x=x),
        key="attestation",
        identified=(("identifier", f"{x.attestation}|{record.attestation.id}"),),
    )


def _provenance(
    record: AttestationRecord, role: str, wanted: attestation.Stated, x: Names
) -> Piece:
    return Piece(
        record=str(record.key),
        role=role,
        kind="Provenance",
        wanted=wanted,
        write=partial(attestation.write, wanted, x=x),
        read=partial(attestation.read, x=x),
        key="record",
        identified=(("_tag", f"{x.record}|{wanted.record}"),),
        described=(
            ("target", str(wanted.target[0]).partition("/_history/")[0]),
            ("agent", str(wanted.agents[0].who)),
        ),
        once=True,
    )


def role_piece(record: AgreementRecord, x: Names, side: role.Side) -> Piece:
    """Return the PractitionerRole of one side of an agreement."""
    wanted = role.part_of(record, side)
    return Piece(
        record=str(record.key),
        role=ROLES[side],
        kind="PractitionerRole",
        wanted=wanted,
        write=partial(role.write, wanted, x=x),
        read=partial(role.read, x=x),
        key="role",
        identified=(("identifier", f"{x.agreement}|{wanted.role}"),),
    )


def verification_piece(record: VerificationRecord, x: Names) -> Piece:
    """Return the VerificationResult of a check."""
    wanted = verification.part_of(record)
    return Piece(
        record=str(record.key),
        role=VERIFICATION,
        kind="VerificationResult",
        wanted=wanted,
        write=partial(verification.write, wanted, x=x),
        read=partial(verification.read, x=x),
        key="record",
        identified=(("_tag", f"{x.record}|{wanted.record}"),),
        described=(("target", str(wanted.target[0])),),
    )


def request_piece(record: RequestRecord, x: Names) -> Piece:
    """Return the Task of a request. About a note it stands in that note's own chart."""
    wanted, standing = task.part_of(record), task.standing_of(record.request)
    note = HostRef(str(wanted.focus)) if record.request.note is not None else None
    return Piece(
        record=str(record.key),
        role=REQUEST,
        kind="Task",
        wanted=wanted,
        write=partial(task.write, wanted, standing, x=x),
        read=partial(task.read, x=x),
        key="request",
        identified=(("identifier", f"{x.request}|{record.request.id}"),),
        beside=Beside(note, "subject", task.about) if note is not None else None,
        is_behind=partial(task.is_behind, standing, x=x),
    )
