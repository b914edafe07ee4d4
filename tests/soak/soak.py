"""The soak: from nothing of ours to equal, while answers are lost and the process is killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.bad_luck import BadLuck, Moment, inversions
from tests.soak.clinic import LOOKED, Clinic, result_of
from tests.soak.hosts import HOSTS, Peer
from tests.soak.invented import Invented
from tests.soak.judge import Verdict, verdict
from tests.support.fault_proxy import fault_proxy
from witnessmark.ports.deliveries import DeliveryState

KILLED = -9
SAYS_OWED = frozenset({0, 1, 3, 4, 5})
FIRST_READS = 30
"""About how many requests a sync makes before it begins to write."""

MOST_PASSES = 300
STUCK = (
    DeliveryState.OPEN,
    DeliveryState.CONFLICT,
    DeliveryState.QUARANTINED,
    DeliveryState.WAITING,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do: `records` is about how many there are, beside the invented practice's own.

    `changes` is the share of kills after which half of the records get a new version; where a
    write of the dead is still on its way, they always do.
    """

    host: str
    kills: int = 20
    lost: float = 0.3
    seed: int = 1
    records: int = 400
    changes: float = 0.4


@dataclass(slots=True)
class Soak:
    """One run, and what was counted."""

    wish: Wish
    peer: Peer
    clinic: Clinic
    luck: BadLuck
    invented: Invented
    dice: random.Random
    staff: Any = None
    kills: int = 0
    passes: Counter[int] = field(default_factory=Counter)
    replayed: int = 0
    conflicts: set[str] = field(default_factory=set)
    stuck: list[str] = field(default_factory=list)
    second: Any = None
    seconds: float = 0.0
    say: Callable[[str], None] = lambda _line: None

    def run(self, base_url: str) -> Verdict:
        """Do all of it; `base_url` is where the proxy is."""
        began = time.monotonic()
        self._begin(base_url)
        self.luck.lost = self.wish.lost
        while self.kills < self.wish.kills:
            if self._one_pass(after=self._until_death()) == KILLED:
                self.kills += 1
                if self.luck.last is Moment.LATE or self.dice.random() < self.wish.changes:
                    self._change()
        self.luck.release()
        while self._one_pass(after=0) not in {0, 1} or self.clinic.hasten() or self._give_again():
            pass
        self.luck.lost = 0.0
        self._equal()
        found = self._judged()
        self.seconds = time.monotonic() - began
        return found

    def _begin(self, base_url: str) -> None:
        self.staff = self.peer.put_staff()
        self.clinic.open()
        self.invented.first_file(self.clinic.folder / "0.json")
        self.clinic.run("import", str(self.clinic.folder / "0.json"), "--yes")
        self.clinic.run("connect", base_url, *self.peer.connects)

    def _change(self) -> None:
        """Bring new versions of half of everything, while older ones may be under way."""
        weeks = self.invented.next_file(self.clinic.folder / "next.json")
        self.clinic.withdraw({(one.person, one.monday) for one in weeks})
        self.clinic.run("import", str(self.clinic.folder / "next.json"), "--yes")
        if self.invented.rounds <= len(LOOKED):
            self.clinic.look_up(self.invented.rounds - 1)

    def _until_death(self) -> int:
        """Draw after how many requests, over all passes, the process dies next."""
        return self.luck.disarm() or self.dice.randint(1, FIRST_READS + 2 * self.wish.records)

    def _one_pass(self, *, after: int) -> int:
        """Run one sync to its end or its death; return the exit code."""
        if self.passes.total() > MOST_PASSES:
            raise RuntimeError(f"no end after {MOST_PASSES} passes: {self.passes}")
        self.clinic.hasten()
        with self.clinic.begin_sync() as process:
            if after:
                self.luck.arm(process, after)
            out, _ = process.communicate(timeout=600)
        code = process.returncode
        self.passes[code] += 1
        self.say(f"exit {code} after {self.luck.counts['requests']} requests in all")
        if code not in SAYS_OWED | {KILLED}:
            said = (self.clinic.folder / "said").read_text("utf-8")
            raise RuntimeError(f"sync ended with {code}\n{out.decode()}\n{said}")
        for row in self.clinic.rows(DeliveryState.CONFLICT):
            self.conflicts.add(f"{row.key}: {row.reason}")
        return code

    def _give_again(self) -> int:
        """Replay what gave up after all its attempts, as the operator would."""
        given_up = self.clinic.rows(DeliveryState.QUARANTINED)
        if given_up:
            self.clinic.run("delivery", "replay", "all")
        self.replayed += len(given_up)
        return len(given_up)

    def _equal(self) -> None:
        """Sync without faults until all is there, then once more."""
        self._one_pass(after=0)
        self.stuck = [
            f"{row.key} {row.state.value}: {row.reason}" for row in self.clinic.rows(*STUCK)
        ]
        before = self.luck.counts["writes"]
        with self.clinic.begin_sync() as process:
            out, _ = process.communicate(timeout=600)
        self.second = {**result_of(out), "exit": process.returncode}
        self.second["seen"] = self.luck.counts["writes"] - before

    def _judged(self) -> Verdict:
        done = [row.key for row in self.clinic.rows(DeliveryState.DONE)]
        return verdict(self.peer, self.invented, done=done, staff=self.staff)

    @property
    def said_there(self) -> dict[str, int]:
        """Return how many of each kind our last `sync --json` says are there."""
        kinds = self.second["kinds"]
        return {one["kind"]: one["sent"] + one["unchanged"] for one in kinds}

    @property
    def inverted(self) -> int:
        """Return how many committed writes went back, by the proxy's log."""
        return inversions(self.luck.committed)


@contextmanager
def soaking(wish: Wish, folder: Path) -> Iterator[tuple[Soak, str]]:
    """Start the host and the proxy; yield the soak and where the proxy is."""
    dice = random.Random(wish.seed)  # noqa: S311 - repeatable bad luck, no secret
    luck = BadLuck(0.0, random.Random(wish.seed + 1))  # noqa: S311 - as above
    weeks = min(wish.records // 4, 500)
    invented = Invented(wish.records - 2 * weeks, weeks, dice)
    with HOSTS[wish.host](folder) as peer, fault_proxy(peer.base_url, luck) as proxy:
        yield Soak(wish, peer, Clinic(folder), luck, invented, dice), proxy.base_url
