"""What the manifest's policy makes of an element of ours that differs in a host. Never a merge."""

from __future__ import annotations

from dataclasses import replace

from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import DeliveryState, Settled
from witnessmark.ports.records import Receipt


def settle_conflict(
    policy: OnConflict, receipt: Receipt, *, expected: str, found: str, what: str
) -> Settled:
    """Decide a difference found while writing or pulling.

    `found` is the digest that stands there, empty when our copy was removed: a removed copy is
    never silently recreated, whatever the policy. `what` names elements, never values.
    """
    if policy is OnConflict.THEIRS:
        reason = f"the EHR's change was kept, as the manifest says: {what}"
        return Settled(DeliveryState.DONE, reason, receipt=_seen(receipt, expected, found))
    if policy is OnConflict.OURS and found:
        reason = f"written again over the EHR's change, as the manifest says: {what}"
        return Settled(DeliveryState.OPEN, reason, receipt=_seen(receipt, expected, found))
    return Settled(DeliveryState.CONFLICT, what)


def _seen(receipt: Receipt, expected: str, found: str) -> Receipt:
    return tuple(
        replace(part, digest=found) if part.digest == expected else part for part in receipt
    )
