"""The NPI registry of the Centers for Medicare & Medicaid Services (NPPES), read API 2.1."""

from __future__ import annotations

from witnessmark.ports.registry import RegistryInfo
from witnessmark_adapters.nppes.registry import NpiRegistry

REGISTRY = RegistryInfo(
    name="nppes",
    title="NPI registry (NPPES)",
    base_url="https://npiregistry.cms.hhs.gov/api",
    proves=(
        "A match means that the NPI registry states the same licence number and state. Providers"
        " enter these themselves; it is no licence board, and an NPI does not mean that anybody is"
        " licensed."
    ),
    create=NpiRegistry,
)
