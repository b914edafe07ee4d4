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
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.host import Change, OurCopyChanged, OurCopyGone, Page
from witnessmark.ports.records import HostRef
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


def pull(store: SqlStore, change: Change) -> tuple[Pulled, Delivery]:
    with store.change(CEDAR) as work:
        page = Page((change,), "c", more=False)
        pulled = apply_page(work, EHR, page=page, act=Act(OPERATOR, seconds(1), {}))
        row = work.deliveries.get(EHR, KEY)
    assert row is not None
    return pulled, row


def test_our_own_echo_changes_nothing(store: SqlStore) -> None:
    pulled, row = pull(store, OurCopyChanged(REF, "2", OURS))
    assert (pulled.echoes, pulled.conflicts, row.state) == (1, 0, DeliveryState.DONE)


def test_what_was_never_ours_is_not_looked_at(store: SqlStore) -> None:
    pulled, row = pull(store, OurCopyChanged(HostRef("Thing/other"), "1", "theirs"))
    assert (pulled, row.state) == (Pulled(), DeliveryState.DONE)


@pytest.mark.parametrize("change", [OurCopyChanged(REF, "2", "theirs"), OurCopyGone(REF)])
def test_a_difference_is_a_doubt_that_is_looked_at_before_anything_is_said(
    store: SqlStore, change: Change
) -> None:
    pulled, row = pull(store, change)
    assert (pulled.conflicts, row.state, row.trouble) == (
        1,
        DeliveryState.OPEN,
        Trouble.DOUBTED,
    )


def test_a_copy_of_ours_at_a_strange_reference_is_looked_at(store: SqlStore) -> None:
    strange = OurCopyChanged(HostRef("Thing/other"), "1", OURS, KEY)
    pulled, row = pull(store, strange)
    assert (pulled.conflicts, row.state, row.trouble) == (1, DeliveryState.OPEN, Trouble.TWICE)


def test_what_was_decided_to_stay_removed_is_asked_about_no_more(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        row = work.deliveries.get(EHR, KEY)
        assert row is not None
        left = Settled(DeliveryState.DONE, "left so", trouble=Trouble.GONE)
        work.deliveries.resolve(row, left, now=NOW)
    pulled, row = pull(store, OurCopyGone(REF))
    assert (pulled.conflicts, row.state) == (0, DeliveryState.DONE)


def test_a_difference_while_something_is_owed_may_be_our_own_lost_answer(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.deliveries.want({KEY: 2})
    pulled, row = pull(store, OurCopyChanged(REF, "2", "what we wrote and never heard of"))
    assert (pulled.conflicts, row.state) == (0, DeliveryState.OPEN)
    with store.look(CEDAR) as work:
        assert work.audit.of(str(KEY)) == ()


def test_a_newer_version_of_ours_is_more_than_a_look(store: SqlStore) -> None:
    pull(store, OurCopyChanged(REF, "2", "theirs"))
    with store.change(CEDAR) as work:
        (row,) = work.deliveries.claim(EHR, owner="w", now=NOW, lease_seconds=60, limit=9)
        work.deliveries.want({KEY: 2})
        away = Settled(DeliveryState.OPEN, "away", blameless=True, trouble=Trouble.DOUBTED)
        work.deliveries.settle(row, away, now=NOW)
        now = work.deliveries.get(EHR, KEY)
    assert now is not None
    assert (now.state, now.wanted, now.trouble) == (DeliveryState.OPEN, 2, Trouble.NONE)


def test_a_doubt_is_told_once(store: SqlStore) -> None:
    change = OurCopyChanged(REF, "2", "theirs")
    pull(store, change)
    pulled, row = pull(store, replace(change, version="3"))
    assert (pulled.conflicts, row.state) == (0, DeliveryState.OPEN)
    with store.look(CEDAR) as work:
        assert [entry.action for entry in work.audit.of(str(KEY))] == ["host_changed"]
