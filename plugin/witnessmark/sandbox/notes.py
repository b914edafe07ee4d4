"""Notes of the invented trainees in the practice's charts, past the wire; every text a canary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from witnessmark.sandbox.by_hand import text_content
from witnessmark.sandbox.calendar import ZONE
from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.practice import Practice
from witnessmark.sandbox.seed import INVENTED


@dataclass(frozen=True, slots=True)
class Note:
    """A progress note by a clinician about a patient of the practice; these are their ids."""

    id: str
    author: str
    patient: str
    text: str
    written: datetime
    doc_status: str = "preliminary"
    authenticator: str = ""
    """Who signed it, as a reference."""


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


NOTES = (
    Note("note-mira-1", "mira-example-santos", "pt-1", "Canary-Note: slept badly", _at(16, 11)),
    Note(
        "note-mira-2",
        "mira-example-santos",
        "pt-2",
        "Canary-Note: a new plan was agreed",
        _at(17, 12),
        "final",
        "Practitioner/mira-example-santos",
    ),
    Note(
        "note-jonas-1",
        "jonas-example-weber",
        "pt-1",
        "Canary-Note: came with a brother",
        _at(18, 15),
        "final",
    ),
    Note("note-aisha-1", "aisha-example-rahman", "pt-3", "Canary-Note: feels better", _at(19, 9)),
)


def seed_notes(practice: Practice, notes: Iterable[Note] = NOTES) -> tuple[str, ...]:
    """Put the notes into the charts; return their references."""
    return tuple(f"DocumentReference/{practice.put(note(one))['id']}" for one in notes)


def note(one: Note) -> Json:
    """Build the DocumentReference, its text within."""
    body: Json = {
        "resourceType": "DocumentReference",
        "id": one.id,
        "meta": INVENTED,
        "status": "current",
        "docStatus": one.doc_status,
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "subject": {"reference": f"Patient/{one.patient}"},
        "date": one.written.isoformat(),
        "author": [{"reference": f"Practitioner/{one.author}"}],
        "description": f"Canary-Title of {one.id}",
        "content": text_content(one.text),
    }
    if one.authenticator:
        body["authenticator"] = {"reference": one.authenticator}
    return body
