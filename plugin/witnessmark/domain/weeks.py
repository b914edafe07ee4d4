"""What may happen to a week: submit, withdraw, return, correct. Rule findings stop none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from witnessmark.domain.hours import Entry, HourLog, LogState, Return
from witnessmark.domain.ids import PersonId
from witnessmark.domain.impossible import refuse, repeated
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError, Problem

SUBMITTABLE = frozenset(
    {LogState.DRAFT, LogState.WITHDRAWN, LogState.RETURNED, LogState.CORRECTING}
)


def impossible(log: HourLog, *, setting: Setting, today: date | None = None) -> tuple[Problem, ...]:
    """Return every fact of this week that cannot be, all at once.

    `today` is the setting's own date; without it no entry is held to lie in the future. The start
    of the week is checked until the first submission: a setting may later move its own.
    """
    return (
        *_wrong_start(log, setting),
        *_named_twice(log),
        *(problem for entry in log.entries for problem in _entry_problems(entry, log, today=today)),
        *_overfull_days(log, setting),
    )


def submit_week(log: HourLog, *, setting: Setting, by: PersonId, at: datetime) -> HourLog:
    """Hand a week in to its supervisors. Only impossible facts stop it (ImpossibleError).

    Raises DomainError when it is empty, already submitted, or not the supervisee's to submit.
    """
    _only_the_supervisee(log, by, verb="submit")
    if log.state not in SUBMITTABLE:
        raise DomainError(
            "week_not_open", f"This week is {log.state.value}.", "Only an open week is submitted."
        )
    if not log.entries:
        raise DomainError("week_empty", "This week has no entries.", "Log the hours first.")
    refuse("impossible_week", impossible(log, setting=setting, today=setting.day_of(at)))
    return replace(log, state=LogState.SUBMITTED, submitted_at=at, returned=None)


def withdraw_week(log: HourLog, *, by: PersonId, at: datetime) -> HourLog:
    """Take a submitted week back to change it. Raises DomainError."""
    _only_the_supervisee(log, by, verb="withdraw")
    _submitted_before(log, at)
    return replace(log, state=LogState.WITHDRAWN)


def return_week(log: HourLog, *, by: PersonId, at: datetime, reason: str) -> HourLog:
    """Send a submitted week back to its supervisee with a reason. Raises DomainError.

    `by` is a supervisor whom some entry names, and never the supervisee.
    """
    if by == log.supervisee or not log.entries_under(by):
        raise DomainError(
            "not_a_supervisor_of_this_week",
            "Only a supervisor whom an entry of this week names can return it.",
            "Ask one of them, or withdraw your own week.",
        )
    if not reason.strip():
        raise DomainError(
            "reason_missing", "A week is returned with a reason.", "Say what should change."
        )
    _submitted_before(log, at)
    return replace(log, state=LogState.RETURNED, returned=Return(by, at, reason))


def correct_week(
    log: HourLog, entries: Sequence[Entry], *, setting: Setting, by: PersonId, attested: bool
) -> HourLog:
    """Replace the entries of a week; what is the same stays the same week.

    A new entry gets version 1, a changed one its next version; versions given are ignored. An
    attested week goes to CORRECTING and counts one correction until it is submitted again; a
    submitted week that nobody attested must be withdrawn or returned first; an open week keeps
    its state. Raises DomainError, and ImpossibleError for facts that cannot be on any day.
    """
    _only_the_supervisee(log, by, verb="correct")
    former = {entry.id: entry for entry in log.entries}
    corrected = tuple(_versioned(entry, former.get(entry.id)) for entry in entries)
    if _by_id(corrected) == _by_id(log.entries):
        return log
    state, corrections = _state_after_correction(log, attested=attested)
    changed = replace(log, entries=corrected, state=state, corrections=corrections)
    refuse("impossible_week", impossible(changed, setting=setting))
    return changed


def _state_after_correction(log: HourLog, *, attested: bool) -> tuple[LogState, int]:
    if log.state is LogState.ENTERED_IN_ERROR:
        raise DomainError(
            "week_entered_in_error", "This week was entered in error.", "Start a new week."
        )
    if attested:
        fresh = log.state is not LogState.CORRECTING
        return LogState.CORRECTING, log.corrections + fresh
    if log.state is LogState.SUBMITTED:
        raise DomainError(
            "week_is_submitted",
            "A submitted week is not changed under its supervisors' eyes.",
            "Withdraw it, or ask a supervisor to return it.",
        )
    return log.state, log.corrections


def _by_id(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)


def _versioned(entry: Entry, former: Entry | None) -> Entry:
    if former is None:
        return replace(entry, version=1)
    if replace(entry, version=former.version) == former:
        return former
    return replace(entry, version=former.version + 1)


def _only_the_supervisee(log: HourLog, by: PersonId, *, verb: str) -> None:
    if by != log.supervisee:
        raise DomainError(
            "not_your_week", f"Only its supervisee can {verb} a week.", "Ask the supervisee."
        )


def _submitted_before(log: HourLog, at: datetime) -> None:
    if log.state is not LogState.SUBMITTED or log.submitted_at is None:
        raise DomainError(
            "week_not_submitted",
            f"This week is {log.state.value}.",
            "It is not in to be taken back.",
        )
    if at < log.submitted_at:
        raise DomainError(
            "before_submission", "The week was submitted later than that.", "Check the time."
        )


def _wrong_start(log: HourLog, setting: Setting) -> Iterator[Problem]:
    if not log.left_the_store and setting.week_of(log.week_start) != log.week_start:
        yield Problem(
            "week_starts_elsewhere",
            "week_start",
            f"{log.week_start} is a {log.week_start:%A}; weeks here start on"
            f" {setting.week_start.value.title()}.",
            f"Start the week on {setting.week_of(log.week_start)}.",
        )


def _named_twice(log: HourLog) -> Iterator[Problem]:
    for name in repeated(entry.id for entry in log.entries):
        yield Problem(
            "entry_twice",
            f"entries.{name}",
            f"Two entries are called {name!r}.",
            "Give each its own identifier.",
        )


def _entry_problems(entry: Entry, log: HourLog, *, today: date | None) -> Iterator[Problem]:
    where = f"entries.{entry.id}"
    last = log.week_start + timedelta(days=6)
    if not log.week_start <= entry.day <= last:
        yield Problem(
            "day_outside_week",
            where,
            f"{entry.day} is not in the week of {log.week_start}.",
            f"Choose a day from {log.week_start} to {last}, or log it in its own week.",
        )
    if entry.minutes <= 0:
        yield Problem(
            "no_time", where, f"{entry.minutes} minutes is no time.", "Give the minutes worked."
        )
    if entry.supervisor == log.supervisee:
        yield Problem(
            "supervises_oneself",
            where,
            "Nobody is responsible for their own supervision.",
            "Name the responsible supervisor.",
        )
    if today is not None and entry.day > today:
        yield Problem(
            "day_in_future",
            where,
            f"{entry.day} has not come yet.",
            "Submit the week when its last entry is past.",
        )


def _overfull_days(log: HourLog, setting: Setting) -> Iterator[Problem]:
    for day in sorted({entry.day for entry in log.entries}):
        logged = sum(max(entry.minutes, 0) for entry in log.entries if entry.day == day)
        length = setting.minutes_in(day)
        if logged > length:
            yield Problem(
                "day_overfull",
                f"days.{day}",
                f"{day} has {length} minutes in {setting.time_zone}, and {logged} are logged.",
                "Correct the minutes of that day.",
            )
