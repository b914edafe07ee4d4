"""Looks an installation over: what is well, what is not, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import Context, agree_now
from witnessmark.application.staff import staff_standing
from witnessmark.domain.actors import Action
from witnessmark.errors import WitnessmarkError
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.host import Connection, Driver
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is empty where all is well."""

    about: str
    well: bool
    what: str
    mend: str = ""


def diagnose(context: Context, driver: Driver, *, act: Act) -> Iterator[Finding]:
    """Look at the audit chain, the queue and every connection, one finding after the other."""
    act.permit(Action.EXPLAIN)
    with context.store.look(context.clinic) as work:
        yield _audit(work)
        connections = [
            in_force(work, context.manifest, one.connection) for one in work.connections.all()
        ]
        for connection in connections:
            yield from _queue(work, connection)
    if not connections:
        mend = "Run `witnessmark connect`."
        yield Finding("connections", well=False, what="no EHR is connected", mend=mend)
    for connection in connections:
        yield _host(context, driver, connection)


def _audit(work: Work) -> Finding:
    verdict = work.audit.verify()
    if verdict.intact:
        return Finding("audit", well=True, what=f"{verdict.entries} entries, chain intact")
    mend = "Stop, keep a copy of the store, and find out who changed it."
    return Finding("audit", well=False, what=verdict.what, mend=mend)


def _queue(work: Work, connection: Connection) -> Iterator[Finding]:
    counts = work.deliveries.counts(connection.id)
    for state, mend in (
        (DeliveryState.QUARANTINED, "Run `witnessmark delivery list` for the reasons."),
        (DeliveryState.CONFLICT, "Run `witnessmark delivery list`: a person decides."),
    ):
        stuck = sum(number for (_, at, _), number in counts.items() if at is state)
        about = f"{connection.id}: {state.value.replace('_', ' ')}"
        yield Finding(about, well=not stuck, what=f"{stuck} records", mend=mend if stuck else "")
    unmatched = [one for one in staff_standing(work, connection.id) if one.match is None]
    yield Finding(
        f"{connection.id}: staff",
        well=not unmatched,
        what=f"{len(unmatched)} people are not matched with the EHR's staff",
        mend="Run `witnessmark staff list`." if unmatched else "",
    )


def _host(context: Context, driver: Driver, connection: Connection) -> Finding:
    try:
        offer = driver.run(
            context.adapter(connection, None).discover(), on=connection, operation="discover"
        )
        agreed = agree_now(context, connection, offer)
    except WitnessmarkError as error:
        mend = "Check the address, the credentials and the network."
        return Finding(connection.id, well=False, what=str(error), mend=mend)
    if agreed.blocked:
        mend = "Run `witnessmark terms`."
        return Finding(connection.id, well=False, what=agreed.blocked, mend=mend)
    return Finding(connection.id, well=True, what=f"{offer.software} answers")
