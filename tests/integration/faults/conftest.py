"""The sandbox practice behind the fault proxy, and each driver in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from tests.integration.transport.conftest import drive, installation, start
from tests.support.fault_proxy import FaultProxy, fault_proxy
from tests.support.installation import NOON, Installation, client_secret, connection

from witnessmark.bootstrap import RandomIds
from witnessmark.domain.ids import ClinicId
from witnessmark.ports.host import Connection
from witnessmark.ports.locks import GateRows
from witnessmark.ports.store import Clinic
from witnessmark.sandbox import Practice, RunningPractice, seed, serve
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.work import SqlStore
from witnessmark.testing.clock import StandingClock
from witnessmark.transport.conversation import Means
from witnessmark.transport.gate import HostGate
from witnessmark.transport.tokens import TokenSource

__all__ = ["drive", "installation", "start"]


class Worker(Protocol):
    """Brings up another worker; `listening` may stand between it and the gates' rows."""

    def __call__(self, listening: Callable[[GateRows], GateRows] = ...) -> Means: ...


SCOPE = "system/*.cruds"
SEAL = AesGcmSeal(b"an invented key of 32 bytes here")


@pytest.fixture(scope="session")
def ehr() -> Iterator[RunningPractice]:
    """One practice for all; each test has resources of its own in it."""
    practice = Practice(now=StandingClock(NOON).now)
    seed(practice)
    with serve(practice) as running:
        yield running


@pytest.fixture
def proxy(ehr: RunningPractice, installation: Installation) -> Iterator[FaultProxy]:
    """Stand in front of the practice; the log's instants are the installation's."""
    with fault_proxy(ehr.base_url, clock=lambda: installation.clock.now().timestamp()) as running:
        yield running


@pytest.fixture
def on(proxy: FaultProxy, ehr: RunningPractice, installation: Installation) -> Connection:
    """Return a connection through the proxy, its token too."""
    registered = ehr.practice.access.register({"scope": SCOPE})
    installation.secrets.values = {"env:KEY": registered["client_secret"]}
    auth = client_secret(f"{proxy.origin}/auth/token")
    auth = replace(auth, client_id=registered["client_id"], scopes=(SCOPE,))
    return connection(proxy.base_url, auth)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the closed store of the connection's clinic."""
    path = tmp_path_factory.mktemp("founded") / "store.db"
    store = open_store(path, SEAL)
    with store.found(Clinic(ClinicId("willow"), "The Willow", "America/Los_Angeles")):
        pass
    store.close()
    return path


@pytest.fixture
def worker(founded: Path, tmp_path: Path, installation: Installation) -> Iterator[Worker]:
    """Bring up another worker each time: what another process has, over one store's file."""
    path = Path(shutil.copy(founded, tmp_path / "store.db"))
    stores: list[SqlStore] = []

    def another(listening: Callable[[GateRows], GateRows] = lambda rows: rows) -> Means:
        store = open_store(path, SEAL)
        stores.append(store)
        clock = installation.clock
        tokens = TokenSource(store.tokens, installation.secrets, clock=clock, ids=RandomIds())
        return Means(tokens, HostGate(listening(store.gates), clock=clock))

    yield another
    for store in stores:
        store.close()
