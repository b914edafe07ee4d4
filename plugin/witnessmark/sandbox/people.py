"""The invented staff, patients and calendar of the sandbox practice. Nobody here is real."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_LUHN_OF_PREFIX_80840 = 24


def npi(base: str) -> str:
    """Append the check digit to the nine digits of an NPI (Luhn over 80840 + base, 45 CFR 162)."""
    doubled = [2 * int(digit) for digit in base[::2]]
    plain = [int(digit) for digit in base[1::2]]
    total = _LUHN_OF_PREFIX_80840 + sum(plain) + sum(each // 10 + each % 10 for each in doubled)
    return f"{base}{-total % 10}"


@dataclass(frozen=True, slots=True)
class OwnQualification:
    """An entry that the practice itself keeps about a clinician; never ours to touch."""

    text: str
    number: str
    issuer: str
    start: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A clinician of the practice."""

    id: str
    given: str
    family: str
    npi: str
    qualifications: tuple[OwnQualification, ...] = ()


@dataclass(frozen=True, slots=True)
class InventedPatient:
    """A patient who must never reach Witnessmark: the canary."""

    id: str
    given: str
    family: str
    born: str


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment in the practice's calendar; without patients it is a staff meeting."""

    id: str
    staff: tuple[str, ...]
    patients: tuple[str, ...]
    start: datetime
    minutes: int
    status: str = "fulfilled"
    note: str = ""
    reason: str = ""
    type: str = ""
    """The practice's own code for what kind of appointment it is."""
    identifier: tuple[str, str] | None = None
    """System and value, where another program made the appointment."""


_BOARD = "Invented State Board"

SUPERVISORS = (
    StaffMember(
        "ruth-example-okafor",
        "Ruth",
        "Example-Okafor",
        npi("100000101"),
        (
            OwnQualification(
                "Clinical social worker (invented)", "INV-CSW-0101", _BOARD, "2012-05-01"
            ),
        ),
    ),
    StaffMember(
        "daniel-example-lindqvist",
        "Daniel",
        "Example-Lindqvist",
        npi("100000102"),
        (
            OwnQualification(
                "Marriage and family therapist (invented)", "INV-MFT-0102", _BOARD, "2015-09-01"
            ),
        ),
    ),
)

SUPERVISEES = (
    StaffMember("mira-example-santos", "Mira", "Example-Santos", npi("100000201")),
    StaffMember("jonas-example-weber", "Jonas", "Example-Weber", npi("100000202")),
    StaffMember(
        "aisha-example-rahman",
        "Aisha",
        "Example-Rahman",
        npi("100000203"),
        (
            OwnQualification(
                "Associate counselor (invented)", "INV-AC-0203", _BOARD, "2025-01-01", "2026-12-31"
            ),
        ),
    ),
    StaffMember("tomas-example-novak", "Tomas", "Example-Novak", npi("100000204")),
    StaffMember("lily-example-chen", "Lily", "Example-Chen", npi("100000205")),
)

STAFF = (*SUPERVISORS, *SUPERVISEES)

PATIENTS = (
    InventedPatient("pt-1", "Quillon", "Canary-Thistlewood", "1988-02-29"),
    InventedPatient("pt-2", "Zephyrine", "Canary-Umberlund", "1979-07-13"),
    InventedPatient("pt-3", "Oswin", "Canary-Vexley", "2004-11-30"),
)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=timezone(timedelta(hours=-7)))


BOOKINGS = (
    Booking("visit-1", ("mira-example-santos",), ("pt-1",), _at(5, 9), 50),
    # A couple: two bookings of one clinician over the same time.
    Booking("visit-2", ("mira-example-santos",), ("pt-2",), _at(5, 11), 60),
    Booking("visit-3", ("mira-example-santos",), ("pt-3",), _at(5, 11), 60),
    Booking("visit-4", ("jonas-example-weber",), ("pt-1",), _at(6, 10), 50, "noshow"),
    Booking("visit-5", ("jonas-example-weber",), ("pt-2",), _at(6, 14, 30), 50, "cancelled"),
    Booking(
        "visit-6",
        ("aisha-example-rahman",),
        ("pt-3",),
        _at(7, 13),
        50,
        note="Oswin Canary-Vexley asked about sleep",
    ),
    Booking(
        "meeting-1",
        ("ruth-example-okafor", "mira-example-santos", "jonas-example-weber"),
        (),
        _at(8, 12),
        30,
        note="Staff meeting",
    ),
)
