"""An appointment of the host's own calendar, read down to five facts; the body goes no further.

Of those who take part it is told only whether any of them is a patient (R4 4.0.1, Appointment).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from witnessmark.ports.host import AppointmentSeen, Booking, Reading
from witnessmark.ports.records import HostRef
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.appointment import owns
from witnessmark_adapters.fhir_r4.mapping.elements import (
    at,
    instant,
    nodes,
    reference,
    text,
)
from witnessmark_adapters.fhir_r4.names import Names

READ = (
    "identifier",
    "status",
    "start",
    "end",
    "appointmentType",
    "participant",
    "meta",
)
"""The elements that are asked for; a host may send more, and it is not looked at."""

_STANDS = Booking.STANDS
_BOOKINGS: Mapping[str, Booking] = MappingProxyType(
    {
        "booked": _STANDS,
        "arrived": _STANDS,
        "checked-in": _STANDS,
        "fulfilled": _STANDS,
        "noshow": Booking.NO_SHOW,
    }
)
"""`proposed`, `pending` and `waitlist` are not booked yet, `cancelled` and the rest no more."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCATION = re.compile(r"Location/[A-Za-z0-9.-]{1,64}")


def search(reading: Reading) -> list[tuple[str, str]]:
    """Return the search for one member of staff's appointments."""
    return [("actor", reading.of), ("_elements", ",".join(READ))]


def read(body: JsonObject, *, whose: HostRef, x: Names) -> AppointmentSeen:
    """Return what hours can be proposed from; what is missing or ill-formed is None or empty.

    For who declined it is called off, whatever it is for the others.
    """
    booking = _BOOKINGS.get(text(body, "status") or "", Booking.CANCELLED)
    return AppointmentSeen(
        host_ref=HostRef(f"Appointment/{text(body, 'id')}"),
        version=text(body, "meta", "versionId") or "",
        booking=Booking.CANCELLED if _declined(body, whose) else booking,
        start=instant(body, "start"),
        end=instant(body, "end"),
        type_code=next(_codes(body), ""),
        location=next(_locations(body), ""),
        of_client=not owns(body, x) and any(map(_is_patient, nodes(body, "participant"))),
        changed_at=instant(body, "meta", "lastUpdated"),
    )


def takes_part(body: JsonObject, who: HostRef) -> bool:
    """Whether a member of staff takes part: a host may give more than it was asked for."""
    return bool(_answers(body, who))


def _declined(body: JsonObject, who: HostRef) -> bool:
    return _answers(body, who) == {"declined"}


def _answers(body: JsonObject, who: HostRef) -> set[str | None]:
    theirs = (one for one in nodes(body, "participant") if reference(one, "actor") == who)
    return {text(one, "status") for one in theirs}


def _is_patient(participant: JsonObject) -> bool:
    actor = at(participant, "actor")
    return text(actor, "type") == "Patient" or (reference(participant, "actor") or "").startswith(
        "Patient/"
    )


def _codes(body: JsonObject) -> Iterator[str]:
    for coding in nodes(at(body, "appointmentType"), "coding"):
        code = text(coding, "code") or ""
        if _CODE.fullmatch(code):
            yield code


def _locations(body: JsonObject) -> Iterator[str]:
    for each in nodes(body, "participant"):
        there = reference(each, "actor") or ""
        if _LOCATION.fullmatch(there):
            yield there
