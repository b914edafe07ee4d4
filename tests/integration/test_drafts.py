"""Drafts over a real store: what a person says of them, and what the EHR says later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.store.practice import (
    AGREEMENT,
    BIRCH,
    CEDAR,
    EHR,
    OMAR,
    RUTH,
    SEAL,
    SETTING,
    settle_in,
)

from witnessmark.application.acts import Act
from witnessmark.application.calendars import calendar_swept, oldest_kept, take_calendar
from witnessmark.application.draft_differences import (
    Changed,
    Difference,
    differences,
    keep_confirmed,
)
from witnessmark.application.drafts import (
    Confirmation,
    Proposal,
    ProposedLine,
    confirm_draft,
    dismiss_draft,
    drafts_of,
)
from witnessmark.application.weeks import submit_week
from witnessmark.domain.actors import OPERATOR, Actor, Role
from witnessmark.domain.drafts import ConfirmedDraft, ConfirmedLine, DraftLine, Now
from witnessmark.domain.hours import Activity, HourLog, LogState
from witnessmark.domain.ids import PersonId
from witnessmark.domain.sessions import Medium
from witnessmark.errors import DomainError, NotAllowedError
from witnessmark.manifest.load import load_manifest
from witnessmark.ports.calendar import KeptAppointment
from witnessmark.ports.host import AppointmentSeen, Booking
from witnessmark.ports.records import HostRef
from witnessmark.shipped import shipped
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore
from witnessmark.testing.clock import CountedIds

MONDAY = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Nine o'clock in Los Angeles."""
WEDNESDAY = MONDAY + timedelta(days=2)
NOW = MONDAY + timedelta(days=7)
SINCE = date(2026, 2, 9)
DAY, LATER_DAY = date(2026, 3, 2), date(2026, 3, 4)
ZONE = ZoneInfo("America/Los_Angeles")
PERMISSIONS = load_manifest(shipped("manifest.yaml")).value.permission_table()


def acting(actor: Actor) -> Act:
    return Act(actor, NOW, PERMISSIONS)


OMARS = acting(Actor(Role.SUPERVISEE, OMAR))
OPERATORS = acting(OPERATOR)


def booked(
    name: str, start: datetime = MONDAY, minutes: int = 50, booking: Booking = Booking.STANDS
) -> AppointmentSeen:
    ref = HostRef(f"Appointment/{name}")
    end = start + timedelta(minutes=minutes)
    return AppointmentSeen(ref, "1", booking, start, end, "individual", "Location/blue", True)  # noqa: FBT003


GROUP = tuple(booked(f"g{n}", minutes=90) for n in range(8))


@dataclass(frozen=True)
class Omar:
    """Omar's drafts in one store, or somebody else's."""

    store: SqlStore
    ids: CountedIds
    person: PersonId = OMAR

    @property
    def act(self) -> Act:
        return acting(Actor(Role.SUPERVISEE, self.person))

    def see(self, *seen: AppointmentSeen, connection: str = EHR) -> None:
        with self.store.change(CEDAR) as work:
            oldest = oldest_kept(NOW, 28)
            take_calendar(work, connection, person=self.person, seen=seen, oldest=oldest)

    def proposals(self) -> tuple[Proposal, ...]:
        with self.store.look(CEDAR) as work:
            return drafts_of(work, self.person, zone=ZONE, act=self.act)

    def differences(self) -> tuple[Difference, ...]:
        with self.store.look(CEDAR) as work:
            return differences(work, self.person, act=self.act)

    def kept(self) -> tuple[KeptAppointment, ...]:
        with self.store.look(CEDAR) as work:
            return work.calendar.all_of(EHR, self.person)

    def confirm(
        self, draft: str, *lines: ConfirmedLine, act: Act | None = None
    ) -> tuple[HourLog, ...]:
        said = Confirmation(SETTING.id, lines or (happened(),))
        with self.store.change(CEDAR) as work:
            return confirm_draft(work, draft, said=said, ids=self.ids, act=act or self.act)

    def confirm_all(self) -> str:
        """Confirm the only proposal, which is of one day, as it was booked."""
        (one,) = self.proposals()
        (line,) = one.lines
        self.confirm(one.draft, happened(line.day, line.minutes))
        return one.draft

    def keep(self, draft: str) -> None:
        with self.store.change(CEDAR) as work:
            keep_confirmed(work, draft, act=self.act)

    def dismiss(self, draft: str) -> None:
        with self.store.change(CEDAR) as work:
            dismiss_draft(work, draft, act=OMARS)

    def sweep(self, *seen: AppointmentSeen) -> int:
        refs = {one.host_ref for one in seen}
        with self.store.change(CEDAR) as work:
            return calendar_swept(work, EHR, person=OMAR, seen=refs, since=SINCE)


