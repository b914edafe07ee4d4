"""The manifest as JSON Schema 2020-12, for editors and for who does not read Python."""

from __future__ import annotations

import json

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from witnessmark.manifest.model import Manifest

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the key."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's hook
        return False


def manifest_schema() -> JsonSchemaValue:
    """Return the schema; semantic checks (`check`) see more than it can say."""
    return {"$schema": DIALECT} | Manifest.model_json_schema(schema_generator=_Untitled)


def render() -> str:
    """Return the text of `schemas/manifest.schema.json`."""
    return json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"
