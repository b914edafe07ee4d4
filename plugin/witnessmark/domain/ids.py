"""The names of things. Every id is opaque text: 1-64 of `A-Z a-z 0-9 - .` (FHIR R4 `id`)."""

from __future__ import annotations

from typing import NewType

ClinicId = NewType("ClinicId", str)
PersonId = NewType("PersonId", str)
SettingId = NewType("SettingId", str)
AgreementId = NewType("AgreementId", str)
GroupId = NewType("GroupId", str)
SessionId = NewType("SessionId", str)
LogId = NewType("LogId", str)
EntryId = NewType("EntryId", str)
AttestationId = NewType("AttestationId", str)
ConsultationId = NewType("ConsultationId", str)
LeaveId = NewType("LeaveId", str)
BatchId = NewType("BatchId", str)
RequestId = NewType("RequestId", str)
VerificationId = NewType("VerificationId", str)
CandidacyId = NewType("CandidacyId", str)
FormId = NewType("FormId", str)

ID_PATTERN = r"^[A-Za-z0-9.-]{1,64}$"
