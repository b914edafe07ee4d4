"""What a sync costs, in counts: what is new once, what is old never. Loopback; no clock is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.benchmarks.figures import Figures
from tests.benchmarks.home import bring, make_home
from tests.benchmarks.host import Host, served
from tests.benchmarks.one_sync import one_sync

PAST_THE_OVERLAP = timedelta(hours=1)


@dataclass
class Growing:
    """A clinic whose records become more, and its EHR."""

    home: Path
    host: Host
    records: int = 0

    def deliver_up_to(self, records: int) -> Figures:
        """Import until there are so many, half of them sessions and half weekly logs; sync."""
        bring(self.home, self.records // 2, records // 2)
        self.records = records
        self.host.seen()
        return one_sync(self.home)

    def idle(self) -> Figures:
        """Let the overlap pass since the delivery, and since we saw our own copies; sync."""
        for _ in range(2):
            self.host.ahead += PAST_THE_OVERLAP
            one_sync(self.home)
        return one_sync(self.home)


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Growing]:
    host = Host(service_seconds=0)
    with served(host) as (url, key):
        make_home(tmp_path / "home", url, key)
        yield Growing(tmp_path / "home", host)


def test_an_idle_sync_costs_as_much_over_many_records_as_over_few(growing: Growing) -> None:
    # Each week that is in and not attested asks its supervisor.
    assert growing.deliver_up_to(30).sent == 15 + 2 * 15
    few = growing.idle()
    assert growing.deliver_up_to(300).sent == 135 + 2 * 135
    many = growing.idle()
    # Two questions of discovery, and one page of each type that is read.
    assert few.requests == many.requests == 11
    assert few.statements == many.statements
    # The terms, a cursor each for staff and copies, whose calendar is read, and what is due.
    assert few.commits == many.commits == 5


def test_a_new_record_costs_one_request_a_resource_and_at_most_two_commits(
    growing: Growing,
) -> None:
    figures = growing.deliver_up_to(30)
    # A held session is two resources, a week one, and what it asks its supervisor one.
    assert figures.deliver_requests == 15 * 2 + 15 + 15
    seen = growing.host.seen()
    assert seen["POST 201"] == 60
    assert set(seen) == {"POST 201", "GET 200"}
    assert figures.sent == 45
    assert figures.commits <= 2 * figures.sent
