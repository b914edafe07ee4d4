"""What a sync did, kind by kind: sent, unchanged, kept here and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from witnessmark.cli.desk import Desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import Talk
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import DeliveryState, Trouble
from witnessmark.sync.tally import Tally

_SAID = {
    DeliveryState.KEPT_HERE: "kept here",
    DeliveryState.WAITING: "waiting",
    DeliveryState.OPEN: "in line",
    DeliveryState.CONFLICT: "a person decides",
    DeliveryState.QUARANTINED: "given up",
}


_FAILED = {
    Trouble.UNKNOWN.value: Exit.UNKNOWN_OUTCOME,
    Trouble.REFUSED.value: Exit.REFUSED,
    Trouble.UNREADABLE.value: Exit.REFUSED,
}
"""The exit codes of what is owed still, by why it is; all else could not be reached."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """So many records that are not (or no longer) as wanted in the EHR, and why.

    `trouble` is the kind of failure or difference, empty where there is none.
    """

    state: str
    reason: str
    records: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class KindResult:
    """One kind of record after a sync."""

    kind: str
    sent: int
    unchanged: int
    others: tuple[NotThere, ...]


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
    others: defaultdict[str, list[NotThere]] = defaultdict(list)
    for (kind, state, reason, trouble), number in counts.items():
        if state is DeliveryState.DONE:
            done[kind] += number
        else:
            others[kind].append(NotThere(state.value, reason, number, trouble.value))
    return SyncResult(
        connection=connection,
        kinds=tuple(
            KindResult(
                kind.value, tally.sent[kind], done[kind] - tally.sent[kind], tuple(others[kind])
            )
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
    """Return the exit code that a sync's outcome asks for: whatever waits needs somebody."""
    there = [one for kind in result.kinds for one in kind.others]
    if owed := [one for one in there if one.state == DeliveryState.OPEN and one.reason]:
        return max(_FAILED.get(one.trouble, Exit.UNREACHABLE) for one in owed)
    settled = {DeliveryState.KEPT_HERE.value}
    return Exit.FINDINGS if any(one.state not in settled for one in there) else Exit.OK


def _rows(result: SyncResult) -> Iterator[tuple[object, ...]]:
    for one in result.kinds:
        why = "\n".join(_in_words(other) for other in one.others)
        yield one.kind.replace("_", " "), one.sent, one.unchanged, why


def _in_words(other: NotThere) -> str:
    said = _SAID[DeliveryState(other.state)]
    return f"{other.records} {said}" + (f": {other.reason}" if other.reason else "")
