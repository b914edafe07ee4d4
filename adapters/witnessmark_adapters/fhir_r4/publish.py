"""Writes `schemas/fhir/` under the manifest's canonical base: `python -m` this module."""

from __future__ import annotations

import json
from pathlib import Path

from witnessmark.declared import load
from witnessmark.manifest.model import Manifest
from witnessmark.shipped import shipped
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.artefacts import published


def canonical_base() -> str:
    """Return `identity.canonical` of the manifest that ships."""
    return load(shipped("manifest.yaml"), Manifest).value.identity.canonical


def as_text(artefact: JsonObject) -> str:
    """Return an artefact as it stands in its file."""
    return json.dumps(artefact, indent=2, ensure_ascii=False) + "\n"


def publish(folder: Path) -> None:
    """Write every artefact under a `schemas` folder."""
    for name, artefact in published(canonical_base()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(artefact), encoding="utf-8")


if __name__ == "__main__":
    publish(shipped("manifest.yaml").parent / "schemas")
