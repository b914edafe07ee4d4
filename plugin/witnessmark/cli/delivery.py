"""`witnessmark delivery`: what is owed to the EHR, another try, and a person's decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import App, Parameter

from witnessmark.application.explaining import explain_record, record_key
from witnessmark.application.replaying import Decision, Keep, decide_conflict, replay
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.errors import DomainError
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
        return _show(desk, rows, _title(states, some=bool(rows)))

    return at_desk(everywhere, work)


@app.command
def show(record: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show how one record stands with every connection.

    Parameters
    ----------
    record
        Its key: session/…, credentials/…, hour_log/…, attestation/…, request/… and the like.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.look(desk.clinic.id) as store:
            rows = store.deliveries.listed(key=record_key(record))
            if not rows:
                explain_record(store, record, act=desk.act())  # raises if there is no such record
        return _show(desk, rows, record)

    return at_desk(everywhere, work)


@app.command(name="replay")
def replay_delivery(
    record: str,
    *,
    keep: Annotated[Literal["ours", "theirs"] | None, Parameter(negative="")] = None,
    connection: str = "",
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Try a record again that gave up, or decide about one that was changed in the EHR.

    Parameters
    ----------
    record
        Its key, or `all` for everything that gave up.
    keep
        For a record in conflict: `ours` is written over the EHR's at the next sync, and created
        again if it was removed there; `theirs` stays as it is.
    connection
        The EHR it differs in, where it differs in several.

    """

    def work(desk: Desk) -> int:
        if keep is not None:
            rows = _decide(desk, Decision(record, Keep(keep), connection))
        else:
            with desk.context.store.change(desk.clinic.id) as store:
                rows = replay(store, record, act=desk.act())
            desk.talk.say(f"{len(rows)} in line again; the next sync tries them.")
        with desk.context.store.look(desk.clinic.id) as store:
            now = [store.deliveries.get(row.connection, row.key) or row for row in rows]
        desk.talk.result(DeliveryResult(tuple(_line(row) for row in now)))
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _decide(desk: Desk, decision: Decision) -> tuple[Delivery, ...]:
    record = decision.record
    if record == "all":
        raise DomainError(
            "one_at_a_time", "A conflict is decided record by record.", "Name one with --keep."
        )
    with (
        desk.installation.driver(desk.clinic.id) as driver,
        desk.talk.progress("looking at what stands in the EHR"),
    ):
        rows = decide_conflict(desk.context, driver, decision, act=desk.act())
    desk.talk.say(
        f"Ours is kept: the next sync writes {record} to the EHR."
        if decision.keep is Keep.OURS
        else f"Theirs is kept: the EHR's {record} stays as it is."
    )
    return rows


def _title(states: tuple[States, ...], *, some: bool) -> str:
    if not states:
        return "Owed to the EHR" if some else "Nothing is owed to the EHR"
    named = ", ".join(state.replace("_", " ") for state in states)
    return f"Records whose delivery is: {named}" if some else f"No record's delivery is: {named}"


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
