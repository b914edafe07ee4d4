"""Terms that are agreed again: what they leave alone, and what they bring on its way."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.store.practice import AGREEMENT, CEDAR, EHR, LOG, NOW, RUTH
from tests.integration.sync.bench import Bench, OddHost, receipt

from witnessmark.application.acts import Act
from witnessmark.application.connecting import keep_terms
from witnessmark.application.terms import AgreedTerms
from witnessmark.domain.actors import OPERATOR
from witnessmark.domain.capabilities import ObjectKind, Offer
from witnessmark.domain.hours import LogState
from witnessmark.ports.host import Connection
from witnessmark.ports.records import RecordKey

OFFER = Offer("a host", frozenset(), {})
FORMER_KINDS = ("credentials", "session", "hour_log", "attestation")


def keep(bench: Bench, connection: Connection, agreed: AgreedTerms) -> None:
    act = Act(OPERATOR, bench.clock.instant, {})
    with bench.store.change(CEDAR) as work:
        keep_terms(work, connection, offer=OFFER, agreed=agreed, act=act)


def test_what_was_settled_while_the_host_was_asked_stays_so(bench: Bench) -> None:
    asking = bench.deliverer(OddHost(receipt))
    with bench.store.change(CEDAR) as work:
        stored = work.connections.get(EHR)
        told = replace(stored.connection, event_url="https://here", event_secrets=("env:HOOK",))
        work.connections.put(replace(stored, connection=told))
    keep(bench, asking.connection, asking.agreed)
    with bench.store.look(CEDAR) as work:
        stored = work.connections.get(EHR)
    assert stored.connection == told
    assert (stored.terms, stored.agreed_at) == (asking.agreed.as_text(), bench.clock.instant)


def test_what_an_earlier_version_kept_here_is_owed_and_asked_about_once_it_is_sent(
    bench: Bench,
) -> None:
    plain = bench.deliverer(OddHost(receipt))
    chosen = plain.agreed.chosen
    former = replace(
        plain.agreed, chosen={ObjectKind(kind): chosen[ObjectKind(kind)] for kind in FORMER_KINDS}
    )
    keep(bench, plain.connection, former)
    with bench.store.change(CEDAR) as work:
        work.agreements.put(AGREEMENT)
        submitted = replace(LOG, state=LogState.SUBMITTED, submitted_at=NOW, returned=None)
        work.logs.put(submitted)
        assert work.deliveries.listed() == ()
    for _again in range(2):
        keep(bench, plain.connection, plain.agreed)
        with bench.store.look(CEDAR) as work:
            (request,) = work.requests.all()
            owed = {row.key for row in work.deliveries.listed()}
        assert (request.supervisor, request.asked_at) == (RUTH, NOW)
        assert owed == {
            RecordKey(ObjectKind.AGREEMENT, AGREEMENT.id),
            RecordKey(ObjectKind.HOUR_LOG, LOG.id),
            RecordKey(ObjectKind.REQUEST, request.id),
        }
