"""Reads the notes of one supervisee: what stands of their signatures. A body goes no further."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from witnessmark.domain.capabilities import Capability
from witnessmark.domain.requests import NoteStanding
from witnessmark.errors import NotSupportedError, RefusedError
from witnessmark.ports.host import Change, Feed, NoteGone, NoteSeen, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.wire import Call, JsonObject
from witnessmark_adapters.fhir_r4.changes import Changes
from witnessmark_adapters.fhir_r4.client import Client, Query
from witnessmark_adapters.fhir_r4.cosign import Cosign, Signer
from witnessmark_adapters.fhir_r4.feeds import SOURCES
from witnessmark_adapters.fhir_r4.mapping import document
from witnessmark_adapters.fhir_r4.mapping import note as mapping
from witnessmark_adapters.fhir_r4.mapping.elements import member
from witnessmark_adapters.fhir_r4.mapping.note import KIND, STAFF, Note, Signature
from witnessmark_adapters.fhir_r4.names import Names

_ROLE = "PractitionerRole/"
_NOBODY = ("Organization/", "Device/", "Patient/", "RelatedPerson/")
"""Authors that are no member of staff: no signature of one can be theirs."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of whom `reading` names, judged by what the profile says counts."""

    client: Client
    cosign: Cosign
    reading: Reading
    x: Names

    def changed(self, changes: Changes, cursor: str | None) -> Call[Page]:
        """Return what changed since the cursor."""
        found: list[Note] = []
        is_first = _is_first(cursor)

        def take(body: JsonObject, _x: Names) -> Sequence[Change]:
            note = self._read(body)
            found.extend([note] if note else [])
            return ()

        sources = [replace(one, take=take) for one in SOURCES[Feed.NOTES]]
        if changes.can(Capability.SEE_CHANGES):
            # Not every note has a date.
            sources = [replace(one, first=_changed_since) for one in sources]
        page = yield from replace(changes, sources=tuple(sources)).read(Feed.NOTES, cursor)
        return replace(page, changes=(yield from self._judged(found, is_first=is_first)))

    def again(self) -> Call[Page]:
        """Look at the notes that `reading` names alone, and say which are gone."""
        found: list[Note] = []
        gone: list[Change] = []
        for ref in self.reading.only:
            standing = yield from self.client.read(ref, elements=mapping.ELEMENTS)
            note = self._read(standing.body) if standing else None
            found += [note] if note else []
            gone += [NoteGone(ref)] if standing is None else []
        return Page((*gone, *(yield from self._judged(found, is_first=False))), "", more=False)

    def _read(self, body: JsonObject) -> Note | None:
        """Return a note that may need a co-signature: none is a document of ours."""
        note = None if document.owns(body, self.x) else mapping.read(body, base=self.client.base)
        return note if note and self.cosign.counts(note) else None

    def _is_old(self, note: Note) -> bool:
        return note.dated is not None and note.dated.date() < self.reading.since

    def _judged(self, notes: Sequence[Note], *, is_first: bool) -> Call[tuple[Change, ...]]:
        judge = _Judge(self.client, self.cosign)
        asked = self.reading.asked
        seen: list[Change] = []
        for note in notes:
            if is_first and self._is_old(note) and note.ref not in asked:
                continue
            change = yield from judge.see(
                note,
                None if self.reading.only else self.reading.of,
                timed=not is_first or note.ref in asked,
            )
            from_before = is_first or self._is_old(note)
            seen += [replace(change, from_before=from_before)] if change else []
        return tuple(seen)


def _changed_since(reading: Reading) -> Query:
    return [("_lastUpdated", f"ge{reading.since.isoformat()}")]


def _is_first(cursor: str | None) -> bool:
    """Whether nothing was read to its end yet: notes may have been co-signed long before."""
    texts = json.loads(cursor) if cursor else {}
    _start, newest, _seen, *begun = texts.get(KIND, ("", "", "", ""))
    return bool(begun) and not newest


@dataclass(slots=True)
class _Judge:
    """Says how notes stand; each role is resolved once."""

    client: Client
    cosign: Cosign
    _roles: dict[str, str | None] = field(default_factory=dict)

    def see(self, note: Note, author: HostRef | None, *, timed: bool) -> Call[NoteSeen | None]:
        """Return how a note stands, `timed` with when it was signed.

        None where somebody else than the author that is asked for wrote it.
        """
        authors: list[str | None] = []
        for each in note.authors:
            if not each.startswith(_NOBODY):
                authors += [(yield from self._person(each))]
        if author is not None and author not in authors:
            return None
        signed_by = (yield from self._person(note.authenticator)) if note.authenticator else None
        signer = _signer(note, signed_by, authors)
        standing = self.cosign.standing(note, signer)
        cosigner = signed_by if standing is NoteStanding.COSIGNED else None
        signed = (yield from self._signed(note, cosigner)) if cosigner and timed else None
        return NoteSeen(
            host_ref=note.ref,
            version=note.version,
            standing=standing,
            changed_at=note.changed_at,
            signer=HostRef(cosigner) if cosigner else None,
            signed_at=signed.when if signed else None,
            signed_version=signed.version if signed else "",
            signer_unknown=signer is Signer.UNKNOWN,
            authors=tuple(HostRef(one) for one in authors if one is not None),
        )

    def _person(self, ref: str) -> Call[str | None]:
        """Return the Practitioner a reference means; None where it means none that can be told."""
        if ref.startswith(STAFF):
            return ref
        if not ref.startswith(_ROLE):
            return None
        if ref not in self._roles:
            self._roles[ref] = yield from self._in_role(HostRef(ref))
        return self._roles[ref]

    def _in_role(self, ref: HostRef) -> Call[str | None]:
        try:
            role = yield from self.client.read(ref)
        except (RefusedError, NotSupportedError):
            return None  # It cannot be told who that is: no co-signature, and the page goes on.
        who = member(role.body, "practitioner") if role else {}
        ref_of = mapping.reference(who, base=self.client.base)
        return ref_of if ref_of.startswith(STAFF) else None

    def _signed(self, note: Note, signer: str) -> Call[Signature | None]:
        """Return the signer's newest signature that a Provenance keeps: of this version, if any."""
        targets = {"note": str(note.ref), "version": f"{note.ref}/_history/{note.version}"}
        wanted = ",".join(targets[each] for each in self.cosign.signatures_of)
        if not wanted:
            return None
        try:
            kept = yield from self.client.search("Provenance", (("target", wanted),))
        except (RefusedError, NotSupportedError):
            return None  # The host keeps no time that we may see: its change time is taken.
        found: list[Signature] = []
        for standing in kept:
            for one in mapping.signatures(standing.body, note, base=self.client.base):
                found += [one] if (yield from self._person(one.who)) == signer else []
        return max(found, key=lambda one: (one.version == note.version, one.when), default=None)


def _signer(note: Note, signed_by: str | None, authors: Sequence[str | None]) -> Signer:
    if note.authenticator is None:
        return Signer.ABSENT
    if note.authenticator in note.authors or (signed_by is not None and signed_by in authors):
        return Signer.AUTHOR
    # Whoever signed is told from the authors only where all of them are known.
    return Signer.UNKNOWN if signed_by is None or None in authors else Signer.OTHER
