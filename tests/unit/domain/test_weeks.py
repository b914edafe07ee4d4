"""A week is stopped by impossible facts alone, and each act on it by the person who may."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.domain.practice import (
    FRIDAY_ELSEWHERE,
    LATER,
    MONDAY,
    OTHER_SUPERVISOR,
    SETTING,
    SUPERVISEE,
    SUPERVISOR,
    TUESDAY,
    WEEK,
    draft,
    entry,
)
from witnessmark.domain.hours import Entry, HourLog, LogState, Return
from witnessmark.domain.ids import PersonId
from witnessmark.domain.impossible import ImpossibleError
from witnessmark.domain.weeks import (
    correct_week,
    impossible,
    return_week,
    submit_week,
    withdraw_week,
)
from witnessmark.errors import DomainError

HOUR = timedelta(hours=1)


def submitted(*entries: Entry) -> HourLog:
    return submit_week(draft(*entries), setting=SETTING, by=SUPERVISEE, at=LATER)


def correct(log: HourLog, *entries: Entry, attested: bool = False) -> HourLog:
    return correct_week(log, entries, setting=SETTING, by=SUPERVISEE, attested=attested)


def test_a_submitted_week_remembers_when_and_a_withdrawn_one_that_it_left_the_store() -> None:
    log = submitted(MONDAY)
    assert (log.state, log.submitted_at, log.left_the_store) == (LogState.SUBMITTED, LATER, True)
    withdrawn = withdraw_week(log, by=SUPERVISEE, at=LATER + HOUR)
    assert (withdrawn.state, withdrawn.left_the_store) == (LogState.WITHDRAWN, True)


def test_a_returned_week_carries_its_reason_until_it_is_submitted_again() -> None:
    log = submitted(MONDAY, FRIDAY_ELSEWHERE)
    back = return_week(log, by=OTHER_SUPERVISOR, at=LATER + HOUR, reason="Friday was 30 minutes")
    assert back.state is LogState.RETURNED
    assert back.returned == Return(OTHER_SUPERVISOR, LATER + HOUR, "Friday was 30 minutes")
    again = submit_week(back, setting=SETTING, by=SUPERVISEE, at=LATER + 2 * HOUR)
    assert (again.state, again.returned, again.corrections) == (LogState.SUBMITTED, None, 0)


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [
        (SUPERVISEE, "mine", "not_a_supervisor_of_this_week"),
        (OTHER_SUPERVISOR, "not named in it", "not_a_supervisor_of_this_week"),
        (SUPERVISOR, "  ", "reason_missing"),
    ],
)
def test_only_a_named_supervisor_returns_a_week_and_says_why(
    by: PersonId, reason: str, code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        return_week(submitted(MONDAY), by=by, at=LATER, reason=reason)
    assert refusal.value.code == code


def test_nobody_but_the_supervisee_submits_withdraws_or_corrects() -> None:
    log = submitted(MONDAY)
    with pytest.raises(DomainError, match="not_your_week"):
        submit_week(draft(MONDAY), setting=SETTING, by=SUPERVISOR, at=LATER)
    with pytest.raises(DomainError, match="not_your_week"):
        withdraw_week(log, by=SUPERVISOR, at=LATER)
    with pytest.raises(DomainError, match="not_your_week"):
        correct_week(log, [], setting=SETTING, by=SUPERVISOR, attested=True)


def test_an_empty_or_already_submitted_week_is_not_submitted() -> None:
    with pytest.raises(DomainError, match="week_empty"):
        submit_week(draft(), setting=SETTING, by=SUPERVISEE, at=LATER)
    with pytest.raises(DomainError, match="week_not_open"):
        submit_week(submitted(MONDAY), setting=SETTING, by=SUPERVISEE, at=LATER)


def test_only_a_submitted_week_is_withdrawn_or_returned_and_not_before_it_was() -> None:
    with pytest.raises(DomainError, match="week_not_submitted"):
        withdraw_week(draft(MONDAY), by=SUPERVISEE, at=LATER)
    with pytest.raises(DomainError, match="week_not_submitted"):
        return_week(draft(MONDAY), by=SUPERVISOR, at=LATER, reason="no")
    with pytest.raises(DomainError, match="before_submission"):
        withdraw_week(submitted(MONDAY), by=SUPERVISEE, at=LATER - HOUR)


def test_all_impossible_facts_of_a_week_are_told_at_once() -> None:
    saturday_night = datetime(2026, 3, 15, 6, 59, tzinfo=UTC)  # 23:59 on 14 March there
    log = draft(
        entry("a", WEEK - timedelta(days=1)),
        entry("b", WEEK + timedelta(days=1), 0),
        entry("c", WEEK + timedelta(days=2), supervisor=SUPERVISEE),
        entry("c", WEEK + timedelta(days=3)),
        entry("d", WEEK, 1381),
        entry("e", WEEK + timedelta(days=7)),
    )
    with pytest.raises(ImpossibleError) as refusal:
        submit_week(log, setting=SETTING, by=SUPERVISEE, at=saturday_night)
    assert refusal.value.code == "impossible_week"
    assert sorted((problem.code, problem.path) for problem in refusal.value.problems) == [
        ("day_in_future", "entries.e"),
        ("day_outside_week", "entries.a"),
        ("day_outside_week", "entries.e"),
        ("day_overfull", "days.2026-03-08"),
        ("entry_twice", "entries.c"),
        ("no_time", "entries.b"),
        ("supervises_oneself", "entries.c"),
    ]


@pytest.mark.parametrize(
    ("week", "length"),
    [
        (date(2026, 3, 8), 1380),
        (date(2026, 3, 15), 1440),
        (date(2026, 11, 1), 1500),
    ],
)
def test_a_day_holds_its_real_minutes_and_not_one_more(week: date, length: int) -> None:
    full = replace(draft(entry("a", week, length - 1), entry("b", week, 1)), week_start=week)
    assert impossible(full, setting=SETTING) == ()
    over = replace(full, entries=(*full.entries, entry("c", week, 1)))
    assert [problem.code for problem in impossible(over, setting=SETTING)] == ["day_overfull"]


def test_the_future_begins_at_the_settings_own_midnight() -> None:
    log = draft(entry("sat", date(2026, 3, 14)))
    friday_there = datetime(2026, 3, 14, 6, 59, tzinfo=UTC)
    with pytest.raises(ImpossibleError, match="2026-03-14 has not come yet"):
        submit_week(log, setting=SETTING, by=SUPERVISEE, at=friday_there)
    saturday_there = friday_there + timedelta(minutes=1)
    assert submit_week(log, setting=SETTING, by=SUPERVISEE, at=saturday_there).left_the_store


def test_a_week_starts_on_the_settings_day_until_it_was_once_submitted() -> None:
    monday = replace(draft(MONDAY), week_start=date(2026, 3, 9))
    (problem,) = impossible(monday, setting=SETTING)
    assert (problem.code, problem.mend) == (
        "week_starts_elsewhere",
        "Start the week on 2026-03-08.",
    )
    assert impossible(replace(monday, submitted_at=LATER), setting=SETTING) == ()


def test_a_draft_stays_a_draft_and_versions_rise_only_where_something_changed() -> None:
    wednesday = entry("wed", date(2026, 3, 11), version=9)
    log = correct(draft(MONDAY, TUESDAY), MONDAY, replace(TUESDAY, minutes=60), wednesday)
    assert log.state is LogState.DRAFT
    assert [(one.id, one.version) for one in log.entries] == [("mon", 1), ("tue", 2), ("wed", 1)]
    assert log.corrections == 0


def test_correcting_nothing_changes_nothing() -> None:
    log = submitted(MONDAY, TUESDAY)
    assert correct(log, TUESDAY, replace(MONDAY, version=7), attested=True) == log


def test_a_submitted_week_nobody_attested_is_withdrawn_before_it_is_changed() -> None:
    log = submitted(MONDAY)
    with pytest.raises(DomainError, match="week_is_submitted"):
        correct(log, TUESDAY)
    withdrawn = withdraw_week(log, by=SUPERVISEE, at=LATER)
    assert correct(withdrawn, TUESDAY).state is LogState.WITHDRAWN


def test_a_correction_after_an_attestation_is_counted_once_until_submitted_again() -> None:
    once = correct(submitted(MONDAY), replace(MONDAY, minutes=110), attested=True)
    assert (once.state, once.corrections) == (LogState.CORRECTING, 1)
    twice = correct(once, replace(MONDAY, minutes=100), attested=True)
    assert (twice.corrections, twice.entries[0].version) == (1, 3)
    again = submit_week(twice, setting=SETTING, by=SUPERVISEE, at=LATER + HOUR)
    assert (again.state, again.corrections) == (LogState.SUBMITTED, 1)
    assert correct(again, MONDAY, attested=True).corrections == 2


def test_a_correction_may_not_make_a_week_impossible_or_revive_a_mistaken_one() -> None:
    with pytest.raises(ImpossibleError, match="0 minutes is no time"):
        correct(draft(MONDAY), replace(MONDAY, minutes=0))
    mistaken = replace(draft(MONDAY), state=LogState.ENTERED_IN_ERROR)
    with pytest.raises(DomainError, match="week_entered_in_error"):
        correct(mistaken, TUESDAY)
