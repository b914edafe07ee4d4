"""What is known of a kind of host beyond its CapabilityStatement, as data in `profiles/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from witnessmark.declared import load
from witnessmark.domain.capabilities import Capability
from witnessmark.errors import DomainError
from witnessmark_adapters.fhir_r4.cosign import Cosign

_FOLDER = Path(__file__).parent / "profiles"
PROFILES = tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


EventProof = Literal["key", "signature"]


class Profile(BaseModel):
    """How to speak to one kind of host. Every key changes what goes over the wire."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    create_by: Literal["condition", "own_id"]
    """How a host that can create once is asked to: If-None-Exist, or PUT under an id of ours."""
    conditions_on_tag: bool
    """Whether If-None-Exist may name `_tag`; else Provenances are searched for first."""
    trusts: tuple[Annotated[Capability, Field(strict=False)], ...] = Field(strict=False)
    """What the host can do although its CapabilityStatement does not say so."""
    page_size: int = Field(ge=1, le=1000)
    overlap_seconds: int = Field(ge=1, le=86400)
    """How far a pull looks back: a slow transaction may show up with an earlier time."""
    events_proven_by: EventProof
    """How the host's events prove themselves: a key in a header, or a signature over the body."""
    cosign: Cosign
    """What the host's notes show of their co-signature."""
    narrows_by_system: bool
    """Whether `identifier=system|` and `_tag=system|` work: then only copies of ours are read."""


@cache
def profile_named(name: str) -> Profile:
    """Return a profile that ships with this adapter. Raises DomainError naming those there are."""
    if name not in PROFILES:
        raise DomainError(
            "unknown_profile",
            f"The adapter fhir_r4 has no profile {name!r}.",
            f"It has {', '.join(PROFILES)}.",
        )
    return load(_FOLDER / f"{name}.yaml", Profile).value
