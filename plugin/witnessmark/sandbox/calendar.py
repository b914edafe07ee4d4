"""A calendar of any size, full of canary clients, past the wire. Nobody in it is real."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from witnessmark.sandbox.people import SUPERVISEES, Booking, InventedPatient
from witnessmark.sandbox.practice import Practice
from witnessmark.sandbox.seed import appointment, patient_resource

ZONE = ZoneInfo("America/Los_Angeles")
"""Where the practice is; its calendar is kept by these clocks."""
TRAINEES = tuple(member.id for member in SUPERVISEES)

_HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
_MINUTES = 50
_LAST_OF_DAY = {1: "cancelled", 3: "noshow"}
_SATURDAY = 5
_APPOINTMENTS_OF_A_PATIENT = 25


def seed_calendar(
    practice: Practice,
    appointments: int,
    *,
    staff: Sequence[str] = TRAINEES,
    until: date = date(2026, 11, 20),
) -> None:
    """Put in so many appointments of these clinicians, the last ones on `until`, and clients.

    Each clinician has eight a weekday: 50 minutes from 8, 9, 10, 11, 13, 14, 15 and 16 o'clock in
    `ZONE`, each with one client. On Tuesdays the last is cancelled, on Thursdays a no-show: a full
    week holds 38 fulfilled ones, 1900 minutes. Days are filled backwards, clinicians side by side.
    """
    patients = [_patient(n) for n in range(max(3, appointments // _APPOINTMENTS_OF_A_PATIENT))]
    for patient in patients:
        practice.put(patient_resource(patient))
    kind = practice.kinds["Appointment"]
    for n, booking in enumerate(islice(_slots(staff, until), appointments)):
        patient = patients[n % len(patients)]
        filled = _filled(booking, n, patient)
        practice.repository.update(kind, filled.id, appointment(filled))


def _slots(staff: Sequence[str], until: date) -> Iterator[Booking]:
    day = until
    while True:
        if day.weekday() < _SATURDAY:
            for hour in _HOURS:
                start = datetime.combine(day, time(hour), ZONE)
                last = _LAST_OF_DAY.get(day.weekday(), "") if hour == _HOURS[-1] else ""
                for member in staff:
                    yield Booking("", (member,), (), start, _MINUTES, last or "fulfilled")
        day -= timedelta(days=1)


def _filled(slot: Booking, n: int, patient: InventedPatient) -> Booking:
    return replace(
        slot,
        id=f"cal-{n:05}",
        patients=(patient.id,),
        note=f"Canary-Comment-{n:05}",
        reason=f"Canary-Reason-{n:05}",
        type="individual",
    )


def _patient(n: int) -> InventedPatient:
    born = date(1931, 1, 1) + timedelta(days=n)
    return InventedPatient(
        f"cal-pt-{n:04}", f"Canary-Given-{n:04}", f"Canary-Family-{n:04}", born.isoformat()
    )
