"""An invented clinic and its EHR in one thread: the real store, sync and driver, and two clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from tests.model.mortal import DiedError, Life, MortalStore
from tests.model.stage import Stage
from tests.model.wire import InProcessDriver, Plan, Waits, Wire
from tests.support.installation import GivenSecrets
from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import Context, connect
from witnessmark.bootstrap import installed_adapters
from witnessmark.domain.actors import OPERATOR, Actor
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import AgreementId, ClinicId, PersonId, SettingId
from witnessmark.domain.people import Person
from witnessmark.domain.settings import Setting
from witnessmark.errors import HostError, WitnessmarkError
from witnessmark.manifest.load import load_manifest
from witnessmark.ports.clock import Clock
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Clinic
from witnessmark.sandbox import SUPERVISEES, SUPERVISORS, Practice, seed
from witnessmark.shipped import shipped
from witnessmark.store.work import SqlStore
from witnessmark.sync.deliver import Pace
from witnessmark.sync.jobs import sync_jobs
from witnessmark.sync.one_pass import Syncing, sync_connection
from witnessmark.sync.tally import Tally
from witnessmark.testing import CountedIds, StandingClock
from witnessmark.transport.conversation import Means
from witnessmark.transport.gate import HostGate
from witnessmark.transport.tokens import TokenSource
from witnessmark.wire import Call

T = TypeVar("T")

CLINIC = ClinicId("willow")
EHR = "ehr"
BASE = "https://ehr.example"
SETTING = Setting(SettingId("ward"), "The ward (invented)", "America/Los_Angeles")
STAFF = (*SUPERVISORS[:2], *SUPERVISEES[:2])
RUTH, DANIEL, MIRA, JONAS = (PersonId(one.id) for one in STAFF)
AGREEMENT = Agreement(AgreementId("g1"), RUTH, MIRA, SETTING.id, date(2026, 1, 5))
IN_FLIGHT = 4
LEASE_SECONDS = 1440
HOOK_KEY = "an invented key of the hook"

DONE = DeliveryState.DONE
_NOWHERE = Connection(CLINIC, EHR, "fhir_r4", "generic", BASE)
_MANIFEST = load_manifest(shipped("manifest.yaml")).value


@dataclass
class SkewedClock:
    """Our clock: as far off from the EHR's as it is told to be."""

    true: Clock
    off: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.true.now() + self.off


@dataclass
class Worker:
    """One process that syncs, until it dies."""

    life: Life
    wire: Wire
    waits: Waits
    context: Context
    syncing: Syncing


