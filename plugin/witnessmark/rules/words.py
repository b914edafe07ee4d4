"""The words a pack is written in: names, days, exact fractions, doubts. Each says what is wrong."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

T = TypeVar("T")

_FRACTION = r"^[0-9]+(\.[0-9]+)?%?$|^[0-9]+/[1-9][0-9]*$"
_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Section(BaseModel):
    """A part of a pack: strict, frozen, with nothing unknown in it."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True
    )


def _name(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_NAME, value):
        what = f"{value!r} is not a name of small letters, digits and hyphens such as us-ca-amft"
        raise PydanticCustomError("wrong_value", "{what}", {"what": what})
    return value


def _fraction(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return value
    text = str(value)
    if not re.fullmatch(_FRACTION, text):
        what = f"{text!r} is not a number such as 2, 1.33, 7.5% or 1/15"
        raise PydanticCustomError("wrong_value", "{what}", {"what": what})
    return Fraction(text[:-1]) * Fraction(1, 100) if text.endswith("%") else Fraction(text)


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        what = f"{value!r} is not a day such as 2026-11-24"
        raise PydanticCustomError("wrong_value", "{what}", {"what": what}) from None


def _minutes(value: object) -> object:
    """Read `10 h`, `7.5 h` or `45 min` into whole minutes."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?(h|min)", value)
    minutes = Fraction(found[1]) * (60 if found[2] == "h" else 1) if found else None
    if minutes is None or minutes.denominator != 1:
        what = f"{value!r} is not a time in whole minutes such as 10 h, 7.5 h or 45 min"
        raise PydanticCustomError("wrong_value", "{what}", {"what": what})
    return minutes.numerator


def _written_minutes(minutes: int) -> str:
    """Write `10 h`, `7.5 h` or `45 min`, as a pack does."""
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return f"{hours} h"
    return f"{minutes} min" if hours <= 1 or rest % 6 else f"{hours}.{rest // 6} h"


def _written_fraction(number: Fraction) -> str:
    """Write `60%`, `1.33`, `2` or `1/15`, as a pack does."""
    thousandths, rest = divmod(number * (100 if number < 1 else 1) * 1000, 1)
    if rest:
        return str(number)
    text = f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0").rstrip(".")
    return f"{text}%" if number < 1 else text


def listed(value: object) -> object:
    """Take one for a list of one."""
    return [value] if isinstance(value, str) else value


Name = Annotated[str, Field(pattern=_NAME, max_length=64), BeforeValidator(_name)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Exact = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(_written_fraction, when_used="json"),
    WithJsonSchema({"type": ["integer", "string"], "pattern": _FRACTION}),
]
Minutes = Annotated[
    int,
    BeforeValidator(_minutes),
    PlainSerializer(_written_minutes, when_used="json"),
    Field(ge=0),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?(h|min)$"}),
]
Many = Annotated[tuple[T, ...], Field(strict=False), BeforeValidator(listed)]
Word = Annotated[T, Field(strict=False)]
