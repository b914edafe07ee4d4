"""Whom a person is in the host. A person without a match is waited for, never created."""

from __future__ import annotations

from witnessmark.domain.ids import PersonId
from witnessmark.errors import WaitsForError
from witnessmark.ports.records import Surroundings, staff_key


def who_is(person: PersonId, around: Surroundings) -> str:
    """Return the Practitioner reference of a person. Raises WaitsForError."""
    if person not in around.people:
        message = "A person of this record is not matched with the EHR's staff yet."
        raise WaitsForError(staff_key(person), message)
    return around.people[person]
