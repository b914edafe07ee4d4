"""What one sync costs: requests, statements, commits, processor time, peak memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, event


@dataclass(slots=True)
class Figures:
    """One pass. `deliver_…` is of the deliver phase alone, all else of the whole pass."""

    sent: int = 0
    requests: int = 0
    deliver_requests: int = 0
    statements: int = 0
    commits: int = 0
    deliver_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0


@dataclass(slots=True)
class Heard:
    """SQL statements as the database got them, and commits."""

    statements: Counter[str] = field(default_factory=Counter)
    commits: int = 0


@contextmanager
def heard(engine: Engine) -> Iterator[Heard]:
    """Count the statements and the commits of an engine, whichever thread they come from."""
    counted = Heard()

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        counted.statements[text] += 1

    def commit(_connection: object) -> None:
        counted.commits += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def cpu_seconds() -> float:
    """Return what this process, all threads of it, has had of the processor."""
    return time.process_time()


def peak_megabytes() -> float:
    """Return the most memory this process ever held. Linux only: `getrusage` knows the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024
