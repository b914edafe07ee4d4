"""Receipts, staff, cursors, connections, imports and settings' values."""

from dataclasses import replace

import pytest
from tests.integration.store.practice import (
    BIRCH,
    CEDAR,
    EHR,
    NOW,
    OMAR,
    connection_of,
    receipt_of,
    seconds,
    session_key,
)

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import BatchId
from witnessmark.errors import StoreError, UnknownRecordError
from witnessmark.ports.deliveries import StaffMatch, StoredConnection
from witnessmark.ports.host import Auth, AuthKind, StaffSeen
from witnessmark.ports.records import HostRef, RecordKey
from witnessmark.ports.store import Batch, BatchLine
from witnessmark.store.work import SqlStore

S1, S2 = session_key("s1"), session_key("s2")


def test_a_receipt_keeps_its_parts_in_order_and_a_new_one_replaces_it(store: SqlStore) -> None:
    three, one = receipt_of(S1, 3), (replace(receipt_of(S1)[0], version="2"),)
    with store.change(CEDAR) as work:
        work.receipts.put(EHR, S1, three)
        assert work.receipts.of(EHR, [S1, S2]) == {"session/s1": three}
        work.receipts.put(EHR, S1, one)
        assert work.receipts.of(EHR, [S1]) == {"session/s1": one}
        work.receipts.put(EHR, S1, ())
        assert work.receipts.of(EHR, [S1]) == {}


def test_a_host_reference_leads_back_to_the_record(store: SqlStore) -> None:
    parts = receipt_of(S1, 2)
    with store.change(CEDAR) as work:
        work.receipts.put(EHR, S1, parts)
        found = work.receipts.at(EHR, [HostRef("Thing/s1-1"), HostRef("Thing/theirs")])
        assert found == {"Thing/s1-1": (S1, parts[1])}


def test_delivered_with_any_connection_is_delivered(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.connections.put(StoredConnection(connection_of(CEDAR, "second")))
        work.receipts.put("second", S2, receipt_of(S2))
        assert work.receipts.delivered({S1, S2}) == {S2}


def test_staff_are_seen_again_as_they_now_stand(store: SqlStore) -> None:
    ruth = StaffSeen(HostRef("Practitioner/1"), "1000000004", (("https://x", "L1"),), "Ruth E.")
    omar = StaffSeen(HostRef("Practitioner/2"), None, (), "Omar E.")
    renamed = replace(omar, name="Omar Example")
    match = StaffMatch(OMAR, omar.host_ref, "person", "ruth")
    with store.change(CEDAR) as work:
        work.staff.see(EHR, [ruth, omar])
        work.staff.see(EHR, [renamed])
        work.staff.see(EHR, [])
        assert work.staff.seen(EHR) == (ruth, renamed)
        work.staff.match(EHR, replace(match, host_ref=ruth.host_ref))
        work.staff.match(EHR, match)
        assert work.staff.matches(EHR) == {OMAR: match}


def test_a_cursor_is_kept_per_feed(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        assert work.cursors.get(EHR, "staff") is None
        work.cursors.put(EHR, "staff", "one")
        work.cursors.put(EHR, "staff", "two")
        assert work.cursors.get(EHR, "staff") == "two"
        assert work.cursors.get(EHR, "our_copies") is None


def test_a_connection_is_kept_with_its_terms(store: SqlStore) -> None:
    auth = Auth(AuthKind.PRIVATE_KEY_JWT, "us", "file:key", scopes=("system/*.rs",))
    stored = StoredConnection(
        replace(connection_of(CEDAR), auth=auth), '{"software":"x"}', '{"agreed":[]}', NOW
    )
    with store.change(CEDAR) as work:
        work.connections.put(stored)
        assert work.connections.get(EHR) == stored
        assert work.connections.all() == (stored,)
        with pytest.raises(UnknownRecordError):
            work.connections.get("nowhere")
        with pytest.raises(StoreError, match="another clinic"):
            work.connections.put(StoredConnection(connection_of(BIRCH)))


def test_an_import_is_found_by_its_file_until_it_is_undone(store: SqlStore) -> None:
    lines = (BatchLine("people", "omar", 0, 1), BatchLine("sessions", "s1", 1, 2))
    first = Batch(BatchId("b1"), "march.yaml", "1" * 64, NOW, "operator", lines)
    second = Batch(BatchId("b2"), "april.yaml", "2" * 64, seconds(1), "operator", ())
    with store.change(CEDAR) as work:
        work.batches.put(first)
        work.batches.put(second)
        assert work.batches.all() == (second, first)
        assert work.batches.by_digest("1" * 64) == first
        undone = replace(first, undone_at=seconds(2))
        work.batches.put(undone)
        assert work.batches.by_digest("1" * 64) is None
        assert work.batches.get("b1") == undone
        with pytest.raises(UnknownRecordError):
            work.batches.get("b3")


def test_only_values_that_were_set_are_there(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        assert work.values.get("in_flight") is None
        work.values.put("in_flight", "8")
        work.values.put("in_flight", "4")
        assert work.values.get("in_flight") == "4"
        assert work.values.all() == {"in_flight": "4"}


def test_keys_of_every_kind_come_back(store: SqlStore) -> None:
    keys = [RecordKey(kind, "x.1-2") for kind in ObjectKind]
    with store.change(CEDAR) as work:
        work.deliveries.want(dict.fromkeys(keys, 1))
        assert {row.key for row in work.deliveries.listed()} == set(keys)
