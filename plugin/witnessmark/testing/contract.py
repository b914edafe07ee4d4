"""What every adapter must keep to against a host.

Subclass AdapterContract in a test module and give it a `host` fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count, islice
from typing import TypeVar

from witnessmark.domain.capabilities import Projection
from witnessmark.errors import ConflictError, GoneError, HostError, WaitsForError
from witnessmark.ports.host import Change, Feed, OurCopyChanged, StaffSeen
from witnessmark.ports.records import (
    AttestationRecord,
    CredentialsRecord,
    HostRef,
    Receipt,
    Record,
    staff_key,
)
from witnessmark.testing.bench import FOREIGN_MARK, HostUnderTest, KilledError, Wire
from witnessmark.testing.builders import CANARIES, PEOPLE, SUPERVISOR, Records, changed, without

Failure = TypeVar("Failure", bound=HostError)

_HOW = Projection.STRUCTURED


class AdapterContract:
    """The suite. Each test holds for every kind of record."""

    def test_the_host_under_test_offers_what_the_adapter_needs(self, host: HostUnderTest) -> None:
        """Without that the rest would prove nothing."""
        offer = Wire(host).run(host.adapter.discover())
        for kind, needs in host.info.needs.items():
            lacking = needs[_HOW] - offer.capabilities
            _expect(not lacking, f"{kind}: {sorted(lacking)}")

    def test_a_second_put_writes_nothing(self, host: HostUnderTest) -> None:
        """And without the receipt, or with half of it, as after a crash, nothing changes there."""
        wire = Wire(host)
        for record in wire.records("second"):
            receipt = wire.put(record)
            stands, writes = host.everything(), wire.writes
            _same(wire.put(record, receipt), receipt, record)
            _expect(wire.writes == writes, f"{record.key} was written again")
            _same(wire.put(record, receipt[:1]), receipt, record)
            _same(wire.put(record), receipt, record)
            _expect(host.everything() == stands, f"{record.key} changed the host again")

    def test_a_put_killed_after_any_request_ends_in_the_same_resources(
        self, host: HostUnderTest
    ) -> None:
        """No request may be one after which a second try makes a second resource."""
        wire = Wire(host)
        names = [type(record).__name__ for record in wire.records("kill")]
        for index, name in enumerate(names):
            for dies_after in count(1):
                record = next(islice(wire.records(f"kill-{index}-{dies_after}"), index, None))
                if isinstance(record, CredentialsRecord):
                    record = _renewed(record, times=dies_after)
                if isinstance(record, AttestationRecord):
                    record = changed(record)  # taken back at once: two things to write
                before = host.everything().keys()
                try:
                    wire.run(host.adapter.put(record, _HOW, None), die_after=dies_after)
                except KilledError:
                    receipt = wire.put(record)
                else:
                    break
                new = host.everything().keys() - before
                theirs = {part.host_ref for part in receipt} - set(host.staff.values())
                _expect(new == theirs, f"{name} killed after {dies_after}: {len(new)} resources")

    def test_an_update_killed_after_any_request_is_finished_by_the_next_try(
        self, host: HostUnderTest
    ) -> None:
        """The receipt of before is all the next try knows; what it finds is not a conflict."""
        wire = Wire(host)
        for index in range(len(host.info.needs)):
            for dies_after in count(1):
                name = f"killed-update-{index}-{dies_after}"
                record = next(islice(wire.records(name), index, None))
                receipt = wire.put(record)
                record = changed(record)
                try:
                    wire.run(host.adapter.put(record, _HOW, receipt), die_after=dies_after)
                except KilledError:
                    before = wire.put(record, receipt)
                    _same(wire.put(record, before), before, record)
                else:
                    break

    def test_what_is_not_ours_survives_an_update(self, host: HostUnderTest) -> None:
        """Other people's elements in the same resource stay as they are."""
        wire = Wire(host)
        for record in wire.records("foreign"):
            receipt = wire.put(record)
            for part in receipt:
                host.edit_foreign(part.host_ref)
            updated = wire.put(changed(record), receipt)
            for before, after in zip(receipt, updated, strict=False):
                _expect(before.host_ref == after.host_ref, f"{record.key} moved")
                stands = host.everything()[after.host_ref]
                _expect(FOREIGN_MARK in stands, f"{record.key}: {after.role} lost what is theirs")

    def test_our_element_changed_there_is_a_conflict_and_is_left(self, host: HostUnderTest) -> None:
        """A person decides; nothing is merged and nothing written over."""
        wire = Wire(host)
        for record in wire.records("conflict"):
            receipt = wire.put(record)
            for part in reversed(receipt):
                host.edit_ours(part.host_ref)
                stands = host.everything()[part.host_ref]
                error = _raised(ConflictError, partial(wire.put, changed(record), receipt))
                _expect(error.found not in {"", part.digest}, f"{part.role}: no digest found")
                _expect(bool(error.differs), f"{part.role}: no element named")
                _expect(host.everything()[part.host_ref] == stands, f"{part.role} written over")

    def test_our_copy_removed_there_is_gone_and_stays_gone(self, host: HostUnderTest) -> None:
        """Removed by somebody: never silently created again."""
        wire = Wire(host)
        for record in wire.records("gone"):
            if isinstance(record, CredentialsRecord):
                continue  # they stand in the host's own resource
            receipt = wire.put(record)
            host.remove(receipt[0].host_ref)
            stands = host.everything()
            _raised(GoneError, partial(wire.put, changed(record), receipt))
            _expect(host.everything() == stands, f"{record.key} was created again")

    def test_find_finds_what_put_delivered(self, host: HostUnderTest) -> None:
        """And nothing before."""
        wire = Wire(host)
        for record in wire.records("find"):
            if not isinstance(record, CredentialsRecord):
                early = wire.run(host.adapter.find(record, _HOW))
                _expect(early is None, f"{record.key} was found before it was put")
            receipt = wire.put(record)
            writes = wire.writes
            found = wire.run(host.adapter.find(record, _HOW))
            _same(found or (), receipt, record)
            _expect(wire.writes == writes, "finding wrote")

    def test_changes_tell_an_edit_from_our_own_echo(self, host: HostUnderTest) -> None:
        """By the digest alone."""
        wire = Wire(host)
        _, cursor = wire.pull(Feed.OUR_COPIES, None)
        receipts = [(record, wire.put(record)) for record in wire.records("changes")]
        changes, cursor = wire.pull(Feed.OUR_COPIES, cursor)
        seen = _digests(changes)
        for record, receipt in receipts:
            for part in receipt:
                _expect(part.digest in seen.get(part.host_ref, ()), f"no echo of {record.key}")
                host.edit_ours(part.host_ref)
        changes, _ = wire.pull(Feed.OUR_COPIES, cursor)
        for record, receipt in receipts:
            for part in receipt:
                last = _digests(changes).get(part.host_ref, ["unseen"])[-1]
                _expect(last not in {"unseen", part.digest}, f"edit of {record.key} not seen")

    def test_the_staff_list_names_everybody_with_their_npi(self, host: HostUnderTest) -> None:
        """Staff are matched by it."""
        changes, _ = Wire(host).pull(Feed.STAFF, None)
        seen = {one.host_ref: one.npi for one in changes if isinstance(one, StaffSeen)}
        for person in PEOPLE:
            _expect(seen.get(host.staff[person.id]) == person.npi, f"{person.id} is not seen")

    def test_a_record_waits_for_what_it_leans_on(self, host: HostUnderTest) -> None:
        """For a person who is not matched, and an attestation for its week; nothing is written."""
        wire = Wire(host)
        for record in wire.records("waits"):
            writes = wire.writes
            waits = without(record, SUPERVISOR.id)
            error = _raised(WaitsForError, partial(wire.put, waits))
            _expect(error.key == staff_key(SUPERVISOR.id), f"{record.key} waits for {error.key}")
            _expect(wire.writes == writes, f"{record.key} was written without its people")
            if isinstance(record, AttestationRecord):
                early = Records(host.staff, "waits").attestation(())
                error = _raised(WaitsForError, partial(wire.put, early))
                _expect(error.key == "hour_log/w-waits", f"waits for {error.key}")

    def test_nothing_private_is_written_and_nothing_of_others_touched(
        self, host: HostUnderTest
    ) -> None:
        """Names, topics and reasons stay here; so do the hands off what is not ours."""
        wire = Wire(host)
        before, ours = host.everything(), set()
        for record in wire.records("private"):
            receipt = wire.put(changed(record), wire.put(record))
            ours |= {part.host_ref for part in receipt}
        for request in wire.sent:
            said = f"{request.url} {request.headers} {(request.body or b'').decode()}"
            for canary in CANARIES:
                _expect(canary not in said, f"{request.operation} said {canary!r}")
        after = host.everything()
        for ref in before.keys() - ours:
            _expect(after.get(ref) == before[ref], f"{ref} is not ours and was touched")


def _renewed(record: Record, *, times: int) -> Record:
    """Change a record that is there already, each time to something else."""
    for _ in range(times):
        record = changed(record)
    return record


def _expect(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise AssertionError(message)


def _same(receipt: Receipt, expected: Receipt, record: Record) -> None:
    said = [(part.role, part.host_ref, part.digest) for part in receipt]
    wanted = [(part.role, part.host_ref, part.digest) for part in expected]
    _expect(said == wanted, f"{record.key}: {said} instead of {wanted}")


def _raised(kind: type[Failure], act: Callable[[], object]) -> Failure:
    try:
        act()
    except kind as error:
        return error
    message = f"no {kind.__name__}"
    raise AssertionError(message)


def _digests(changes: list[Change]) -> Mapping[HostRef, list[str]]:
    seen: dict[HostRef, list[str]] = {}
    for change in changes:
        if isinstance(change, OurCopyChanged):
            seen.setdefault(change.host_ref, []).append(change.digest)
    return seen
