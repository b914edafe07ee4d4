"""The one place that builds concrete things: store, drivers, adapters, clock."""

from __future__ import annotations

import os
import random
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context
from witnessmark.application.rule_packs import shipped as packs_shipped
from witnessmark.declared import Declared
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.ids import ClinicId
from witnessmark.errors import DeclarationError, StoreError
from witnessmark.manifest.check import check
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import Manifest
from witnessmark.manifest.settings import SettingValues
from witnessmark.ports.clock import Clock, Ids
from witnessmark.ports.host import AdapterInfo, Driver
from witnessmark.ports.registry import Registries
from witnessmark.ports.secrets import Secrets
from witnessmark.shipped import shipped
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal, key_from, make_key_file
from witnessmark.store.work import SqlStore
from witnessmark.sync.deliver import Pace
from witnessmark.sync.one_pass import Syncing
from witnessmark.transport.conversation import Means
from witnessmark.transport.gate import HostGate
from witnessmark.transport.limits import Limits
from witnessmark.transport.secrets import ReferencedSecrets
from witnessmark.transport.tokens import TokenSource

STORE_FILE = "witnessmark.db"
KEY_FILE = "store.key"
KEY_VARIABLE = "WITNESSMARK_STORE_KEY"
"""Names the store's key by reference (`env:`, `file:`, `keyring:`), where it is not `store.key`."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Random identifiers: nothing can be read from them."""

    def new(self) -> str:
        """Return 32 hexadecimal digits."""
        return uuid.uuid4().hex


LONGEST_DELIVERY_REQUESTS = 24
"""Two parts, each read, written and read again, twice; and as long a wait for a free sender."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Names this worker, and tells which others on this machine still run."""

    host: str
    process: int
    start: str

    @property
    def own(self) -> str:
        """Name this worker; `start` tells it from an earlier one under the same process id."""
        return f"{self.host}:{self.process}:{self.start}"

    def is_alive(self, owner: str) -> bool:
        """Whether a worker may still run. One on another machine is taken to."""
        host, process, _start = owner.rsplit(":", 2)
        if owner == self.own or host != self.host:
            return True
        if int(process) == self.process:
            return False
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything concrete, built once for a process."""

    declared: Declared[Manifest]
    adapters: Mapping[str, AdapterInfo]
    store: SqlStore
    means: Means
    secrets: Secrets
    clock: Clock
    ids: Ids

    @property
    def manifest(self) -> Manifest:
        """The manifest's choices."""
        return self.declared.value

    def context(self, clinic: ClinicId) -> Context:
        """Return what a use case of one clinic stands on."""
        return Context(
            clinic=clinic,
            store=self.store,
            manifest=self.manifest,
            adapters=self.adapters,
            tokens=self.store.tokens,
            clock=self.clock,
            ids=self.ids,
        )

    def act(self) -> Act:
        """Return the operator's act of this moment."""
        manifest = self.manifest
        return Act(OPERATOR, self.clock.now(), manifest.permission_table(), manifest.definitions())

    @contextmanager
    def driver(self, clinic: ClinicId) -> Iterator[Driver]:
        """Open the driver of synchronous callers (requests)."""
        from witnessmark.transport.blocking import BlockingDriver  # noqa: PLC0415 - loads requests

        with BlockingDriver(self.means, limits=_limits(self._values(clinic))) as driver:
            yield driver

    @asynccontextmanager
    async def syncing(
        self, clinic: ClinicId, *, stopped: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[Syncing]:
        """Open what the sync loop stands on (httpx2). `stopped` says that a pass shall end."""
        from witnessmark.transport.concurrent import (  # noqa: PLC0415 - loads httpx2
            ConcurrentDriver,
        )

        values = self._values(clinic)
        limits = _limits(values)
        workers = Workers(socket.gethostname(), os.getpid(), self.ids.new()[:8])
        async with ConcurrentDriver(self.means, limits=limits) as driver:
            yield Syncing(
                context=self.context(clinic),
                driver=driver,
                pace=Pace(
                    owner=workers.own,
                    in_flight=values.integer("deliveries_in_flight"),
                    lease_seconds=round(LONGEST_DELIVERY_REQUESTS * limits.total),
                    stopped=stopped,
                    is_alive=workers.is_alive,
                ),
                attempts=values.integer("attempts_before_quarantine"),
                patience=timedelta(hours=values.integer("hours_before_quarantine")),
                jitter=random.random,
            )

    def _values(self, clinic: ClinicId) -> SettingValues:
        with self.store.look(clinic) as work:
            return self.manifest.values(work.values.all())


@contextmanager
def open_installation(
    home: Path, *, manifest: Path | None = None, create: bool = False
) -> Iterator[Installation]:
    """Open the store in `home` (made if asked) and build the rest on it.

    Raises StoreError, SecretError, and DeclarationError for a manifest that `check` refuses.
    """
    declared = load_manifest(manifest or shipped("manifest.yaml"))
    if problems := check(declared):
        raise DeclarationError(problems)
    secrets, clock, ids = ReferencedSecrets(), SystemClock(), RandomIds()
    seal = AesGcmSeal(key_from(secrets.resolve(_key_reference(home, create=create))))
    store = open_store(home / STORE_FILE, seal, create=create)
    try:
        means = Means(
            tokens=TokenSource(store.tokens, secrets, clock=clock, ids=ids),
            gate=HostGate(store.gates, clock=clock),
        )
        yield Installation(declared, installed_adapters(), store, means, secrets, clock, ids)
    finally:
        store.close()


def _key_reference(home: Path, *, create: bool) -> str:
    if reference := os.environ.get(KEY_VARIABLE):
        return reference
    key = (home / KEY_FILE).absolute()
    if create and not (home / STORE_FILE).exists():
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_key_file(key)
        except OSError as error:
            raise StoreError(f"{home} cannot be made: {error.strerror}.") from None
    if not key.exists():
        if (home / STORE_FILE).exists():
            raise StoreError(
                f"The store is at {home}, and its key is missing: put back {KEY_FILE}, or say where"
                f" it is with {KEY_VARIABLE}. Another key does not open it."
            )
        raise StoreError(
            f"There is no store at {home}. Name one with --home, or make one by an import."
        )
    return f"file:{key}"


def _limits(values: SettingValues) -> Limits:
    read = values.integer("request_timeout_seconds")
    return Limits(read=read, total=2 * read, in_flight=2 * values.integer("deliveries_in_flight"))


def installed_packs() -> frozenset[str]:
    """Return the names of the rule packs that ship."""
    return frozenset(packs_shipped())


def installed_adapters() -> Mapping[str, AdapterInfo]:
    """Return every adapter that some installed package offers, by name."""
    found = (entry.load() for entry in entry_points(group="witnessmark.adapters"))
    return {info.name: info for info in found}


def installed_registries() -> Registries:
    """Return every registry of licences that some installed package can ask, by name."""
    found = (entry.load() for entry in entry_points(group="witnessmark.registries"))
    return {info.name: info for info in found}
