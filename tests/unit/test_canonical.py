"""Canonical JSON: one text for one value, and no number that another reader could round."""

import json
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from witnessmark.canonical import canonical_bytes, digest

SAFE = 2**53 - 1
LEAVES = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def turned(value: object) -> object:
    """Return the same value with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(member) for member in value] if isinstance(value, list) else value


@given(VALUES)
def test_the_order_of_keys_does_not_matter_and_nothing_is_lost(value: object) -> None:
    written = canonical_bytes(value)
    assert canonical_bytes(turned(value)) == written
    assert json.loads(written) == value
    assert canonical_bytes(json.loads(written)) == written


def test_rfc_8785_sorts_by_utf_16_and_escapes_only_what_it_must() -> None:
    # RFC 8785 (June 2020), section 3.2.3: the sorting example, its first and last keys
    value = {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\U0001f600": "Emoji", "1": "One"}
    assert canonical_bytes(value) == (
        '{"\\r":"Carriage Return","1":"One","\u20ac":"Euro Sign","\U0001f600":"Emoji"}'.encode()
    )
    assert canonical_bytes("\x0f\n'A'B\"\\\\\"/") == b'"\\u000f\\n\'A\'B\\"\\\\\\\\\\"/"'


@pytest.mark.parametrize("number", [0.5, 1.0, float("nan"), float("inf"), 2**53, -(2**53)])
def test_floats_and_big_integers_are_refused_wherever_they_stand(number: float) -> None:
    for value in (number, [number], {"a": {"b": [number]}}):
        with pytest.raises(ValueError, match=r"float|exceeds"):
            canonical_bytes(value)


def test_the_largest_safe_integers_are_written() -> None:
    assert canonical_bytes([SAFE, -SAFE]) == b"[9007199254740991,-9007199254740991]"


def test_a_dataclass_is_digested_as_the_json_it_stands_for() -> None:
    @dataclass(frozen=True, slots=True)
    class Line:
        day: date
        minutes: int

    # printf '{"day":"2026-03-08","minutes":45}' | sha256sum
    assert canonical_bytes(Line(date(2026, 3, 8), 45)) == b'{"day":"2026-03-08","minutes":45}'
    assert (
        digest(Line(date(2026, 3, 8), 45))
        == "66c3faa12e63ceb15b334a1b18bd6c927b454010d4752bb7298fc4cfa41ba852"
    )
