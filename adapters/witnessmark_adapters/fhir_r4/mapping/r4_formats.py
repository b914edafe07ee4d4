"""The primitive types of R4 as JSON carries them (HL7 FHIR 4.0.1, datatypes, read 2026-11)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

_YEAR: Final = r"(?!0000)\d{4}"
_DAY: Final = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE: Final = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
_DATE: Final = rf"{_YEAR}(-(0[1-9]|1[0-2])|-{_DAY})?"
_TEXT: Final = r"[^\x00-\x08\x0b\x0c\x0e-\x1f]+"
_URI: Final = r"\S+"

_TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    kind: re.compile(pattern, re.ASCII)
    for kind, pattern in {
        "string": _TEXT,
        "markdown": _TEXT,
        "xhtml": r"<div[\s>][\s\S]*</div>",
        "code": r"\S+( \S+)*",
        "id": r"[A-Za-z0-9\-.]{1,64}",
        "uri": _URI,
        "url": _URI,
        "canonical": _URI,
        "oid": r"urn:oid:[0-2](\.(0|[1-9]\d*))+",
        "uuid": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "base64Binary": r"(\s*[0-9a-zA-Z+/=]{4}\s*)+",
        "date": _DATE,
        "dateTime": rf"{_DATE}|{_YEAR}-{_DAY}T{_TIME}{_ZONE}",
        "instant": rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}",
        "time": _TIME,
    }.items()
}
_WHOLE: Final[Mapping[str, int]] = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_LARGEST: Final = 2**31 - 1
_CALENDAR: Final = frozenset({"date", "dateTime", "instant"})
_FULL_DATE: Final = len("2026-11-24")

PRIMITIVES: Final = frozenset({*_TEXTS, *_WHOLE, "boolean", "decimal"})


def fits(kind: str, value: object) -> bool:
    """Say whether a JSON value is a well-formed primitive of that R4 type; "60" is no integer."""
    if isinstance(value, bool) or kind == "boolean":
        return isinstance(value, bool) and kind == "boolean"
    if kind in _WHOLE:
        return isinstance(value, int) and _WHOLE[kind] <= value <= _LARGEST
    if kind == "decimal":
        return isinstance(value, int | float | Decimal)
    if not isinstance(value, str) or not _TEXTS[kind].fullmatch(value):
        return False
    return kind not in _CALENDAR or _is_in_the_calendar(value)


def _is_in_the_calendar(value: str) -> bool:
    day = value[:_FULL_DATE]
    if len(day) < _FULL_DATE:
        return True
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
