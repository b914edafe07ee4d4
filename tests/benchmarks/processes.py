"""Starts the other processes of the benchmark: hosts, syncs and the bare loop."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.benchmarks.figures import Figures


@dataclass(frozen=True, slots=True)
class HostProcess:
    """A host that runs elsewhere."""

    url: str
    key: str
    orders: IO[str]
    answers: IO[str]

    def seen(self) -> dict[str, int]:
        """Return how many requests it had since the last time, as `POST 201`."""
        return dict(self._tell({"seen": True}))

    def forward(self, seconds: int) -> None:
        """Set its clock forward."""
        self._tell({"forward": seconds})

    def keep(self) -> None:
        """Have it keep what is created from now on."""
        self._tell({"keep": True})

    def written(self) -> list[dict[str, str]]:
        """Return what was created, as it was sent."""
        return list(self._tell({"written": True}))

    def _tell(self, order: dict[str, Any]) -> Any:
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return json.loads(self.answers.readline())


@contextmanager
def host_process(service_seconds: float) -> Iterator[HostProcess]:
    """Start a host in its own process; every request takes at least so long there."""
    words = [sys.executable, "-m", "tests.benchmarks.host", str(service_seconds)]
    with subprocess.Popen(  # noqa: S603 - this program's own words
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        yield HostProcess(where["url"], where["key"], process.stdin, process.stdout)
        process.stdin.close()


def sync_process(home: Path) -> Figures:
    """Run one sync in its own process."""
    return Figures(**json.loads(_run("one_sync", str(home))))


def bare_process(host: HostProcess, *, in_flight: int, written: list[dict[str, str]]) -> float:
    """Write the same by a bare loop in its own process; return the seconds."""
    words = ("bare", host.url, host.key, str(in_flight))
    return float(json.loads(_run(*words, told=json.dumps(written))))


def _run(module: str, *words: str, told: str = "") -> str:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *words]
    done = subprocess.run(  # noqa: S603 - as above
        command, input=told, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout
