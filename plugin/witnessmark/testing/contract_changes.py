"""What changed in the host is told whole: broken off, repeated, out of order or shut out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping

from witnessmark.errors import HostError, NotLetInError
from witnessmark.ports.host import Change, Feed, OurCopyChanged, StaffSeen
from witnessmark.ports.records import HostRef
from witnessmark.testing.bench import HostUnderTest, Wire
from witnessmark.testing.bench_claims import claim
from witnessmark.testing.bench_meddling import Meddle, during, killed, told
from witnessmark.testing.builders import PEOPLE
from witnessmark.wire import Request, Response

ROUNDS = 3
"""So many records of every kind are more than a few of the smallest pages."""

MOST = 9
"""So many pages are enough to lead back to."""

FEED = Feed.OUR_COPIES


class ChangesContract:
    """The cursor is all that a pull knows of the one before."""

    def test_changes_tell_an_edit_from_our_own_echo(self, host: HostUnderTest) -> None:
        """By the digest alone."""
        wire = Wire(host)
        _, cursor = wire.pull(FEED, None)
        receipts = [(record, wire.put(record)) for record in wire.records("changes")]
        changes, cursor = wire.pull(FEED, cursor)
        seen = _digests(changes)
        for record, receipt in receipts:
            for part in receipt:
                claim(part.digest in seen.get(part.host_ref, ()), f"no echo of {record.key}")
                host.edit_ours(part.host_ref)
        changes, _ = wire.pull(FEED, cursor)
        for record, receipt in receipts:
            for part in receipt:
                last = _digests(changes).get(part.host_ref, ["unseen"])[-1]
                claim(last not in {"unseen", part.digest}, f"edit of {record.key} not seen")

    def test_an_inventory_tells_all_of_ours_that_stands(self, host: HostUnderTest) -> None:
        """From the beginning on, whenever it changed; not what was removed."""
        wire = Wire(host)
        left = {
            part.host_ref: part.digest
            for record in wire.records("inventory")
            for part in wire.put(record)
        }
        gone = next(ref for ref in left if ref not in host.staff.values())
        host.remove(gone)
        del left[gone]
        changes, _ = wire.pull(Feed.INVENTORY, None)
        _all_told(left, changes)
        claim(gone not in _digests(changes), f"{gone} was told, and is not there")

    def test_the_staff_list_names_everybody_with_their_npi(self, host: HostUnderTest) -> None:
        """Staff are matched by it."""
        changes, _ = Wire(host).pull(Feed.STAFF, None)
        seen = {one.host_ref: one.npi for one in changes if isinstance(one, StaffSeen)}
        for person in PEOPLE:
            claim(seen.get(host.staff[person.id]) == person.npi, f"{person.id} is not seen")

    def test_a_pull_broken_off_anywhere_goes_on_from_the_last_cursor_kept(
        self, host: HostUnderTest
    ) -> None:
        """What was read before the process died is read again; nothing is missed."""
        wire = Wire(host)
        cursor, left = _put(wire, "broken", rounds=ROUNDS)
        changes: list[Change] = []
        more = True
        while more:
            wire.tries(host.paged.changes(FEED, cursor), killed, at=1)
            before = len(wire.sent)
            wire.run(host.paged.changes(FEED, cursor))  # and died before its cursor was kept
            wire.tries(host.paged.changes(FEED, cursor), killed, at=len(wire.sent) - before)
            page = wire.run(host.paged.changes(FEED, cursor))
            changes += page.changes
            cursor, more = page.cursor, page.more
        _all_told(left, changes)

    def test_pages_that_repeat_and_come_out_of_order_say_the_same(
        self, host: HostUnderTest
    ) -> None:
        """Entries twice, those of another page once more, the newest first: the walk ends."""
        wire = Wire(host)
        cursor, left = _put(wire, "muddle", rounds=ROUNDS)
        changes, _ = wire.pull(FEED, cursor, host.paged, meddle=_muddling(host))
        _all_told(left, changes)

    def test_pages_that_lead_in_a_ring_end(self, host: HostUnderTest) -> None:
        """A page that comes again for ever is an error or an end, never a walk without end."""
        wire = Wire(host)
        cursor, _ = _put(wire, "ring", rounds=1)
        _, answers = wire.hear(host.paged.changes(FEED, cursor), most=MOST)
        for at, answer in enumerate(answers):
            try:
                told(host.paged.changes(FEED, cursor), answers[:at], answer)
            except HostError:
                continue

    def test_access_that_expires_on_a_page_loses_nothing(self, host: HostUnderTest) -> None:
        """The walk goes on with fresh access, or is let in no longer and goes on another time."""
        wire = Wire(host)
        cursor, left = _put(wire, "shut", rounds=1)
        _all_told(left, wire.pull(FEED, cursor, host.paged, meddle=during(host.expired))[0])
        page, answers = wire.hear(host.paged.changes(FEED, cursor))
        for at in range(len(answers)):
            barred = NotLetInError("barred")
            try:
                shut = told(host.paged.changes(FEED, cursor), answers[:at], barred)
            except NotLetInError:
                continue
            claim(shut == page, f"shut out on page {at + 1}, and it said nothing of it")


def _put(wire: Wire, name: str, *, rounds: int) -> tuple[str, Mapping[HostRef, str]]:
    """Return a cursor, and what was put after it."""
    _, cursor = wire.pull(FEED, None, wire.host.paged)
    left: dict[HostRef, str] = {}
    for number in range(rounds):
        for record in wire.records(f"{name}-{number}"):
            left |= {part.host_ref: part.digest for part in wire.put(record)}
    return cursor, left


def _muddling(host: HostUnderTest) -> Meddle:
    earlier: list[Response] = []

    def meddle(request: Request) -> Generator[Request, Response, Response]:
        answer = yield request
        page = host.muddled(answer, earlier[-2:])
        earlier.append(answer)
        return page

    return meddle


def _all_told(left: Mapping[HostRef, str], changes: Iterable[Change]) -> None:
    seen = _digests(changes)
    for ref, digest in left.items():
        claim(digest in seen.get(ref, ()), f"{ref} was not told")


def _digests(changes: Iterable[Change]) -> Mapping[HostRef, list[str]]:
    seen: dict[HostRef, list[str]] = {}
    for change in changes:
        if isinstance(change, OurCopyChanged):
            seen.setdefault(change.host_ref, []).append(change.digest)
    return seen
