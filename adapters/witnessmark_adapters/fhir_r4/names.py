"""Every system, code and address we write. The canonical base is an argument, never a literal."""

from __future__ import annotations

from dataclasses import dataclass

NPI = "http://hl7.org/fhir/sid/us-npi"
IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
DATA_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
PROVENANCE_AGENTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
COMMUNICATIONS = "http://terminology.hl7.org/CodeSystem/verificationresult-communication-method"
FAILURE_ACTIONS = "http://terminology.hl7.org/CodeSystem/failure-action"
NEEDS = "http://terminology.hl7.org/CodeSystem/need"
SOURCE_TYPES = "http://terminology.hl7.org/CodeSystem/primary-source-type"
VALIDATION_STATUSES = "http://terminology.hl7.org/CodeSystem/validation-status"
VALIDATION_TYPES = "http://terminology.hl7.org/CodeSystem/validation-type"
TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"
US_STATES = "https://www.usps.com/"
QUALIFICATION_STATUS = (
    "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/practitioner-qualification"
)

ARTEFACT_VERSION = "1.0.0"
"""The version of our Questionnaires, CodeSystem, ValueSet and extension."""

SUPERVISION = "supervision"
SUPERVISOR_TRAINING = "supervisor-training"


@dataclass(frozen=True, slots=True)
class Names:
    """What stands under one canonical base (`identity.canonical` of the manifest)."""

    canonical: str

    @property
    def session(self) -> str:
        """The identifier system of sessions and of their held-session records."""
        return f"{self.canonical}/session"

    @property
    def hour_log(self) -> str:
        """The identifier system of weekly logs."""
        return f"{self.canonical}/hour-log"

    @property
    def request(self) -> str:
        """The identifier system of what a supervisor is asked for."""
        return f"{self.canonical}/request"

    @property
    def agreement(self) -> str:
        """The identifier system of the two roles of an agreement."""
        return f"{self.canonical}/agreement"

    @property
    def attestation(self) -> str:
        """The identifier system of scans of what was signed on paper."""
        return f"{self.canonical}/attestation"

    @property
    def record(self) -> str:
        """The tag system of resources that have no identifier; the code is the record's key."""
        return f"{self.canonical}/record"

    @property
    def licenses(self) -> str:
        """What the identifier system of every qualification of ours begins with."""
        return f"{self.canonical}/license/"

    @property
    def codes(self) -> str:
        """Our CodeSystem."""
        return f"{self.canonical}/CodeSystem/supervision"

    @property
    def license_status(self) -> str:
        """Our extension: the status of a licence that is not in good standing."""
        return f"{self.canonical}/StructureDefinition/license-status"

    @property
    def license_statuses(self) -> str:
        """The ValueSet that extension takes its codes from."""
        return f"{self.canonical}/ValueSet/license-status"

    @property
    def held_session(self) -> str:
        """The Questionnaire behind a held session, without its version."""
        return f"{self.canonical}/Questionnaire/supervision-session"

    @property
    def week(self) -> str:
        """The Questionnaire behind a weekly log, without its version."""
        return f"{self.canonical}/Questionnaire/supervised-hours-week"
