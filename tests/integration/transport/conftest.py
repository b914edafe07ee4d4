"""Starts each driver for each case, and closes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.support.drives import Blocking, Concurrent, Drive, Start
from tests.support.installation import Installation

from witnessmark.transport.guard import SYSTEM, Network
from witnessmark.transport.limits import USUAL, Limits


@pytest.fixture
def installation() -> Installation:
    return Installation()


@pytest.fixture(params=[Blocking, Concurrent], ids=["requests", "httpx2"])
def start(request: pytest.FixtureRequest, installation: Installation) -> Iterator[Start]:
    started: list[Drive] = []
    kind: Callable[[Installation, Limits, Network], Drive] = request.param

    def begin(limits: Limits = USUAL, network: Network = SYSTEM) -> Drive:
        started.append(kind(installation, limits, network))
        return started[-1]

    yield begin
    for drive in started:
        drive.close()


@pytest.fixture
def drive(start: Start) -> Drive:
    return start()
