"""Settings a clinic can give a value: their definitions and how a value is read. Holds no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from witnessmark.declared import nearest
from witnessmark.errors import DomainError
from witnessmark.manifest.reading import (
    Listed,
    Name,
    Scalar,
    Section,
    SettingDefault,
    Text,
    word_of,
)

_REFERENCE = re.compile(r"(?:env|file|keyring):\S+")


class SettingType(StrEnum):
    """What a setting's value is."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class SettingDefinition(Section):
    """One setting: its default holds until a clinic gives a value."""

    key: Name = Field(description="What commands call it.")
    title: Text = Field(description="What it does, in one line for people.")
    type: Annotated[SettingType, word_of(SettingType)]
    default: SettingDefault = Field(
        default=None, description="The value that holds without one; a secret has none."
    )
    choices: Listed[Text] = Field(default=(), description="The words of a choice.")
    minimum: int | None = Field(default=None, description="The least integer allowed.")
    maximum: int | None = Field(default=None, description="The greatest integer allowed.")
    secret: bool = Field(
        default=False,
        description="The value is a reference (`env:`, `file:`, `keyring:`), never the secret.",
    )

    def wrong(self, value: Scalar) -> str:
        """Say what is wrong with a value of this setting; empty when it fits."""
        kind = {SettingType.INTEGER: int, SettingType.BOOLEAN: bool}.get(self.type, str)
        if type(value) is not kind:
            return f"it must be {_SAID[self.type]}"
        if self.type is SettingType.CHOICE and value not in self.choices:
            return f"it must be one of {', '.join(self.choices)}"
        if kind is int and isinstance(value, int) and not self._reaches(value):
            return f"it must be from {_end(self.minimum)} to {_end(self.maximum)}"
        if self.secret and not _REFERENCE.fullmatch(str(value)):
            return "a secret is given as env:NAME, file:PATH or keyring:SERVICE/NAME"
        return ""

    def read(self, stored: str) -> str | int | bool:
        """Read a clinic's value. Raises DomainError, which never repeats the value."""
        value: str | int | bool = stored
        if self.type is SettingType.INTEGER and re.fullmatch(r"-?[0-9]{1,9}", stored):
            value = int(stored)
        if self.type is SettingType.BOOLEAN and stored in {"true", "false"}:
            value = stored == "true"
        if wrong := self.wrong(value):
            raise DomainError(
                "wrong_setting_value", f"{self.key} cannot have this value: {wrong}.", self.title
            )
        return value

    def _reaches(self, value: int) -> bool:
        return (self.minimum is None or self.minimum <= value) and (
            self.maximum is None or value <= self.maximum
        )


_SAID = {
    SettingType.TEXT: "a text",
    SettingType.INTEGER: "an integer",
    SettingType.BOOLEAN: "true or false",
    SettingType.CHOICE: "one of its choices",
}


def _end(limit: int | None) -> str:
    return "any" if limit is None else str(limit)


@dataclass(frozen=True, slots=True)
class SettingValues:
    """The values that hold in one clinic: its own (`stored`, as text), else the defaults."""

    definitions: Mapping[str, SettingDefinition]
    stored: Mapping[str, str]

    def value(self, key: str) -> Scalar:
        """Return what holds; None for a secret that was not given. Raises DomainError."""
        definition = defined(self.definitions, key)
        return definition.read(self.stored[key]) if key in self.stored else definition.default

    def integer(self, key: str) -> int:
        """Return an integer setting. Raises TypeError where the definition is another type."""
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(key)
        return value

    def text(self, key: str) -> str:
        """Return a text or a choice. Raises TypeError where the definition is another type."""
        value = self.value(key)
        if not isinstance(value, str):
            raise TypeError(key)
        return value

    def boolean(self, key: str) -> bool:
        """Return a boolean setting. Raises TypeError where the definition is another type."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise TypeError(key)
        return value


def defined(definitions: Mapping[str, SettingDefinition], key: str) -> SettingDefinition:
    """Return a definition. Raises DomainError naming the nearest one."""
    if key not in definitions:
        raise DomainError(
            "unknown_setting",
            "There is no such setting.",
            nearest(key, definitions).capitalize() + ".",
        )
    return definitions[key]