def happened(day: date = DAY, minutes: int = 50) -> ConfirmedLine:
    return ConfirmedLine(day, minutes, Activity.INDIVIDUAL_THERAPY, Medium.IN_PERSON, RUTH)


def lines(proposals: Sequence[Proposal]) -> list[tuple[date, int]]:
    return [(line.day, line.minutes) for one in proposals for line in one.lines]


@pytest.fixture
def omar(tmp_path: Path) -> Iterator[Omar]:
    store = open_store(tmp_path / "store.db", SEAL)
    settle_in(store, CEDAR)
    with store.change(CEDAR) as work:
        work.agreements.put(AGREEMENT)
    yield Omar(store, CountedIds())
    store.close()


def test_a_proposal_says_days_minutes_and_where_and_who_if_there_is_no_choice(omar: Omar) -> None:
    omar.see(*GROUP)
    (one,) = omar.proposals()
    assert one.lines == (ProposedLine(DAY, 90, 0),)
    assert (one.appointments, one.setting, one.supervisor) == (8, SETTING.id, RUTH)
    assert (one.type_codes, one.locations) == (("individual",), ("Location/blue",))


def test_what_is_no_client_time_or_not_past_is_not_proposed(omar: Omar) -> None:
    omar.see(
        booked("cancelled", booking=Booking.CANCELLED),
        booked("missed", booking=Booking.NO_SHOW),
        replace(booked("meeting"), of_client=False),
        replace(booked("timeless"), start=None, end=None),
        replace(booked("backwards"), end=MONDAY - timedelta(minutes=1)),
        booked("ancient", NOW - timedelta(days=57)),
    )
    assert omar.kept() == ()
    omar.see(booked("running", NOW - timedelta(minutes=20)), booked("to come", NOW))
    assert (len(omar.kept()), omar.proposals()) == (2, ())


def test_confirming_puts_entries_into_the_week_and_leaves_no_times(omar: Omar) -> None:
    omar.see(*GROUP)
    (one,) = omar.proposals()
    (log,) = omar.confirm(one.draft, happened(minutes=85))
    assert (log.week_start, log.minutes, log.left_the_store) == (DAY, 85, False)
    assert (omar.proposals(), omar.differences()) == ((), ())
    left = {(kept.start, kept.end, kept.type_code, kept.location) for kept in omar.kept()}
    assert left == {(None, None, "", "")}
    with pytest.raises(DomainError, match="not any more"):
        omar.confirm(one.draft)


def test_two_drafts_of_one_week_go_into_one_log_and_each_shows_what_is_logged(omar: Omar) -> None:
    omar.see(booked("a"), booked("b", MONDAY + timedelta(hours=2)))
    first, second = omar.proposals()
    omar.confirm(first.draft)
    (left,) = omar.proposals()
    assert left.lines == (ProposedLine(DAY, 50, 50),)
    (log,) = omar.confirm(second.draft)
    assert [entry.minutes for entry in log.entries] == [50, 50]


def test_a_draft_across_midnight_of_two_weeks_goes_into_two_weeks(omar: Omar) -> None:
    # Sunday 23:30 to Monday 0:20 in Los Angeles.
    omar.see(booked("late", datetime(2026, 3, 2, 7, 30, tzinfo=UTC)))
    (one,) = omar.proposals()
    sunday = date(2026, 3, 1)
    assert lines([one]) == [(sunday, 30), (DAY, 20)]
    logs = omar.confirm(one.draft, happened(sunday, 30), happened(DAY, 20))
    assert [(log.week_start, log.minutes) for log in logs] == [(date(2026, 2, 23), 30), (DAY, 20)]


def test_two_who_share_an_appointment_have_nothing_in_common(omar: Omar) -> None:
    ruth = replace(omar, person=RUTH)
    drafts = []
    for one, minutes in ((omar, 90), (ruth, 75)):
        one.see(booked("group", minutes=90))
        (proposal,) = one.proposals()
        drafts.append(proposal.draft)
        other = {OMAR: RUTH, RUTH: OMAR}[one.person]
        one.confirm(proposal.draft, replace(happened(minutes=minutes), supervisor=other))
    assert drafts[0] != drafts[1]
    for one in (omar, ruth):
        one.see(booked("group", minutes=90, booking=Booking.CANCELLED))
    told = [one.differences()[0].logged for one in (omar, ruth)]
    assert told == [(DraftLine(DAY, 90),), (DraftLine(DAY, 75),)]
    omar.keep(drafts[0])
    assert [len(one.differences()) for one in (omar, ruth)] == [0, 1]
    with pytest.raises(DomainError):
        omar.keep(drafts[1])


