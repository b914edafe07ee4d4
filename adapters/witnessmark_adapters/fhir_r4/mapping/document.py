"""The scan of an attestation signed on paper as an R4 DocumentReference about staff alone.

Never an authenticator: that is a person's own act in the host (R4 4.0.1, DocumentReference).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

from witnessmark.domain.scans import Scan
from witnessmark.ports.records import AttestationRecord
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    code_in,
    in_zone,
    instant,
    integer,
    member,
    merged,
    nodes,
    pointing,
    reference,
    text,
    value_in,
    with_code,
    with_identifier,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.names import Names

T = TypeVar("T")

SCAN = "attestation-scan"
CURRENT, STRUCK = "current", "entered-in-error"
FINAL = "final"

OWNED = frozenset(
    {
        "identifier[ours]",
        "status",
        "docStatus",
        "category.coding[ours]",
        "subject.reference",
        "author",
        "date",
        "content",
        "content.attachment.contentType",
        "content.attachment.hash",
        "content.attachment.size",
        "content.attachment.title",
        "content.attachment.data",
    }
)
"""`data` is compared by its hash: a host may keep it elsewhere and give a url in its place."""


@dataclass(frozen=True, slots=True)
class Content:
    """One file: `hash` is the SHA-1 of its bytes in base64, as R4 has it; `size` counts bytes."""

    media_type: str | None
    hash: str | None
    size: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """Our elements of a DocumentReference. The scan is its first content."""

    attestation: str | None
    status: str | None
    doc_status: str | None
    kind: str | None
    subject: str | None
    authors: tuple[str | None, ...]
    date: Instant | None
    contents: tuple[Content, ...]


def part_of(record: AttestationRecord, scan: Scan, content: bytes) -> Document:
    """Say the scan of an attestation. Raises WaitsForError for a person without a match.

    The week's supervisee is its subject, the supervisor who signed the paper its author. One that
    was taken back is entered in error; the paper stays.
    """
    attestation, log = record.attestation, record.log
    title = f"Supervised hours, week from {log.week_start.isoformat()}: attested on paper"
    return Document(
        attestation=attestation.id,
        status=CURRENT if attestation.revoked is None else STRUCK,
        doc_status=FINAL,
        kind=SCAN,
        subject=who_is(log.supervisee, record.around),
        authors=(who_is(attestation.supervisor, record.around),),
        date=in_zone(attestation.recorded_at, record.setting.zone),
        contents=(Content(scan.media_type, hash_of(content), scan.size, title),),
    )


def write(
    part: Document, files: Sequence[bytes], onto: Mapping[str, object] = NOTHING, *, x: Names
) -> JsonObject:
    """Return the DocumentReference; what is not OWNED stays as it is in `onto`.

    `files` are the bytes of its contents: sent where the host does not hold these very ones.
    """
    contents = tuple(zip(part.contents, files, strict=True))
    return merged(
        onto,
        {
            "resourceType": "DocumentReference",
            "identifier": with_identifier(
                nodes(onto, "identifier"), x.attestation, part.attestation
            ),
            "status": part.status,
            "docStatus": part.doc_status,
            "category": with_code(nodes(onto, "category"), x.codes, part.kind),
            "subject": pointing(at(onto, "subject"), part.subject),
            "author": [
                merged(known, {"reference": who})
                for known, who in _beside(nodes(onto, "author"), part.authors)
            ],
            "date": written(part.date),
            "content": [
                _content(each, data, known)
                for known, (each, data) in _beside(nodes(onto, "content"), contents)
            ],
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> Document:
    """Return our elements of a DocumentReference; what is missing or ill-formed is None."""
    kinds = (code_in(each, x.codes) for each in nodes(body, "category"))
    return Document(
        attestation=value_in(nodes(body, "identifier"), x.attestation),
        status=text(body, "status"),
        doc_status=text(body, "docStatus"),
        kind=next((code for code in kinds if code), None),
        subject=reference(body, "subject"),
        authors=tuple(reference(each) for each in nodes(body, "author")),
        date=instant(body, "date"),
        contents=tuple(
            Content(
                text(each, "attachment", "contentType"),
                _hash(member(each, "attachment")),
                integer(each, "attachment", "size"),
                text(each, "attachment", "title"),
            )
            for each in nodes(body, "content")
        ),
    )


def owns(body: Mapping[str, object], x: Names) -> bool:
    """Whether a DocumentReference carries our identifier."""
    return value_in(nodes(body, "identifier"), x.attestation) is not None


def hash_of(content: bytes) -> str:
    """Return the hash that R4 4.0.1 asks for (Attachment.hash): SHA-1 in base64. It proves nothing.

    What proves the scan is its SHA-256, which stays in the store.
    """
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _beside(there: Sequence[JsonObject], ours: Sequence[T]) -> Iterator[tuple[JsonObject, T]]:
    """Give each of ours with what the host has in its place."""
    return zip(chain(there, repeat({})), ours, strict=False)


def _content(content: Content, data: bytes, there: JsonObject) -> JsonObject:
    known = member(there, "attachment")
    if _hash(known) != content.hash:
        known = {name: value for name, value in known.items() if name != "url"}
        known["data"] = base64.b64encode(data).decode()
    ours = {
        "contentType": content.media_type,
        "hash": content.hash,
        "size": content.size,
        "title": content.title,
    }
    return {**there, "attachment": merged(known, ours)}


def _hash(attachment: JsonObject) -> str | None:
    """Return the hash of what stands there, else the hash it states."""
    data = text(attachment, "data")
    if data is None:
        return text(attachment, "hash")
    try:
        return hash_of(base64.b64decode(data))
    except ValueError:
        return None
