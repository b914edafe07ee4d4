"""Nobody is made to vouch for hours that somebody else wrote into the EHR."""

from __future__ import annotations

import asyncio

from tests.acceptance.test_week_flow import CLINIC, PAPER, Life, attest, life, minutes, submit
from witnessmark.application.replaying import Decision, Keep, decide_conflict
from witnessmark.domain.actors import Role
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.records import RecordKey
from witnessmark.sync.one_pass import sync_connection
from witnessmark.sync.tally import Tally
from witnessmark.testing import CO_SUPERVISOR

__all__ = ["life"]


def synced(life: Life, *, full: bool = False) -> None:
    async def once() -> None:
        async with life.installation.syncing(CLINIC) as syncing:
            await sync_connection(syncing, life.link, Tally(), full=full)

    asyncio.run(once())


def row_of(life: Life, kind: ObjectKind, record: str) -> Delivery:
    with life.installation.store.look(CLINIC) as work:
        row = work.deliveries.get(life.link.id, RecordKey(kind, record))
    assert row is not None
    return row


def altered_and_left_so(life: Life) -> str:
    """Let somebody write other minutes into the week, and a person leave it so."""
    with life.installation.store.change(CLINIC) as work:
        work.values.put("allow_loopback", "true")
    life.by_supervisee(submit)
    week = life.week()
    for group in week["item"]:
        for item in group.get("item", ()):
            if item["linkId"] == "entry.minutes":
                item["answer"] = [{"valueInteger": 1003}]
    life.practice.put(week)
    synced(life)
    with life.installation.store.look(CLINIC) as work:
        (key,) = (row.key for row in work.deliveries.listed(states=[DeliveryState.CONFLICT]))
    context = life.installation.context(CLINIC)
    with life.installation.driver(CLINIC) as driver:
        decision = Decision(str(key), Keep.THEIRS)
        decide_conflict(context, driver, decision, act=life.installation.act())
    return key.id


def test_a_week_that_somebody_altered_there_gets_no_attestation_there(life: Life) -> None:
    altered_and_left_so(life)
    synced(life, full=True)  # being looked at again does not make it ours
    with life.installation.store.change(CLINIC) as work:
        attest(work, life.act(Role.ADMIN, CO_SUPERVISOR.id))
    synced(life)
    assert minutes(life) == [1003, 1003]
    assert life.there("Provenance") == []
    row = row_of(life, ObjectKind.ATTESTATION, PAPER.id)
    assert row.state is DeliveryState.WAITING
    assert "left so" in row.reason
