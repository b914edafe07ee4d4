"""Dates as spreadsheets write them. Whether day or month comes first is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

_NUMERIC = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})\.? ([a-z]{3,9})\.?,? ([0-9]{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_LAST_MONTH = 12


class DateOrder(StrEnum):
    """How a date of three numbers is meant."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """Return the one order in which these dates were written, if they prove it."""
    proofs = {proof for text in texts if (proof := _proof(text)) is not None}
    return proofs.pop() if len(proofs) == 1 else None


def doubtful_dates(texts: Iterable[str]) -> tuple[str, ...]:
    """Return up to three dates whose order must be asked: nothing proves it, or proofs disagree."""
    written = list(texts)
    if order_of(written) is not None:
        return ()
    proven = [text for text in written if _proof(text) is not None]
    return tuple([*proven, *(text for text in written if _reads_both_ways(text))][:3])


def read_date(text: str, order: DateOrder) -> date:
    """Read a date: `2026-11-16`, `16 Nov 2026`, `Nov 16, 2026`, or three numbers in `order`.

    Raises ValueError saying what is wrong.
    """
    parts = _parts(text.casefold(), order)
    if parts is None:
        raise ValueError(f"{text!r} is not a date with a four-digit year")
    try:
        return date(*parts)
    except ValueError:
        raise ValueError(f"there is no {text} in the calendar") from None


def _parts(text: str, order: DateOrder) -> tuple[int, int, int] | None:
    if found := _ISO.fullmatch(text):
        return (int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        return (year, second, first) if order is DateOrder.DAY_FIRST else (year, first, second)
    if (found := _DAY_MONTH.fullmatch(text)) and (month := _month(found[2])):
        return (int(found[3]), month, int(found[1]))
    if (found := _MONTH_DAY.fullmatch(text)) and (month := _month(found[1])):
        return (int(found[3]), month, int(found[2]))
    return None


def _month(word: str) -> int | None:
    named = [n for n, name in enumerate(_MONTHS, start=1) if name.startswith(word)]
    return named[0] if len(named) == 1 else None


def _proof(text: str) -> DateOrder | None:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    first_is_day, second_is_day = int(found[1]) > _LAST_MONTH, int(found[2]) > _LAST_MONTH
    if first_is_day == second_is_day:
        return None
    return DateOrder.DAY_FIRST if first_is_day else DateOrder.MONTH_FIRST


def _reads_both_ways(text: str) -> bool:
    found = _NUMERIC.fullmatch(text)
    if found is None or found[1].lstrip("0") == found[2].lstrip("0"):
        return False
    return int(found[1]) <= _LAST_MONTH and int(found[2]) <= _LAST_MONTH
