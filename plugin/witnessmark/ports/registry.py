"""What the plugin asks of a registry of licences. A registry yields requests, opens no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from witnessmark.domain.checking import Found
from witnessmark.wire import Call


@dataclass(frozen=True, slots=True)
class AskedLicence:
    """A licence that is asked about. `jurisdiction` is ISO 3166-2."""

    number: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a registry is asked about: no name; it sends on only what it cannot do without."""

    npi: str
    licences: tuple[AskedLicence, ...]


class Registry(Protocol):
    """One registry, asked through calls. May raise any HostError; then nothing is known."""

    def look_up(self, asked: Asked) -> Call[Found]:
        """Return what the registry states of one person."""
        ...


@dataclass(frozen=True, slots=True)
class RegistryInfo:
    """What a registry is; the entry point `witnessmark.registries` names one of these.

    `proves` is one sentence: what a match means, and what it does not. `create` takes a base URL.
    """

    name: str
    title: str
    base_url: str
    proves: str
    create: Callable[[str], Registry]


Registries = Mapping[str, RegistryInfo]
