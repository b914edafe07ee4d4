"""Brings a week that was corrected after it was signed: what was signed, then the correction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from witnessmark.application.case_contents import AttestationFact, WeekFact
from witnessmark.application.planned_weeks import PlannedWeek
from witnessmark.domain import attesting, weeks
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.hours import Entry, HourLog
from witnessmark.domain.ids import PersonId
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class CorrectedWeek:
    """All that a file says of such a week. `current` are its entries as they stand."""

    setting: Setting
    current: tuple[Entry, ...]
    signed: tuple[tuple[AttestationFact, attesting.Signing], ...]
    submission: WeekFact | None


def replay(week: PlannedWeek, told: CorrectedWeek) -> list[Attestation]:
    """Plan every version of a week that was signed, and its correction; return who signed what.

    Where it was submitted again since, who signed it as it stands signs after that, not here.
    Raises DomainError for a week that is known already: nothing is put before what is kept.
    """
    submission = _submission_of(week, told)
    signed = sorted(told.signed, key=lambda one: (one[0].recorded_at, one[0].id))
    last = max(fact.recorded_at for fact, _ in signed if fact.signed_entries)
    again = submission.submitted_at > last
    entries = _before_all(told.current, (fact for fact, _ in signed))
    versions: list[HourLog] = []
    attestations: list[Attestation] = []
    for fact, signing in signed:
        if again and not fact.signed_entries:
            continue
        entries = _with(entries, fact.supervisor, _what_was_signed(fact, told.current))
        at = min(submission.submitted_at, fact.recorded_at)
        log = _handed_in(versions[-1] if versions else week.log, entries, told=told, at=at)
        if not versions or log != versions[-1]:
            versions.append(log)
        attestations.append(
            attesting.attest_week(
                log,
                signing,
                log_version=len(versions),
                setting=told.setting,
                others=attestations,
            )
        )
    corrected = _corrected(versions[-1], told.current, setting=told.setting)
    if corrected != versions[-1]:
        versions.append(corrected)
    elif again:  # Corrected back to what was signed.
        versions[-1] = replace(versions[-1], submitted_at=submission.submitted_at)
    *week.past, week.log = versions
    week.submission = submission
    return attestations


def signed_otherwise(work: Work, fact: AttestationFact, stored: Attestation) -> bool:
    """Whether a file says of an attestation here that other entries were signed than were."""
    there = work.logs.at(stored.log, stored.log_version).entries_under(stored.supervisor)
    brought = {entry.entry(1) for entry in fact.signed_entries}
    return bool(brought) and brought != {replace(entry, version=1) for entry in there}


def _submission_of(week: PlannedWeek, told: CorrectedWeek) -> WeekFact:
    if week.stored is not None:
        raise DomainError(
            "corrected_week_known",
            f"The week of {week.log.week_start} is known here already, without that signature.",
            "Leave out the attestations with `signed_entries`: what was signed then stays there.",
        )
    if told.submission is None:
        raise DomainError(
            "week_not_submitted",
            "The file does not say that this week was submitted.",
            "Add it under `weeks`.",
        )
    return told.submission


def _before_all(current: tuple[Entry, ...], facts: Iterable[AttestationFact]) -> tuple[Entry, ...]:
    """Return the week before any correction: of each supervisor what they signed first."""
    entries, seen = current, set()
    for fact in facts:
        if fact.supervisor not in seen:
            entries = _with(entries, fact.supervisor, _what_was_signed(fact, current))
            seen.add(fact.supervisor)
    return entries


def _what_was_signed(fact: AttestationFact, current: tuple[Entry, ...]) -> tuple[Entry, ...]:
    if fact.signed_entries:
        return tuple(entry.entry(1) for entry in fact.signed_entries)
    return tuple(entry for entry in current if entry.supervisor == fact.supervisor)


def _with(
    entries: tuple[Entry, ...], supervisor: PersonId, theirs: tuple[Entry, ...]
) -> tuple[Entry, ...]:
    ids = {entry.id for entry in theirs}
    others = (one for one in entries if one.supervisor != supervisor and one.id not in ids)
    return (*others, *theirs)


def _handed_in(
    log: HourLog, entries: tuple[Entry, ...], *, told: CorrectedWeek, at: datetime
) -> HourLog:
    corrected = _corrected(log, entries, setting=told.setting)
    if corrected == log:
        return log
    return weeks.submit_week(corrected, setting=told.setting, by=log.supervisee, at=at)


def _corrected(log: HourLog, entries: tuple[Entry, ...], *, setting: Setting) -> HourLog:
    return weeks.correct_week(
        log, entries, setting=setting, by=log.supervisee, attested=log.left_the_store
    )
