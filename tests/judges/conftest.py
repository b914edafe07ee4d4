"""One panel of judges for all their tests: the JVM starts once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.judges.home import judges_or_skip
from tests.judges.panel import Panel, panel

PLANTED = Path(__file__).parent / "planted" / "definitions"


@pytest.fixture(scope="session")
def judges() -> Iterator[Panel]:
    """Seat all judges, HL7's with the planted definitions."""
    with panel(judges_or_skip(), PLANTED) as seated:
        yield seated
