"""Nothing one clinic keeps can be read, changed or removed from another's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.store.practice import (
    AGREEMENT,
    ATTESTATION,
    BIRCH,
    CANDIDACY,
    CEDAR,
    CONSULTATION,
    EHR,
    FORM,
    GROUP,
    LEAVE,
    LOG,
    NOW,
    OMAR,
    PEOPLE,
    REQUEST,
    SESSION,
    SETTING,
    VERIFICATION,
    receipt_of,
    seconds,
    session_key,
    settle_in,
)

from witnessmark.domain.drafts import ConfirmedDraft, DraftLine, Now
from witnessmark.domain.ids import BatchId, ClinicId
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.deliveries import DeliveryState, Settled, StaffMatch
from witnessmark.ports.events import HostEvent
from witnessmark.ports.host import StaffSeen
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Batch, Shelf, Work
from witnessmark.store.work import SqlStore

S1 = session_key("s1")
DONE = Settled(DeliveryState.DONE, delivered=1, receipt=receipt_of(S1))


MORE = ("candidacies", "forms", "logs", "attestations", "verifications", "requests")
APPOINTMENT = KeptAppointment(
    EHR, OMAR, "m" * 64, Now.STANDS, "s" * 64, seconds(0), seconds(3000), "code", "Place/1"
)
CONFIRMED = ConfirmedDraft("d" * 32, OMAR, SETTING.id, (DraftLine(date(2026, 3, 2), 50),), ())
BEHIND = replace(APPOINTMENT, mark="n" * 64, draft=CONFIRMED.id)
EVENT = HostEvent("t1", "Thing", "1", "d" * 64)


def shelves_of(work: Work) -> Mapping[str, Shelf[object]]:
    names = ("people", "settings", "agreements", "groups", "sessions", "consultations", "leaves")
    return {name: getattr(work, name) for name in (*names, *MORE)}


def everything(work: Work) -> Mapping[str, object]:
    """Return all that this clinic's transaction can see, by every way of asking."""
    seen: dict[str, object] = {}
    for name, shelf in shelves_of(work).items():
        ids = ["ruth", "omar", "ward", "m1", "g1", "s1", "c1", "v1", "l1", "a1", "k1", "q1"]
        ids += ["y1", "f1"]
        seen[name] = (list(shelf.all()), dict(shelf.many(ids)), dict(shelf.versions()))
        seen[f"{name} one by one"] = [(shelf.find(one), shelf.version(one)) for one in ids]
    log = LOG
    seen["week"] = work.logs.of_week(log.supervisee, log.setting, log.week_start)
    seen["of log"] = work.attestations.of_log(log.id)
    seen["connections"] = work.connections.all()
    seen["deliveries"] = (work.deliveries.listed(), work.deliveries.get(EHR, S1))
    seen["counts"] = dict(work.deliveries.counts(EHR))
    seen["receipts"] = work.receipts.of(EHR, [S1])
    seen["there"] = work.receipts.at(EHR, [HostRef("Thing/s1-0")])
    seen["delivered"] = work.receipts.delivered([S1])
    seen["staff"] = (work.staff.seen(EHR), dict(work.staff.matches(EHR)))
    seen["cursor"] = work.cursors.get(EHR, "staff")
    seen["batches"] = (work.batches.all(), work.batches.by_digest("1" * 64))
    seen["values"] = (dict(work.values.all()), work.values.get("in_flight"))
    seen["calendar"] = (work.calendar.all_of(EHR, OMAR), work.calendar.undecided(OMAR))
    seen["of drafts"] = work.calendar.of_drafts(OMAR, [CONFIRMED.id])
    seen["differing"] = work.calendar.differing(OMAR)
    seen["confirmed"] = dict(work.calendar.confirmed(OMAR, [CONFIRMED.id]))
    seen["confirmed since"] = work.calendar.confirmed_since(OMAR, date.min)
    seen["scan"] = work.scans.get(ATTESTATION.id)
    seen["audit"] = (work.audit.of("session/s1"), work.audit.verify())
    return seen


def put_all(work: Work) -> None:
    for person in PEOPLE:
        work.people.put(person)
    work.settings.put(SETTING)
    work.agreements.put(AGREEMENT)
    work.groups.put(GROUP)
    work.sessions.put(SESSION)
    work.consultations.put(CONSULTATION)
    work.leaves.put(LEAVE)
    work.candidacies.put(CANDIDACY)
    work.forms.put(FORM)
    work.logs.put(LOG)
    work.attestations.put(ATTESTATION)
    work.verifications.put(VERIFICATION)
    work.requests.put(REQUEST)


