"""The sandbox practice: a FHIR R4 host in one process, the invented clinic's own EHR.

For the demo and the tests only; it imports nothing of the rest of the plugin.
"""

from witnessmark.sandbox.by_hand import ByHand
from witnessmark.sandbox.calendar import seed_calendar
from witnessmark.sandbox.canaries import canaries
from witnessmark.sandbox.notes import NOTES, Note, seed_notes
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
from witnessmark.sandbox.special_cases import move_later, seed_special_cases

__all__ = [
    "BOOKINGS",
    "NOTES",
    "PATIENTS",
    "STAFF",
    "SUPERVISEES",
    "SUPERVISORS",
    "Booking",
    "ByHand",
    "FhirError",
    "InventedPatient",
    "Note",
    "OwnQualification",
    "PortBusyError",
    "Practice",
    "RunningPractice",
    "SandboxError",
    "StaffMember",
    "StartError",
    "canaries",
    "move_later",
    "npi",
    "seed",
    "seed_calendar",
    "seed_notes",
    "seed_special_cases",
    "serve",
]
