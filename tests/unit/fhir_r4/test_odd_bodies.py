"""Whatever stands in a host is read: odd values are None or strange, and never stop a sync."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.fhir_r4.scripted import answer, bundle
from tests.unit.fhir_r4.strategies import X
from tests.unit.fhir_r4.test_mapping_laws import EVERY, MAPPINGS
from witnessmark.canonical import digest
from witnessmark.wire import DecimalText, read_json
from witnessmark_adapters.fhir_r4.feeds import SOURCES
from witnessmark_adapters.fhir_r4.mapping.elements import instant, integer, text

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers() | st.sampled_from([2**31, -(2**31) - 1, 2**53, 90071992547409930]),
    st.just(DecimalText("1e400")),
    st.text(st.characters(exclude_categories=())) | st.sampled_from(["\ud800", "\udc00\ud800"]),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-30"]),
    st.lists(st.none() | st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["coding", "reference", "linkId", "\ud800"]), st.integers()),
)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Give every place of a body as (container, key)."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from places(node[key])


@EVERY
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_body_with_odd_values_in_any_place_is_read_and_digested(
    name: str, data: st.DataObject
) -> None:
    mapped = MAPPINGS[name]
    body = copy.deepcopy(mapped.write(data.draw(mapped.parts)))
    for _ in range(data.draw(st.integers(1, 4))):
        container, key = data.draw(st.sampled_from(list(places(body))))
        container[key] = data.draw(ODD)
    assert len(digest(mapped.read(body))) == 64


JSON = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = (
    *("identifier", "status", "serviceType", "start", "minutesDuration", "participant", "item"),
    *("subject", "author", "source", "authored", "qualification", "meta", "target", "agent"),
    *("recorded", "activity", "occurredPeriod", "name", "id"),
)


@settings(max_examples=300, deadline=None)
@given(body=st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=6))
@example(body={"id": "\ud800", "name": [{"given": ["\ud800"], "family": "\ud800"}]})
def test_any_json_at_all_is_taken_by_every_feed(body: dict[str, Any]) -> None:
    for source in (source for sources in SOURCES.values() for source in sources):
        digest(source.take({**body, "resourceType": source.kind}, X))
    for mapped in MAPPINGS.values():
        digest(mapped.read(body))


@pytest.mark.parametrize(
    ("written", "read"),
    [(2**31 - 1, 2**31 - 1), (2**31, None), (-(2**31), -(2**31)), (-(2**31) - 1, None)],
)
def test_an_integer_has_32_bits(written: int, read: int | None) -> None:
    assert integer({"minutesDuration": written}, "minutesDuration") == read


def test_half_a_surrogate_pair_is_no_text_and_an_instant_outside_the_calendar_none() -> None:
    assert text({"value": "\ud83d"}, "value") is None
    assert text({"value": "\U0001f600"}, "value") == "\U0001f600"
    assert instant({"start": "0001-01-01T00:00:00+14:00"}, "start") is None


def test_what_json_escapes_arrives_as_such_a_text() -> None:
    """So it can come over the wire at all."""
    assert read_json(answer(200, bundle({"id": "\ud800"})))["entry"] == [
        {"resource": {"id": "\ud800"}}
    ]
