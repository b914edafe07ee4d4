"""RFC 8785 canonical JSON and its digest. Integers, strings, booleans only: no float is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import rfc8785
from pydantic import TypeAdapter


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of a JSON value or a frozen dataclass.

    Raises ValueError for floats and for integers beyond 2**53 (section 3.2.2.3 would round them).
    """
    document = plain(value)
    _refuse_floats(document)
    return rfc8785.dumps(document)


def digest(value: object) -> str:
    """Return the lower-case hex SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value has no narrower type
    """Return a dataclass or pydantic value as plain JSON types; JSON itself comes back as it is."""
    if value is None or isinstance(value, (str, int, float, Mapping, list)):
        return value
    kind: Any = type(value)
    return adapter_of(kind).dump_python(value, mode="json")


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type pydantic reads
    """Return the one pydantic adapter of a type."""
    return TypeAdapter(kind)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        message = "a float cannot be canonical: use an integer or a string"
        raise ValueError(message)  # noqa: TRY004 - the value is wrong, not the caller's type
    if isinstance(value, Mapping):
        for member in value.values():
            _refuse_floats(member)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for member in value:
            _refuse_floats(member)
