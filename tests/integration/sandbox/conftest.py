"""One server for all tests here; each test gets a practice of its own behind it."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.integration.sandbox.ehr import Clock, Ehr, Switchboard

from witnessmark.sandbox import Practice, RunningPractice, serve


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[RunningPractice, Switchboard]]:
    host, switchboard = Practice(), Switchboard()
    host.app = switchboard
    with serve(host) as running:
        yield running, switchboard


@pytest.fixture
def ehr(served: tuple[RunningPractice, Switchboard]) -> Iterator[Ehr]:
    running, switchboard = served
    with httpx2.Client(base_url=f"{running.base_url}/") as client:
        held = Ehr(Practice(), Clock(), running, client)
        switchboard.answer_for(held)
        held.open()
        yield held
