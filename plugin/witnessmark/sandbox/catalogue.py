"""The one table of what the sandbox practice can do.

The router obeys it and the CapabilityStatement is printed from it, so neither can claim more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Interaction(StrEnum):
    """FHIR R4 type-restful-interaction codes that are built here."""

    READ = "read"
    VREAD = "vread"
    UPDATE = "update"
    DELETE = "delete"
    HISTORY = "history-instance"
    CREATE = "create"
    SEARCH = "search-type"

    @property
    def scope_letter(self) -> str:
        """The SMART App Launch 2.2 permission letter that allows it."""
        return _SCOPE_LETTERS[self]


_SCOPE_LETTERS = {
    Interaction.READ: "r",
    Interaction.VREAD: "r",
    Interaction.HISTORY: "r",
    Interaction.UPDATE: "u",
    Interaction.DELETE: "d",
    Interaction.CREATE: "c",
    Interaction.SEARCH: "s",
}

ParameterType = Literal["token", "reference", "uri", "date", "string"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter: where in the resource its values stand, dots going down, lists flat."""

    name: str
    type: ParameterType
    path: str
    target: str = ""
    """For references: only to this type."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource type and all that can be done with it."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    required: tuple[str, ...] = ()
    """Its mandatory elements."""
    interactions: frozenset[Interaction] = frozenset(Interaction)
    conditional_create: bool = True
    conditional_update: bool = True
    update_create: bool = True

    def parameter(self, name: str) -> Parameter | None:
        """Find a search parameter of this type by its name."""
        return next((each for each in self.parameters if each.name == name), None)


_EVERYWHERE = (
    Parameter("_id", "token", "id"),
    Parameter("_lastUpdated", "date", "meta.lastUpdated"),
    Parameter("_tag", "token", "meta.tag"),
)
_IDENTIFIER = Parameter("identifier", "token", "identifier")
_STATUS = Parameter("status", "token", "status")
_ACTIVE = Parameter("active", "token", "active")
_AUTHOR = Parameter("author", "reference", "author")
_SUBJECT = Parameter("subject", "reference", "subject")
_TARGET = Parameter("target", "reference", "target")
_URL = Parameter("url", "uri", "url")


def _kind(name: str, required: tuple[str, ...], *parameters: Parameter) -> Kind:
    return Kind(name, (*_EVERYWHERE, *parameters), required)


def _by_name(*kinds: Kind) -> Mapping[str, Kind]:
    return {kind.name: kind for kind in kinds}


CATALOGUE: Mapping[str, Kind] = _by_name(
    _kind(
        "Appointment",
        ("status", "participant"),
        _IDENTIFIER,
        _STATUS,
        Parameter("date", "date", "start"),
        Parameter("actor", "reference", "participant.actor"),
        Parameter("practitioner", "reference", "participant.actor", "Practitioner"),
        Parameter("patient", "reference", "participant.actor", "Patient"),
    ),
    _kind("CodeSystem", ("status", "content"), _IDENTIFIER, _STATUS, _URL),
    _kind(
        "DocumentReference",
        ("status", "content"),
        _IDENTIFIER,
        _STATUS,
        _AUTHOR,
        _SUBJECT,
        Parameter("authenticator", "reference", "authenticator"),
        Parameter("category", "token", "category.coding"),
        Parameter("date", "date", "date"),
    ),
    _kind("Patient", (), _IDENTIFIER, _ACTIVE),
    _kind("Practitioner", (), _IDENTIFIER, _ACTIVE, Parameter("name", "string", "name")),
    _kind(
        "PractitionerRole",
        (),
        _IDENTIFIER,
        _ACTIVE,
        Parameter("practitioner", "reference", "practitioner"),
    ),
    _kind(
        "Provenance",
        ("target", "recorded", "agent"),
        _TARGET,
        Parameter("agent", "reference", "agent.who"),
        Parameter("recorded", "date", "recorded"),
    ),
    _kind("Questionnaire", ("status",), _IDENTIFIER, _STATUS, _URL),
    _kind(
        "QuestionnaireResponse",
        ("status",),
        _IDENTIFIER,
        _STATUS,
        _AUTHOR,
        _SUBJECT,
        Parameter("authored", "date", "authored"),
        Parameter("questionnaire", "uri", "questionnaire"),
    ),
    _kind(
        "Subscription",
        ("status", "reason", "criteria", "channel"),
        _STATUS,
        Parameter("type", "token", "channel.type"),
        Parameter("url", "uri", "channel.endpoint"),
    ),
    _kind(
        "Task",
        ("status", "intent"),
        _IDENTIFIER,
        _STATUS,
        Parameter("code", "token", "code.coding"),
        Parameter("focus", "reference", "focus"),
        Parameter("modified", "date", "lastModified"),
        Parameter("owner", "reference", "owner"),
    ),
    _kind("VerificationResult", ("status",), _TARGET),
)
