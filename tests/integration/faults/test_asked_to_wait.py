"""A host's Retry-After is never violated, judged by what reached the proxy and when."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import pytest
from tests.integration.faults.conftest import Worker
from tests.support.drives import Concurrent, Start, read
from tests.support.fault_proxy import (
    Fault,
    FaultProxy,
    Held,
    Passage,
    Seen,
    always,
    at_random,
    busy,
    honest,
    reads,
)
from tests.support.installation import NOON_SECONDS, Installation

from witnessmark.errors import HostError, TryLaterError
from witnessmark.ports.host import Connection
from witnessmark.ports.locks import GateRows
from witnessmark.transport.guard import Network
from witnessmark.transport.limits import Limits
from witnessmark.wire import Call

CALLS, IN_FLIGHT = 16, 8
AT_EIGHT, THEN = "Mon, 02 Mar 2026 08:00:00 GMT", "Mon, 02 Mar 2026 08:00:09 GMT"
WAITS: dict[Fault | None, int] = {
    busy(429, "7"): 7,
    busy(503, THEN, date=AT_EIGHT): 9,
    busy(429, "0"): 0,
    busy(503, "soon"): 0,
    None: 0,
}


@dataclass(frozen=True)
class Telling:
    """ports.locks.GateRows that tell when a gate is closed, in memory and in its row."""

    rows: GateRows
    closed: threading.Event

    def paused_until(self, connection: Connection) -> int:
        return self.rows.paused_until(connection)

    def pause(self, connection: Connection, *, until: int) -> None:
        self.rows.pause(connection, until=until)
        self.closed.set()


def reading(on: Connection, times: int) -> Call[HostError | None]:
    """Read so many times; return what ended it early."""
    try:
        for _ in range(times):
            yield from read(f"{on.base_url}/Practitioner")
    except HostError as error:
        return error
    return None


def refused(outcomes: list[HostError | None], *, after: int) -> None:
    assert {type(each) for each in outcomes} == {TryLaterError}
    assert {getattr(each, "after", None) for each in outcomes} == {after}


def test_with_many_in_flight_none_starts_after_the_answer_was_read(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    closed = threading.Event()
    installation.means = worker(lambda rows: Telling(rows, closed))
    drive = start(Limits(in_flight=IN_FLIGHT))
    drive.run(read(f"{on.base_url}/Practitioner"), on)
    proxy.log.clear()
    # httpx2's pool lets eight through and eight wait for a connection; requests lets all through.
    under_way = IN_FLIGHT if isinstance(drive, Concurrent) else CALLS
    arrived = count(1)

    def plan(_: Seen) -> Fault | None:
        """Ask the last that is under way to wait; the others are answered after that was read."""
        return busy(429, "30") if next(arrived) == under_way else Held(closed)

    proxy.plan = plan
    outcomes = drive.run_together([reading(on, 3) for _ in range(CALLS)], on)
    refused(outcomes, after=30)
    assert sorted(each.status or 0 for each in proxy.log) == [200] * (under_way - 1) + [429]
    proxy.plan = honest
    installation.clock.advance(seconds=29)
    refused([drive.run(reading(on, 1), on)], after=1)
    assert len(proxy.log) == under_way
    installation.clock.advance(seconds=1)
    assert drive.run(reading(on, 1), on) is None


def test_a_request_whose_connection_is_still_being_made_does_not_start(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    closed, dialling, known = threading.Event(), threading.Event(), count(1)
    installation.means = worker(lambda rows: Telling(rows, closed))

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        """Know the name at once; the second time only when the gate is closed."""
        if next(known) > 1:
            dialling.set()
            assert closed.wait(10)
        return ("127.0.0.1",)

    drive = start(network=Network(resolve=resolve))
    drive.run(reading(on, 1), on)
    proxy.log.clear()
    proxy.plan = always(Held(dialling, then=busy(429, "30")))
    refused(drive.run_together([reading(on, 1), reading(on, 1)], on), after=30)
    assert [each.status for each in proxy.log] == [429]


def test_what_one_process_was_told_stops_another_between_two_requests(
    start: Start,
    proxy: FaultProxy,
    on: Connection,
    installation: Installation,
    worker: Worker,
) -> None:
    installation.means = worker()
    told = start()
    installation.means = worker()
    other = start()
    begun, go_on = threading.Event(), threading.Event()

    def plan(seen: Seen) -> Fault | None:
        if not reads(seen):
            return None
        if begun.is_set():
            return busy(503, "30")
        begun.set()
        return Held(go_on)

    proxy.plan = plan
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(other.run, reading(on, 2), on)
        assert begun.wait(10)
        refused([told.run(reading(on, 1), on)], after=30)
        go_on.set()
        refused([outcome.result(10)], after=30)
    assert [each.status for each in proxy.log if not each.path.startswith("/")] == [200, 503]


def test_in_a_storm_no_request_starts_early(
    start: Start, proxy: FaultProxy, on: Connection, installation: Installation
) -> None:
    drive = start()
    faults = [fault for fault in WAITS if fault is not None]
    proxy.plan = at_random(4, 0.15, *faults, only=reads)
    until, asked = float(NOON_SECONDS), 0
    for _ in range(60):
        before = len(proxy.log)
        drive.run_together([reading(on, 2) for _ in range(4)], on)
        burst = [each for each in proxy.log[before:] if each.answered is not None]
        assert not [each for each in burst if each.at < until]
        until = max([until, *map(may_start, burst)])
        asked += sum(1 for each in burst if WAITS[each.fault])
        installation.clock.advance(seconds=2)
    assert asked >= 10


def may_start(passage: Passage) -> float:
    """From when on the host wants requests, by this answer."""
    return (passage.answered or 0) + WAITS[passage.fault]


@pytest.mark.parametrize(
    "said",
    ["1000000000", "9" * 5000, "Fri, 01 Jan 2999 00:00:00 GMT"],
    ids=["a billion", "five thousand digits", "the year 2999"],
)
def test_an_absurd_wish_is_kept_for_an_hour(
    start: Start, proxy: FaultProxy, on: Connection, installation: Installation, said: str
) -> None:
    drive = start()
    proxy.plan = lambda seen: busy(429, said) if reads(seen) else None
    refused([drive.run(reading(on, 1), on)], after=3600)
    proxy.plan = honest
    installation.clock.advance(seconds=3599)
    refused([drive.run(reading(on, 1), on)], after=1)
    installation.clock.advance(seconds=1)
    assert drive.run(reading(on, 1), on) is None
