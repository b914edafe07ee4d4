"""What is delivered stands there once, as we want it; what is not ours is never touched."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count

from witnessmark.domain.capabilities import Capability, Projection
from witnessmark.errors import ConflictError, GoneError, WaitsForError
from witnessmark.ports.records import HostRef, Receipt, Surroundings, staff_key
from witnessmark.testing.bench import FOREIGN_MARK, HostUnderTest, Wire, nothing_beside
from witnessmark.testing.bench_claims import claim, raised, same, silent
from witnessmark.testing.bench_meddling import after
from witnessmark.testing.builders import CANARIES, SUPERVISOR
from witnessmark.testing.changing import changed, without


class DeliveryContract:
    """Nothing goes wrong here but what people do in the host."""

    def test_the_host_under_test_offers_what_the_adapter_needs(self, host: HostUnderTest) -> None:
        """Without that the rest would prove nothing."""
        offer = Wire(host).run(host.adapter.discover())
        for kind, ways in host.info.needs.items():
            for how, needs in ways.items():
                lacking = needs - offer.capabilities
                claim(not lacking, f"{kind} as {how}: {sorted(lacking)}")

    def test_a_second_put_writes_nothing(self, host: HostUnderTest) -> None:
        """And without the receipt, or with half of it, as after a crash, nothing changes there."""
        wire, before = Wire(host), set(host.everything())
        for record in wire.records("second"):
            receipt = wire.put(record)
            stand, writes = [host.stands(part.host_ref) for part in receipt], wire.writes
            same(wire.put(record, receipt), receipt, record)
            claim(wire.writes == writes, f"{record.key} was written again")
            same(wire.put(record, receipt[:1]), receipt, record)
            same(wire.put(record), receipt, record)
            now = [host.stands(part.host_ref) for part in receipt]
            claim(now == stand, f"{record.key} changed the host again")
        nothing_beside(wire, before)

    def test_what_is_not_ours_survives_an_update(self, host: HostUnderTest) -> None:
        """Other people's elements in the same resource stay as they are."""
        wire = Wire(host)
        for record in wire.records("foreign"):
            receipt = wire.put(record)
            for part in receipt:
                host.edit_foreign(part.host_ref)
            updated = wire.put(changed(record), receipt)
            for before, now in zip(receipt, updated, strict=False):
                claim(before.host_ref == now.host_ref, f"{record.key} moved")
                stands = host.stands(now.host_ref)
                claim(FOREIGN_MARK in stands, f"{record.key}: {now.role} lost what is theirs")

    def test_our_element_changed_there_is_a_conflict_and_is_left(self, host: HostUnderTest) -> None:
        """A person decides; nothing is merged and nothing written over."""
        wire = Wire(host)
        for record in wire.records("conflict"):
            receipt = wire.put(record)
            for part in reversed(receipt):
                host.edit_ours(part.host_ref)
                stands = host.stands(part.host_ref)
                error = raised(ConflictError, partial(wire.put, changed(record), receipt))
                claim(error.found not in {"", part.digest}, f"{part.role}: no digest found")
                claim(bool(error.differs), f"{part.role}: no element named")
                silent(error, (*CANARIES, *host.secrets))
                claim(host.stands(part.host_ref) == stands, f"{part.role} written over")

    def test_our_element_changed_there_while_we_write_is_not_written_over(
        self, host: HostUnderTest
    ) -> None:
        """Whenever a person is quicker than we are, where a host guards writes at all."""
        wire = Wire(host)
        offer = wire.run(host.adapter.discover())
        if Capability.WRITE_GUARDED not in offer.capabilities:
            return
        for kind in wire.kinds:
            for at in count(1):
                record = wire.make(kind, f"race-{at}")
                receipt = wire.put(record)
                edited: dict[HostRef, str] = {}
                edit = partial(_edit, host, receipt, edited)
                tried = wire.tries(wire.putting(changed(record), receipt), after(edit), at=at)
                for ref, stood in edited.items():
                    claim(host.stands(ref) == stood, f"{record.key}: {ref} written over")
                if not tried.reached:
                    break

    def test_our_copy_removed_there_is_gone_and_stays_gone(self, host: HostUnderTest) -> None:
        """Removed by somebody: never silently created again."""
        wire, before, gone = Wire(host), set(host.everything()), set()
        for record in wire.records("gone"):
            receipt = wire.put(record)
            if receipt[0].host_ref in host.staff.values():
                continue  # it stands in the host's own resource
            host.remove(receipt[0].host_ref)
            gone.add(receipt[0].host_ref)
            raised(GoneError, partial(wire.put, changed(record), receipt))
        back = gone & set(host.everything())
        claim(not back, f"created again: {sorted(back)}")
        nothing_beside(wire, before)

    def test_comparing_says_what_put_would_and_writes_nothing(self, host: HostUnderTest) -> None:
        """As it was left, changed or gone."""
        wire = Wire(host)
        for record in wire.records("compare"):
            receipt = wire.put(record)
            compare = partial(wire.comparing, record, receipt)
            writes = wire.writes
            same(wire.run(compare()), receipt, record)
            host.edit_ours(receipt[-1].host_ref)
            raised(ConflictError, partial(wire.run, compare()))
            if receipt[-1].host_ref not in host.staff.values():
                host.remove(receipt[-1].host_ref)
                raised(GoneError, partial(wire.run, compare()))
            claim(wire.writes == writes, f"comparing {record.key} wrote")

    def test_find_finds_what_put_delivered(self, host: HostUnderTest) -> None:
        """And nothing before."""
        wire = Wire(host)
        for record in wire.records("find"):
            early = wire.find(record)
            receipt = wire.put(record)
            theirs = receipt[0].host_ref in host.staff.values()
            claim(early is None or theirs, f"{record.key} was found before it was put")
            writes = wire.writes
            same(wire.find(record) or (), receipt, record)
            claim(wire.writes == writes, "finding wrote")

    def test_a_record_waits_for_what_it_leans_on(self, host: HostUnderTest) -> None:
        """For a person who is not matched, and for another record; nothing is written."""
        wire = Wire(host)
        for record in wire.records("waits"):
            writes = wire.writes
            waits = without(record, SUPERVISOR.id)
            error = raised(WaitsForError, partial(wire.put, waits))
            claim(error.key == staff_key(SUPERVISOR.id), f"{record.key} waits for {error.key}")
            claim(wire.writes == writes, f"{record.key} was written without its people")
            structured = wire.how(record) is Projection.STRUCTURED
            for key in record.around.receipts if structured else ():
                early = replace(record, around=Surroundings(record.around.people, {}))
                error = raised(WaitsForError, partial(wire.put, early))
                claim(error.key == key, f"{record.key} waits for {error.key}")

    def test_nothing_private_is_written_and_nothing_of_others_touched(
        self, host: HostUnderTest
    ) -> None:
        """Names, topics, reasons and clients stay where they are; so do hands off their things."""
        wire = Wire(host)
        before = host.everything()
        for record in wire.records("private"):
            wire.put(changed(record), wire.put(record))
        for request in wire.sent:
            said = f"{request.url} {request.headers} {(request.body or b'').decode()}"
            for canary in CANARIES:
                claim(canary not in said, f"{request.operation} said {canary!r}")
        now = host.everything()
        for ref in before.keys() - wire.ours:
            claim(now.get(ref) == before[ref], f"{ref} is not ours and was touched")

    def test_no_request_signs_anything(self, host: HostUnderTest) -> None:
        """A person attests, in person: whatever a record says was signed, we never sign it."""
        wire = Wire(host)
        for record in wire.records("signs"):
            wire.put(changed(record), wire.put(record))
        for request in wire.sent:
            claim(not host.signs(request), f"{request.operation} carries a signature")


def _edit(host: HostUnderTest, receipt: Receipt, edited: dict[HostRef, str]) -> None:
    for part in receipt:
        host.edit_ours(part.host_ref)
        edited[part.host_ref] = host.stands(part.host_ref)
