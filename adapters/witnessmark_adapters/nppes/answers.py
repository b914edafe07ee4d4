"""Reads answers of the NPI registry, version 2.1. Addresses and phone numbers are never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from witnessmark.domain.checking import Entry, Found, StatedLicence
from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.wire import Response, read_json

_ACTIVE = "A"
_INDIVIDUAL, _ORGANISATION = "NPI-1", "NPI-2"
_DEACTIVATED = "15"
"""The error that an NPI out of service is answered with, and nothing else of it."""

_WORD = re.compile(r"[a-z_]{1,40}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Problem(_Part):
    field: str = ""
    number: str | int = ""
    description: str = ""

    @property
    def means_deactivated(self) -> bool:
        said = "deactivated" in self.description.casefold()
        return said and (self.field, str(self.number)) == ("number", _DEACTIVATED)


class _Taxonomy(_Part):
    license: str | None = None
    state: str | None = None


class _Name(_Part):
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name)))


class _Basic(_Name):
    status: str = ""
    last_updated: str | None = None


class _Result(_Part):
    number: str | int
    enumeration_type: Annotated[str, Field(pattern=f"^({_INDIVIDUAL}|{_ORGANISATION})$")]
    basic: _Basic
    taxonomies: list[_Taxonomy] = []
    other_names: list[_Name] = []


class _Answer(_Part):
    result_count: int = 0
    results: list[_Result] | None = None
    problems: list[_Problem] = Field(default=[], alias="Errors")


def read_answer(response: Response, npi: str) -> Found:
    """Return what the answer states of this NPI.

    Raises RefusedError for its errors (named by field and number, never by their text), but for
    that of an NPI out of service; UnreadableAnswerError for what is no answer of this version.
    """
    answer = _parsed(response)
    evidence = sha256(response.body).hexdigest()
    if answer.problems:
        if any(one.means_deactivated for one in answer.problems):
            return Found(Entry.INACTIVE, evidence)
        raise RefusedError(
            f"The NPI registry refuses the question: {', '.join(_told(answer))}.",
            request_id=response.request_id,
        )
    if answer.results is None:
        raise _unreadable(response, "results")
    if not answer.results:
        return Found(Entry.NONE, evidence)
    if {str(one.number) for one in answer.results} != {npi} or len(answer.results) > 1:
        raise _unreadable(response, "number")
    return _found(answer.results[0], evidence)


def _found(result: _Result, evidence: str) -> Found:
    organisation = result.enumeration_type == _ORGANISATION
    names = () if organisation else tuple(filter(None, map(str, _names(result))))
    return Found(
        entry=Entry.ACTIVE if result.basic.status == _ACTIVE else Entry.INACTIVE,
        evidence=evidence,
        organisation=organisation,
        names=names,
        licences=tuple(dict.fromkeys(_licences(result))),
        updated=_day(result.basic.last_updated),
    )


def _names(result: _Result) -> Iterator[_Name]:
    yield result.basic
    yield from result.other_names


def _licences(result: _Result) -> Iterator[StatedLicence]:
    """Give the licences; people also enter `NA` and the like, which name none."""
    for one in result.taxonomies:
        number, state = (one.license or "").strip(), (one.state or "").strip().upper()
        if any(sign.isdigit() for sign in number):
            yield StatedLicence(number, f"US-{state}" if re.fullmatch("[A-Z]{2}", state) else "")


def _parsed(response: Response) -> _Answer:
    try:
        return _Answer.model_validate(read_json(response))
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
    raise _unreadable(response, place)


def _unreadable(response: Response, place: str) -> UnreadableAnswerError:
    message = f"What the NPI registry answered is no answer of version 2.1, at {place}."
    return UnreadableAnswerError(message, request_id=response.request_id)


def _told(answer: _Answer) -> Iterator[str]:
    for one in answer.problems:
        field = one.field if _WORD.fullmatch(one.field) else "unnamed"
        number = str(one.number)
        yield f"{field} (error {number})" if re.fullmatch("[0-9]{1,4}", number) else field


def _day(text: str | None) -> date | None:
    if not text or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
