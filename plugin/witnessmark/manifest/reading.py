"""How the manifest's values are read: strictly, with the nearest known word when one is wrong."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from witnessmark.declared import nearest

T = TypeVar("T")

Scalar = str | int | bool | None

DURATION_PATTERN = r"^[1-9][0-9]{0,5}[smhd]$"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Section(BaseModel):
    """A part of the manifest: frozen, strict, no key but the ones it names."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def word_of(words: type[StrEnum]) -> BeforeValidator:
    """Read one word of a fixed vocabulary; never repeats what was written instead."""

    def read(value: object) -> object:
        if not isinstance(value, str) or value in set(words):
            return words(value) if isinstance(value, str) else value
        hint = nearest(value, words)
        raise PydanticCustomError("unknown_word", "This word is not known: {hint}", {"hint": hint})

    return BeforeValidator(read)


def _duration(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(DURATION_PATTERN, value):
        raise PydanticCustomError("not_a_duration", "Write a duration as 30s, 15m, 1h or 7d")
    return int(value[:-1]) * _SECONDS[value[-1]]


def _scalar(value: object) -> object:
    if not isinstance(value, Scalar):
        raise PydanticCustomError("not_a_scalar", "Write a text, an integer, true or false")
    return value


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


CANONICAL_PATTERN = r"^https://[^/?#@\s]+(/[^/?#\s]+)*$"
SEMVER_PATTERN = (
    r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
)
SCOPE_PATTERN = r"^(system|user)/[A-Z][A-Za-z]*\.(?=[cruds])c?r?u?d?s?$"

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
PackName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Seconds = Annotated[int, BeforeValidator(_duration), _pattern(DURATION_PATTERN)]
SettingDefault = Annotated[Scalar, BeforeValidator(_scalar)]
Listed = Annotated[tuple[T, ...], Field(strict=False)]

# The next three are judged by `check`, which can say more than "does not match"; an editor that
# reads the JSON Schema marks them while they are typed.
Canonical = Annotated[str, _pattern(CANONICAL_PATTERN)]
Version = Annotated[str, _pattern(SEMVER_PATTERN)]
ScopeText = Annotated[str, _pattern(SCOPE_PATTERN)]
