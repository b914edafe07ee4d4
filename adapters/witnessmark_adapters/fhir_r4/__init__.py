"""The adapter for hosts that speak HL7 FHIR R4 (4.0.1)."""

from __future__ import annotations

from types import MappingProxyType

from witnessmark.domain.capabilities import Capability, ObjectKind, Projection
from witnessmark.ports.host import AdapterInfo
from witnessmark_adapters.fhir_r4.adapter import create
from witnessmark_adapters.fhir_r4.profile import PROFILES

ADAPTER = AdapterInfo(
    name="fhir_r4",
    title="FHIR R4",
    profiles=PROFILES,
    needs=MappingProxyType(
        {
            ObjectKind.CREDENTIALS: {
                Projection.STRUCTURED: frozenset(
                    {Capability.READ_STAFF, Capability.WRITE_CREDENTIALS}
                )
            },
            ObjectKind.SESSION: {
                Projection.STRUCTURED: frozenset(
                    {
                        Capability.READ_STAFF,
                        Capability.HOLD_SESSIONS,
                        Capability.HOLD_FORMS,
                        Capability.FIND_BY_IDENTIFIER,
                    }
                )
            },
            ObjectKind.HOUR_LOG: {
                Projection.STRUCTURED: frozenset(
                    {
                        Capability.READ_STAFF,
                        Capability.HOLD_FORMS,
                        Capability.FIND_BY_IDENTIFIER,
                    }
                )
            },
            ObjectKind.ATTESTATION: {
                Projection.STRUCTURED: frozenset(
                    {
                        Capability.READ_STAFF,
                        Capability.HOLD_FORMS,
                        Capability.HOLD_ATTESTATIONS,
                    }
                ),
                Projection.DOCUMENT: frozenset({Capability.READ_STAFF, Capability.HOLD_DOCUMENTS}),
            },
            ObjectKind.AGREEMENT: {
                Projection.STRUCTURED: frozenset({Capability.READ_STAFF, Capability.HOLD_ROLES})
            },
            ObjectKind.VERIFICATION: {
                Projection.STRUCTURED: frozenset(
                    {Capability.READ_STAFF, Capability.HOLD_VERIFICATIONS}
                )
            },
            ObjectKind.REQUEST: {
                Projection.STRUCTURED: frozenset({Capability.READ_STAFF, Capability.HOLD_REQUESTS})
            },
        }
    ),
    scopes=MappingProxyType(
        {
            Capability.READ_STAFF: frozenset({"system/Practitioner.rs"}),
            Capability.WRITE_CREDENTIALS: frozenset({"system/Practitioner.ru"}),
            Capability.HOLD_SESSIONS: frozenset({"system/Appointment.crus"}),
            Capability.HOLD_FORMS: frozenset({"system/QuestionnaireResponse.crus"}),
            Capability.HOLD_ATTESTATIONS: frozenset({"system/Provenance.crs"}),
            Capability.HOLD_ROLES: frozenset({"system/PractitionerRole.crus"}),
            Capability.HOLD_VERIFICATIONS: frozenset({"system/VerificationResult.crus"}),
            Capability.HOLD_REQUESTS: frozenset({"system/Task.crus"}),
            Capability.HOLD_DOCUMENTS: frozenset({"system/DocumentReference.crus"}),
            Capability.READ_CALENDAR: frozenset({"system/Appointment.rs"}),
            Capability.READ_NOTES: frozenset(
                {
                    "system/DocumentReference.rs",
                    "system/PractitionerRole.r",
                    "system/Provenance.rs",
                }
            ),
            Capability.PUSH_CHANGES: frozenset({"system/Subscription.crus"}),
        }
    ),
    create=create,
)
