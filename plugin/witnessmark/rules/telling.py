"""Minutes and periods as people read them."""

from __future__ import annotations

from fractions import Fraction

from witnessmark.rules.windows import Period


def hours(minutes: int | Fraction) -> str:
    """Return `12 h`, `7 h 30 min` or `45 min` for minutes; part minutes are cut off."""
    whole, rest = divmod(int(minutes), 60)
    if not whole:
        return f"{rest} min"
    return f"{whole:,} h {rest} min" if rest else f"{whole:,} h"


def days(period: Period) -> str:
    """Return `2026-03-09 to 2026-03-15`, or the one day."""
    if period.first == period.last:
        return str(period.first)
    return f"{period.first} to {period.last}"
