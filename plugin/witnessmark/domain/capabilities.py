"""The vocabulary of what a host can do for us, and the terms that follow. Terms only shrink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ObjectKind(StrEnum):
    """A kind of record that can have a projection in a host."""

    CREDENTIALS = "credentials"
    SESSION = "session"
    HOUR_LOG = "hour_log"
    ATTESTATION = "attestation"
    AGREEMENT = "agreement"
    VERIFICATION = "verification"
    REQUEST = "request"


class Projection(StrEnum):
    """How a record stands in a host. Each chain ends in `local`: it is kept here alone."""

    STRUCTURED = "structured"
    DOCUMENT = "document"
    LOCAL = "local"

    @property
    def in_words(self) -> str:
        """How a clinic says it."""
        return {"structured": "structured data", "document": "documents"}.get(self, "nothing")


class Capability(StrEnum):
    """One thing a host may be able to do, in our words."""

    READ_STAFF = "read_staff"
    WRITE_CREDENTIALS = "write_credentials"
    HOLD_SESSIONS = "hold_sessions"
    HOLD_FORMS = "hold_forms"
    HOLD_ATTESTATIONS = "hold_attestations"
    FIND_BY_IDENTIFIER = "find_by_identifier"
    FIND_BY_TAG = "find_by_tag"
    CREATE_ONCE = "create_once"
    WRITE_GUARDED = "write_guarded"
    SEE_CHANGES = "see_changes"
    HOLD_ROLES = "hold_roles"
    HOLD_VERIFICATIONS = "hold_verifications"
    HOLD_REQUESTS = "hold_requests"
    HOLD_DOCUMENTS = "hold_documents"
    READ_CALENDAR = "read_calendar"
    READ_NOTES = "read_notes"
    PUSH_CHANGES = "push_changes"

    @property
    def in_words(self) -> str:
        """How a clinic says it, after "a way to"."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Offer:
    """What one host said it can do, when asked. `missing` says why a capability is not offered."""

    software: str
    capabilities: frozenset[Capability]
    missing: Mapping[Capability, str]
    token_url: str | None = None
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with one host, and why the rest was not."""

    agreed: frozenset[Capability]
    refused: Mapping[Capability, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The projection a kind of record gets, and why the earlier ones in its chain do not fit."""

    projection: Projection
    passed_over: Mapping[Projection, str]

    @property
    def reason(self) -> str:
        """One line for people; empty when the first choice fits."""
        return "; ".join(self.passed_over.values())


def negotiate(
    declared: Mapping[Capability, bool],
    offered: Offer,
    *,
    scoped: Mapping[Capability, str | None],
    enabled: Mapping[Capability, str | None],
) -> Terms:
    """Agree on what manifest, host, scopes and the clinic all allow.

    `declared` names what the manifest wants (True: required). `scoped` and `enabled` give, for each
    capability, None when it is allowed, else the reason. Adding a refusal never adds an agreement.
    """
    agreed: set[Capability] = set()
    refused: dict[Capability, str] = {}
    for capability in Capability:
        reason = (
            (None if capability in declared else "the manifest does not ask for it")
            or _offered(offered, capability)
            or scoped.get(capability)
            or enabled.get(capability)
        )
        if reason is None:
            agreed.add(capability)
        else:
            refused[capability] = reason
    return Terms(frozenset(agreed), refused)


def choose(
    chain: Sequence[Projection],
    terms: Terms,
    needs: Mapping[Projection, frozenset[Capability]],
) -> Chosen:
    """Pick the first projection of the chain whose needs the terms meet; `local` needs nothing."""
    passed_over: dict[Projection, str] = {}
    for projection in chain:
        if projection is Projection.LOCAL:
            break
        if projection not in needs:
            passed_over[projection] = f"its adapter writes no {projection.in_words}"
            continue
        lacking = sorted(needs[projection] - terms.agreed)
        if not lacking:
            return Chosen(projection, passed_over)
        ways = (f"{word.in_words} ({terms.refused.get(word, 'not agreed')})" for word in lacking)
        passed_over[projection] = (
            f"this EHR cannot hold it as {projection.in_words}: it lacks a way to {', '.join(ways)}"
        )
    return Chosen(Projection.LOCAL, passed_over)


def _offered(offered: Offer, capability: Capability) -> str | None:
    if capability in offered.capabilities:
        return None
    return offered.missing.get(capability, "the host does not offer it")
