"""The counts of a soak as one table, and all that is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from tests.soak.judge import Verdict
from tests.soak.soak import Soak

RESOURCES_OF = {
    "session": "Appointment",
    "attestation": "Provenance",
    "credentials": "Practitioner",
    "verification": "VerificationResult",
    "request": "Task",
}


def table_of(soak: Soak, found: Verdict) -> tuple[Table, list[str]]:
    """Return the table, and a line for everything that must be none and is not."""
    table = Table("what", "count", box=None, pad_edge=False)
    for name, number in counts(soak, found):
        table.add_row(name, str(number))
    return table, list(wrong(soak, found))


def counts(soak: Soak, found: Verdict) -> Iterator[tuple[str, object]]:
    """Give every count and its name."""
    luck, wish = soak.luck, soak.wish
    lost, asked = luck.counts["lost"], luck.counts["requests"]
    yield "host, seed", f"{wish.host}, {wish.seed}"
    yield "records", f"{sum(soak.said_there.values())} ({_list(soak.said_there)})"
    yield "resources of ours in the host", f"{sum(found.held.values())} ({_list(found.held)})"
    moments = {one.value: number for one, number in luck.deaths.items()}
    yield "killed", f"{soak.kills} ({_list(moments)})"
    codes = {f"exit {code}": number for code, number in sorted(soak.passes.items())}
    yield "syncs", f"{soak.passes.total()} ({_list(codes)})"
    yield "answers lost", f"{lost} of {asked}, {luck.counts['lost writes']} of them of writes"
    answers = {name: many for name, many in luck.counts.items() if name[:4] in {"POST", "PUT "}}
    yield "writes seen by the host", f"{luck.counts['writes']} ({_list(answers)})"
    yield "times records were changed here", soak.invented.rounds
    yield "stuck at the end", len(soak.stuck)
    yield "given up after all attempts, and replayed", soak.replayed
    yield "false conflicts", len(soak.conflicts)
    yield "duplicates", len(found.duplicates)
    yield "lost", len(found.lost)
    yield "unknown to us", len(found.unknown)
    yield "not the newest", len(found.stale)
    yield "inversions, by the proxy's log", soak.inverted
    yield "inversions, by the host's own history", len(found.inversions)
    yield "staff touched beyond our entries", len(found.staff_touched)
    yield (
        "second sync: writes it says, writes seen",
        f"{soak.second['writes']}, {soak.second['seen']}",
    )
    yield "seconds", f"{soak.seconds:.0f}"


def wrong(soak: Soak, found: Verdict) -> Iterator[str]:
    """Say everything that is not as it has to be."""
    for name in ("duplicates", "lost", "unknown", "stale", "inversions", "staff_touched"):
        yield from (f"{name}: {one}" for one in getattr(found, name))
    yield from (f"stuck at the end: {one}" for one in soak.stuck)
    yield from (f"false conflict: {one}" for one in sorted(soak.conflicts))
    if soak.inverted:
        yield f"inversions by the proxy's log: {soak.inverted}"
    if soak.kills != soak.wish.kills:
        yield f"killed {soak.kills} times"
    if any(soak.second[name] for name in ("writes", "seen", "exit")):
        yield f"the second sync: {soak.second}"
    for kind, resource in RESOURCES_OF.items():
        if soak.said_there[kind] != found.held[resource]:
            yield f"{kind}: {soak.said_there[kind]} said, {found.held[resource]} held"


def _list(counted: object) -> str:
    assert hasattr(counted, "items")
    return ", ".join(f"{many} {name}" for name, many in counted.items())
