"""Asks a host what it is: its CapabilityStatement read in our words, with a reason for each gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from witnessmark.domain.capabilities import Capability, Offer
from witnessmark.errors import NotSupportedError, RefusedError, UnreadableAnswerError
from witnessmark.wire import Call, JsonObject, read_json
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.mapping.elements import flag, nodes, text
from witnessmark_adapters.fhir_r4.outcomes import check, resource
from witnessmark_adapters.fhir_r4.profile import Profile

STAFF = "Practitioner"
FORMS = ("Appointment", "QuestionnaireResponse")
STATEMENTS = "Provenance"
ROLES = "PractitionerRole"
VERIFICATIONS = "VerificationResult"
REQUESTS = "Task"
DOCUMENTS = "DocumentReference"
PUSH = "Subscription"
FOUND_BY = {
    ROLES: ("identifier",),
    REQUESTS: ("identifier", "code"),
    DOCUMENTS: ("identifier", "category"),
}
"""The types whose own ways to be searched decide whether we write them at all."""
KEEPS = ("create", "read", "update")
STATES = ("create", "read", "search-type")
OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def discover(client: Client, profile: Profile) -> Call[Offer]:
    """Return what the host offers; without a smart-configuration it may still offer all.

    Raises UnreadableAnswerError when `/metadata` is no CapabilityStatement.
    """
    response = yield from client.get("metadata", "discover")
    check(response, "CapabilityStatement")
    body = resource(response, "CapabilityStatement")
    smart = yield from _smart_configuration(client)
    statement = Statement(body)
    missing = {
        word: why
        for word, why in statement.gaps(profile)
        if word not in profile.trusts or not statement.is_r4
    }
    return Offer(
        software=statement.software,
        capabilities=frozenset(Capability).difference(missing),
        missing=missing,
        token_url=text(smart, "token_endpoint") or statement.token_url,
    )


def _smart_configuration(client: Client) -> Call[Mapping[str, object]]:
    try:
        response = yield from client.get(".well-known/smart-configuration", "discover")
        check(response, "smart-configuration")
        return read_json(response)
    except (NotSupportedError, RefusedError, UnreadableAnswerError):
        # No such address, or a page for people in its place: this host has no SMART. What may
        # pass (busy, unreachable) is no answer and goes on to the caller.
        return {}


@dataclass(frozen=True, slots=True)
class Statement:
    """A CapabilityStatement (R4 4.0.1)."""

    body: JsonObject

    @property
    def software(self) -> str:
        """Name and version, as far as it says."""
        names = (text(self.body, "software", "name"), text(self.body, "software", "version"))
        return " ".join(name for name in names if name) or "unnamed FHIR server"

    @property
    def is_r4(self) -> bool:
        """Whether it speaks R4 (4.0.x)."""
        return (text(self.body, "fhirVersion") or "").startswith("4.0")

    @property
    def token_url(self) -> str | None:
        """The token endpoint it names itself, for hosts without a smart-configuration."""
        extensions = nodes(self._rest, "security", "extension")
        uris = (nodes(each, "extension") for each in extensions if each.get("url") == OAUTH)
        tokens = (
            text(one, "valueUri") for each in uris for one in each if one.get("url") == "token"
        )
        return next(tokens, None)

    def gaps(self, profile: Profile) -> Iterator[tuple[Capability, str]]:
        """Give every capability it does not state, and why."""
        if not self.is_r4:
            version = text(self.body, "fhirVersion") or "no version it names"
            yield from ((word, f"the EHR speaks FHIR {version}, not R4") for word in Capability)
            return
        forms = [kind for kind in FORMS if not self._lacks(kind, *KEEPS)]
        others = {kind: self._keeps_found(kind, *names) for kind, names in FOUND_BY.items()}
        held = [*forms, *(kind for kind, why in others.items() if not why)]
        # Without `_tag` they are found by whom they are about.
        checks = self._keeps_found(VERIFICATIONS, "target")
        verified = [] if checks else [VERIFICATIONS]
        reasons = {
            Capability.READ_STAFF: self._lacks(STAFF, "read", "search-type"),
            Capability.WRITE_CREDENTIALS: self._lacks(STAFF, "read", "update"),
            Capability.HOLD_SESSIONS: self._lacks(FORMS[0], *KEEPS),
            Capability.HOLD_FORMS: self._lacks(FORMS[1], *KEEPS),
            Capability.HOLD_ATTESTATIONS: self._lacks(STATEMENTS, *STATES),
            Capability.FIND_BY_IDENTIFIER: self._no_search(forms or FORMS, "identifier"),
            Capability.FIND_BY_TAG: self._no_search([STATEMENTS, *verified], "_tag"),
            Capability.CREATE_ONCE: self._no_create_once(held or FORMS, profile),
            Capability.WRITE_GUARDED: self._no_versions([STAFF, *held, *verified]),
            Capability.SEE_CHANGES: self._no_search([STAFF, *held], "_lastUpdated"),
            Capability.HOLD_ROLES: others[ROLES],
            Capability.HOLD_VERIFICATIONS: checks,
            Capability.HOLD_REQUESTS: others[REQUESTS],
            Capability.HOLD_DOCUMENTS: others[DOCUMENTS],
            Capability.READ_CALENDAR: self._no_search([FORMS[0]], "actor"),
            Capability.READ_NOTES: self._no_search([DOCUMENTS], "author"),
            Capability.PUSH_CHANGES: self._lacks(PUSH, "create", "read", "update"),
        }
        yield from ((word, why) for word, why in reasons.items() if why)

    @property
    def _rest(self) -> JsonObject:
        servers = (each for each in nodes(self.body, "rest") if each.get("mode") == "server")
        return next(servers, {})

    def _resource(self, kind: str) -> JsonObject:
        return next((one for one in nodes(self._rest, "resource") if one.get("type") == kind), {})

    def _lacks(self, kind: str, *interactions: str) -> str:
        stated = self._resource(kind)
        if not stated:
            return f"the EHR has no {kind}"
        offered = {text(each, "code") for each in nodes(stated, "interaction")}
        lacking = [one for one in interactions if one not in offered]
        return f"the EHR has no {', '.join(lacking)} of {kind}" if lacking else ""

    def _keeps_found(self, kind: str, *names: str) -> str:
        """Say what is missing to write a type and to find ours of it again."""
        gaps = (self._no_search([kind], name) for name in names)
        return self._lacks(kind, *KEEPS) or next(filter(None, gaps), "")

    def _no_search(self, kinds: Iterable[str], name: str) -> str:
        everywhere = nodes(self._rest, "searchParam")
        for kind in kinds:
            stated = self._resource(kind)
            names = {text(each, "name") for each in [*everywhere, *nodes(stated, "searchParam")]}
            if why := self._lacks(kind, "search-type"):
                return why
            if name not in names:
                return f"the EHR does not search {kind} by {name}"
        return ""

    def _no_create_once(self, kinds: Iterable[str], profile: Profile) -> str:
        element = "conditionalCreate" if profile.create_by == "condition" else "updateCreate"
        for kind in kinds:
            if not flag(self._resource(kind), element):
                return f"the EHR states no {element} of {kind}"
        return ""

    def _no_versions(self, kinds: Iterable[str]) -> str:
        for kind in kinds:
            if text(self._resource(kind), "versioning") not in {"versioned", "versioned-update"}:
                return f"the EHR states no versions of {kind}"
        return ""
