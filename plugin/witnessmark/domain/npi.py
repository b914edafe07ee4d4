"""The National Provider Identifier's own check digit. Says nothing of who holds it."""

from __future__ import annotations

import re

_PREFIX = "80840"
"""The prefix that its check digit is computed with (45 CFR 162.406; ISO/IEC 7812, "80" and US)."""


def npi_is_sound(npi: str) -> bool:
    """Whether this is ten digits of which the last is the check digit of the others (Luhn)."""
    if not re.fullmatch(r"[0-9]{10}", npi):
        return False
    digits = [int(digit) for digit in reversed(_PREFIX + npi)]
    doubled = (2 * digit for digit in digits[1::2])
    return (sum(digits[::2]) + sum(twice // 10 + twice % 10 for twice in doubled)) % 10 == 0
