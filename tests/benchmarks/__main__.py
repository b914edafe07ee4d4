"""`python -m tests.benchmarks`: measures a sync against its bars; exits 1 when one is missed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figures import Figures
from tests.benchmarks.home import bring, make_home
from tests.benchmarks.processes import HostProcess, bare_process, host_process, sync_process

IN_FLIGHT = 16
"""The manifest's default, which the homes leave as it is."""

EACH = 400
ROUNDS = 3
SERVICE_SECONDS = 0.1
SMALL, LARGE = 2_000, 20_000
PAST_THE_OVERLAP = 3_600

CONSOLE = Console(highlight=False, width=120)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure; `bar` empty: it only informs."""

    what: str
    figure: str
    bar: str = ""
    met: bool = True


@dataclass(frozen=True, slots=True)
class Round:
    """One sync of all records, and the same writes by a bare loop, each to a host of its own."""

    sync: Figures
    created: int
    bare_seconds: float


def main() -> int:
    """Measure, print the table, return the exit code."""
    with tempfile.TemporaryDirectory(prefix="witnessmark-benchmark-") as folder:
        measures = [*throughput(Path(folder)), *size(Path(folder))]
    table = Table("measured", "figure", "bar", "", box=None, pad_edge=False)
    for one in measures:
        verdict = ("ok" if one.met else "MISSED") if one.bar else ""
        table.add_row(one.what, one.figure, one.bar, verdict)
    CONSOLE.print(table)
    return 0 if all(one.met for one in measures) else 1


def throughput(folder: Path) -> Iterator[Measure]:
    """Deliver to a host that takes its time; compare with what the wire alone would take."""
    rounds = [_round(folder / f"round-{number}") for number in range(ROUNDS)]
    ours = median(one.sync.deliver_seconds for one in rounds)
    bare = median(one.bare_seconds for one in rounds)
    sent, created = rounds[0].sync.sent, rounds[0].created
    where = (
        f"{EACH} sessions, {EACH} logs and their requests, {SERVICE_SECONDS * 1000:.0f} ms service"
    )
    yield Measure(f"deliver: {where}, {IN_FLIGHT} in flight", f"{ours:.2f} s")
    yield Measure(f"bare httpx2 loop: the same {created} bodies", f"{bare:.2f} s")
    yield _at_most("deliver / bare", ours / bare, 1.25)
    # A session is two resources; a week is one, and so is what its supervisor is asked for.
    exact = all(one.sync.deliver_requests == one.created == 4 * EACH for one in rounds)
    per_create = max(one.sync.deliver_requests / one.created for one in rounds)
    yield Measure("requests per create", f"{per_create:.3f}", "= 1", exact and sent == 3 * EACH)
    cpu = median(one.sync.cpu_seconds * 1000 / one.sync.sent for one in rounds)
    yield _at_most("processor ms per delivered record (whole sync)", cpu, 5)
    commits = max(one.sync.commits / one.sync.sent for one in rounds)
    yield _at_most("commits per delivered record (whole sync)", commits, 2)


def size(folder: Path) -> Iterator[Measure]:
    """Deliver few records and then many; compare what an idle sync costs, and weigh the memory."""
    home = folder / "size"
    with host_process(0) as host:
        make_home(home, host.url, host.key)
        bring(home, 0, SMALL // 2)
        *_, few = _syncs(home, host, f"{SMALL:,} records")
        bring(home, SMALL // 2, LARGE // 2)
        first, *between, many = _syncs(home, host, f"{LARGE:,} records")
    per_record = first.cpu_seconds * 1000 / first.sent
    yield Measure(f"processor ms per record, {first.sent:,} delivered", f"{per_record:.2f}")
    per_record = first.statements / first.sent
    yield Measure(f"statements per record, {first.sent:,} delivered", f"{per_record:.1f}")
    for what, small, large in (
        ("requests", few.requests, many.requests),
        ("SQL statements", few.statements, many.statements),
    ):
        title = f"idle sync: {what} over {SMALL:,} and {LARGE:,} records"
        yield Measure(title, f"{small} and {large}", "equal", small == large)
    peak = max(one.peak_megabytes for one in (first, *between, many))
    yield _at_most(f"peak memory with {LARGE:,} records, MB", peak, 200)


def _round(folder: Path) -> Round:
    folder.mkdir()
    home = folder / "home"
    with host_process(SERVICE_SECONDS) as host:
        make_home(home, host.url, host.key)
        bring(home, 0, EACH)
        host.seen()
        host.keep()
        figures = _said(f"{folder.name}, deliver", sync_process(home))
        created, written = host.seen().get("POST 201", 0), host.written()
    with host_process(SERVICE_SECONDS) as host:
        seconds = bare_process(host, in_flight=IN_FLIGHT, written=written)
        if host.seen().get("POST 201", 0) != created:
            message = "the bare loop did not create what the sync did"
            raise RuntimeError(message)
    return Round(figures, created, seconds)


def _syncs(home: Path, host: HostProcess, title: str) -> Iterator[Figures]:
    """Sync: deliver; see what was delivered; leave it behind once the overlap passed; idle."""
    for step in ("deliver", "see our own", "leave them behind", "idle"):
        yield _said(f"{title}, {step}", sync_process(home))
        host.forward(PAST_THE_OVERLAP)


def _said(title: str, figures: Figures) -> Figures:
    CONSOLE.print(
        f"[dim]{title}: {figures.sent} sent, {figures.requests} requests,"
        f" {figures.statements} statements, {figures.commits} commits,"
        f" {figures.cpu_seconds:.2f} s processor, {figures.peak_megabytes:.0f} MB[/dim]"
    )
    return figures


def _at_most(what: str, figure: float, bar: float) -> Measure:
    return Measure(what, f"{figure:.2f}", f"≤ {bar:g}", figure <= bar)


if __name__ == "__main__":
    sys.exit(main())
