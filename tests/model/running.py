"""Runs the state machine with Hypothesis: a seed, so many examples, so many steps."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import get_state_machine_test

from tests.model.machine import Machine
from tests.model.stage import Stage
from tests.model.world import connected


def run(
    examples: int, steps: int, *, counted: Counter[str], seed: int, shrinks: bool = True
) -> None:
    """Raise what the model objects to, with the shrunk steps that lead there.

    The same seed gives the same run: nothing is kept between runs.
    """
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
        suppress_health_check=list(HealthCheck),
    )
    with Stage(connected) as stage:

        class Staged(Machine):
            def __init__(self) -> None:
                super().__init__(stage, counted)

        seeded(seed)(get_state_machine_test(Staged, settings=chosen))()
