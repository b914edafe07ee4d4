"""A frozen value as stored JSON and back; its private parts apart, sealed to their place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from witnessmark.canonical import adapter_of, plain
from witnessmark.errors import StoreError
from witnessmark.ports.secrets import Seal
from witnessmark.store.kinds import K, Kind

Written = tuple[str, bytes | None]
"""The clear document and the sealed rest of it."""


def write(kind: Kind[K], value: K, *, seal: Seal, place: str) -> Written:
    """Return what is stored of a value at this place (`clinic|shelf|id/version`)."""
    document = plain(value)
    private = {path: part for path in kind.private if (part := _take(document, path)) is not None}
    return _dump(document), seal.close(_dump(private), place) if private else None


def read(kind: Kind[K], written: Written, *, seal: Seal, place: str) -> K:
    """Return the value that is stored at this place. Raises StoreError if it is no longer one."""
    clear, sealed = written
    reader = adapter_of(kind.type)
    try:
        if sealed is None:
            value: K = reader.validate_json(clear)
            return value
        document = json.loads(clear)
        for path, part in json.loads(seal.open(sealed, place)).items():
            _give(document, path, part=part)
        value = reader.validate_python(document)
    except (ValidationError, ValueError, LookupError, TypeError):
        # The database's words would hold the data.
        message = f"The store holds a {kind.name} that cannot be read. Put back the last backup."
        raise StoreError(message) from None
    return value


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _take(document: Any, path: str) -> object:  # noqa: ANN401 - JSON has no narrower type
    *way, last = path.split(".")
    holder = _walk(document, way)
    return None if holder is None else holder.pop(last)


def _give(document: Any, path: str, *, part: object) -> None:  # noqa: ANN401 - as above
    *way, last = path.split(".")
    _walk(document, way)[last] = part


def _walk(document: Any, way: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    for step in way:
        if document is None:
            return None
        document = document[step]
    return document
