"""What came back from a host: staff seen, our own echo, and elements of ours changed there."""

from __future__ import annotations

from dataclasses import dataclass

from witnessmark.application.acts import Act
from witnessmark.application.conflicts import settle_conflict
from witnessmark.application.staff import match_staff
from witnessmark.manifest.model import Manifest, OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.host import OurCopyChanged, OurCopyGone, Page, StaffSeen
from witnessmark.ports.records import Part
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one page held."""

    staff: int = 0
    matched: int = 0
    echoes: int = 0
    conflicts: int = 0


def apply_page(work: Work, connection: str, *, page: Page, manifest: Manifest, act: Act) -> Pulled:
    """Take one page of changes into the store; the caller keeps its cursor in the same breath.

    A difference is the host's doing only where nothing of ours is under way: a row that is not done
    may have been written and its answer lost, and the next `put` looks at what stands there. Nor is
    it where the row was settled since the page was asked for (`act.at`): that page is older.
    """
    staff = [change for change in page.changes if isinstance(change, StaffSeen)]
    work.staff.see(connection, staff)
    matched = match_staff(work, connection, act=act) if staff else ()
    copies = [one for one in page.changes if not isinstance(one, StaffSeen)]
    ours = work.receipts.at(connection, [copy.host_ref for copy in copies])
    echoes = conflicts = 0
    for copy in (copy for copy in copies if copy.host_ref in ours):
        key, part = ours[copy.host_ref]
        row = None if _echo(copy, part) else work.deliveries.get(connection, key)
        if row is None:
            echoes += 1
        elif row.state is DeliveryState.DONE and _older(row, act):
            conflicts += 1
            _differs(
                _Found(work, row, part, copy), policy=manifest.object(key.kind).on_conflict, act=act
            )
    return Pulled(len(staff), len(matched), echoes, conflicts)


def _echo(copy: OurCopyChanged | OurCopyGone, part: Part) -> bool:
    return isinstance(copy, OurCopyChanged) and copy.digest == part.digest


def _older(row: Delivery, act: Act) -> bool:
    return row.changed_at is None or row.changed_at < act.at


def _differs(found: _Found, *, policy: OnConflict, act: Act) -> None:
    work, row = found.work, found.row
    gone = isinstance(found.copy, OurCopyGone)
    what = f"our {found.part.role} was {'removed' if gone else 'changed'} there"
    settled = settle_conflict(
        policy,
        work.receipts.of(row.connection, [row.key])[str(row.key)],
        expected=found.part.digest,
        found="" if isinstance(found.copy, OurCopyGone) else found.copy.digest,
        what=what,
    )
    work.deliveries.resolve(row, settled, now=act.at)
    act.write_down(
        work, "host_changed", row.key, connection=row.connection, state=settled.state.value
    )


@dataclass(frozen=True, slots=True)
class _Found:
    work: Work
    row: Delivery
    part: Part
    copy: OurCopyChanged | OurCopyGone
