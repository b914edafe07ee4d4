"""One host resource that carries a record: how it is found, written, read back and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from witnessmark.canonical import digest
from witnessmark.ports.records import HostRef, Part
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.client import Query, Standing

Write = Callable[[Mapping[str, object]], JsonObject]
Read = Callable[[Mapping[str, object]], Any]
Notes = Callable[[Mapping[str, object]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What of another resource has to be read before this one is made. It goes through, unkept.

    `elements` are all that is asked for; `into(ours, theirs, base)` returns what is written then,
    `base` being the host's own.
    """

    ref: HostRef
    elements: str
    into: Callable[[JsonObject, JsonObject, str], JsonObject]


@dataclass(frozen=True, slots=True)
class Piece:
    """One host resource. `wanted` is what our elements in it shall be.

    `key` names the element that holds its identifier or tag. `identified` searches by that,
    `described` (for what has only a tag) by what it says. `once`: it is never updated. `ref`: the
    host's own resource that we write into. `notes` tell what the host says otherwise beside ours.
    `beside` is read before it is created. `is_behind` says of what stands there that we have to
    write, although it differs in nothing that is ours alone.
    """

    record: str
    role: str
    kind: str
    wanted: object
    write: Write
    read: Read
    key: str = ""
    identified: Query = ()
    described: Query = ()
    once: bool = False
    ref: HostRef | None = None
    notes: Notes = lambda _body: ()
    beside: Beside | None = None
    is_behind: Callable[[Mapping[str, object]], bool] = lambda _body: False

    def digest(self) -> str:
        """Return the digest of what we want there."""
        return digest(self.wanted)

    def digest_of(self, standing: Standing) -> str:
        """Return the digest of our elements as they stand."""
        return digest(self.read(standing.body))

    def is_as_wanted(self, standing: Standing) -> bool:
        """Whether nothing is to be written over what stands."""
        same = self.digest_of(standing) == self.digest() or self._lost_its_tag(standing)
        return same and not self.is_behind(standing.body)

    def part(self, standing: Standing) -> Part:
        """Return the receipt of what stands."""
        notes = self.notes(standing.body)
        return Part(self.role, standing.ref, standing.version, self.digest_of(standing), notes)

    def differs(self, standing: Standing) -> tuple[str, ...]:
        """Name our elements that are not there as we want them; never a value."""
        there = self.read(standing.body)
        names = (field.name for field in fields(there))
        return tuple(n for n in names if getattr(there, n) != getattr(self.wanted, n))

    def is_in(self, standing: Standing) -> bool:
        """Whether a resource carries this piece; a host that drops tags shows it by the rest."""
        if self.ref is not None:
            return bool(self.read(standing.body) != self.read({}))
        return self.key not in self.differs(standing) or self._lost_its_tag(standing)

    def _lost_its_tag(self, standing: Standing) -> bool:
        """Whether all stands there but the tag; another tag makes it another record's."""
        if not self.described or self.differs(standing) != (self.key,):
            return False
        return getattr(self.read(standing.body), self.key) is None
