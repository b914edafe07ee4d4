"""Brings one resource to what we want it to be, and finds what stands. Idempotent at every step.

An update is: read, compare with what we left there, write what is ours, guarded by If-Match.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from witnessmark.errors import (
    ConflictError,
    GoneError,
    LockedError,
    MovedError,
    OutcomeUnknownError,
    RefusedError,
    TwiceError,
    UnreadableAnswerError,
)
from witnessmark.ports.records import HostRef, Part
from witnessmark.wire import Call, JsonObject
from witnessmark_adapters.fhir_r4.client import Client, Standing
from witnessmark_adapters.fhir_r4.mapping.checked import checked
from witnessmark_adapters.fhir_r4.piece import Piece

MOST_PAGES = 50
"""How far is looked for ours among what says the like; a page is as long as the host makes it."""
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

    def bring(
        self, piece: Piece, known: Part | None, *, earlier: Collection[str] = ()
    ) -> Call[Part]:
        """Return the receipt once the resource is as wanted.

        `known` is what we left there, `earlier` the digests of what we may have written since.
        Raises ConflictError when our elements differ from all of it, GoneError when the resource
        is no longer there. What is found by our identifier without being known was written by us
        before a crash, and is brought up to date.
        """
        if piece.ref is not None:
            known = known if known is not None and known.host_ref == piece.ref else None
            return (yield from self._update(piece, piece.ref, known, earlier=earlier))
        if known is not None:
            return (yield from self._update(piece, known.host_ref, known, earlier=earlier))
        standing, is_new = yield from self._create(piece)
        if not is_new and not piece.is_in(standing):
            message = f"The EHR took another {piece.kind} for ours."
            raise UnreadableAnswerError(message)
        if is_new or piece.once or piece.is_as_wanted(standing):
            return piece.part(standing)
        return (yield from self._update(piece, standing.ref, None))

    def compare(self, piece: Piece, known: Part) -> Call[Part]:
        """Return the receipt of what stands of what we left, writing nothing; raise as `bring`."""
        standing = yield from self._standing(piece, known.host_ref, known)
        if not piece.is_as_wanted(standing):
            check_ours(piece, standing, known.digest)
        return piece.part(standing)

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
        pages = MOST_PAGES if by_what_it_says else 1
        found = yield from self.client.search(piece.kind, query, pages=pages)
        ours = {one.ref: one for one in found if piece.is_in(one)}
        if len(ours) > 1:
            message = f"The EHR holds more than one {piece.kind} with our identifier: one must go."
            raise TwiceError(message)
        return next(iter(ours.values()), None)

    def _create(self, piece: Piece) -> Call[tuple[Standing, bool]]:
        by_tag = bool(piece.described)
        if self.conditional and (not by_tag or (self.conditions_on_tag and self.finds_tags)):
            body = yield from self._body(piece)
            return (yield from self.client.create(body, unless=piece.identified))
        ref = own_ref(piece) if self.own_id and not by_tag else None
        there = yield from self.client.read(ref) if ref else self._search(piece)
        if there is not None:
            return there, False
        body = yield from self._body(piece)
        if ref is not None:
            return (yield from self.client.create_at(ref, body)), True
        return (yield from self.client.create(body))

    def _body(self, piece: Piece) -> Call[JsonObject]:
        """Return what is created, checked; a resource beside it is read for it, and let go."""
        body = piece.write({})
        if piece.beside is not None:
            ref = piece.beside.ref
            standing = yield from self.client.read(ref, elements=piece.beside.elements)
            if standing is None:
                message = f"The {ref.partition('/')[0]} it is about is no longer in the EHR."
                raise RefusedError(message)
            body = piece.beside.into(body, standing.body, self.client.base)
        return checked(body, piece.record)

    def _update(
        self, piece: Piece, ref: HostRef, known: Part | None, *, earlier: Collection[str] = ()
    ) -> Call[Part]:
        expected = known.digest if known else ""
        for _attempt in range(ATTEMPTS):
            standing = yield from self._standing(piece, ref, known, earlier=earlier)
            if piece.is_as_wanted(standing):
                return piece.part(standing)
            expected = expected or piece.digest_of(standing)
            check_ours(piece, standing, expected, earlier=earlier)
            if piece.once:
                return piece.part(standing)
            checked(piece.write({}), piece.record)
            kept = yield from self._write(piece, standing, expected)
            if kept is not None:
                return piece.part(kept)
        # No outage: the host answers. It is counted, so that nobody tries for ever.
        message = f"The EHR's {piece.kind} of this record is being changed by others."
        raise OutcomeUnknownError(message)

    def _standing(
        self, piece: Piece, ref: HostRef, known: Part | None, *, earlier: Collection[str] = ()
    ) -> Call[Standing]:
        """Return what stands of what we left at a reference, wherever it stands by now.

        A copy that the host gave another reference is followed where it is as we left it. Raises
        MovedError where it is not, GoneError where there is none.
        """
        standing = yield from self.client.read(ref)
        if standing is None and piece.ref is None:
            standing = yield from self._search(piece)
        expected = known.digest if known else ""
        if standing is None:
            message = f"The {piece.kind} we wrote to is no longer in the EHR."
            raise GoneError(message, expected=expected)
        if standing.ref == ref:
            return standing
        found = piece.digest_of(standing)
        if found not in {expected, piece.digest(), *earlier}:
            differs = piece.differs(standing)
            message = (
                f"The EHR's {piece.kind} of this record stands elsewhere now, and differs:"
                f" {', '.join(differs)}."
            )
            raise MovedError(
                message, expected=expected, found=found, differs=differs, host_ref=standing.ref
            )
        return standing

    def _write(self, piece: Piece, standing: Standing, expected: str) -> Call[Standing | None]:
        try:
            return (
                yield from self.client.update(
                    standing, piece.write(standing.body), guarded=self.guarded
                )
            )
        except LockedError as error:
            # What stands there was read; now it can be told against what we left.
            found = piece.digest_of(standing)
            raise LockedError(
                error.person_message,
                expected=expected,
                found=found,
                differs=piece.differs(standing),
            ) from None


def check_ours(
    piece: Piece, standing: Standing, expected: str, *, earlier: Collection[str] = ()
) -> None:
    """Raise ConflictError where our elements are neither as we left them nor as we want them."""
    found = piece.digest_of(standing)
    if found not in {expected, piece.digest(), *earlier}:
        differs = piece.differs(standing)
        message = f"The EHR's {piece.kind} of this record differs: {', '.join(differs)}."
        raise ConflictError(message, expected=expected, found=found, differs=differs)


def own_ref(piece: Piece) -> HostRef:
    """Return the reference under which we create it: the same for ever, whoever computes it."""
    name = "|".join([piece.kind, *(value for _, value in piece.identified)])
    return HostRef(f"{piece.kind}/{sha256(name.encode()).hexdigest()[:40]}")
