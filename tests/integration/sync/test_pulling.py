"""What a page of changes does to the rows of this clinic, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.store.practice import (
    CEDAR,
    EHR,
    NOW,
    SEAL,
    receipt_of,
    seconds,
    session_key,
    settle_in,
)

from witnessmark.application.acts import Act
from witnessmark.application.pulling import Pulled, apply_page
from witnessmark.domain.actors import OPERATOR
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import Manifest, OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.host import Change, OurCopyChanged, OurCopyGone, Page
from witnessmark.ports.records import HostRef
from witnessmark.shipped import shipped
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

KEY = session_key("s1")
REF = receipt_of(KEY)[0].host_ref
OURS = receipt_of(KEY)[0].digest


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(tmp_path / "store.db", SEAL)
    settle_in(store, CEDAR)
    with store.change(CEDAR) as work:
        work.deliveries.want({KEY: 1})
        (row,) = work.deliveries.claim(EHR, owner="w", now=NOW, lease_seconds=60, limit=9)
        done = Settled(DeliveryState.DONE, delivered=1, receipt=receipt_of(KEY))
        assert work.deliveries.settle(row, done, now=NOW)
    yield store
    store.close()


def manifest(policy: OnConflict) -> Manifest:
    plain = load_manifest(shipped("manifest.yaml")).value
    objects = {
        kind: choices.model_copy(update={"on_conflict": policy})
        for kind, choices in plain.objects.items()
    }
    return plain.model_copy(update={"objects": objects})


def pull(
    store: SqlStore, change: Change, policy: OnConflict = OnConflict.ASK, *, asked: int = 1
) -> tuple[Pulled, Delivery]:
    with store.change(CEDAR) as work:
        pulled = apply_page(
            work,
            EHR,
            page=Page((change,), "c", more=False),
            manifest=manifest(policy),
            act=Act(OPERATOR, seconds(asked), {}),
        )
        row = work.deliveries.get(EHR, KEY)
    assert row is not None
    return pulled, row


def test_our_own_echo_changes_nothing(store: SqlStore) -> None:
    pulled, row = pull(store, OurCopyChanged(REF, "2", OURS))
    assert (pulled.echoes, pulled.conflicts, row.state) == (1, 0, DeliveryState.DONE)


def test_what_was_never_ours_is_not_looked_at(store: SqlStore) -> None:
    pulled, row = pull(store, OurCopyChanged(HostRef("Thing/other"), "1", "theirs"))
    assert (pulled, row.state) == (Pulled(), DeliveryState.DONE)


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (OnConflict.ASK, DeliveryState.CONFLICT),
        (OnConflict.OURS, DeliveryState.OPEN),
        (OnConflict.THEIRS, DeliveryState.DONE),
    ],
)
def test_a_difference_is_settled_as_the_manifest_says(
    store: SqlStore, policy: OnConflict, state: DeliveryState
) -> None:
    pulled, row = pull(store, OurCopyChanged(REF, "2", "theirs"), policy)
    assert (pulled.conflicts, row.state) == (1, state)


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (OnConflict.ASK, DeliveryState.CONFLICT),
        (OnConflict.OURS, DeliveryState.CONFLICT),
        (OnConflict.THEIRS, DeliveryState.DONE),
    ],
)
def test_a_copy_that_is_gone_is_never_silently_made_again(
    store: SqlStore, policy: OnConflict, state: DeliveryState
) -> None:
    _, row = pull(store, OurCopyGone(REF), policy)
    assert row.state is state


def test_a_difference_while_something_is_owed_may_be_our_own_lost_answer(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.deliveries.want({KEY: 2})
    pulled, row = pull(store, OurCopyChanged(REF, "2", "what we wrote and never heard of"))
    assert (pulled.conflicts, row.state) == (0, DeliveryState.OPEN)
    with store.look(CEDAR) as work:
        assert work.audit.of(str(KEY)) == ()


def test_a_page_that_was_asked_for_before_we_wrote_is_older_than_what_we_wrote(
    store: SqlStore,
) -> None:
    change = OurCopyChanged(REF, "0", "what stood there before")
    pulled, row = pull(store, change, OnConflict.THEIRS, asked=-1)
    assert (pulled.conflicts, row.state) == (0, DeliveryState.DONE)
    with store.look(CEDAR) as work:
        assert work.receipts.of(EHR, [KEY])[str(KEY)] == receipt_of(KEY)


def test_a_conflict_is_told_once(store: SqlStore) -> None:
    change = OurCopyChanged(REF, "2", "theirs")
    pull(store, change)
    pulled, row = pull(store, replace(change, version="3"))
    assert (pulled.conflicts, row.state) == (0, DeliveryState.CONFLICT)
    with store.look(CEDAR) as work:
        assert [entry.action for entry in work.audit.of(str(KEY))] == ["host_changed"]
