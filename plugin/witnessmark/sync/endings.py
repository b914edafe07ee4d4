"""How a delivery ended, in the row and in the audit chain."""

from __future__ import annotations

from dataclasses import replace

from witnessmark.application.acts import Act
from witnessmark.application.records import Loaded
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import LOOKED_AT, Delivery, DeliveryState, Settled
from witnessmark.ports.records import HostRef, Receipt
from witnessmark.ports.store import Work


def write_down(act: Act, work: Work, *, row: Delivery, settled: Settled) -> None:
    """Write down how a delivery ended; what was only looked at is said to be as we left it."""
    where = {"connection": row.connection}
    if settled.moved_from is not None:
        act.write_down(work, "host_moved", row.key, former=settled.moved_from, **where)
    if settled.state is DeliveryState.DONE and row.trouble in LOOKED_AT and not settled.reason:
        act.write_down(work, "host_agrees", row.key, **where)
        return
    act.write_down(
        work,
        f"delivery_{settled.state.value}",
        row.key,
        generation=settled.delivered or row.wanted,
        attempt=row.attempts + 1,
        **where,
    )


def there(loaded: Loaded, receipt: Receipt, *, delivered: int | None = None) -> Settled:
    """Return that a record stands there; its parts may have been given other references.

    Credentials stand in the EHR's own entry, which a person may choose anew.
    """
    if delivered is None:
        receipt = _as_left(receipt, loaded.known or ())
    left = {} if loaded.row.key.kind is ObjectKind.CREDENTIALS else _refs(loaded.known or ())
    moved = (left[role] for role, ref in _refs(receipt).items() if left.get(role, ref) != ref)
    return Settled(
        DeliveryState.DONE, delivered=delivered, receipt=receipt, moved_from=next(moved, None)
    )


def _as_left(receipt: Receipt, known: Receipt) -> Receipt:
    """Return what was looked at; a change of the host that was kept does not become ours by it."""
    theirs = {(part.role, part.digest) for part in known if not part.ours}
    return tuple(replace(part, ours=(part.role, part.digest) not in theirs) for part in receipt)


def _refs(receipt: Receipt) -> dict[str, HostRef]:
    return {part.role: part.host_ref for part in receipt}
