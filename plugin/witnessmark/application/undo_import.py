"""Undoes an import as a whole, while nothing of it is signed and nothing was changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from witnessmark.application.acts import Act
from witnessmark.application.naming import Name, everything_naming
from witnessmark.application.records import KIND_ON, has_credentials
from witnessmark.application.requests import unask_weeks, week_requests
from witnessmark.domain.actors import Action
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.hours import HourLog, LogState
from witnessmark.domain.ids import LogId
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Session, SessionStatus
from witnessmark.errors import DomainError
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Batch, BatchLine, Shelf, Work

_REASONS_SHOWN = 5
_ALL = 1_000_000_000


class CannotUndoError(DomainError):
    """Something of the import is signed, changed since, or leant on; `reasons` holds all of it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        """Show the first few reasons and count the rest."""
        self.reasons = tuple(reasons)
        more = len(self.reasons) - _REASONS_SHOWN
        shown = [*self.reasons[:_REASONS_SHOWN], *([f"And {more} more."] if more > 0 else [])]
        message = "This import cannot be undone. " + " ".join(shown)
        super().__init__("import_cannot_be_undone", message, "Correct the records one by one.")


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did: how many things were removed, struck as entered in error, set back.

    `kept` counts what stays as it is because something that is struck names it, and revoked
    attestations that left the store; `scans_kept` scans that stay with attestations that did.
    """

    removed: int
    struck: int
    restored: int
    kept: int
    scans_kept: int = 0


def undo_import(work: Work, batch_id: str, *, act: Act) -> Undone:
    """Take a whole import back, or raise CannotUndoError with every reason and do nothing.

    What no host has heard of is removed. What one may have is struck as entered in error, or set
    back to its earlier value, and sent again. A revoked attestation that left the store stays, and
    so does a scan that was brought to one: it may be there by now.
    """
    act.permit(Action.IMPORT)
    batch = work.batches.get(batch_id)
    if batch.undone_at is not None:
        raise DomainError("already_undone", "This import was undone already.", "Nothing is left.")
    undoing = _Undoing(work, batch)
    reasons = [*undoing.signed(), *undoing.changed_since(), *undoing.leant_on()]
    if reasons:
        raise CannotUndoError(reasons)
    undone = undoing.run(act)
    work.batches.put(replace(batch, undone_at=act.at))
    act.write_down(
        work,
        "import_undone",
        f"batch/{batch.id}",
        removed=undone.removed,
        struck=undone.struck,
        restored=undone.restored,
        kept=undone.kept,
        scans_kept=undone.scans_kept,
    )
    return undone


class _Undoing:
    def __init__(self, work: Work, batch: Batch) -> None:
        self._work = work
        self._lines = batch.lines
        self._brought = {
            Name(line.shelf, line.record_id) for line in batch.lines if line.before == 0
        }
        self._asked = week_requests(work, {line.record_id for line in batch.lines})
        # What supervisors were asked about a week goes the week's own way.
        asked = {Name("requests", one.id) for one in self._asked}
        self._naming = tuple(one for one in everything_naming(work) if one[0] not in asked)
        keys = [key for line in batch.lines if (key := _key(line)) is not None]
        claimed = {row.key for row in work.deliveries.listed(limit=_ALL) if row.fence}
        self._told = work.receipts.delivered(keys) | claimed.intersection(keys)

    def signed(self) -> Iterator[str]:
        """Say which weeks of the import are attested, by this import or later, and not revoked."""
        for line in self._lines:
            if line.shelf == "logs":
                for one in self._work.attestations.of_log(LogId(line.record_id)):
                    if one.revoked is None:
                        yield f"logs/{line.record_id} is attested: revoke {one.id} first."

    def changed_since(self) -> Iterator[str]:
        """Say what is no longer as the import left it; a revocation is no such change."""
        for line in self._lines:
            if line.shelf == "attestations":
                continue
            if self._shelf(line).version(line.record_id) != line.after:
                yield f"{line.shelf}/{line.record_id} was changed since."

    def leant_on(self) -> Iterator[str]:
        """Say what names something of the import and is not of the import itself."""
        for name, named in self._naming:
            if name not in self._brought:
                for each in sorted(named & self._brought):
                    yield f"{name} names {each}."

    def run(self, act: Act) -> Undone:
        """Remove, strike and set back; owe the hosts what they must hear."""
        staying = self._staying()
        counts = dict.fromkeys(("removed", "struck", "restored", "kept", "scans_kept"), 0)
        wanted: dict[RecordKey, int] = {}
        for line in reversed(self._lines):
            key = _key(line)
            if line.before == 0 and key not in self._told:
                done = "kept" if Name(line.shelf, line.record_id) in staying else "removed"
            elif line.shelf == "attestations" and key in self._told:
                done = "scans_kept" if line.before else "kept"
            else:
                done = "restored" if line.before else "struck"
            counts[done] += 1
            if done == "removed":
                self._shelf(line).remove(line.record_id)
            elif done not in {"kept", "scans_kept"}:
                value = self._set_back(line)
                version = self._shelf(line).put(value)
                if key is not None and self._is_owed(key, value):
                    wanted[key] = version
                    continue
            else:
                continue
            if key is not None and key not in self._told:
                self._work.deliveries.drop([key])
        self._work.deliveries.want(wanted)
        unask_weeks(self._work, self._asked, act=act)
        return Undone(**counts)

    def _staying(self) -> frozenset[Name]:
        """Return what something that stays in the store names: it cannot be removed."""
        going = {
            Name(line.shelf, line.record_id)
            for line in self._lines
            if line.before == 0 and _key(line) not in self._told
        }
        staying: set[Name] = set()
        while True:
            more = {each for name, named in self._naming if name not in going for each in named}
            if not more & going:
                return frozenset(staying)
            staying |= more & going
            going -= more

    def _set_back(self, line: BatchLine) -> object:
        shelf = self._shelf(line)
        now = shelf.get(line.record_id)
        if line.before == 0:
            return _struck(now)
        if isinstance(now, Attestation):  # A file brings nothing to one that stands but its scan.
            self._work.scans.remove(now.id)
            return replace(now, scan=None)
        earlier = shelf.at(line.record_id, line.before)
        if isinstance(now, HourLog) and not earlier.left_the_store and _key(line) in self._told:
            return replace(earlier, state=LogState.WITHDRAWN, submitted_at=now.submitted_at)
        return earlier

    def _is_owed(self, key: RecordKey, value: object) -> bool:
        match value:
            case HourLog():
                return value.left_the_store
            case Person():
                return has_credentials(value) or key in self._told
            case _:
                return True

    def _shelf(self, line: BatchLine) -> Shelf[Any]:
        shelf: Shelf[Any] = getattr(self._work, line.shelf)
        return shelf


def _key(line: BatchLine) -> RecordKey | None:
    kind = KIND_ON.get(line.shelf)
    return None if kind is None else RecordKey(kind, line.record_id)


def _struck(value: object) -> object:
    match value:
        case Session():
            return replace(value, status=SessionStatus.ENTERED_IN_ERROR)
        case HourLog():
            return replace(value, state=LogState.ENTERED_IN_ERROR)
        case Person():
            return replace(value, credentials=(), training=())
        case Agreement():
            return replace(value, ends=value.starts - timedelta(days=1))  # in force on no day
        case _:
            raise TypeError(type(value).__name__)
