"""A sweep: everything of ours in a host is looked at, whatever it told us. Reads no host itself.

It counts sweeps, so that no clock has a say in what was seen; the clock only says when one is due.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from witnessmark.application.acts import Act
from witnessmark.application.pulling import doubt
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.host import OurCopyChanged, Page
from witnessmark.ports.records import HostRef, staff_key
from witnessmark.ports.store import Work

_ALL = 1_000_000
_KEPT_AS = "sweep"
"""Where a sweep's progress stands among the cursors."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far the sweep of this number is; `ended` is when the one before it ended.

    `cursor` is None until its first page was kept.
    """

    number: int
    ended: datetime | None
    cursor: str | None = None


def sweep_now(work: Work, connection: str) -> Sweep:
    """Return the sweep that is under way, or the next one."""
    kept = work.cursors.get(connection, _KEPT_AS)
    if kept is None:
        return Sweep(1, None)
    told = json.loads(kept)
    ended = datetime.fromisoformat(told["ended"]) if told["ended"] else None
    return Sweep(told["number"], ended, told["cursor"])


def is_due(sweep: Sweep, *, every: timedelta, now: datetime) -> bool:
    """Whether it is time to sweep: it was begun, or the last one ended long enough ago."""
    return sweep.cursor is not None or sweep.ended is None or now - sweep.ended >= every


def count_from(work: Work, connection: str, *, now: datetime) -> None:
    """Have the first sweep follow as long after this moment as every other: nothing is there."""
    if work.cursors.get(connection, _KEPT_AS) is None:
        _keep(work, connection, Sweep(1, now))


def note_inventory(work: Work, connection: str, *, page: Page, sweep: Sweep) -> None:
    """Note what a page of the inventory showed, and that the sweep goes on after it."""
    seen = [one.host_ref for one in page.changes if isinstance(one, OurCopyChanged)]
    work.receipts.see(connection, seen, sweep=sweep.number)
    _keep(work, connection, replace(sweep, cursor=page.cursor))


def end_sweep(
    work: Work, connection: str, *, sweep: Sweep, kinds: Collection[ObjectKind], act: Act
) -> int:
    """Have everything looked at that no page showed, of the kinds that are sent; return how many.

    What is done without a receipt is delivered again, which finds what stands there. An open
    question is looked at, too: it ends where somebody mended it in the EHR.
    """
    missing = work.receipts.unseen(connection, sweep=sweep.number, kinds=kinds)
    for key, parts in missing.items():
        row = work.deliveries.get(connection, key)
        if row is not None:
            doubt(work, row, f"our {parts[0].role} was not among what stands there", act=act)
    unknown = work.deliveries.without_receipt(connection, kinds=kinds)
    for row in unknown:
        _reopen(work, row, "nothing is known of it there: it is looked for", act=act)
    asked = work.deliveries.listed(
        connection=connection, states=[DeliveryState.CONFLICT], limit=_ALL
    )
    for row in asked:
        if row.key.kind in kinds:
            _look_again(work, row, act)
    _keep(work, connection, Sweep(sweep.number + 1, act.at))
    return len(missing) + len(unknown)


def _look_again(work: Work, row: Delivery, act: Act) -> None:
    what = "it may have been mended there"
    if row.delivered < row.wanted:  # a look would not bring what is owed; a write is guarded
        _reopen(work, row, what, act=act)
    else:
        doubt(work, row, what, act=act, twice=row.trouble is Trouble.TWICE)


def _reopen(work: Work, row: Delivery, what: str, *, act: Act) -> None:
    work.deliveries.resolve(row, Settled(DeliveryState.OPEN, what), now=act.at)
    act.write_down(work, "delivery_reopened", row.key, connection=row.connection)


def end_staff(work: Work, connection: str, *, listed: Collection[HostRef], act: Act) -> int:
    """Forget staff whom the whole list no longer holds; return how many of them are matched here.

    Who is matched with one of them stays so until a person decides: nobody is matched anew by a
    rule. A list without anybody says nothing.
    """
    if not listed:
        return 0
    gone = {one.host_ref for one in work.staff.seen(connection)}.difference(listed)
    work.staff.forget(connection, sorted(gone))
    matched = [one for one in work.staff.matches(connection).values() if one.host_ref in gone]
    for match in matched:
        act.write_down(
            work,
            "staff_vanished",
            staff_key(match.person),
            connection=connection,
            host_ref=match.host_ref,
        )
    return len(matched)


def _keep(work: Work, connection: str, sweep: Sweep) -> None:
    ended = sweep.ended.isoformat() if sweep.ended else None
    told = {"number": sweep.number, "ended": ended, "cursor": sweep.cursor}
    work.cursors.put(connection, _KEPT_AS, json.dumps(told))
