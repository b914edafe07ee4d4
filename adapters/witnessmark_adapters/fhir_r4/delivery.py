"""Brings one resource to what we want it to be, and finds what stands. Idempotent at every step.

An update is: read, compare with what we left there, write what is ours, guarded by If-Match.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from witnessmark.errors import (
    ConflictError,
    GoneError,
    RefusedError,
    TryLaterError,
    UnreadableAnswerError,
)
from witnessmark.ports.records import HostRef, Part
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.client import Client, Standing
from witnessmark_adapters.fhir_r4.mapping.checked import checked
from witnessmark_adapters.fhir_r4.pieces import Piece

ATTEMPTS = 2
"""A write that lost a race is tried once more: somebody may have changed what is not ours."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one host is written to. `conditional`, `own_id`: how it creates once, if it does."""

    client: Client
    conditional: bool
    own_id: bool
    conditions_on_tag: bool
    finds_tags: bool
    guarded: bool

    def bring(self, piece: Piece, known: Part | None) -> Call[Part]:
        """Return the receipt once the resource is as wanted.

        `known` is what we left there. Raises ConflictError when our elements differ from it,
        GoneError when the resource is no longer there. What is found by our identifier without
        being known was written by us before a crash, and is brought up to date.
        """
        if piece.ref is not None:
            known = known if known is not None and known.host_ref == piece.ref else None
            return (yield from self._update(piece, piece.ref, known))
        if known is not None:
            return (yield from self._update(piece, known.host_ref, known))
        standing, is_new = yield from self._create(piece)
        if not is_new and not piece.is_in(standing):
            message = f"The EHR took another {piece.kind} for ours."
            raise UnreadableAnswerError(message)
        if is_new or piece.once or piece.digest_of(standing) == piece.digest():
            return piece.part(standing)
        return (yield from self._update(piece, standing.ref, None))

    def find(self, piece: Piece) -> Call[Part | None]:
        """Return the receipt of what stands there. Raises RefusedError when several do."""
        if piece.ref is None:
            standing = yield from self._search(piece)
        else:
            standing = yield from self.client.read(piece.ref)
        return piece.part(standing) if standing and piece.is_in(standing) else None

    def _search(self, piece: Piece) -> Call[Standing | None]:
        by_what_it_says = bool(piece.described) and not self.finds_tags
        query = piece.described if by_what_it_says else piece.identified
        found = yield from self.client.search(piece.kind, query)
        ours = [one for one in found if piece.is_in(one)]
        if len(ours) > 1:
            message = f"The EHR holds more than one {piece.kind} with our identifier: one must go."
            raise RefusedError(message)
        return ours[0] if ours else None

    def _create(self, piece: Piece) -> Call[tuple[Standing, bool]]:
        body = checked(piece.write({}), piece.record)
        by_tag = bool(piece.described)
        if self.conditional and (not by_tag or (self.conditions_on_tag and self.finds_tags)):
            return (yield from self.client.create(body, unless=piece.identified))
        if self.own_id and not by_tag:
            ref = own_ref(piece)
            there = yield from self.client.read(ref)
            return (
                (there, False) if there else ((yield from self.client.create_at(ref, body)), True)
            )
        there = yield from self._search(piece)
        return (there, False) if there else (yield from self.client.create(body))

    def _update(self, piece: Piece, ref: HostRef, known: Part | None) -> Call[Part]:
        wanted, expected = piece.digest(), known.digest if known else ""
        for _attempt in range(ATTEMPTS):
            standing = yield from self.client.read(ref)
            if standing is None:
                message = f"The {piece.kind} we wrote to is no longer in the EHR."
                raise GoneError(message, expected=expected)
            found = piece.digest_of(standing)
            if found == wanted:
                return piece.part(standing)
            expected = expected or found
            if found != expected:
                differs = piece.differs(standing)
                message = f"The EHR's {piece.kind} of this record differs: {', '.join(differs)}."
                raise ConflictError(message, expected=expected, found=found, differs=differs)
            if piece.once:
                return piece.part(standing)
            checked(piece.write({}), piece.record)
            kept = yield from self.client.update(
                standing, piece.write(standing.body), guarded=self.guarded
            )
            if kept is not None:
                return piece.part(kept)
        raise TryLaterError(f"The EHR's {piece.kind} of this record is being changed by others.")


def own_ref(piece: Piece) -> HostRef:
    """Return the reference under which we create it: the same for ever, whoever computes it."""
    name = "|".join([piece.kind, *(value for _, value in piece.identified)])
    return HostRef(f"{piece.kind}/{sha256(name.encode()).hexdigest()[:40]}")
