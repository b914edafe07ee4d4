"""Claims, leases, fences and waking: nothing owed is lost, nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.integration.store.practice import (
    CEDAR,
    EHR,
    NOW,
    OMAR,
    connection_of,
    heard,
    receipt_of,
    seconds,
    session_key,
)

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import StoreError
from witnessmark.ports.deliveries import (
    Delivery,
    DeliveryState,
    Settled,
    StaffMatch,
    StoredConnection,
    Trouble,
)
from witnessmark.ports.records import HostRef, RecordKey, staff_key
from witnessmark.ports.store import Work
from witnessmark.store.work import SqlStore

S1, S2, S3 = session_key("s1"), session_key("s2"), session_key("s3")
LOG_KEY = RecordKey(ObjectKind.HOUR_LOG, "l1")
ATTESTATION_KEY = RecordKey(ObjectKind.ATTESTATION, "a1")
OPEN, DONE, WAITING = DeliveryState.OPEN, DeliveryState.DONE, DeliveryState.WAITING
CONFLICT, QUARANTINED = DeliveryState.CONFLICT, DeliveryState.QUARANTINED


Want = Callable[..., None]


@pytest.fixture
def want(store: SqlStore) -> Want:
    def owe(*keys: RecordKey, generation: int = 1) -> None:
        with store.change(CEDAR) as work:
            work.deliveries.want(dict.fromkeys(keys, generation))

    return owe


def claim(work: Work, at: int = 0, *, lease: int = 30, limit: int = 100) -> tuple[Delivery, ...]:
    return work.deliveries.claim(
        EHR, owner="worker", now=seconds(at), lease_seconds=lease, limit=limit
    )


def row_of(work: Work, key: RecordKey) -> Delivery:
    row = work.deliveries.get(EHR, key)
    assert row is not None
    return row


def test_what_is_wanted_is_owed_to_every_connection_of_the_clinic(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.connections.put(StoredConnection(connection_of(CEDAR, "second")))
        work.deliveries.want({S1: 3})
        assert {row.connection for row in work.deliveries.listed()} == {EHR, "second"}
        work.deliveries.want({S2: 1}, connection="second")
        assert work.deliveries.get(EHR, S2) is None
        assert row_of(work, S1) == Delivery(EHR, S1, 3, 0, OPEN)


def test_want_of_twenty_thousand_records_is_three_statements(store: SqlStore) -> None:
    keys = {session_key(f"s{n}"): 1 for n in range(20_000)}
    with store.change(CEDAR) as work, heard(store) as words:
        work.deliveries.want(keys)
    assert words == ["SELECT", "SELECT", "INSERT"]
    with store.look(CEDAR) as work:
        assert work.deliveries.counts(EHR) == {("session", OPEN, "", Trouble.NONE): 20_000}


def test_a_generation_owed_or_delivered_is_not_owed_again(store: SqlStore, want: Want) -> None:
    want(S1, S2, S3)
    with store.change(CEDAR) as work:
        one, two, _ = claim(work)
        work.deliveries.settle(one, Settled(DONE, delivered=1), now=NOW)
        work.deliveries.settle(two, Settled(QUARANTINED, "refused"), now=NOW)
        before = [row_of(work, key) for key in (S1, S2, S3)]
    want(S1, S2, S3)
    with store.look(CEDAR) as work:
        assert [row_of(work, key) for key in (S1, S2, S3)] == before


@pytest.mark.parametrize("state", [DONE, WAITING, CONFLICT, QUARANTINED, DeliveryState.KEPT_HERE])
def test_a_higher_generation_reopens(store: SqlStore, want: Want, state: DeliveryState) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (row,) = claim(work)
        assert work.deliveries.settle(row, Settled(state, "why", waiting_on="x/y"), now=NOW)
        assert row_of(work, S1).state is state
    want(S1, generation=2)
    with store.look(CEDAR) as work:
        row = row_of(work, S1)
        assert (row.wanted, row.state, row.waiting_on, row.attempts) == (2, OPEN, None, 0)


def test_what_is_owed_is_claimed_in_the_order_in_which_it_was_wanted(
    store: SqlStore, want: Want
) -> None:
    want(S3, S1)
    want(S2)
    with store.change(CEDAR) as work:
        assert [row.key for row in claim(work, limit=2)] == [S3, S1]
        assert [row.key for row in claim(work)] == [S2]
        assert claim(work) == ()


def test_a_claim_is_leased_and_an_expired_lease_is_claimed_again(
    store: SqlStore, want: Want
) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (first,) = claim(work, 0)
        assert (first.fence, first.not_before) == (1, None)
        assert claim(work, 29) == ()
        (second,) = claim(work, 30)
        assert second.fence == 2
        assert not work.deliveries.settle(first, Settled(DONE, delivered=1), now=seconds(31))
        assert work.deliveries.settle(second, Settled(DONE, delivered=1), now=seconds(31))
        assert not work.deliveries.settle(second, Settled(QUARANTINED), now=seconds(32))
        assert row_of(work, S1).state is DONE


def test_a_late_finish_keeps_no_receipt(store: SqlStore, want: Want) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (first,) = claim(work, 0)
        claim(work, 60)
        late = Settled(DONE, delivered=1, receipt=receipt_of(S1))
        assert not work.deliveries.settle(first, late, now=seconds(61))
        assert work.receipts.of(EHR, [S1]) == {}


def test_a_row_whose_wanted_rose_meanwhile_stays_open(store: SqlStore, want: Want) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (row,) = claim(work)
    want(S1, generation=2)
    with store.change(CEDAR) as work:
        # The lease holds: no second worker delivers the same record at once.
        assert claim(work, 1) == ()
        done = Settled(DONE, "sent", delivered=1, receipt=receipt_of(S1))
        assert work.deliveries.settle(row, done, now=seconds(2))
        left = row_of(work, S1)
        assert (left.state, left.delivered, left.wanted, left.reason) == (OPEN, 1, 2, "")
        assert work.receipts.of(EHR, [S1]) == {"session/s1": receipt_of(S1)}
        (again,) = claim(work, 3)
        assert again.fence == 2


def test_a_generation_delivered_beyond_the_claimed_one_is_done(store: SqlStore, want: Want) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (row,) = claim(work)
    want(S1, generation=2)
    with store.change(CEDAR) as work:
        work.deliveries.settle(row, Settled(DONE, delivered=2), now=NOW)
        assert row_of(work, S1).state is DONE


def test_attempts_rise_while_it_is_tried_and_end_with_success(store: SqlStore, want: Want) -> None:
    want(S1)
    later = Settled(OPEN, "busy", not_before=seconds(10))
    with store.change(CEDAR) as work:
        (row,) = claim(work, 0)
        work.deliveries.settle(row, later, now=NOW)
        waiting = row_of(work, S1)
        assert (waiting.attempts, waiting.not_before) == (1, seconds(10))
        assert claim(work, 9) == ()
        (row,) = claim(work, 10)
        assert row.attempts == 1
        work.deliveries.settle(row, Settled(WAITING, "first x", waiting_on="x/y"), now=NOW)
        assert row_of(work, S1).attempts == 2
        assert work.deliveries.wake(EHR, "x/y") == 1
        (row,) = claim(work, 10)
        work.deliveries.settle(row, Settled(DONE, delivered=1), now=NOW)
        assert row_of(work, S1).attempts == 0


def test_an_arrival_wakes_what_waited_for_it_in_the_same_transaction(
    store: SqlStore, want: Want
) -> None:
    want(LOG_KEY, ATTESTATION_KEY, S1)
    for_log = Settled(WAITING, "first the log", waiting_on=str(LOG_KEY))
    with store.change(CEDAR) as work:
        log, attestation, other = claim(work)
        work.deliveries.settle(attestation, for_log, now=NOW)
        work.deliveries.settle(other, Settled(WAITING, waiting_on=str(S2)), now=NOW)
        half = Settled(OPEN, "half", receipt=receipt_of(LOG_KEY), not_before=NOW)
        work.deliveries.settle(log, half, now=NOW)
        assert row_of(work, ATTESTATION_KEY).state is WAITING
        (log,) = claim(work)
        arrived = Settled(DONE, delivered=1, receipt=receipt_of(LOG_KEY, 2))
        work.deliveries.settle(log, arrived, now=NOW)
        woken = row_of(work, ATTESTATION_KEY)
        assert (woken.state, woken.waiting_on, woken.attempts) == (OPEN, None, 1)
        assert row_of(work, S1).state is WAITING


def test_what_arrives_during_the_attempt_is_not_waited_for(store: SqlStore, want: Want) -> None:
    want(LOG_KEY, ATTESTATION_KEY)
    with store.change(CEDAR) as work:
        log, attestation = claim(work, 0)
        work.deliveries.settle(log, Settled(DONE, delivered=1), now=seconds(1))
        for_log = Settled(WAITING, "first the log", waiting_on=str(LOG_KEY))
        work.deliveries.settle(attestation, for_log, now=seconds(2))
        assert row_of(work, ATTESTATION_KEY).state is OPEN
        # Whatever the clocks say: it is there, so nobody would wake it. Attempts are counted.
        (attestation,) = claim(work, 3)
        work.deliveries.settle(attestation, for_log, now=seconds(0))
        again = row_of(work, ATTESTATION_KEY)
        assert (again.state, again.attempts) == (OPEN, 2)


def test_who_is_matched_during_the_attempt_is_not_waited_for(store: SqlStore, want: Want) -> None:
    want(S1, S2)
    for_omar = Settled(WAITING, "who is Omar?", waiting_on=staff_key(OMAR))
    with store.change(CEDAR) as work:
        one, two = claim(work)
        work.deliveries.settle(one, for_omar, now=NOW)
        work.staff.match(EHR, StaffMatch(OMAR, HostRef("Practitioner/9"), "npi", "operator"))
        assert work.deliveries.wake(EHR, staff_key(OMAR)) == 1
        work.deliveries.settle(two, for_omar, now=NOW)
        assert (row_of(work, S1).state, row_of(work, S2).state) == (OPEN, OPEN)


def test_a_decision_outruns_a_claim(store: SqlStore, want: Want) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (claimed,) = claim(work)
        decided = Settled(CONFLICT, "changed there")
        work.deliveries.resolve(row_of(work, S1), decided, now=seconds(1))
        assert not work.deliveries.settle(claimed, Settled(DONE, delivered=1), now=seconds(2))
        row = row_of(work, S1)
        assert (row.state, row.reason, row.fence) == (CONFLICT, "changed there", 2)
        assert row.changed_at == seconds(1)


def test_a_replay_starts_counting_again(store: SqlStore, want: Want) -> None:
    want(S1)
    with store.change(CEDAR) as work:
        (row,) = claim(work)
        work.deliveries.settle(row, Settled(OPEN), now=NOW)
        (row,) = claim(work)
        work.deliveries.settle(row, Settled(QUARANTINED, "given up"), now=NOW)
        assert row_of(work, S1).attempts == 1
        work.deliveries.resolve(row_of(work, S1), Settled(OPEN, "replayed"), now=NOW)
        (row,) = claim(work)
        assert row.attempts == 0


def test_changed_terms_reopen_what_was_kept_here_but_end_no_lease(
    store: SqlStore, want: Want
) -> None:
    want(S1, S2)
    with store.change(CEDAR) as work:
        one, two = claim(work)
        work.deliveries.settle(one, Settled(DeliveryState.KEPT_HERE, "no forms"), now=NOW)
        assert work.deliveries.reopen(EHR, [DeliveryState.KEPT_HERE, OPEN]) == 1
        assert [row.key for row in claim(work)] == [S1]
        assert work.deliveries.settle(two, Settled(DONE, delivered=1), now=NOW)


def test_what_is_dropped_is_owed_no_more(store: SqlStore, want: Want) -> None:
    want(S1, S2)
    with store.change(CEDAR) as work:
        work.deliveries.drop([S1])
        assert work.deliveries.get(EHR, S1) is None
        assert [row.key for row in claim(work)] == [S2]


def test_rows_are_listed_and_counted(store: SqlStore, want: Want) -> None:
    want(S1, S2, LOG_KEY)
    with store.change(CEDAR) as work:
        one, two, _ = claim(work)
        work.deliveries.settle(one, Settled(QUARANTINED, "refused"), now=seconds(1))
        work.deliveries.settle(two, Settled(DONE, delivered=1), now=seconds(2))
        listed = work.deliveries.listed
        assert [row.key for row in listed()] == [S2, S1, LOG_KEY]
        assert [row.key for row in listed(states=[QUARANTINED])] == [S1]
        assert [row.key for row in listed(key=LOG_KEY, connection=EHR)] == [LOG_KEY]
        assert [row.key for row in listed(limit=1)] == [S2]
        assert work.deliveries.counts(EHR) == {
            ("session", QUARANTINED, "refused", Trouble.NONE): 1,
            ("session", DONE, "", Trouble.NONE): 1,
            ("hour_log", OPEN, "", Trouble.NONE): 1,
        }


def test_nothing_is_owed_to_a_connection_that_is_not_there(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="missing"), store.change(CEDAR) as work:
        work.deliveries.want({S1: 1}, connection="nowhere")


def test_instants_are_kept_to_the_microsecond(store: SqlStore, want: Want) -> None:
    want(S1)
    odd = NOW + timedelta(microseconds=123457)
    with store.change(CEDAR) as work:
        (row,) = claim(work)
        work.deliveries.settle(row, Settled(OPEN, not_before=odd), now=odd)
        assert (row_of(work, S1).not_before, row_of(work, S1).changed_at) == (odd, odd)
