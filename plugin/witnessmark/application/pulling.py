"""What came back from a host: staff seen, our own echo, and copies of ours that are in doubt.

A page is a hint, never a verdict: what it makes doubtful is compared with what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from witnessmark.application.acts import Act
from witnessmark.application.staff import match_staff
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.host import OurCopyChanged, OurCopyGone, Page, StaffSeen
from witnessmark.ports.records import Part
from witnessmark.ports.store import Work

Copy = OurCopyChanged | OurCopyGone


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one page held. `conflicts` counts the copies that it puts in doubt."""

    staff: int = 0
    matched: int = 0
    echoes: int = 0
    conflicts: int = 0


def apply_page(work: Work, connection: str, *, page: Page, act: Act) -> Pulled:
    """Take one page of changes into the store; the caller keeps its cursor in the same breath.

    A difference is the host's doing only where nothing of ours is under way: a row that is not done
    may have been written and its answer lost, and the next `put` looks at what stands there.
    """
    staff = [change for change in page.changes if isinstance(change, StaffSeen)]
    work.staff.see(connection, staff)
    matched = match_staff(work, connection, act=act) if staff else ()
    copies = [one for one in page.changes if isinstance(one, Copy)]
    echoes, conflicts = _judge(work, connection, copies, act)
    return Pulled(len(staff), len(matched), echoes, conflicts)


def doubt(work: Work, row: Delivery, what: str, *, act: Act, twice: bool = False) -> None:
    """Have our copy looked at by the next delivery, which writes nothing; write that down."""
    trouble = Trouble.TWICE if twice else Trouble.DOUBTED
    work.deliveries.resolve(row, Settled(DeliveryState.OPEN, what, trouble=trouble), now=act.at)
    act.write_down(work, "host_changed", row.key, connection=row.connection)


def _judge(work: Work, connection: str, copies: Sequence[Copy], act: Act) -> tuple[int, int]:
    ours = work.receipts.at(connection, [copy.host_ref for copy in copies])
    echoes = conflicts = 0
    for copy in (copy for copy in copies if copy.host_ref in ours):
        key, part = ours[copy.host_ref]
        row = None if _echo(copy, part) else work.deliveries.get(connection, key)
        if row is None:
            echoes += 1
        elif row.state is DeliveryState.DONE and not (
            (is_gone := isinstance(copy, OurCopyGone)) and row.trouble is Trouble.GONE
        ):
            conflicts += 1
            doubt(work, row, f"our {part.role} was {_BECAME[is_gone]} there", act=act)
    strange = [
        one for one in copies if isinstance(one, OurCopyChanged) and one.host_ref not in ours
    ]
    return echoes, conflicts + sum(_strangers(work, connection, strange, act))


_BECAME = {True: "removed", False: "changed"}


def _strangers(
    work: Work, connection: str, copies: Iterable[OurCopyChanged], act: Act
) -> Iterable[bool]:
    """Say of copies that carry our identifier at a reference we do not know whether they matter."""
    for copy in copies:
        row = work.deliveries.get(connection, copy.key) if copy.key is not None else None
        is_left = row is not None and row.state is DeliveryState.DONE
        if row is not None and is_left and row.trouble is not Trouble.GONE:
            doubt(work, row, "another copy of it stands there", act=act, twice=True)
            yield True


def _echo(copy: Copy, part: Part) -> bool:
    return isinstance(copy, OurCopyChanged) and copy.digest == part.digest
