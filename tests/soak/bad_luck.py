"""Loses answers, kills the process that asks, and writes down what the host committed.

It sits in the fault proxy. Of a body it keeps a key and a number that only grows.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from tests.soak.growing import Key, told
from tests.support.fault_proxy import Answer, Fault, Host, Seen


class Moment(Enum):
    """When, of the request that it asks for, a process dies."""

    BEFORE = "before the host has it"
    AFTER = "after the host's commit"
    LATE = "with its write overtaken by the next one of its kind"


@dataclass(frozen=True, slots=True)
class Committed:
    """One write that the host took; `number` only grows with what a person changed."""

    key: Key
    number: int


@dataclass(slots=True)
class BadLuck:
    """The plan of the proxy. `arm` a process, and it dies after so many requests more."""

    lost: float
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    committed: list[Committed] = field(default_factory=list)
    deaths: Counter[Moment] = field(default_factory=Counter)
    _victim: subprocess.Popen[bytes] | None = None
    _left: int = 0
    last: Moment | None = None
    _late: dict[Key, asyncio.Event] = field(default_factory=dict)

    def arm(self, victim: subprocess.Popen[bytes], after: int) -> None:
        """Kill it with the request that is the so-manieth from now."""
        self._left, self._victim = after, victim

    def disarm(self) -> int:
        """Let it live; return how many requests were left to it."""
        self._victim = None
        return max(self._left, 0)

    @property
    def share_lost(self) -> float:
        """Return which share of all answers was lost while any was."""
        return self.counts["lost"] / self.counts["in danger"]

    def __call__(self, seen: Seen) -> Fault:
        """Count a request, and decide what becomes of it."""
        self.counts["requests"] += 1
        self.counts["in danger"] += self.lost > 0
        is_lost = self.dice.random() < self.lost
        moment = None
        if self._victim is not None:
            self._left -= 1
            if self._left <= 0:
                moment = self._moment(seen)
        return _Fate(self, is_lost, moment)

    def release(self) -> None:
        """Let all that is late come to the host now."""
        for event in self._late.values():
            event.set()

    def kill(self, moment: Moment) -> None:
        """Kill the process that asks, as SIGKILL does."""
        victim, self._victim = self._victim, None
        if victim is not None:
            victim.kill()
            self.deaths[moment] += 1
            self.last = moment

    async def until_overtaken(self, seen: Seen) -> None:
        """Wait until the host took another write of the same resource, or until all is released."""
        event = self._late.setdefault(_told(seen)[0], asyncio.Event())
        await event.wait()

    async def ask(self, seen: Seen, host: Host) -> Answer:
        """Let the host have it, and write down what it took."""
        answer = await host.ask(seen)
        if seen.writes:
            self.counts["writes"] += 1
            self.counts[f"{seen.method} {answer.status}"] += 1
            if answer.status in {200, 201} and (seen.method, answer.status) != ("POST", 200):
                one = Committed(*_told(seen))
                self.committed.append(one)
                if (late := self._late.get(one.key)) is not None:
                    late.set()
        return answer

    def _moment(self, seen: Seen) -> Moment:
        guarded = {"if-match", "if-none-exist"} & seen.headers.keys()
        return self.dice.choice(list(Moment) if guarded else [Moment.BEFORE, Moment.AFTER])


@dataclass(frozen=True, slots=True)
class _Fate:
    luck: BadLuck
    is_lost: bool
    moment: Moment | None

    async def answer(self, seen: Seen, host: Host) -> Answer:
        luck = self.luck
        if self.moment in {Moment.BEFORE, Moment.LATE}:
            luck.kill(self.moment)
        if self.moment is Moment.LATE:
            await luck.until_overtaken(seen)
        found = await luck.ask(seen, host)
        if self.moment is Moment.AFTER:
            luck.kill(self.moment)
        if self.is_lost:
            luck.counts["lost"] += 1
            luck.counts["lost writes"] += seen.writes
            return Answer(0)
        return found


def _told(seen: Seen) -> tuple[Key, int]:
    return told(json.loads(seen.body), seen.path)


def inversions(committed: list[Committed]) -> int:
    """Count writes that brought back something older than what was committed before."""
    newest: dict[Key, int] = {}
    found = 0
    for one in committed:
        found += one.number < newest.get(one.key, one.number)
        newest[one.key] = max(one.number, newest.get(one.key, one.number))
    return found