def claim_and_settle(work: Work) -> None:
    for row in work.deliveries.claim(EHR, owner="w", now=NOW, lease_seconds=9, limit=9):
        work.deliveries.settle(row, DONE, now=NOW)


def resolve_all(work: Work) -> None:
    for row in work.deliveries.listed():
        work.deliveries.resolve(row, Settled(DeliveryState.WAITING, waiting_on="x/y"), now=NOW)


def remove_all(work: Work) -> None:
    for shelf in (
        work.requests,
        work.verifications,
        work.attestations,
        work.logs,
        work.sessions,
        work.groups,
        work.leaves,
        work.candidacies,
        work.forms,
    ):
        for one in list(shelf.versions()):
            shelf.remove(one)


def confirm(work: Work) -> None:
    work.calendar.confirm(CONFIRMED)
    work.calendar.keep([BEHIND])


def keep_a_scan(work: Work) -> None:
    put_all(work)
    work.scans.put(ATTESTATION.id, b"%PDF")


STEPS: Mapping[str, Callable[[Work], object]] = {
    "put": put_all,
    "remove": remove_all,
    "want": lambda work: work.deliveries.want({S1: 1}),
    "deliver": claim_and_settle,
    "resolve": resolve_all,
    "wake": lambda work: work.deliveries.wake(EHR, "x/y"),
    "reopen": lambda work: work.deliveries.reopen(EHR, list(DeliveryState)),
    "drop": lambda work: work.deliveries.drop([S1]),
    "receipt": lambda work: work.receipts.put(EHR, S1, receipt_of(S1)),
    "no receipt": lambda work: work.receipts.put(EHR, S1, ()),
    "staff": lambda work: work.staff.see(EHR, [StaffSeen(HostRef("P/1"), None, (), "X")]),
    "match": lambda work: work.staff.match(
        EHR, StaffMatch(OMAR, HostRef("P/1"), "npi", "operator")
    ),
    "cursor": lambda work: work.cursors.put(EHR, "staff", "here"),
    "no cursor": lambda work: work.cursors.forget(EHR, "staff"),
    "batch": lambda work: work.batches.put(
        Batch(BatchId("b1"), "x.csv", "1" * 64, seconds(1), "operator", ())
    ),
    "value": lambda work: work.values.put("in_flight", "1"),
    "appointment": lambda work: work.calendar.keep([APPOINTMENT]),
    "no appointment": lambda work: work.calendar.forget([APPOINTMENT]),
    "confirm": confirm,
    "unconfirm": lambda work: work.calendar.unconfirm([CONFIRMED]),
    "old appointments": lambda work: work.calendar.forget_older(seconds(9)),
    "scan": keep_a_scan,
    "audit": lambda work: work.audit.add(
        actor="operator", action="x", record="session/s1", at=NOW, detail={}
    ),
}


@pytest.fixture
def shared(store: SqlStore) -> SqlStore:
    """Give the store two clinics whose things have the same ids."""
    settle_in(store, BIRCH)
    return store


def seen_by(store: SqlStore, clinic: ClinicId) -> Mapping[str, object]:
    with store.look(clinic) as work:
        return everything(work)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from([CEDAR, BIRCH]), st.sampled_from(sorted(STEPS)))))
def test_what_one_clinic_does_changes_nothing_that_another_sees(
    shared: SqlStore, steps: list[tuple[ClinicId, str]]
) -> None:
    for clinic, step in steps:
        other = BIRCH if clinic == CEDAR else CEDAR
        before = seen_by(shared, other)
        with shared.change(clinic) as work:
            STEPS[step](work)
        assert seen_by(shared, other) == before


def test_every_step_really_does_something(shared: SqlStore) -> None:
    """The law above would hold for steps that do nothing."""
    order = ["put", "want", "deliver", "resolve", "wake", "deliver", "reopen", "no receipt"]
    order += ["appointment", "no appointment", "appointment", "old appointments", "scan"]
    order += ["confirm", "unconfirm"]
    order += [
        "receipt",
        "staff",
        "match",
        "cursor",
        "no cursor",
        "batch",
        "value",
        "audit",
        "drop",
        "remove",
    ]
    assert set(order) == set(STEPS)
    for step in order:
        before = seen_by(shared, CEDAR)
        with shared.change(CEDAR) as work:
            STEPS[step](work)
        assert seen_by(shared, CEDAR) != before, step


def test_a_clinic_is_told_apart_by_its_whole_name(store: SqlStore) -> None:
    settle_in(store, ClinicId("cedar-2"))
    with store.change(ClinicId("cedar-2")) as work:
        work.sessions.put(SESSION)
    with store.look(CEDAR) as work:
        assert work.sessions.find("s1") is None
    assert [clinic.id for clinic in store.clinics()] == ["cedar", "cedar-2"]
