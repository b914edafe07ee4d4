"""What a sync did, kind by kind: sent, unchanged, kept here and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from witnessmark.cli.desk import Desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import Talk
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.sync.tally import Tally

_SAID = {
    DeliveryState.KEPT_HERE: "kept here",
    DeliveryState.WAITING: "waiting",
    DeliveryState.OPEN: "to be tried again",
    DeliveryState.CONFLICT: "a person decides",
    DeliveryState.QUARANTINED: "given up",
}


@dataclass(frozen=True, slots=True)
class KindResult:
    """One kind of record after a sync. `others` counts by state and reason."""

    kind: str
    sent: int
    unchanged: int
    others: dict[str, int]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """One connection after a sync. `reads` and `writes` are HTTP requests."""

    connection: str
    kinds: tuple[KindResult, ...]
    reads: int
    writes: int
    echoes: int
    changed_there: int
    staff_matched: int


def sync_result(desk: Desk, connection: str, tally: Tally) -> SyncResult:
    """Return how every record stands now, and what this sync did about it."""
    with desk.context.store.look(desk.clinic.id) as store:
        counts = store.deliveries.counts(connection)
    done: Counter[str] = Counter()
    others: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (kind, state, reason), number in counts.items():
        if state is DeliveryState.DONE:
            done[kind] += number
        else:
            others[kind][": ".join(part for part in (_SAID[state], reason) if part)] = number
    return SyncResult(
        connection=connection,
        kinds=tuple(
            KindResult(kind.value, tally.sent[kind], done[kind] - tally.sent[kind], others[kind])
            for kind in ObjectKind
        ),
        reads=tally.reads,
        writes=tally.writes,
        echoes=tally.echoes,
        changed_there=tally.conflicts,
        staff_matched=tally.staff_matched,
    )


def show_sync(talk: Talk, title: str, result: SyncResult) -> None:
    """Show a person what went to the EHR, what did not, and why."""
    talk.table(title, ["what", "sent", "unchanged", "not there, and why"], _rows(result))
    talk.say(f"{result.writes} writes and {result.reads} reads over HTTP")


def exit_after(result: SyncResult) -> Exit:
    """Return the exit code that a sync's outcome asks for."""
    states = {words.split(":")[0] for kind in result.kinds for words in kind.others}
    if states & {_SAID[DeliveryState.CONFLICT], _SAID[DeliveryState.QUARANTINED]}:
        return Exit.FINDINGS
    if _SAID[DeliveryState.OPEN] in states:
        return Exit.UNREACHABLE
    return Exit.OK


def _rows(result: SyncResult) -> Iterator[tuple[object, ...]]:
    for one in result.kinds:
        why = "\n".join(f"{number} {words}" for words, number in one.others.items())
        yield one.kind.replace("_", " "), one.sent, one.unchanged, why
