"""A DocumentReference as a note that may need a second signature (R4 4.0.1, DocumentReference).

States, references and times alone: of the patient, the title and the text nothing is ever taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from witnessmark.ports.host import Reading
from witnessmark.ports.records import HostRef
from witnessmark_adapters.fhir_r4.mapping.elements import at, instant, member, nodes, text

KIND = "DocumentReference"
ELEMENTS = "identifier,status,docStatus,type,category,subject,author,authenticator,date,meta"
"""All that is asked for. A host may send more: it is dropped unread."""
STAFF = "Practitioner/"


def search(reading: Reading) -> list[tuple[str, str]]:
    """Return the search for one member of staff's notes."""
    return [("author", reading.of), ("_elements", ELEMENTS)]


@dataclass(frozen=True, slots=True)
class Note:
    """A note at one version: its states, who wrote it and who signed, as the host says it.

    `codes` are its types and categories, as `system|code`.
    """

    ref: HostRef
    version: str
    changed_at: datetime
    dated: datetime | None
    status: str
    doc_status: str
    authors: tuple[str, ...]
    authenticator: str | None
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that a Provenance keeps: who gave it, when, and for which version."""

    who: str
    when: datetime
    version: str


def read(body: Mapping[str, object], *, base: str) -> Note | None:
    """Return the note; None without a version and its time, by which alone it could be followed.

    Also for a document about staff, which is no note.
    """
    own_id, version = text(body, "id"), text(body, "meta", "versionId")
    changed_at = instant(body, "meta", "lastUpdated")
    if not own_id or not version or changed_at is None:
        return None
    if reference(member(body, "subject"), base=base).startswith(STAFF):
        return None
    signed = at(body, "authenticator") is not None
    return Note(
        ref=HostRef(f"{KIND}/{own_id}"),
        version=version,
        changed_at=changed_at,
        dated=instant(body, "date"),
        status=text(body, "status") or "",
        doc_status=text(body, "docStatus") or "",
        authors=tuple(reference(each, base=base) for each in nodes(body, "author")),
        # Signed by what is no reference: by somebody, and it is not told who.
        authenticator=reference(member(body, "authenticator"), base=base) if signed else None,
        codes=frozenset(_codes(body)),
    )


def reference(node: Mapping[str, object], *, base: str) -> str:
    """Return whom or what a Reference means here, without a version; empty where none is told.

    Another server's is left whole: who stands at the same address there is somebody else.
    """
    whole = text(node, "reference") or ""
    return whole.removeprefix(f"{base}/").partition("/_history/")[0]


def signatures(provenance: Mapping[str, object], note: Note, *, base: str) -> tuple[Signature, ...]:
    """Return the signatures of a Provenance, for each version of the note that is its target."""
    targets = (text(each, "reference") or "" for each in nodes(provenance, "target"))
    cut = (each.removeprefix(f"{base}/").partition("/_history/") for each in targets)
    versions = sorted({version for ref, _, version in cut if ref == note.ref and version})
    found = [
        (reference(member(each, "who"), base=base), instant(each, "when"))
        for each in nodes(provenance, "signature")
    ]
    return tuple(
        Signature(who, when, version) for who, when in found if who and when for version in versions
    )


def _codes(body: Mapping[str, object]) -> Iterator[str]:
    for concept in (member(body, "type"), *nodes(body, "category")):
        for each in nodes(concept, "coding"):
            yield f"{text(each, 'system') or ''}|{text(each, 'code') or ''}"
