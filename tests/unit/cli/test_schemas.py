"""What commands print is described by the schemas that ship, and by nothing else there."""

from __future__ import annotations

from witnessmark.cli.schemas import schemas
from witnessmark.shipped import shipped


def test_the_shipped_schemas_are_those_of_the_code() -> None:
    there = {
        file.name: file.read_text(encoding="utf-8") for file in shipped("schemas/cli").iterdir()
    }
    assert there == schemas()
