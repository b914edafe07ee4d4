"""Looks an installation over: what is well, what is not, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import Context, agree_now
from witnessmark.application.open_questions import vanished_staff
from witnessmark.application.pushing import push_standing
from witnessmark.application.staff import staff_standing
from witnessmark.application.verifying import clinic_zone, licences_standing
from witnessmark.domain.actors import Action
from witnessmark.errors import TryLaterError, WitnessmarkError
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.events import Push
from witnessmark.ports.host import Connection, Driver
from witnessmark.ports.store import Work

_ALL = 1_000_000
_LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is empty where all is well."""

    about: str
    well: bool
    what: str
    mend: str = ""


def diagnose(context: Context, driver: Driver, *, act: Act) -> Iterator[Finding]:
    """Look at the audit chain, licences, the queue and every connection, one after the other."""
    act.permit(Action.EXPLAIN)
    zone = clinic_zone(context)
    with context.store.look(context.clinic) as work:
        yield _audit(work)
        yield _licences(work, act.at, zone)
        connections = [
            in_force(work, context.manifest, one.connection) for one in work.connections.all()
        ]
        for connection in connections:
            yield from _queue(work, connection)
            yield from _stuck(work, connection, act.at)
    if not connections:
        mend = "Run `witnessmark connect`."
        yield Finding("connections", well=False, what="no EHR is connected", mend=mend)
    for connection in connections:
        yield _host(context, driver, connection)
        if connection.event_secrets:
            yield _push(context, driver, connection, act)


def _audit(work: Work) -> Finding:
    verdict = work.audit.verify()
    if verdict.intact:
        return Finding("audit", well=True, what=f"{verdict.entries} entries, chain intact")
    mend = "Stop, keep a copy of the store, and find out who changed it."
    return Finding("audit", well=False, what=verdict.what, mend=mend)


def _licences(work: Work, at: datetime, zone: ZoneInfo) -> Finding:
    standing = licences_standing(work, at=at, zone=zone)
    checked = sum(one.last is not None for one in standing)
    overdue = sum(one.overdue for one in standing)
    look = sum(one.needs_a_person for one in standing)
    what = f"{checked} of {len(standing)} checked at their source, {overdue} overdue"
    if look > overdue:
        what += f", {look - overdue} not confirmed"
    mend = "Run `witnessmark credential list`." if look else ""
    return Finding("licences", well=not look, what=what, mend=mend)


def _queue(work: Work, connection: Connection) -> Iterator[Finding]:
    counts = work.deliveries.counts(connection.id)
    for state, mend in (
        (DeliveryState.QUARANTINED, "Run `witnessmark delivery list` for the reasons."),
        (DeliveryState.CONFLICT, "Run `witnessmark conflicts`: a person decides."),
    ):
        stuck = sum(number for (_, at, _, _), number in counts.items() if at is state)
        about = f"{connection.id}: {state.value.replace('_', ' ')}"
        yield Finding(about, well=not stuck, what=f"{stuck} records", mend=mend if stuck else "")
    unmatched = [one for one in staff_standing(work, connection.id) if one.match is None]
    yield Finding(
        f"{connection.id}: staff",
        well=not unmatched,
        what=f"{len(unmatched)} people are not matched with the EHR's staff",
        mend="Run `witnessmark staff list`." if unmatched else "",
    )
    if vanished := len(vanished_staff(work, connection.id)):
        what = f"{vanished} people are matched with somebody who is no longer in the EHR's list"
        mend = "Run `witnessmark conflicts`: a person decides."
        yield Finding(f"{connection.id}: staff", well=False, what=what, mend=mend)


def _stuck(work: Work, connection: Connection, now: datetime) -> Iterator[Finding]:
    """Name what fails while it is still tried again: no count of what gave up holds it."""
    rows = work.deliveries.listed(connection=connection.id, states=[DeliveryState.OPEN], limit=_ALL)
    failing = [one for one in rows if one.failing_since and now - one.failing_since > _LONG]
    if not failing:
        return
    longest = min(failing, key=lambda one: (one.failing_since or now, str(one.key)))
    what = f"{len(failing)} records have failed for over a day; {longest.key}: {longest.reason}"
    mend = "Run `witnessmark delivery list open` for the reasons."
    yield Finding(f"{connection.id}: tried again", well=False, what=what, mend=mend)


def _host(context: Context, driver: Driver, connection: Connection) -> Finding:
    try:
        offer = driver.run(
            context.adapter(connection, None).discover(), on=connection, operation="discover"
        )
        agreed = agree_now(context, connection, offer)
    except WitnessmarkError as error:
        mend = "Check the address, the credentials and the network."
        if isinstance(error, TryLaterError) and error.after:
            mend = "Nothing: it asked for it, and is asked again then."
        return Finding(connection.id, well=False, what=str(error), mend=mend)
    if agreed.blocked:
        mend = "Run `witnessmark terms`."
        return Finding(connection.id, well=False, what=agreed.blocked, mend=mend)
    return Finding(connection.id, well=True, what=f"{offer.software} answers")


def _push(context: Context, driver: Driver, connection: Connection, act: Act) -> Finding:
    """Hosts switch a subscription off that failed: then changes are only seen at each pull."""
    about = f"{connection.id}: tells of changes"
    mend = "Run `witnessmark push on` again."
    try:
        pushed = push_standing(context, driver, connection, act=act)
    except WitnessmarkError as error:
        return Finding(about, well=False, what=str(error), mend=mend)
    silent = [one.what for one in pushed if one.state in {Push.OFF, Push.FAILED}]
    if silent:
        return Finding(about, well=False, what=f"no longer of {', '.join(silent)}", mend=mend)
    return Finding(about, well=True, what=f"{len(pushed)} kinds")
