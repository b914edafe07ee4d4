"""All the words of a practice's clients, for tests that look for them where they must not be."""

from base64 import b64decode
from collections.abc import Iterator

from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.practice import Practice


def canaries(practice: Practice) -> frozenset[str]:
    """Return every name, date of birth, reason and remark about clients, and every note's text.

    A note's text is there twice: as it reads, and as it travels (base64).
    """
    found: set[str] = set()
    for patient in practice.resources("Patient"):
        found |= {patient["birthDate"], *_names(patient)}
    for appointment in practice.resources("Appointment"):
        if any("Patient/" in each["actor"]["reference"] for each in appointment["participant"]):
            found |= {each["text"] for each in appointment.get("reasonCode", ())}
            found |= {appointment[name] for name in ("comment",) if name in appointment}
    for note in practice.resources("DocumentReference"):
        found |= set(_texts(note))
    return frozenset(found)


def _names(patient: Json) -> Iterator[str]:
    for name in patient["name"]:
        yield name["family"]
        yield from name["given"]


def _texts(note: Json) -> Iterator[str]:
    if "description" in note:
        yield note["description"]
    for each in note["content"]:
        if (data := each["attachment"].get("data")) is not None:
            yield data
            yield b64decode(data).decode()
