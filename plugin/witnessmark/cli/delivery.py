"""`witnessmark delivery`: what is owed to the EHR, and another try for what gave up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cyclopts import App

from witnessmark.application.explaining import record_key
from witnessmark.application.replaying import replay
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.ports.deliveries import Delivery, DeliveryState

app = App(name="delivery", help_format="plaintext")

States = Literal["open", "waiting", "done", "kept_here", "conflict", "quarantined"]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One record and one connection. `wanted` and `delivered` are versions; 0 is never."""

    connection: str
    record: str
    state: str
    wanted: int
    delivered: int
    attempts: int
    waiting_on: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """Rows, newest change first."""

    deliveries: tuple[DeliveryLine, ...]


@app.command(name="list")
def list_deliveries(*states: States, limit: int = 50, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show what is owed to the EHR; without a state, all that is not done.

    Parameters
    ----------
    states
        Show these alone.
    limit
        Show at most so many.

    """

    def work(desk: Desk) -> int:
        wanted = [DeliveryState(state) for state in states] or [
            state for state in DeliveryState if state is not DeliveryState.DONE
        ]
        with desk.context.store.look(desk.clinic.id) as store:
            rows = store.deliveries.listed(states=wanted, limit=limit)
        return _show(desk, rows, "Owed to the EHR" if rows else "Nothing is owed to the EHR")

    return at_desk(everywhere, work)


@app.command
def show(record: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show how one record stands with every connection.

    Parameters
    ----------
    record
        Its key: session/…, credentials/…, hour_log/… or attestation/….

    """

    def work(desk: Desk) -> int:
        with desk.context.store.look(desk.clinic.id) as store:
            rows = store.deliveries.listed(key=record_key(record))
        return _show(desk, rows, record)

    return at_desk(everywhere, work)


@app.command(name="replay")
def replay_delivery(record: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Try a record again that gave up or waits for a decision.

    Parameters
    ----------
    record
        Its key, or `all` for everything that gave up.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.change(desk.clinic.id) as store:
            rows = replay(store, record, act=desk.act())
        desk.talk.say(f"{len(rows)} in line again; the next sync tries them.")
        desk.talk.result(DeliveryResult(tuple(_line(row) for row in rows)))
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _show(desk: Desk, rows: tuple[Delivery, ...], title: str) -> int:
    lines = tuple(_line(row) for row in rows)
    cells = [
        (
            line.record,
            line.state.replace("_", " "),
            f"{line.delivered or 'none'} of {line.wanted}",
            " ".join(
                part for part in (line.reason, line.waiting_on and f"[{line.waiting_on}]") if part
            ),
        )
        for line in lines
    ]
    desk.talk.table(title, ["record", "state", "version there", "why"], cells)
    desk.talk.result(DeliveryResult(lines))
    stuck = {DeliveryState.CONFLICT, DeliveryState.QUARANTINED}
    return int(Exit.FINDINGS if any(row.state in stuck for row in rows) else Exit.OK)


def _line(row: Delivery) -> DeliveryLine:
    return DeliveryLine(
        connection=row.connection,
        record=str(row.key),
        state=row.state.value,
        wanted=row.wanted,
        delivered=row.delivered,
        attempts=row.attempts,
        waiting_on=row.waiting_on or "",
        reason=row.reason,
    )
