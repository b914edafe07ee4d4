"""The vectors: what a log is worth by each board's rules, as people worked it out by hand."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.rules.expected import VECTORS, Expected, vectors
from witnessmark.application.experiences import experience_in
from witnessmark.application.rule_packs import pack_named
from witnessmark.domain.ids import PersonId
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.pack import Pack
from witnessmark.rules.rule import OnShortfall
from witnessmark.surfaces.intake.case_reading import read_case_file

TABLE = vectors()

ELSEWHERE = {23}
"""Vectors of boards without a pack: they stand in `test_boards_without_a_pack.py`."""


@cache
def _experience(case: str) -> Experience:
    contents = read_case_file(VECTORS / f"{case}.case.yaml").contents
    return experience_in(contents, PersonId("se"))


@cache
def _pack(name: str) -> Pack:
    return pack_named(name)


@pytest.mark.parametrize("one", TABLE, ids=[one.name for one in TABLE])
def test_a_log_is_worth_what_was_worked_out_by_hand(one: Expected) -> None:
    pack = _pack(one.pack) if one.on_shortfall is None else _read_as(one.pack, one.on_shortfall)
    found = evaluate(_experience(one.case), pack, on=one.on, version=one.version)
    assert list(one.differences(found)) == []


def test_every_vector_is_in_the_table_and_every_file_is_used() -> None:
    files = {path.name.removesuffix(".case.yaml") for path in VECTORS.glob("*.case.yaml")}
    assert files == {one.case for one in TABLE}
    numbers = {int(re.match(r"[0-9]+", one.case)[0]) for one in TABLE}  # type: ignore[index]
    assert numbers | ELSEWHERE == set(range(1, 28))


def _read_as(name: str, on_shortfall: OnShortfall) -> Pack:
    """Return a pack of which every rule that can fall short does so in one way."""
    pack = _pack(name)
    rules = tuple(rule.model_copy(update={"on_shortfall": on_shortfall}) for rule in pack.rules)
    return pack.model_copy(update={"rules": rules})
