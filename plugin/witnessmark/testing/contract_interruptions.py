"""Whatever stops a delivery after any of its requests, the next try ends in the same resources."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count

from witnessmark.errors import NotLetInError, TryLaterError
from witnessmark.ports.records import Receipt, Record
from witnessmark.testing.bench import HostUnderTest, Tried, Wire, nothing_beside
from witnessmark.testing.bench_claims import claim, same
from witnessmark.testing.bench_meddling import BUSY_SECONDS, Meddle, busy, during, killed, lost
from witnessmark.testing.changing import changed


class InterruptionsContract:
    """A process that dies, an answer that is lost, a host that is busy, access that expires."""

    def test_a_put_killed_after_any_request_ends_in_the_same_resources(
        self, host: HostUnderTest
    ) -> None:
        """No request may be one after which a second try makes a second resource."""
        wire, before = Wire(host), set(host.everything())
        for record, _ in _new(wire, killed, "kill"):
            wire.put(record)
        nothing_beside(wire, before)

    def test_an_update_killed_after_any_request_is_finished_by_the_next_try(
        self, host: HostUnderTest
    ) -> None:
        """The receipt of before is all the next try knows; what it finds is not a conflict."""
        wire = Wire(host)
        for record, receipt, _ in _updated(wire, killed, "kill-update"):
            finished = wire.put(record, receipt)
            same(wire.put(record, finished), finished, record)

    def test_a_put_whose_answer_was_lost_is_found_and_finished(self, host: HostUnderTest) -> None:
        """What is found is what stands there; with it the next try makes nothing twice."""
        wire, before = Wire(host), set(host.everything())
        for record, tried in _new(wire, lost, "lost"):
            found = wire.find(record)
            receipt = wire.put(record, found)
            stand = {(part.role, part.host_ref) for part in receipt}
            strays = {(part.role, part.host_ref) for part in found or ()} - stand
            claim(not strays, f"{record.key}: found {strays}, put {stand}")
            if tried.result is not None:
                same(tried.result, receipt, record)
        nothing_beside(wire, before)

    def test_an_update_whose_answer_was_lost_is_known_for_ours_by_a_later_version(
        self, host: HostUnderTest
    ) -> None:
        """Changed again before the next try: what stands there half-way nobody else wrote."""
        wire = Wire(host)
        for record, receipt, _ in _updated(wire, lost, "lost-update"):
            later = changed(record)
            finished = wire.run(wire.putting(later, receipt, earlier=[record]))
            same(wire.put(later, finished), finished, later)

    def test_a_host_that_is_busy_is_heard_and_nothing_is_done_twice(
        self, host: HostUnderTest
    ) -> None:
        """How long it wants us to wait reaches whoever plans the next try."""
        wire, before = Wire(host), set(host.everything())
        for record, tried in _new(wire, busy, "busy"):
            if tried.reached:
                error = tried.error
                claim(isinstance(error, TryLaterError), f"{record.key}: {error!r} for busy")
                asked = error.after if isinstance(error, TryLaterError) else None
                claim(asked == BUSY_SECONDS, f"{record.key}: wait {asked} s")
            wire.put(record)
        nothing_beside(wire, before)

    def test_access_that_expires_in_between_costs_no_record(self, host: HostUnderTest) -> None:
        """Before every request: it is renewed, or the next try is let in again."""
        wire, before = Wire(host), set(host.everything())
        for kind in wire.kinds:
            record = wire.whole(kind, "expired")
            with suppress(NotLetInError):
                wire.run(wire.putting(record), during(host.expired))
            wire.put(record)
        nothing_beside(wire, before)


def _new(wire: Wire, meddle: Meddle, name: str) -> Iterator[tuple[Record, Tried[Receipt]]]:
    """Put new records of every kind, each meddled with at another request."""
    for kind in wire.kinds:
        for at in count(1):
            record = wire.whole(kind, f"{name}-{at}")
            tried = wire.tries(wire.putting(record), meddle, at=at)
            yield record, tried
            if not tried.reached:
                break


def _updated(
    wire: Wire, meddle: Meddle, name: str
) -> Iterator[tuple[Record, Receipt, Tried[Receipt]]]:
    """Put changed records of every kind, each meddled with at another request."""
    for kind in wire.kinds:
        for at in count(1):
            record = wire.make(kind, f"{name}-{at}")
            receipt = wire.put(record)
            tried = wire.tries(wire.putting(changed(record), receipt), meddle, at=at)
            yield changed(record), receipt, tried
            if not tried.reached:
                break
