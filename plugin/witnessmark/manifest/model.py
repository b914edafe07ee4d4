"""The manifest as a model: every choice has one place and one meaning. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from witnessmark.domain.actors import Action, Role
from witnessmark.domain.capabilities import Capability, ObjectKind, Projection
from witnessmark.manifest.reading import (
    Canonical,
    Listed,
    Name,
    PackName,
    ScopeText,
    Seconds,
    Section,
    Text,
    Version,
    word_of,
)
from witnessmark.manifest.settings import SettingDefinition, SettingValues, defined


class Tier(StrEnum):
    """How far a host is looked after.

    `supported`: every profile is run against a real server before each release;
    `experimental`: some are.
    """

    SUPPORTED = "supported"
    EXPERIMENTAL = "experimental"


class Authority(StrEnum):
    """Who holds the truth of a kind of record.

    `witnessmark`: our record, the EHR holds a projection of it; `host`: the EHR's own, ours stays
    here and is never written over it.
    """

    WITNESSMARK = "witnessmark"
    HOST = "host"


class OnConflict(StrEnum):
    """What happens when one of our own elements was changed in the EHR.

    `ask`: a person decides; `ours`: ours is written again; `theirs`: the EHR's change is left.
    """

    ASK = "ask"
    OURS = "ours"
    THEIRS = "theirs"


class Surface(StrEnum):
    """What people and hosts touch: `commands` on the server, `intake` of files, `webhooks`."""

    COMMANDS = "commands"
    INTAKE = "intake"
    WEBHOOKS = "webhooks"


CapabilityWord = Annotated[Capability, word_of(Capability)]
KindWord = Annotated[ObjectKind, word_of(ObjectKind)]
ProjectionWord = Annotated[Projection, word_of(Projection)]
RoleWord = Annotated[Role, word_of(Role)]
ActionWord = Annotated[Action, word_of(Action)]
SurfaceWord = Annotated[Surface, word_of(Surface)]


class Identity(Section):
    """What the plugin is."""

    name: Name
    title: Text
    version: Version = Field(description="Semantic version; equals the package's.")
    publisher: Text
    licence: Text = Field(description="SPDX expression.")
    canonical: Canonical = Field(
        description="The https URL that begins every identifier; changing it is a migration."
    )
    description: Text


class HostChoices(Section):
    """One host, by the name of its adapter."""

    tier: Annotated[Tier, word_of(Tier)]
    profiles: Listed[Name] = Field(min_length=1, description="Profiles of the adapter in use.")
    scopes: Listed[ScopeText] = Field(
        description="All we may ask the EHR for: SMART v2, `system/Type.cruds`, as few as will do."
    )


class CapabilityChoice(Section):
    """One thing an EHR may be able to do."""

    required: bool = Field(description="Whether nothing syncs without it.")
    without: Text = Field(description="What happens where the EHR cannot do it.")


class ObjectChoices(Section):
    """One kind of record."""

    enabled: bool = Field(description="Whether it may leave the store at all.")
    projections: Listed[ProjectionWord] = Field(
        description="How it may stand in the EHR; the first that the terms allow; ends in `local`."
    )
    authority: Annotated[Authority, word_of(Authority)]
    on_conflict: Annotated[OnConflict, word_of(OnConflict)]


class Rules(Section):
    """Board rules."""

    packs: Listed[PackName] = Field(description="Rule packs that ship with this version.")


class Schedules(Section):
    """How often the sync loop does what.

    A duration: `30s`, `15m`, `1h`, `7d`.
    """

    deliver: Seconds = Field(description="Send what is owed to the EHR.")
    pull: Seconds = Field(description="Read what changed in the EHR.")
    sweep: Seconds = Field(
        description="Look at every copy of ours and the whole staff list, at the next pull."
    )


class Retention(Section):
    """How long things are kept at the least. This version removes nothing by itself."""

    records_years: int = Field(
        description="Sessions, logs, attestations and every version of them."
    )
    audit_years: int = Field(description="The audit chain.")


class Privacy(Section):
    """What the plugin does not know, and what never leaves it."""

    never_stored: Listed[Text] = Field(min_length=1)
    never_leaves: Listed[Text] = Field(min_length=1)
    note: Text


class Manifest(Section):
    """What the plugin is, needs and offers. Defines settings, never holds a clinic's values."""

    manifest: int = Field(ge=1, le=1, description="The version of this format.")
    identity: Identity
    hosts: Mapping[Text, HostChoices] = Field(description="Hosts, by the name of the adapter.")
    capabilities: Mapping[CapabilityWord, CapabilityChoice] = Field(
        description="What an EHR has to be able to do, and what happens where it cannot."
    )
    objects: Mapping[KindWord, ObjectChoices] = Field(description="Every kind of record.")
    rules: Rules
    surfaces: Listed[SurfaceWord] = Field(description="What people touch.")
    schedules: Schedules
    settings: Listed[SettingDefinition] = Field(description="What a clinic can set.")
    retention: Retention
    permissions: Mapping[RoleWord, Listed[ActionWord]] = Field(
        description="What each role may do. The operator is whoever runs commands: no person."
    )
    privacy: Privacy

    def capabilities_wanted(self) -> Mapping[Capability, bool]:
        """Return every capability asked for; True where it is required."""
        return {word: choice.required for word, choice in self.capabilities.items()}

    def object(self, kind: ObjectKind) -> ObjectChoices:
        """Return what was chosen for a kind of record; `check` has seen that each is there."""
        return self.objects[kind]

    def permission_table(self) -> dict[Role, frozenset[Action]]:
        """Return what each role may do; a role that is not named may nothing."""
        return {role: frozenset(actions) for role, actions in self.permissions.items()}

    def setting(self, key: str) -> SettingDefinition:
        """Return a setting's definition. Raises DomainError naming the nearest one."""
        return defined(self.definitions(), key)

    def values(self, stored: Mapping[str, str]) -> SettingValues:
        """Return the values that hold in a clinic that set these."""
        return SettingValues(self.definitions(), stored)

    def definitions(self) -> Mapping[str, SettingDefinition]:
        """Return every setting's definition by its key."""
        return {definition.key: definition for definition in self.settings}