def test_one_persons_draft_is_not_anothers_though_it_had_the_same_name(omar: Omar) -> None:
    mine = ConfirmedDraft("d" * 32, OMAR, SETTING.id, (DraftLine(DAY, 90),), ())
    hers = replace(mine, person=RUTH, proposed=(DraftLine(DAY, 75),))
    behind = KeptAppointment(EHR, OMAR, "m" * 64, Now.STANDS, "s" * 64, draft=mine.id)
    with omar.store.change(CEDAR) as work:
        work.calendar.confirm(mine)
        work.calendar.confirm(hers)
        work.calendar.keep([behind, replace(behind, person=RUTH)])
        assert work.calendar.confirmed(OMAR, [mine.id]) == {mine.id: mine}
        assert work.calendar.of_drafts(OMAR, [mine.id]) == (behind,)
        work.calendar.unconfirm([mine])
        assert work.calendar.confirmed_since(RUTH, DAY) == (hers,)
        assert [one.person for one in work.calendar.of_drafts(RUTH, [mine.id])] == [RUTH]


def test_nobody_but_the_person_confirms(omar: Omar) -> None:
    omar.see(booked("a"))
    (one,) = omar.proposals()
    with pytest.raises(NotAllowedError):
        omar.confirm(one.draft, act=OPERATORS)
    with pytest.raises(NotAllowedError):
        omar.confirm(one.draft, act=acting(Actor(Role.OPERATOR, OMAR)))
    with pytest.raises(DomainError):
        omar.confirm(one.draft, act=acting(Actor(Role.SUPERVISEE, RUTH)))
    assert omar.proposals() == (one,)


def test_nobody_but_the_person_and_the_operator_looks(omar: Omar) -> None:
    with omar.store.look(CEDAR) as work:
        assert drafts_of(work, OMAR, zone=ZONE, act=OPERATORS) == ()
        for role in (Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR):
            act = acting(Actor(role, RUTH))
            with pytest.raises(NotAllowedError):
                drafts_of(work, OMAR, zone=ZONE, act=act)
            with pytest.raises(NotAllowedError):
                differences(work, OMAR, act=act)


def test_a_submitted_week_takes_no_draft_and_nothing_of_it_is_kept(omar: Omar) -> None:
    omar.see(booked("a"))
    omar.confirm_all()
    with omar.store.change(CEDAR) as work:
        submit_week(work, "id-1", act=OMARS)
    omar.see(booked("b", WEDNESDAY))
    (one,) = omar.proposals()
    with pytest.raises(DomainError, match="is submitted"):
        omar.confirm(one.draft, happened(LATER_DAY))
    assert omar.proposals() == (one,)


def test_only_days_of_the_draft_are_confirmed(omar: Omar) -> None:
    omar.see(booked("a"))
    (one,) = omar.proposals()
    with pytest.raises(DomainError, match="not the days"):
        omar.confirm(one.draft, happened(LATER_DAY))


def test_a_draft_that_changed_since_it_was_looked_at_is_not_confirmed(omar: Omar) -> None:
    omar.see(booked("a"))
    (one,) = omar.proposals()
    omar.see(booked("a", minutes=25))
    with pytest.raises(DomainError, match="not any more"):
        omar.confirm(one.draft)
    assert lines(omar.proposals()) == [(DAY, 25)]


def test_what_is_dismissed_stays_away_until_it_changes(omar: Omar) -> None:
    omar.see(booked("a"))
    omar.dismiss(omar.proposals()[0].draft)
    omar.see(replace(booked("a"), version="2", location="Location/red"))
    assert omar.proposals() == ()
    omar.see(booked("a", WEDNESDAY))
    assert lines(omar.proposals()) == [(LATER_DAY, 50)]


@pytest.mark.parametrize(
    ("later", "changed"),
    [
        (booked("a", booking=Booking.CANCELLED), Changed(Now.CANCELLED)),
        (booked("a", booking=Booking.NO_SHOW), Changed(Now.NO_SHOW)),
        (replace(booked("a"), of_client=False), Changed(Now.NO_CLIENT)),
        (booked("a", WEDNESDAY), Changed(Now.STANDS, LATER_DAY, 50)),
        (booked("a", minutes=25), Changed(Now.STANDS, DAY, 25)),
    ],
)
def test_what_the_ehr_says_later_is_told_and_never_applied(
    omar: Omar, later: AppointmentSeen, changed: Changed
) -> None:
    omar.see(booked("a"))
    draft = omar.confirm_all()
    omar.see(later)
    was = (DraftLine(DAY, 50),)
    assert omar.differences() == (Difference(draft, was, was, 1, (changed,)),)
    assert omar.proposals() == ()
    with omar.store.look(CEDAR) as work:
        assert work.logs.get("id-1").minutes == 50
    omar.keep(draft)
    assert omar.differences() == ()
    assert {kept.start for kept in omar.kept()} == {None}
    with pytest.raises(DomainError):
        omar.keep(draft)


