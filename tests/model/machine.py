"""The state machine: people, faults and time in any order; then calm, and everything is judged."""

from __future__ import annotations

from itertools import cycle

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.model.acts import Acts, counted, one_of, which
from tests.model.wire import Mishap
from tests.model.world import CLINIC, EHR, HOOK_KEY, LEASE_SECONDS
from witnessmark.application.receiving import receive
from witnessmark.errors import RefusedError
from witnessmark.ports.events import RawEvent

SINGLE = [
    Mishap.UNSENT, Mishap.RESET, Mishap.LOST, Mishap.DIES_BEFORE, Mishap.DIES_AFTER,
]  # fmt: skip


class Machine(Acts):
    """And what goes wrong, what time does, and what we do about it."""

    # --- the world

    @rule(mishap=st.sampled_from(SINGLE), of_writes=st.booleans(), after=st.integers(0, 12))
    @counted
    def mishap(self, mishap: Mishap, *, of_writes: bool, after: int) -> None:
        self.world.plan.add(mishap, of_writes=of_writes, after=after)

    @rule(seconds=st.integers(1, 5000))
    @counted
    def busy(self, seconds: int) -> None:
        self.world.plan.wait_seconds = seconds
        self.world.plan.add(Mishap.BUSY, of_writes=False, after=seconds % 16)

    @rule(commit=st.integers(1, 12), after=st.booleans())
    @counted
    def doomed(self, commit: int, *, after: bool) -> None:
        self.world.worker.life.commits_left = commit
        self.world.worker.life.dies_after_it = after

    @rule(turns=st.lists(st.integers(0, 12), min_size=2, max_size=7))
    @counted
    def reordered(self, turns: list[int]) -> None:
        """From now on requests and answers in flight overtake each other."""
        self.world.plan.detours = cycle(turns)

    @rule(minutes=st.sampled_from([1, 10, 60, 600, 1440]))
    @counted
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(seconds=60 * minutes)

    @rule(off=st.integers(-24, 24))
    @counted
    def clock_jumps(self, off: int) -> None:
        self.world.skew(off)

    # --- what we do about it

    @rule()
    @counted
    def synced(self) -> None:
        self.attempt(self.world.sync(self.world.worker))

    @rule()
    @counted
    def swept(self) -> None:
        self.attempt(self.world.sync(self.world.worker, full=True))

    @rule()
    @counted
    def delivered(self) -> None:
        self.attempt(self.world.job(self.world.worker, "deliver"))

    @rule(n=which, forged=st.booleans())
    @counted
    def told(self, n: int, *, forged: bool) -> None:
        """The EHR tells of a change, twice; or somebody else pretends to."""
        key = "another" if forged else HOOK_KEY
        event = RawEvent(f"/Appointment/h-{n}", {"x-witnessmark-key": key}, b"")
        context, secrets = self.world.worker.context, self.world.secrets
        for _ in range(2):
            try:
                self.world.survive(lambda: receive(context, secrets, connection=EHR, event=event))
            except RefusedError:
                assert forged
                return
            assert not forged
        self.attempt(self.world.job(self.world.worker, "pull"))

    @precondition(lambda self: self.cursors)
    @rule(n=which)
    @counted
    def pages_come_again(self, n: int) -> None:
        feed, cursor = one_of(self.cursors, n)
        with self.world.store.change(CLINIC) as work:
            work.cursors.put(EHR, feed, cursor)
        self.attempt(self.world.job(self.world.worker, "pull"))

    @rule(after=st.integers(0, 4), committed=st.booleans(), change=st.none() | which)
    @counted
    def overtaken(self, after: int, *, committed: bool, change: int | None) -> None:
        """A worker stalls in a write for longer than its lease; another one does its work."""
        slow = self.world.worker
        stall = Mishap.STALLS_AFTER if committed else Mishap.STALLS_BEFORE
        self.world.plan.clear()
        self.world.plan.add(stall, of_writes=True, after=after)

        def meanwhile() -> None:
            self.world.plan.clear()
            self.world.clock.advance(seconds=LEASE_SECONDS + 1)
            if change is not None:
                self.session_longer(change)
            self.world.worker = self.world.new_worker()

        self.attempt(self.world.overtake(slow, meanwhile))
        self.world.plan.clear()

    # --- what must hold

    @invariant()
    def at_any_time(self) -> None:
        self.is_whole = False
        self.judge.at_any_time()
        self.is_whole = True

    def teardown(self) -> None:
        if self.is_whole:
            self.judge.calm()
            self.counted["examples"] += 1
            self.counted["records"] += len(self.world.rows())
        self.counted["mishaps"] += self.world.plan.happened
        self.counted["deaths"] += self.world.deaths
