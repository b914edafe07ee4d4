"""Fills a sandbox practice with staff, patients and appointments, past the wire."""

from collections.abc import Iterable

from witnessmark.sandbox.by_hand import later
from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.people import (
    BOOKINGS,
    PATIENTS,
    STAFF,
    Booking,
    InventedPatient,
    OwnQualification,
    StaffMember,
)
from witnessmark.sandbox.practice import Practice

NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
APPOINTMENT_TYPES = "https://practice.example/appointment-types"
OWN_LICENCES = "https://practice.example/licences"
INVENTED = {
    "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]
}


def seed(
    practice: Practice,
    *,
    staff: Iterable[StaffMember] = STAFF,
    patients: Iterable[InventedPatient] = PATIENTS,
    bookings: Iterable[Booking] = BOOKINGS,
) -> None:
    """Put people and calendar into the practice; every resource is marked as test data (HTEST)."""
    for member in staff:
        practice.put(practitioner(member))
    for patient in patients:
        practice.put(patient_resource(patient))
    for booking in bookings:
        practice.put(appointment(booking))


def practitioner(member: StaffMember) -> Json:
    """Build the Practitioner as the practice itself keeps it."""
    body: Json = {
        "resourceType": "Practitioner",
        "id": member.id,
        "meta": INVENTED,
        "identifier": [{"system": NPI_SYSTEM, "value": member.npi}],
        "active": True,
        "name": [{"family": member.family, "given": [member.given]}],
    }
    if member.qualifications:
        body["qualification"] = [_qualification(each) for each in member.qualifications]
    return body


def _qualification(own: OwnQualification) -> Json:
    period = {"start": own.start} | ({"end": own.end} if own.end else {})
    return {
        "identifier": [{"system": OWN_LICENCES, "value": own.number}],
        "code": {"text": own.text},
        "period": period,
        "issuer": {"display": own.issuer},
    }


def patient_resource(patient: InventedPatient) -> Json:
    """Build the Patient."""
    return {
        "resourceType": "Patient",
        "id": patient.id,
        "meta": INVENTED,
        "active": True,
        "name": [{"family": patient.family, "given": [patient.given]}],
        "birthDate": patient.born,
    }


def appointment(booking: Booking) -> Json:
    """Build the Appointment; it lasts so many true minutes, also across a change of the clocks."""
    actors = [f"Practitioner/{each}" for each in booking.staff]
    actors += [f"Patient/{each}" for each in booking.patients]
    body: Json = {
        "resourceType": "Appointment",
        "id": booking.id,
        "meta": INVENTED,
        "status": booking.status,
        "start": booking.start.isoformat(),
        "end": later(booking.start, booking.minutes).isoformat(),
        "minutesDuration": booking.minutes,
        "participant": [{"actor": {"reference": each}, "status": "accepted"} for each in actors],
    }
    if booking.note:
        body["comment"] = booking.note
    if booking.reason:
        body["reasonCode"] = [{"text": booking.reason}]
    if booking.type:
        coding = {"system": APPOINTMENT_TYPES, "code": booking.type}
        body["appointmentType"] = {"coding": [coding]}
    if booking.identifier:
        system, value = booking.identifier
        body["identifier"] = [{"system": system, "value": value}]
    return body
