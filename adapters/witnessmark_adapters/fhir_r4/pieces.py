"""The host resources that carry a record: how each is found, written and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from witnessmark.canonical import digest
from witnessmark.domain.attestations import Revocation
from witnessmark.ports.records import (
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    HourLogRecord,
    Part,
    SessionRecord,
)
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.client import Query, Standing
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    held_session,
    qualification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import Names

SESSION = "session"
HELD = "held_session"
CREDENTIALS = "credentials"
LOG = "hour_log"
ATTESTATION = "attestation"
REVOCATION = "revocation"

Write = Callable[[Mapping[str, object]], JsonObject]
Read = Callable[[Mapping[str, object]], Any]
Notes = Callable[[Mapping[str, object]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One host resource. `wanted` is what our elements in it shall be.

    `key` names the element that holds its identifier or tag. `identified` searches by that,
    `described` (for what has only a tag) by what it says. `once`: it is never updated. `ref`: the
    host's own resource that we write into. `notes` tell what the host says otherwise beside ours.
    """

    record: str
    role: str
    kind: str
    wanted: object
    write: Write
    read: Read
    key: str = ""
    identified: Query = ()
    described: Query = ()
    once: bool = False
    ref: HostRef | None = None
    notes: Notes = lambda _body: ()

    def digest(self) -> str:
        """Return the digest of what we want there."""
        return digest(self.wanted)

    def digest_of(self, standing: Standing) -> str:
        """Return the digest of our elements as they stand."""
        return digest(self.read(standing.body))

    def part(self, standing: Standing) -> Part:
        """Return the receipt of what stands."""
        notes = self.notes(standing.body)
        return Part(self.role, standing.ref, standing.version, self.digest_of(standing), notes)

    def differs(self, standing: Standing) -> tuple[str, ...]:
        """Name our elements that are not there as we want them; never a value."""
        there = self.read(standing.body)
        names = (field.name for field in fields(there))
        return tuple(n for n in names if getattr(there, n) != getattr(self.wanted, n))

    def is_in(self, standing: Standing) -> bool:
        """Whether a resource carries this piece; a host that drops tags shows it by the rest."""
        if self.ref is not None:
            return bool(self.read(standing.body) != self.read({}))
        differs = self.differs(standing)
        return self.key not in differs or (bool(self.described) and differs == (self.key,))


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


def revocation_piece(
    record: AttestationRecord, x: Names, revoked: Revocation, *, attested: HostRef
) -> Piece:
    """Return the Provenance that takes an attestation back; `attested` is that one's."""
    wanted = attestation.revocation_of(record, revoked, attested)
    return _provenance(record, REVOCATION, wanted, x)


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
