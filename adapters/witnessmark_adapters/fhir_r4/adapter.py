"""The FHIR R4 adapter: which resources carry which record. Opens no socket, keeps no body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from witnessmark.domain.capabilities import Capability, Offer, Projection
from witnessmark.errors import HostError, MappingError, NotSupportedError
from witnessmark.ports.events import Hook, HostEvent, Pushed, RawEvent
from witnessmark.ports.host import Connection, Feed, Page, Reading
from witnessmark.ports.records import Part, Receipt, Record
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.changes import Changes
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.delivery import Delivery
from witnessmark_adapters.fhir_r4.discovery import discover
from witnessmark_adapters.fhir_r4.events import verify_event
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.notes import Notes
from witnessmark_adapters.fhir_r4.piece import Piece
from witnessmark_adapters.fhir_r4.profile import Profile, profile_named
from witnessmark_adapters.fhir_r4.steps import Parts, Step, steps_of
from witnessmark_adapters.fhir_r4.subscriptions import Subscriptions, criteria


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

    def put(
        self,
        record: Record,
        how: Projection,
        known: Receipt | None,
        *,
        earlier: Sequence[Record] = (),
    ) -> Call[Receipt]:
        """Bring the host to this record.

        A resource in `known` costs one read, and a write only if it is not as wanted. A new one
        costs one write where the host creates once by condition. An error carries what had
        `arrived` before it.
        """
        left = {part.role: part for part in known or ()}
        there = dict(left)
        for step in self._steps(record, how):
            piece = step.piece(there, left)
            if piece is not None:
                digests = [
                    former.digest()
                    for one in earlier
                    if (former := self._piece(one, how, step.role, there, left)) is not None
                ]
                try:
                    there[step.role] = yield from self._delivery.bring(
                        piece, left.get(step.role), earlier=digests
                    )
                except (HostError, MappingError) as error:
                    if there != left:
                        error.arrived = tuple(there.values())
                    raise
        if not there:
            message = "The clinic supplied no scan of this attestation: there is no document of it."
            raise NotSupportedError(how.value, message)
        return tuple(there.values())

    def compare(self, record: Record, how: Projection, known: Receipt) -> Call[Receipt]:
        """Read each resource of `known` and compare it with what we left there; write nothing."""
        left = {part.role: part for part in known}
        done: dict[str, Part] = {}
        for step in self._steps(record, how):
            piece = step.piece(done | left, left) if step.role in left else None
            if piece is not None:
                done[step.role] = yield from self._delivery.compare(piece, left[step.role])
        return tuple(done.get(part.role, part) for part in known)

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        """Return what stands there of this record, by identifier or tag."""
        found: dict[str, Part] = {}
        steps = self._steps(record, how)
        roles = [step.role for step in steps]
        for step in steps:
            piece = step.piece(found, roles)
            if piece is None:
                continue
            part = yield from self._delivery.find(piece)
            if part is not None:
                found[step.role] = part
            elif not found:
                return None
        return tuple(found.values()) or None

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        """Read what changed since the cursor. A deletion cannot be seen this way."""
        changes = Changes(self.client, self.x, self.profile, self._can, reading)
        if feed is not Feed.NOTES or reading is None:
            return changes.read(feed, cursor)
        notes = Notes(self.client, self.profile.cosign, reading, self.x)
        may_look = reading.only and self._can(Capability.READ_NOTES)
        return notes.again() if may_look else notes.changed(changes, cursor)

    def push(self, hook: Hook) -> Call[Sequence[Pushed]]:
        """Ask for events by a Subscription for each type of resource we read."""
        return self._subscriptions.ask(hook)

    def silence(self, url: str) -> Call[Sequence[Pushed]]:
        """Switch those Subscriptions off."""
        return self._subscriptions.end(url)

    def pushed(self, url: str) -> Call[Sequence[Pushed]]:
        """Return how those Subscriptions stand."""
        return self._subscriptions.standing(url)

    def verify_event(self, raw: RawEvent, secrets: Sequence[str]) -> HostEvent:
        """Return what a proven event says. Raises RefusedError."""
        return verify_event(raw, secrets, proof=self.profile.events_proven_by)

    def _piece(
        self, record: Record, how: Projection, role: str, done: Parts, left: Parts
    ) -> Piece | None:
        """Return the resource of one role as an earlier version of the record has it."""
        steps = self._steps(record, how)
        found = next((step for step in steps if step.role == role), None)
        return found.piece(done, left) if found else None

    def _steps(self, record: Record, how: Projection) -> Sequence[Step]:
        return steps_of(
            record,
            self.x,
            how=how,
            documents=self._can(Capability.HOLD_DOCUMENTS),
            statements=self._can(Capability.HOLD_ATTESTATIONS),
        )

    @property
    def _subscriptions(self) -> Subscriptions:
        agreed = self.offer.capabilities if self.offer else None
        return Subscriptions(self.client, criteria(agreed), self.profile.events_proven_by)

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
