"""A small part of what `python -m tests.model` does, and proof that it finds what it is to find."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.model.defects import DEFECTS
from tests.model.running import run

SMALL = (15, 30)
"""Examples and steps: what a test run has time for. `.ci/run` takes 200 of 50."""


def test_whatever_happens_in_whatever_order_the_ehr_shows_what_it_should() -> None:
    counted = Counter[str]()
    run(*SMALL, counted=counted, seed=1)
    assert counted["examples"] >= SMALL[0]


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    DEFECTS[defect](monkeypatch)
    with pytest.raises(AssertionError):
        run(*SMALL, counted=Counter(), seed=1, shrinks=False)
