"""What is generated from the manifest's model is what stands in the tree."""

from __future__ import annotations

from pathlib import Path

from witnessmark.manifest import reference, schema
from witnessmark.manifest.load import load_manifest
from witnessmark.shipped import shipped

ROOT = Path(__file__).parents[3]


def test_the_published_schema_is_the_model_s() -> None:
    published = shipped("schemas/manifest.schema.json").read_text(encoding="utf-8")
    assert published == schema.render(), (
        "witnessmark manifest schema > schemas/manifest.schema.json writes it anew"
    )


def test_the_published_reference_is_the_manifest_s() -> None:
    written = reference.render(load_manifest(shipped("manifest.yaml")).value)
    assert (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8") == written, (
        "python -m witnessmark.manifest.reference > docs/manifest.md writes it anew"
    )


def test_every_section_of_the_schema_refuses_keys_it_does_not_name() -> None:
    published = schema.manifest_schema()
    sections = [published, *(one for one in published["$defs"].values() if "properties" in one)]
    assert len(sections) == 10
    assert all(section["additionalProperties"] is False for section in sections)
