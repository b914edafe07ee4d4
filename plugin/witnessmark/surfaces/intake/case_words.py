"""The words a case file is written in: ids, names, days, times. Each says plainly what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from witnessmark.domain.ids import ID_PATTERN
from witnessmark.surfaces.intake.moments import (
    CLOCK_PATTERN,
    DAY_PATTERN,
    MOMENT_PATTERN,
    read_clock,
    read_day,
    read_moment,
)

T = TypeVar("T")


class Item(BaseModel):
    """Anything in a case file: a key that is not known is refused."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


_TIME_ZONES = available_timezones()

_NPI_DIGITS = 10
_LUHN_OF_PREFIX_80840 = 24


def npi_is_valid(npi: str) -> bool:
    """Whether ten digits are an NPI (Luhn over 80840 and the number, 45 CFR 162.406)."""
    if not re.fullmatch(rf"[0-9]{{{_NPI_DIGITS}}}", npi):
        return False
    doubled = [2 * int(digit) for digit in npi[-2::-2]]
    plain = [int(digit) for digit in npi[-1::-2]]
    total = sum(each // 10 + each % 10 for each in doubled) + sum(plain)
    return (total + _LUHN_OF_PREFIX_80840) % 10 == 0


def _text(value: str) -> str:
    return value


def _id(value: str) -> str:
    if not re.fullmatch(ID_PATTERN, value):
        raise ValueError(f"{value!r} is no id: an id is 1 to 64 of A-Z a-z 0-9 - and .")
    return value


def _npi(value: str) -> str:
    if not npi_is_valid(value):
        raise ValueError(f"{value} is not an NPI: ten digits, the last one a check digit")
    return value


def _time_zone(value: str) -> str:
    if value not in _TIME_ZONES:
        raise ValueError(f"{value!r} is not a time zone such as America/Los_Angeles")
    return value


def _read_by(reader: Callable[[str], object]) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            what = f'a number that is a name or a date stands in quotes: "{value}"'
            raise PydanticCustomError("number_without_quotes", "{what}", {"what": what})
        try:
            return reader(value) if isinstance(value, str) else value
        except ValueError as error:
            raise PydanticCustomError("wrong_value", "{what}", {"what": str(error)}) from None

    return BeforeValidator(read)


def _at_least_one(items: tuple[object, ...]) -> tuple[object, ...]:
    """Run after the items: a list whose only item is wrong is not told to be empty, too."""
    if not items:
        raise PydanticCustomError("too_short", "at least one is needed")
    return items


def _string(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Text = Annotated[str, _read_by(_text), Field(min_length=1, max_length=500)]
Id = Annotated[str, _read_by(_id), _string(ID_PATTERN)]
Npi = Annotated[str, _read_by(_npi), _string(r"^[0-9]{10}$")]
TimeZone = Annotated[str, _read_by(_time_zone), WithJsonSchema({"type": "string"})]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Minutes = Annotated[int, Field(ge=1, le=1500)]
Day = Annotated[date, _read_by(read_day), _string(DAY_PATTERN)]
Clock = Annotated[time, _read_by(read_clock), _string(CLOCK_PATTERN)]
Moment = Annotated[datetime, _read_by(read_moment), _string(MOMENT_PATTERN)]
Many = Annotated[tuple[T, ...], Field(strict=False)]
Some = Annotated[
    tuple[T, ...],
    Field(strict=False, json_schema_extra={"minItems": 1}),
    AfterValidator(_at_least_one),
]
Word = Annotated[T, Field(strict=False)]
