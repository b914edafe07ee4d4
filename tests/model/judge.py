"""Judges the EHR and our rows by the model: at any time, and once all is calm."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from tests.model.model import Record, Word
from tests.model.there import There, reference, shown
from tests.model.world import CLINIC, World
from witnessmark.application.replaying import replay
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.sandbox import FhirError

DAY = 86_400

DONE, CONFLICT = DeliveryState.DONE, DeliveryState.CONFLICT


class Judge:
    """Remembers what was signed and what the EHR noted, to see that nobody touches it."""

    def __init__(self, world: World, records: Mapping[str, Record]) -> None:
        self._world = world
        self._records = records
        self._signed: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._changes = -1

    def expect_note(self, at: str, note: str) -> None:
        """A person wrote something of the EHR's own beside ours."""
        self._notes[at] = note

    def expect_change(self, at: str, *, removed: bool) -> None:
        """A person changed or removed this in the EHR."""
        self._signed.pop(at, None)
        if removed:
            self._notes.pop(at, None)

    def at_any_time(self) -> None:
        """No copy twice; nothing signed was altered; the EHR's own stands; every wait was kept."""
        violations = [one for worker in self._world.workers for one in worker.waits.violations]
        assert not violations, f"started before the EHR's Retry-After had ended: {violations}"
        changes = self._world.practice.repository.changes
        if changes == self._changes:
            return
        self._changes = changes
        there = There(self._world.practice)
        assert not there.doubles(), f"twice in the EHR: {there.doubles()}"
        for word in there.words():
            text = json.dumps(word)
            before = self._signed.setdefault(reference(word), text)
            assert text == before, f"what was signed was altered: {before} -> {text}"
        for at, note in self._notes.items():
            noted = self._world.practice.by_hand.read(at).get("comment")
            assert noted == note, f"the EHR's own note on {at} was lost: {noted!r}, not {note!r}"

    def calm(self) -> None:
        """All faults end: two sweeps later every record is as the model says, and stays so."""
        world = self._world
        world.plan.clear()
        world.worker.life.commits_left = -1
        for days in (4, 1):
            world.clock.advance(seconds=days * DAY)
            self._pass()
        if any(row.reason.startswith("given up") for row in world.rows().values()):
            with world.store.change(CLINIC) as work:
                replay(work, "all", act=world.act())
            self._pass()
        self.at_any_time()
        wrong = list(self._wrong())
        assert not wrong, "; ".join(wrong)
        before = world.practice.repository.changes, world.states()
        assert self._pass() == 0, "a pass over what is equal wrote"
        assert (world.practice.repository.changes, world.states()) == before

    def _pass(self) -> int:
        before = self._world.practice.log.writes
        ended = self._world.attempt(self._world.sync(self._world.worker, full=True))
        assert ended == "done", f"a pass without faults {ended}"
        return self._world.practice.log.writes - before

    def _wrong(self) -> Collection[str]:
        rows, there = self._world.rows(), There(self._world.practice)
        wrong = [
            f"{key} is {row.state.value} ({row.reason})"
            for key, row in rows.items()
            if key not in self._records and row.state is not DONE
        ]
        for key, record in self._records.items():
            complaint = self._complaint(record, rows.get(key), there)
            wrong += [f"{key} {complaint}: {record}, {rows.get(key)}"] if complaint else []
        return wrong

    def _complaint(self, record: Record, row: Delivery | None, there: There) -> str:
        """Return what is not as the model says, of one record once all is calm."""
        copies = {part: there.copy(part, record.id) for part in record.parts}
        if record.content is None or row is None:
            is_here = row is None and not any(copies.values()) and record.content is None
            return "" if is_here else "was never to leave, or was not owed"
        if record.asked:
            return "" if row.state is CONFLICT else "is no question to a person"
        if isinstance(record, Word):
            if not record.stands and copies["word"] is None and "word" not in record.gone:
                return "" if row.state is DeliveryState.KEPT_HERE else "is not kept here"
            if copies["word"] is None and (record.week.theirs or record.week.gone):
                is_waiting = row.state is DeliveryState.WAITING
                return "" if is_waiting else "does not wait for a week of ours"
            if not record.revoked:
                del copies["revocation"]
        if row.state is not DONE:
            return "is not done"
        return self._differs(record, copies)

    def _differs(self, record: Record, copies: Mapping[str, Any]) -> str:
        for part, copy in copies.items():
            if (copy is None) != (part in record.gone):
                return f"{part} is gone, or came back"
            if copy is None or record.theirs:
                continue
            if shown(part, copy) not in {None, record.content}:
                return f"{part} shows {shown(part, copy)}"
            if part == "word" and isinstance(record, Word):
                vouched = self._vouched(copy)
                if vouched not in {None, (record.minutes, True)}:
                    return f"vouches for a version of {vouched}"
        return ""

    def _vouched(self, word: Mapping[str, Any]) -> object:
        """Return what the very version that a word names shows; None if it names none."""
        at, named, version = word["target"][0]["reference"].partition("/_history/")
        if not named:
            return None
        kind, _, own_id = at.partition("/")
        repository = self._world.practice.repository
        try:
            kept = repository.vread(self._world.practice.kinds[kind], own_id, version)
        except FhirError:
            return None
        return shown("log", json.loads(kept.text or b"{}"))
