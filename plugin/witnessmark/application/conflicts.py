"""What the manifest's policy makes of an element of ours that differs in a host. Never a merge."""

from __future__ import annotations

from dataclasses import replace

from witnessmark.domain.requests import RequestState
from witnessmark.errors import ConflictError, GoneError, LockedError, MovedError
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.records import (
    AttestationRecord,
    HostRef,
    Receipt,
    Record,
    RequestRecord,
    VerificationRecord,
)


def settle_conflict(policy: OnConflict, receipt: Receipt, error: ConflictError) -> Settled:
    """Decide a difference that a host raised.

    What was removed there is never silently made again, and what is locked is never written,
    whatever the policy.
    """
    trouble, what = trouble_of(error), error.person_message
    if policy is OnConflict.THEIRS and trouble is not Trouble.LOCKED:
        reason = f"the EHR's change was kept, as the manifest says: {what}"
        stays = Trouble.GONE if trouble is Trouble.GONE else Trouble.NONE
        theirs = _seen(receipt, error, ours=False)
        return Settled(DeliveryState.DONE, reason, receipt=theirs, trouble=stays)
    if policy is OnConflict.OURS and trouble in {Trouble.CHANGED, Trouble.MOVED}:
        reason = f"written again over the EHR's change, as the manifest says: {what}"
        seen = _seen(receipt, error)
        return Settled(DeliveryState.OPEN, reason, receipt=seen, trouble=trouble)
    return Settled(DeliveryState.CONFLICT, what, trouble=trouble, differs=error.differs)


def trouble_of(error: ConflictError) -> Trouble:
    """Return what became of our copy."""
    match error:
        case GoneError():
            return Trouble.GONE
        case MovedError():
            return Trouble.MOVED
        case LockedError():
            return Trouble.LOCKED
        case _:
            return Trouble.CHANGED


def is_signed(record: Record, row: Delivery) -> bool:
    """Whether what we left in the host is a person's word, which no policy may write over."""
    match record:
        case AttestationRecord() | VerificationRecord():
            return True
        case RequestRecord(request=request):
            return request.state is RequestState.ANSWERED and row.delivered == record.generation
        case _:
            return False


def _seen(receipt: Receipt, error: ConflictError, *, ours: bool = True) -> Receipt:
    """Return the receipt as if we had left there what stands there."""
    at = HostRef(error.host_ref) if isinstance(error, MovedError) else None
    return tuple(
        replace(part, digest=error.found, host_ref=at or part.host_ref, ours=ours)
        if part.digest == error.expected
        else part
        for part in receipt
    )