@dataclass
class World:
    """One clinic, its EHR, and whoever syncs them at the moment."""

    stage: Stage
    store: SqlStore
    clock: StandingClock = field(default_factory=StandingClock)
    ids: CountedIds = field(default_factory=CountedIds)
    plan: Plan = field(default_factory=Plan)
    secrets: GivenSecrets = field(default_factory=lambda: GivenSecrets({"env:HOOK": HOOK_KEY}))
    born: int = 0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.ours = SkewedClock(self.clock)
        self.practice = Practice(now=self.clock.now, new_id=CountedIds().new, notice_pauses=())
        seed(self.practice, staff=STAFF, patients=(), bookings=())
        self.workers: list[Worker] = []
        self.worker = self.new_worker()

    def register(self) -> Connection:
        """Register with the practice, and return the connection."""
        scope = " ".join(_MANIFEST.hosts["fhir_r4"].scopes)
        client = self.practice.access.register({"scope": scope})
        self.secrets.values = {**self.secrets.values, "env:KEY": client["client_secret"]}
        auth = Auth(
            AuthKind.CLIENT_SECRET,
            client_id=client["client_id"],
            secret_ref="env:KEY",  # noqa: S106 - a reference
            token_url=f"{BASE}/auth/token",
            scopes=tuple(_MANIFEST.hosts["fhir_r4"].scopes),
        )
        url = f"{BASE}/fhir"
        return Connection(CLINIC, EHR, "fhir_r4", "generic", url, auth, event_secrets=("env:HOOK",))

    def reconnect(self) -> None:
        """Have the connection of the store made once lead to this world's practice."""
        with self.store.change(CLINIC) as work:
            stored = work.connections.get(EHR)
            work.connections.put(replace(stored, connection=self.register()))

    def act(self, actor: Actor = OPERATOR) -> Act:
        """Return the act of somebody, at the true time."""
        table, definitions = _MANIFEST.permission_table(), _MANIFEST.definitions()
        return Act(actor, self.clock.now(), table, definitions)

    def new_worker(self) -> Worker:
        """Start a process that knows nothing but what the store says."""
        self.born += 1
        life = Life(f"here:{self.born}:x")
        waits = Waits(self.store.gates.paused_until(_NOWHERE), self.ours.now)
        wire = Wire(self.practice, self.plan, waits, life=life)
        means = Means(
            TokenSource(self.store.tokens, self.secrets, clock=self.ours, ids=self.ids),
            HostGate(self.store.gates, clock=self.ours),
        )
        context = Context(
            CLINIC, MortalStore(self.store, life), _MANIFEST, installed_adapters(),
            self.store.tokens, self.ours, self.ids,
        )  # fmt: skip
        syncing = Syncing(
            context=context,
            driver=InProcessDriver(means, wire, waits),
            pace=Pace(life.name, IN_FLIGHT, LEASE_SECONDS, lambda: False, self._is_alive),
            attempts=12,
            patience=timedelta(hours=72),
            jitter=lambda: 0.5,
        )
        made = Worker(life, wire, waits, context, syncing)
        self.workers.append(made)
        return made

    def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        """Drive a call for a synchronous caller (ports.host.Driver)."""
        driver = self.worker.syncing.driver
        return self.stage.runner.run(_awaited(driver.run(call, on=on, operation=operation)))

    def attempt(self, doing: Coroutine[Any, Any, object]) -> str:
        """Have the worker do something; return how it ended: done, failed or died."""
        try:
            self.stage.runner.run(doing)
        except HostError as error:
            return f"failed: {type(error).__name__}"
        except (DiedError, BaseExceptionGroup) as error:
            self._bury(error)
            return "died"
        return "done"

    def survive(self, doing: Callable[[], object]) -> None:
        """Have the worker do something that is no coroutine, even if it dies of it."""
        try:
            doing()
        except (DiedError, BaseExceptionGroup) as error:
            self._bury(error)

    def _bury(self, error: BaseException) -> None:
        """Put a new worker in the place of a dead one; what was no death is raised on."""
        if isinstance(error, BaseExceptionGroup) and (others := error.split(DiedError)[1]):
            raise others
        self.deaths += 1
        if self.worker.life.is_over:
            self.worker = self.new_worker()

    def skew(self, hours: int) -> None:
        """Have our clock be so many hours ahead of the EHR's."""
        self.ours.off = timedelta(hours=hours)

    def link(self) -> Connection:
        """Return the connection as it is now."""
        with self.store.look(CLINIC) as work:
            return in_force(work, _MANIFEST, work.connections.get(EHR).connection)

    def rows(self) -> dict[str, Delivery]:
        """Return what is owed, by record."""
        with self.store.look(CLINIC) as work:
            return {str(row.key): row for row in work.deliveries.listed()}

    def states(self) -> dict[str, tuple[DeliveryState, int]]:
        """Return how every record stands."""
        return {key: (row.state, row.delivered) for key, row in self.rows().items()}

    def knows(self, at: str) -> bool:
        """Whether we hold a receipt of what stands at this reference."""
        with self.store.look(CLINIC) as work:
            return bool(work.receipts.at(EHR, [HostRef(at)]))

    async def sync(self, worker: Worker, *, full: bool = False) -> Tally:
        """Run one whole pass."""
        tally = Tally()
        await sync_connection(worker.syncing, self.link(), tally, full=full)
        return tally

    async def overtake(self, slow: Worker, meanwhile: Callable[[], None]) -> None:
        """Run a pass; where it stalls, have another worker run one before it goes on."""
        slow_pass = asyncio.create_task(self.sync(slow))
        stalled = asyncio.create_task(slow.wire.is_stalled.wait())
        await asyncio.wait({slow_pass, stalled}, return_when=asyncio.FIRST_COMPLETED)
        if slow.wire.is_stalled.is_set():
            meanwhile()
            with suppress(HostError):
                await self.sync(self.worker)
            settled = {key: row for key, row in self.rows().items() if row.state is DONE}
            slow.wire.go_on()
            with suppress(HostError):
                await slow_pass
            late = {key: self.rows()[key] for key in settled}
            assert late == settled, f"a late finish changed what was settled: {late}, {settled}"
        stalled.cancel()
        await slow_pass

    async def job(self, worker: Worker, name: str) -> None:
        """Run one of the loop's two jobs."""
        failures: list[WitnessmarkError] = []
        jobs = sync_jobs(
            worker.syncing,
            done=lambda _job, _tally: None,
            failed=lambda _job, error: failures.append(error),
        )
        await next(job for job in jobs if job.name == name).run()
        if failures:
            raise failures[0]

    def _is_alive(self, owner: str) -> bool:
        return any(one.life.name == owner and not one.life.is_over for one in self.workers)


async def _awaited(coming: Awaitable[T]) -> T:
    return await coming


def connected(stage: Stage, store: SqlStore) -> None:
    """Fill the store to copy: an invented clinic that has just been connected."""
    with store.found(Clinic(CLINIC, "Willow (invented)", "America/Los_Angeles")) as work:
        for member in STAFF:
            name = f"{member.given} {member.family}"
            work.people.put(Person(PersonId(member.id), name, npi=member.npi))
        work.settings.put(SETTING)
        work.agreements.put(AGREEMENT)
    world = World(stage, store)
    connect(world.worker.context, world, world.register(), act=world.act())
