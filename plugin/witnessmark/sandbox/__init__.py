"""The sandbox practice: a FHIR R4 host in one process, the invented clinic's own EHR.

For the demo and the tests only; it imports nothing of the rest of the plugin.
"""

from witnessmark.sandbox.outcomes import FhirError, SandboxError
from witnessmark.sandbox.people import (
    BOOKINGS,
    PATIENTS,
    STAFF,
    SUPERVISEES,
    SUPERVISORS,
    Booking,
    InventedPatient,
    OwnQualification,
    StaffMember,
    npi,
)
from witnessmark.sandbox.practice import Practice
from witnessmark.sandbox.seed import seed
from witnessmark.sandbox.server import PortBusyError, RunningPractice, StartError, serve

__all__ = [
    "BOOKINGS",
    "PATIENTS",
    "STAFF",
    "SUPERVISEES",
    "SUPERVISORS",
    "Booking",
    "FhirError",
    "InventedPatient",
    "OwnQualification",
    "PortBusyError",
    "Practice",
    "RunningPractice",
    "SandboxError",
    "StaffMember",
    "StartError",
    "npi",
    "seed",
    "serve",
]
