"""The terms with one host: what manifest, scopes and host allow, and each kind's projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from witnessmark.application.scopes import scoped
from witnessmark.canonical import adapter_of, canonical_bytes
from witnessmark.domain.capabilities import (
    Chosen,
    ObjectKind,
    Offer,
    Projection,
    Terms,
    choose,
    negotiate,
)
from witnessmark.manifest.model import Authority, Manifest
from witnessmark.ports.host import AdapterInfo

NOTHING: Mapping[Projection, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """Terms, the projection of every kind, and what forbids syncing at all (empty: nothing)."""

    software: str
    terms: Terms
    chosen: Mapping[ObjectKind, Chosen]
    blocked: str

    def sent(self) -> frozenset[ObjectKind]:
        """Return the kinds that are sent there."""
        local = Projection.LOCAL
        return frozenset(kind for kind, one in self.chosen.items() if one.projection is not local)

    def as_text(self) -> str:
        """Return the text that is kept with the connection; `read_terms` reads it."""
        return canonical_bytes(self).decode()


def read_terms(text: str) -> AgreedTerms | None:
    """Read what `as_text` wrote; None for the empty text."""
    if not text:
        return None
    terms: AgreedTerms = adapter_of(AgreedTerms).validate_json(text)
    return terms


def agree(
    manifest: Manifest, info: AdapterInfo, offer: Offer, *, granted: frozenset[str] | None
) -> AgreedTerms:
    """Work out the terms; `granted` are the token's scopes, None where the host names none."""
    wanted = manifest.capabilities_wanted()
    terms = negotiate(wanted, offer, scoped=scoped(manifest, info, granted), enabled={})
    lacking = {
        word: terms.refused[word]
        for word, required in wanted.items()
        if required and word in terms.refused
    }
    return AgreedTerms(
        software=offer.software,
        terms=terms,
        chosen=_projections(manifest, info, terms),
        blocked="; ".join(f"requires {word}: {why}" for word, why in lacking.items()),
    )


def _projections(
    manifest: Manifest, info: AdapterInfo, terms: Terms
) -> Mapping[ObjectKind, Chosen]:
    chosen = {kind: _projection(manifest, info, terms, kind) for kind in ObjectKind}
    if chosen[ObjectKind.HOUR_LOG].projection is Projection.LOCAL:
        # Its document alone needs no week.
        barred = {Projection.STRUCTURED: "the week it attests is kept here"}
        kind = ObjectKind.ATTESTATION
        chosen[kind] = _projection(manifest, info, terms, kind, barred=barred)
    return chosen


def _projection(
    manifest: Manifest,
    info: AdapterInfo,
    terms: Terms,
    kind: ObjectKind,
    *,
    barred: Mapping[Projection, str] = NOTHING,
) -> Chosen:
    declared = manifest.object(kind)
    if not declared.enabled:
        return _kept_here("switched off in the manifest")
    if declared.authority is Authority.HOST:
        return _kept_here("the manifest gives the EHR the authority over it")
    chain = [one for one in declared.projections if one not in barred]
    chosen = choose(chain, terms, info.needs.get(kind, {}))
    if chosen.projection is not Projection.LOCAL:
        return Chosen(chosen.projection, {**barred, **chosen.passed_over})
    if barred:
        return Chosen(Projection.LOCAL, barred)
    if not chosen.passed_over:
        return _kept_here("the manifest's chain names no projection but local")
    return chosen


def _kept_here(reason: str) -> Chosen:
    return Chosen(Projection.LOCAL, {Projection.STRUCTURED: reason})
