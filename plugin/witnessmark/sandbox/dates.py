"""FHIR dates as the spans of time they stand for, and the prefixes of R4 3.1.1.5 on them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)
_PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le")


@lru_cache(maxsize=4096)
def span(text: str) -> tuple[datetime, datetime]:
    """Return first instant and first instant after; without a zone it is read as UTC.

    Raises ValueError for what is no FHIR date.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        message = "not a FHIR date, dateTime or instant"
        raise ValueError(message)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    low = datetime.fromisoformat(
        f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        f".{(fraction or '0')[:6]:0<6}{zone or 'Z'}"
    )
    if month is None:
        return low, low.replace(year=low.year + 1)
    if day is None:
        return low, (low + timedelta(days=32)).replace(day=1)
    if hour is None:
        return low, low + timedelta(days=1)
    if second is None:
        return low, low + timedelta(minutes=1)
    return low, low + timedelta(microseconds=10 ** max(0, 6 - len(fraction or "")))


@dataclass(frozen=True, slots=True)
class Bound:
    """One date search value: a prefix and the span it compares with."""

    prefix: str
    low: datetime
    high: datetime

    @classmethod
    def parse(cls, text: str) -> "Bound":
        """Read `ge2026-11-19` and its like; raises ValueError."""
        prefix, rest = (text[:2], text[2:]) if text[:2] in _PREFIXES else ("eq", text)
        return cls(prefix, *span(rest))

    def admits(self, low: datetime, high: datetime) -> bool:
        """Whether the span of a resource's own date satisfies this bound."""
        inside = self.low <= low and high <= self.high
        match self.prefix:
            case "gt":
                return high > self.high
            case "ge":
                return high > self.high or inside
            case "lt":
                return low < self.low
            case "le":
                return low < self.low or inside
            case "ne":
                return not inside
            case _:
                return inside
