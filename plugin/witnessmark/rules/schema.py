"""A rule pack as JSON Schema 2020-12, for editors: `witnessmark rules schema` prints it."""

from __future__ import annotations

import json

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from witnessmark.rules.pack import Pack
from witnessmark.rules.words import listed

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Leaves out titles that only repeat the key; one may stand where a list of one is meant."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's hook
        return False

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        many = schema["schema"]
        if schema["function"]["function"] is not listed or many["type"] != "tuple":
            return inner
        one = many["items_schema"][0]
        word = one["schema"] if one["type"] == "function-before" else one
        alone = word["type"] in {"str", "enum", "literal"}
        return {"anyOf": [inner["items"], inner]} if alone else inner

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        inner = super().dict_schema(schema)
        return inner | {"additionalProperties": False} if "patternProperties" in inner else inner


def pack_schema() -> JsonSchemaValue:
    """Return the schema; `witnessmark rules check` sees more than it can say."""
    return {"$schema": DIALECT} | Pack.model_json_schema(schema_generator=_AsWritten)


def render() -> str:
    """Return the text of `schemas/rule-pack.schema.json`."""
    return json.dumps(pack_schema(), indent=2, ensure_ascii=False) + "\n"
