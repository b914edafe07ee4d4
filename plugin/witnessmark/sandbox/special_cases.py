"""The awkward appointments of one clinician's calendar, each under a name. Nobody is real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from witnessmark.sandbox.calendar import ZONE
from witnessmark.sandbox.people import SUPERVISORS, Booking, InventedPatient
from witnessmark.sandbox.practice import Practice
from witnessmark.sandbox.seed import appointment, patient_resource

CASE_PATIENTS = tuple(
    InventedPatient(f"case-pt-{n}", f"Canary-Case-{n}", "Canary-Special", f"1929-03-{n:02}")
    for n in range(1, 9)
)
CLOCKS_BACK = date(2026, 11, 1)
CLOCKS_FORWARD = date(2026, 3, 8)

_MON, _TUE, _WED, _THU, _SUN = 0, 1, 2, 3, 6


@dataclass(frozen=True, slots=True)
class _Case:
    """Day of the week or fixed day, from, true minutes, how many clients at once."""

    name: str
    day: int | date
    start: time
    minutes: int
    clients: int = 1
    status: str = "fulfilled"


_CASES = (
    _Case("group", _MON, time(9), 90, 8),
    _Case("couple", _MON, time(11), 50, 2),
    _Case("cancelled", _TUE, time(9), 50, status="cancelled"),
    _Case("no_show", _TUE, time(10), 50, status="noshow"),
    _Case("moved", _TUE, time(11), 50),
    _Case("overlapping", _TUE, time(15), 60),
    _Case("overlapping", _TUE, time(15, 30), 60),
    _Case("touching", _WED, time(10), 50),
    _Case("touching", _WED, time(10, 50), 50),
    _Case("across_midnight", _WED, time(23, 30), 75),
    _Case("staff_meeting", _THU, time(12), 30, 0),
    _Case("ours", _THU, time(14), 60),
    _Case("across_weeks", _SUN, time(23, 30), 50),
    _Case("clocks_back", CLOCKS_BACK, time(0, 30), 180),
    _Case("clocks_forward", CLOCKS_FORWARD, time(1, 30), 60),
)


def seed_special_cases(
    practice: Practice, staff: str, *, monday: date, ours: str = "https://practice.example/ours"
) -> Mapping[str, tuple[str, ...]]:
    """Put each case into the calendar of one clinician; return its references by its name.

    In the week of `monday`, by the clocks of `ZONE`: `group` Mon 9:00-10:30 (8 at once), `couple`
    Mon 11:00-11:50 (2), `cancelled` Tue 9:00, `no_show` Tue 10:00, `moved` Tue 11:00-11:50 (not
    moved yet: see `move_later`), `overlapping` Tue 15:00-16:00 and 15:30-16:30, `touching` Wed
    10:00-10:50 and 10:50-11:40, `across_midnight` Wed 23:30 to Thu 0:45, `staff_meeting` Thu 12:00
    without a client, `ours` Thu 14:00-15:00 with an identifier of that system and a client,
    `across_weeks` Sun 23:30 to Mon 0:20. On the fixed days `CLOCKS_BACK` 0:30 to 2:30 (180 true
    minutes) and `CLOCKS_FORWARD` 1:30 to 3:30 (60). The clinician wants no other appointments then.
    """
    for patient in CASE_PATIENTS:
        practice.put(patient_resource(patient))
    found: dict[str, tuple[str, ...]] = {}
    for case in _CASES:
        for booking in _bookings(case, staff, monday=monday, ours=ours):
            practice.put(appointment(booking))
            found[case.name] = (*found.get(case.name, ()), f"Appointment/{booking.id}")
    return found


def move_later(practice: Practice, cases: Mapping[str, tuple[str, ...]]) -> None:
    """Move the case `moved` by three hours, to Tue 14:00-14:50."""
    (at,) = cases["moved"]
    start = datetime.fromisoformat(practice.by_hand.read(at)["start"])
    practice.by_hand.move(at, start + timedelta(hours=3))


def _bookings(case: _Case, staff: str, *, monday: date, ours: str) -> Iterator[Booking]:
    day = case.day if isinstance(case.day, date) else monday + timedelta(days=case.day)
    start = datetime.combine(day, case.start, ZONE)
    at = f"{case.name.replace('_', '-')}-{case.start:%H%M}-{staff}"
    booking = Booking(at, (staff,), (), start, case.minutes, case.status)
    if not case.clients:
        yield replace(booking, staff=(SUPERVISORS[0].id, staff), note="Staff meeting")
    for n, patient in enumerate(CASE_PATIENTS[: case.clients], start=1):
        yield replace(
            booking,
            id=f"{at}-{n}",
            patients=(patient.id,),
            reason=f"Canary-Reason-{case.name}",
            identifier=(ours, f"invented-{staff}") if case.name == "ours" else None,
        )