def test_a_change_that_is_taken_back_in_the_ehr_is_told_no_more(omar: Omar) -> None:
    omar.see(booked("a"))
    omar.confirm_all()
    omar.see(booked("a", WEDNESDAY))
    omar.see(booked("a"))
    assert omar.differences() == ()
    assert {kept.start for kept in omar.kept()} == {None}


def test_one_members_cancellation_is_none_while_another_fills_the_group(omar: Omar) -> None:
    omar.see(*GROUP)
    draft = omar.confirm_all()
    missing = [replace(one, booking=Booking.CANCELLED) for one in GROUP]
    omar.see(*missing[:7])
    assert omar.differences() == ()
    omar.see(missing[7])
    (told,) = omar.differences()
    assert (told.draft, told.appointments, len(told.changed)) == (draft, 8, 8)


def test_a_member_who_comes_on_another_day_is_a_proposal_anew(omar: Omar) -> None:
    omar.see(*GROUP)
    draft = omar.confirm_all()
    omar.see(booked("g3", WEDNESDAY), booked("g4", MONDAY, minutes=30))
    assert lines(omar.proposals()) == [(LATER_DAY, 50)]
    (told,) = omar.differences()
    assert told.changed == (Changed(Now.STANDS, DAY, 30),)
    omar.keep(draft)
    assert lines(omar.proposals()) == [(LATER_DAY, 50)]
    omar.confirm(omar.proposals()[0].draft, happened(LATER_DAY))
    assert (omar.proposals(), omar.differences()) == ((), ())


def test_what_is_missing_from_a_full_reading_is_gone(omar: Omar) -> None:
    omar.see(booked("a"))
    draft = omar.confirm_all()
    omar.see(booked("b", WEDNESDAY), booked("c", WEDNESDAY + timedelta(hours=2)))
    old = booked("old", datetime(2026, 2, 9, 20, tzinfo=UTC))
    omar.see(old)
    assert omar.sweep(booked("c")) == 2
    assert lines(omar.proposals()) == [(date(2026, 2, 9), 50), (LATER_DAY, 50)]
    (told,) = omar.differences()
    assert told.changed == (Changed(Now.GONE),)
    omar.keep(draft)
    assert omar.sweep(booked("c")) == 0
    assert omar.differences() == ()


def test_what_came_back_after_it_was_missing_is_no_difference(omar: Omar) -> None:
    omar.see(booked("a"))
    omar.confirm_all()
    assert omar.sweep(booked("another")) == 1
    omar.see(booked("a"))
    assert omar.differences() == ()


def test_what_is_gone_and_was_kept_may_come_back_as_it_was_confirmed(omar: Omar) -> None:
    omar.see(booked("a"))
    draft = omar.confirm_all()
    assert omar.sweep(booked("another")) == 1
    omar.keep(draft)
    assert omar.sweep(booked("another")) == 0
    omar.see(booked("a"))
    assert omar.differences() == ()
    omar.see(booked("a", minutes=25))
    assert len(omar.differences()) == 1


def test_once_kept_no_member_stands_for_the_others_any_more(omar: Omar) -> None:
    pair = GROUP[:2]
    omar.see(*pair)
    draft = omar.confirm_all()
    omar.see(*(replace(one, booking=Booking.CANCELLED) for one in pair))
    omar.keep(draft)
    omar.see(booked("g1", WEDNESDAY))
    assert (len(omar.differences()), omar.proposals()) == (1, ())


@pytest.mark.parametrize(
    ("start", "missing"),
    [(datetime(2026, 2, 10, 20, tzinfo=UTC), 0), (datetime(2026, 2, 11, 20, tzinfo=UTC), 1)],
)
def test_the_first_day_that_is_read_is_no_proof_since_days_differ(
    omar: Omar, start: datetime, missing: int
) -> None:
    omar.see(booked("early", start))
    assert omar.sweep(booked("another")) == missing


