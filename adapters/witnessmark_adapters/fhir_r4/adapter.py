"""The FHIR R4 adapter: which resources carry which record. Opens no socket, keeps no body."""

from __future__ import annotations

from dataclasses import dataclass

from witnessmark.domain.capabilities import Capability, Offer, Projection
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import NotSupportedError
from witnessmark.ports.host import Connection, Feed, Page
from witnessmark.ports.records import (
    AttestationRecord,
    CredentialsRecord,
    HourLogRecord,
    Part,
    Receipt,
    Record,
    SessionRecord,
)
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.changes import Changes
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.delivery import Delivery
from witnessmark_adapters.fhir_r4.discovery import discover
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.pieces import (
    ATTESTATION,
    HELD,
    LOG,
    REVOCATION,
    SESSION,
    attestation_piece,
    credentials_piece,
    held_piece,
    log_piece,
    revocation_piece,
    session_piece,
)
from witnessmark_adapters.fhir_r4.profile import Profile, profile_named


@dataclass(frozen=True, slots=True)
class FhirR4:
    """One FHIR R4 host. `offer` None: nothing was asked yet, everything is taken to be there."""

    client: Client
    x: Names
    profile: Profile
    offer: Offer | None

    def discover(self) -> Call[Offer]:
        """Read `/metadata` and, where there is one, `/.well-known/smart-configuration`."""
        return discover(self.client, self.profile)

    def put(self, record: Record, how: Projection, known: Receipt | None) -> Call[Receipt]:
        """Bring the host to this record.

        A resource in `known` costs one read, and a write only if it is not as wanted. A new one
        costs one write where the host creates once by condition.
        """
        _structured(how)
        parts = {part.role: part for part in known or ()}
        match record:
            case SessionRecord():
                return (yield from self._put_session(record, parts))
            case CredentialsRecord():
                piece = credentials_piece(record, self.x)
                return ((yield from self._delivery.bring(piece, parts.get(piece.role))),)
            case HourLogRecord():
                piece = log_piece(record, self.x)
                return ((yield from self._delivery.bring(piece, parts.get(LOG))),)
            case AttestationRecord():
                return (yield from self._put_attestation(record, parts))

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        """Return what stands there of this record, by identifier or tag."""
        _structured(how)
        found = yield from self._found(record)
        return tuple(part for part in found if part) or None

    def changes(self, feed: Feed, cursor: str | None) -> Call[Page]:
        """Read what changed since the cursor. A deletion cannot be seen this way."""
        return Changes(self.client, self.x, self.profile, self._can).read(feed, cursor)

    def _put_session(self, record: SessionRecord, parts: dict[str, Part]) -> Call[Receipt]:
        booked = yield from self._delivery.bring(session_piece(record, self.x), parts.get(SESSION))
        if record.session.status is not SessionStatus.HELD and HELD not in parts:
            return (booked,)
        piece = held_piece(record, self.x, booked.host_ref)
        return (booked, (yield from self._delivery.bring(piece, parts.get(HELD))))

    def _put_attestation(self, record: AttestationRecord, parts: dict[str, Part]) -> Call[Receipt]:
        piece = attestation_piece(record, self.x)
        attested = yield from self._delivery.bring(piece, parts.get(ATTESTATION))
        if (revoked := record.attestation.revoked) is None:
            return (attested,)
        piece = revocation_piece(record, self.x, revoked, attested=attested.host_ref)
        return (attested, (yield from self._delivery.bring(piece, parts.get(REVOCATION))))

    def _found(self, record: Record) -> Call[list[Part | None]]:
        match record:
            case SessionRecord():
                return (yield from self._find_session(record))
            case CredentialsRecord():
                return [(yield from self._delivery.find(credentials_piece(record, self.x)))]
            case HourLogRecord():
                return [(yield from self._delivery.find(log_piece(record, self.x)))]
            case AttestationRecord():
                return (yield from self._find_attestation(record))

    def _find_session(self, record: SessionRecord) -> Call[list[Part | None]]:
        booked = yield from self._delivery.find(session_piece(record, self.x))
        if booked is None:
            return []
        return [
            booked,
            (yield from self._delivery.find(held_piece(record, self.x, booked.host_ref))),
        ]

    def _find_attestation(self, record: AttestationRecord) -> Call[list[Part | None]]:
        attested = yield from self._delivery.find(attestation_piece(record, self.x))
        revoked = record.attestation.revoked
        if attested is None or revoked is None:
            return [attested]
        piece = revocation_piece(record, self.x, revoked, attested=attested.host_ref)
        return [attested, (yield from self._delivery.find(piece))]

    @property
    def _delivery(self) -> Delivery:
        once = self._can(Capability.CREATE_ONCE)
        return Delivery(
            client=self.client,
            conditional=once and self.profile.create_by == "condition",
            own_id=once and self.profile.create_by == "own_id",
            conditions_on_tag=self.profile.conditions_on_tag,
            finds_tags=self._can(Capability.FIND_BY_TAG),
            guarded=self._can(Capability.WRITE_GUARDED),
        )

    def _can(self, capability: Capability) -> bool:
        return self.offer is None or capability in self.offer.capabilities


def create(connection: Connection, canonical: str, offer: Offer | None) -> FhirR4:
    """Build the adapter of a connection. Raises DomainError for a profile we do not have."""
    client = Client(connection.base_url.rstrip("/"))
    return FhirR4(client, Names(canonical), profile_named(connection.profile), offer)


def _structured(how: Projection) -> None:
    if how is not Projection.STRUCTURED:
        message = f"This adapter writes FHIR resources alone, no {how.value}."
        raise NotSupportedError(how.value, message)
