"""However many ask at once: one token request per expiry, with the store's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.integration.faults.conftest import Worker
from tests.support.drives import Start, read
from tests.support.fault_proxy import Fault, FaultProxy, Seen, Unauthorized
from tests.support.installation import Installation

from witnessmark.ports.host import Connection
from witnessmark.sandbox import Practice, RunningPractice, seed, serve

TOKEN = "POST /auth/token"  # noqa: S105 - an address
AT_ONCE = 16


@pytest.fixture
def ehr(installation: Installation) -> Iterator[RunningPractice]:
    """Serve a practice that grows older with the installation: its tokens end after 300 s."""
    practice = Practice(now=installation.clock.now)
    seed(practice)
    with serve(practice) as running:
        yield running


def staff(on: Connection) -> str:
    return f"{on.base_url}/Practitioner"


def test_a_token_that_ends_under_sixteen_costs_one_request(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    installation.means = worker()
    drive = start()
    for _ in range(3):
        answers = drive.run_together([read(staff(on)) for _ in range(AT_ONCE)], on)
        assert [answer.status for answer in answers] == [200] * AT_ONCE
        installation.clock.advance(seconds=301)
    assert proxy.targets.count(TOKEN) == 3
    # Nobody went on with the old one: the host refused nothing.
    assert {passage.status for passage in proxy.log} == {200}


def test_a_token_that_the_host_forgets_under_sixteen_costs_one_request(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    installation.means = worker()
    drive = start()
    forgotten: list[str] = []

    def forgetting(seen: Seen) -> Fault | None:
        if not forgotten:
            forgotten.append(seen.headers["authorization"])
        return Unauthorized() if seen.headers["authorization"] in forgotten else None

    drive.run(read(staff(on)), on)
    proxy.plan = forgetting
    proxy.log.clear()
    answers = drive.run_together([read(staff(on)) for _ in range(AT_ONCE)], on)
    assert [answer.status for answer in answers] == [200] * AT_ONCE
    assert proxy.targets.count(TOKEN) == 1


def test_two_workers_with_one_store_ask_for_one_token(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    drives = []
    for _ in range(2):
        installation.means = worker()
        drives.append(start())
    calls = [[read(staff(on)) for _ in range(AT_ONCE // 2)] for _ in drives]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda drive, eight: drive.run_together(eight, on), drives, calls))
    assert [len(answers) for answers in both] == [8, 8]
    assert proxy.targets.count(TOKEN) == 1