def test_an_older_version_never_replaces_a_newer_one(omar: Omar) -> None:
    first = replace(booked("a"), changed_at=MONDAY)
    second = replace(
        first, version="2", booking=Booking.CANCELLED, changed_at=MONDAY + timedelta(hours=1)
    )
    omar.see(first)
    omar.see(second)
    omar.see(first)
    assert omar.proposals() == ()
    omar.see(replace(second, host_ref=HostRef("Appointment/b")))
    omar.see(replace(first, host_ref=HostRef("Appointment/b")))
    omar.see(*(replace(one, host_ref=HostRef("Appointment/c")) for one in (second, first)))
    assert omar.proposals() == ()
    assert {(kept.start, kept.end) for kept in omar.kept()} == {(None, None)}
    assert omar.sweep(booked("another")) == 0
    third = replace(first, version="3", changed_at=MONDAY + timedelta(hours=2))
    omar.see(third)
    assert lines(omar.proposals()) == [(DAY, 50)]
    with omar.store.change(CEDAR) as work:
        assert work.calendar.forget_older(MONDAY + timedelta(hours=1)) == 1
        assert work.calendar.forget_older(MONDAY + timedelta(hours=1, seconds=1)) == 2


def test_a_week_that_was_struck_is_not_logged(omar: Omar) -> None:
    omar.see(booked("a"), booked("b", MONDAY + timedelta(hours=2)))
    omar.confirm(omar.proposals()[0].draft)
    with omar.store.change(CEDAR) as work:
        work.logs.put(replace(work.logs.get("id-1"), state=LogState.ENTERED_IN_ERROR))
    (left,) = omar.proposals()
    assert left.lines == (ProposedLine(DAY, 50, 0),)
    omar.see(booked("a", booking=Booking.CANCELLED))
    assert omar.differences() == ()


def test_a_calendar_without_any_appointment_says_nothing(omar: Omar) -> None:
    omar.see(booked("a"))
    assert omar.sweep() == 0
    assert lines(omar.proposals()) == [(DAY, 50)]


def test_a_week_corrected_since_ends_the_question(omar: Omar) -> None:
    omar.see(booked("a"))
    omar.confirm_all()
    with omar.store.change(CEDAR) as work:
        work.logs.put(replace(work.logs.get("id-1"), entries=()))
    omar.see(booked("a", booking=Booking.CANCELLED))
    assert omar.differences() == ()


def test_proposals_nobody_took_up_are_forgotten_and_what_was_confirmed_is_not(omar: Omar) -> None:
    omar.see(booked("a"), booked("b", WEDNESDAY))
    omar.confirm(omar.proposals()[0].draft)
    with omar.store.change(CEDAR) as work:
        assert work.calendar.forget_older(WEDNESDAY) == 0
        assert work.calendar.forget_older(WEDNESDAY + timedelta(seconds=1)) == 1
    assert [bool(kept.draft) for kept in omar.kept()] == [True]


@pytest.mark.parametrize(("days_back", "days"), [(1, 56), (28, 56), (29, 58), (366, 732)])
def test_a_proposal_waits_twice_as_long_as_is_read_back_and_eight_weeks_at_least(
    days_back: int, days: int
) -> None:
    assert NOW - oldest_kept(NOW, days_back) == timedelta(days=days)


def test_one_clinic_sees_nothing_of_anothers_calendar(omar: Omar) -> None:
    omar.see(booked("a"))
    settle_in(omar.store, BIRCH)
    with omar.store.change(BIRCH) as work:
        assert work.calendar.undecided(OMAR) == work.calendar.all_of(EHR, OMAR) == ()
        elsewhere = work.calendar.mark(EHR, HostRef("Appointment/a"))
        assert elsewhere not in {kept.mark for kept in omar.kept()}
        assert work.calendar.forget_older(NOW) == 0
        work.calendar.forget_unconfirmed(EHR, OMAR)
    assert len(omar.kept()) == 1


SEEN = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 20), st.sampled_from(Booking)).map(
        lambda drawn: booked(
            f"v{drawn[0]}-{drawn[1]}", MONDAY + timedelta(minutes=15 * drawn[1]), 40, drawn[2]
        )
    ),
    unique_by=lambda one: one.host_ref,
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SEEN, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_repetition_and_paging_change_nothing(
    omar: Omar, seen: list[AppointmentSeen], luck: Random, size: int
) -> None:
    def read(pages: Sequence[Sequence[AppointmentSeen]]) -> Sequence[object]:
        with omar.store.change(CEDAR) as work:
            work.calendar.forget_unconfirmed(EHR, OMAR)
        for page in pages:
            omar.see(*page)
        return omar.kept(), omar.proposals()

    once = read([seen])
    again = [*seen, *seen[::2]]
    luck.shuffle(again)
    assert read([again[at : at + size] for at in range(0, len(again), size)]) == once
