"""What the feeds read: staff, and copies of ours. What is not ours is dropped unread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability
from witnessmark.ports.host import Change, Feed, OurCopyChanged
from witnessmark.ports.records import HostRef
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    held_session,
    qualification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.elements import text
from witnessmark_adapters.fhir_r4.mapping.staff import staff_seen
from witnessmark_adapters.fhir_r4.names import Names


@dataclass(frozen=True, slots=True)
class Source:
    """One resource type of a feed. `ours` is the search that finds only what carries our mark."""

    kind: str
    needs: Capability
    take: Callable[[JsonObject, Names], Change | None]
    ours: Callable[[Names], tuple[str, str]] | None = None


def _staff(body: JsonObject, x: Names) -> Change:
    return staff_seen(body, x=x)


def _appointment(body: JsonObject, x: Names) -> Change | None:
    return _changed(body, appointment.read(body, x=x)) if appointment.owns(body, x) else None


def _response(body: JsonObject, x: Names) -> Change | None:
    if week_log.owns(body, x):
        return _changed(body, week_log.read(body, x=x))
    return _changed(body, held_session.read(body, x=x)) if held_session.owns(body, x) else None


def _practitioner(body: JsonObject, x: Names) -> Change:
    # Also one without entries of ours: they may have been taken out.
    return _changed(body, qualification.read(body, x=x))


def _provenance(body: JsonObject, x: Names) -> Change | None:
    return _changed(body, attestation.read(body, x=x)) if attestation.tagged(body, x) else None


def _changed(body: JsonObject, part: object) -> OurCopyChanged:
    ref = HostRef(f"{body['resourceType']}/{text(body, 'id')}")
    return OurCopyChanged(ref, text(body, "meta", "versionId") or "", digest(part))


SOURCES: Mapping[Feed, tuple[Source, ...]] = MappingProxyType(
    {
        Feed.STAFF: (Source("Practitioner", Capability.READ_STAFF, _staff),),
        Feed.OUR_COPIES: (
            Source(
                "Appointment",
                Capability.HOLD_SESSIONS,
                _appointment,
                lambda x: ("identifier", f"{x.session}|"),
            ),
            Source(
                "QuestionnaireResponse",
                Capability.HOLD_FORMS,
                _response,
                lambda x: ("identifier", f"{x.session}|,{x.hour_log}|"),
            ),
            Source("Practitioner", Capability.WRITE_CREDENTIALS, _practitioner),
            Source(
                "Provenance",
                Capability.HOLD_ATTESTATIONS,
                _provenance,
                lambda x: ("_tag", f"{x.record}|"),
            ),
        ),
    }
)
