"""The work of an evaluation grows with its hours, not with their square: calls are counted."""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType

import pytest

from tests.benchmarks.rules import life
from tests.rules.lives import PACKS
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.pack import Pack


def _calls(weeks: int, pack: Pack) -> int:
    """Return how many Python functions are called; a clock would tell of the machine."""
    lived_there, counted = life(weeks), [0]

    def count(_frame: FrameType, event: str, _of: object) -> None:
        counted[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        evaluate(lived_there, pack, on=date(2026, 11, 24))
    finally:
        sys.setprofile(before)
    return counted[0]


@pytest.mark.parametrize("name", PACKS)
def test_five_times_the_weeks_are_at_most_six_times_the_work(name: str) -> None:
    assert _calls(40, PACKS[name]) <= 6 * _calls(8, PACKS[name])
