"""What people do at the practice itself, in its EHR: sign, edit, move, cancel; past the wire."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from witnessmark.sandbox.catalogue import Kind
from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.repository import Repository, instant_text

_SIGNATURE = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}


def later(start: datetime, minutes: int) -> datetime:
    """Return the moment so many true minutes later, also across a change of the clocks."""
    return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


def text_content(text: str) -> list[Json]:
    """Build the content of a note whose text stands in the note itself."""
    data = b64encode(text.encode()).decode()
    return [{"attachment": {"contentType": "text/plain", "data": data}}]


@dataclass(frozen=True, slots=True)
class ByHand:
    """Changes what stands at a reference (`Type/id`), and returns what stands then.

    Raises FhirError (404, 410) where nothing stands.
    """

    repository: Repository
    kinds: Mapping[str, Kind]
    now: Callable[[], datetime]

    def read(self, at: str) -> Json:
        """Return what stands."""
        kind, _, resource_id = at.partition("/")
        version = self.repository.read(self.kinds[kind], resource_id)
        return dict(json.loads(version.text or b"{}"))

    def change(self, at: str, **elements: object) -> Json:
        """Replace these elements; None takes one away."""
        body = {**self.read(at), **elements}
        kept = {name: value for name, value in body.items() if value is not None}
        self.repository.update(self.kinds[kept["resourceType"]], kept["id"], kept)
        return self.read(at)

    def delete(self, at: str) -> None:
        """Delete it, whatever else points at it."""
        kind, _, resource_id = at.partition("/")
        self.repository.delete(self.kinds[kind], resource_id)

    def sign_note(self, at: str, by: str, *, when: datetime | None = None) -> Json:
        """Sign as a trainee or co-sign as a supervisor: final, authenticated by this reference.

        With `when` the host also keeps a Provenance of that version with a signature of that time.
        """
        note = self.change(at, docStatus="final", authenticator={"reference": by})
        if when is not None:
            self.repository.create(self.kinds["Provenance"], _signed(note, by, when))
        return note

    def return_note(self, at: str) -> Json:
        """Give a note back to its author: preliminary, authenticated by nobody."""
        return self.change(at, docStatus="preliminary", authenticator=None)

    def edit_note(self, at: str, text: str, *, keeps_signature: bool = False) -> Json:
        """Rewrite a note; a signed one is then amended, and its signature gone unless kept."""
        status = self.read(at)["docStatus"]
        status = "amended" if status in {"final", "amended"} else status
        gone = {} if keeps_signature else {"authenticator": None}
        return self.change(at, content=text_content(text), docStatus=status, **gone)

    def withdraw_note(self, at: str) -> Json:
        """Mark a note as entered in error."""
        return self.change(at, status="entered-in-error", docStatus="entered-in-error")

    def move_task(self, at: str, status: str, business_status: str = "") -> Json:
        """Move a Task on, as its owner does in the host's own list."""
        business = {"text": business_status} if business_status else None
        now = instant_text(self.now().astimezone(UTC))
        return self.change(at, status=status, businessStatus=business, lastModified=now)

    def cancel(self, at: str) -> Json:
        """Cancel an appointment."""
        return self.change(at, status="cancelled")

    def miss(self, at: str) -> Json:
        """Mark that the client did not come."""
        return self.change(at, status="noshow")

    def move(self, at: str, start: datetime, *, minutes: int | None = None) -> Json:
        """Move an appointment; it stays as long as it was unless `minutes` say otherwise."""
        lasts = int(self.read(at)["minutesDuration"]) if minutes is None else minutes
        return self.change(
            at,
            start=start.isoformat(),
            end=later(start, lasts).isoformat(),
            minutesDuration=lasts,
        )


def _signed(note: Json, by: str, when: datetime) -> Json:
    who = {"reference": by}
    moment = instant_text(when.astimezone(UTC))
    return {
        "resourceType": "Provenance",
        "target": [
            {"reference": f"DocumentReference/{note['id']}/_history/{note['meta']['versionId']}"}
        ],
        "recorded": moment,
        "agent": [{"who": who}],
        "signature": [{"type": [_SIGNATURE], "when": moment, "who": who}],
    }
