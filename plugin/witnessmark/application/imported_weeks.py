"""Decides what a file's hours, submissions and attestations make of the weeks. Keeps nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from witnessmark.application.case_contents import (
    AttestationFact,
    CaseContents,
    EntryFact,
    Known,
    WeekFact,
    WeekKey,
)
from witnessmark.application.corrected_weeks import CorrectedWeek, replay, signed_otherwise
from witnessmark.application.planned_weeks import PlannedWeek, PlannedWeeks
from witnessmark.domain import attesting, weeks
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.hours import Entry, HourLog, LogState
from witnessmark.domain.ids import AttestationId, EntryId, LogId
from witnessmark.domain.impossible import ImpossibleError
from witnessmark.domain.scans import Scan, scan_of
from witnessmark.errors import DomainError, Problem
from witnessmark.ports.clock import Ids
from witnessmark.ports.store import Work


def plan_weeks(
    work: Work, contents: CaseContents, *, known: Known, ids: Ids, at: datetime
) -> PlannedWeeks:
    """Decide every week, submission and attestation of a file whose references hold together.

    `at` is the present: nothing is recorded as done later. Problems carry case-file paths.
    """
    if not (contents.entries or contents.weeks or contents.attestations):
        return PlannedWeeks()
    planner = _Planner(work, contents, known=known, ids=ids, at=at)
    planner.take_corrected(contents)
    planner.take_entries(contents.entries)
    for number, submission in enumerate(contents.weeks):
        planner.take_submission(submission, f"weeks[{number}]")
    planner.take_attestations(contents.attestations)
    return planner.plan


def other_scans(work: Work, contents: CaseContents) -> Sequence[AttestationId]:
    """Return the attestations to which a file brings another scan than they were recorded with."""
    stored = work.attestations.many(fact.id for fact in contents.attestations)
    return [
        fact.id
        for fact in contents.attestations
        if fact.scan is not None
        and fact.id in stored
        and stored[fact.id].scan != scan_of(fact.scan)
    ]


class _Planner:
    def __init__(
        self, work: Work, contents: CaseContents, *, known: Known, ids: Ids, at: datetime
    ) -> None:
        self.plan = PlannedWeeks()
        self._work = work
        self._known = known
        self._ids = ids
        self._at = at
        self._place = {fact.id: f"entries[{n}]" for n, fact in enumerate(contents.entries)}
        self._versions = work.logs.versions()
        self._stored: dict[WeekKey, HourLog] = {}
        self._week_of_entry: dict[EntryId, WeekKey] = {}
        for log in work.logs.all():
            key = (log.supervisee, log.setting, log.week_start)
            self._stored[key] = log
            self._week_of_entry |= {entry.id: key for entry in log.entries}

    def take_entries(self, facts: Iterable[EntryFact]) -> None:
        by_week: dict[WeekKey, list[EntryFact]] = defaultdict(list)
        for fact in facts:
            week = self._known.settings[fact.setting].week_of(fact.day)
            by_week[fact.supervisee, fact.setting, week].append(fact)
            if fact.id in self._week_of_entry:
                by_week[self._week_of_entry[fact.id]] += ()
        for key, brought in by_week.items():
            self._take_week(key, brought)

    def take_corrected(self, contents: CaseContents) -> None:
        """Take weeks that were corrected after they were signed, from the first signature on."""
        place = {fact.id: f"attestations[{n}]" for n, fact in enumerate(contents.attestations)}
        stored = self._work.attestations.many(place)
        for fact in contents.attestations:
            if not fact.signed_entries or fact.id in stored or fact.week in self.plan.weeks:
                continue
            week = self._week(fact.week)
            try:
                told = self._corrected(fact, contents)
                self.plan.attestations += replay(week, told)
            except DomainError as error:
                week.troubled = True
                self._tell(error, place[fact.id])

    def _corrected(self, fact: AttestationFact, contents: CaseContents) -> CorrectedWeek:
        setting = self._known.settings[fact.setting]
        of_week = (
            one
            for one in contents.entries
            if (one.supervisee, one.setting, setting.week_of(one.day)) == fact.week
        )
        submitted = (one for one in contents.weeks if one.week == fact.week)
        given = (one for one in contents.attestations if one.week == fact.week)
        return CorrectedWeek(
            setting,
            current=tuple(one.entry(1) for one in of_week),
            signed=tuple((one, self._signing(one)) for one in given),
            submission=next(submitted, None),
        )

    def take_submission(self, fact: WeekFact, path: str) -> None:
        week = self._week(fact.week)
        former = week.log.submitted_at
        struck = week.stored is not None and week.stored.state is LogState.ENTERED_IN_ERROR
        old_news = former is not None and fact.submitted_at <= former and not struck
        if week.troubled or old_news:
            return
        if fact.submitted_at > self._at:
            self._later_than_now(f"{path}.submitted_at")
            week.troubled = True
            return
        setting = self._known.settings[fact.setting]
        try:
            week.log = weeks.submit_week(
                week.log, setting=setting, by=fact.supervisee, at=fact.submitted_at
            )
            week.submission = fact
        except DomainError as error:
            week.troubled = True
            self._tell(error, path)

    def take_attestations(self, facts: Sequence[AttestationFact]) -> None:
        stored = self._work.attestations.many(fact.id for fact in facts)
        replayed = {attestation.id for attestation in self.plan.attestations}
        for number, fact in enumerate(facts):
            path = f"attestations[{number}]"
            if fact.id in stored:
                self._must_be_the_same(fact, stored[fact.id], path)
            elif fact.recorded_at > self._at:
                self._later_than_now(f"{path}.recorded_at")
            elif fact.id not in replayed:
                self._attest(fact, path)

    def _week(self, key: WeekKey) -> PlannedWeek:
        if key not in self.plan.weeks:
            stored = self._stored.get(key)
            log = stored or HourLog(LogId(self._ids.new()), *key, entries=())
            self.plan.weeks[key] = PlannedWeek(log, stored, self._versions.get(log.id, 0))
        return self.plan.weeks[key]

    def _take_week(self, key: WeekKey, brought: Sequence[EntryFact]) -> None:
        week = self._week(key)
        if week.troubled:
            return
        log = week.log
        if log.state is LogState.ENTERED_IN_ERROR:
            log = replace(log, state=LogState.WITHDRAWN)
            entries = tuple(fact.entry(1) for fact in brought)
        else:
            entries = self._merged(log, brought)
        path = self._place[brought[0].id] if brought else self._moved_from(log)
        if self._attested(week) and {e.id: e for e in entries} != {e.id: e for e in log.entries}:
            message = f"The week of {log.week_start} is attested, and the file differs from it."
            mend = "Correct the file; or let the supervisee correct the week, to be attested anew."
            self.plan.problems.append(Problem("attested_week_differs", path, message, mend))
            week.troubled = True
            return
        try:
            week.log = weeks.correct_week(
                log,
                entries,
                setting=self._known.settings[log.setting],
                by=log.supervisee,
                attested=False,
            )
        except DomainError as error:
            week.troubled = True
            self._tell(error, path)

    def _merged(self, log: HourLog, brought: Sequence[EntryFact]) -> tuple[Entry, ...]:
        """Return the store's entries in order, those of the file in their place or at the end.

        An entry that the file brings in another week leaves this one.
        """
        former = {entry.id: entry for entry in log.entries}
        fresh = {
            fact.id: fact.entry(former[fact.id].version if fact.id in former else 1)
            for fact in brought
        }
        kept = [
            fresh.get(entry.id, entry)
            for entry in log.entries
            if entry.id in fresh or entry.id not in self._place
        ]
        return (*kept, *(entry for entry in fresh.values() if entry.id not in former))

    def _moved_from(self, log: HourLog) -> str:
        return next(self._place[entry.id] for entry in log.entries if entry.id in self._place)

    def _attested(self, week: PlannedWeek) -> bool:
        return week.stored is not None and any(
            one.revoked is None for one in self._work.attestations.of_log(week.stored.id)
        )

    def _attest(self, fact: AttestationFact, path: str) -> None:
        week = self._week(fact.week)
        if week.troubled:
            return
        stored = () if week.stored is None else self._work.attestations.of_log(week.log.id)
        try:
            attestation = attesting.attest_week(
                week.log,
                self._signing(fact),
                log_version=week.version,
                setting=self._known.settings[fact.setting],
                others=(*stored, *self.plan.attestations),
            )
            self.plan.attestations.append(attestation)
        except DomainError as error:
            self._tell(error, path)

    def _signing(self, fact: AttestationFact) -> attesting.Signing:
        return attesting.Signing(
            fact.id,
            fact.supervisor,
            fact.signed_on,
            fact.recorded_by,
            fact.recorded_at,
            self._scan_of(fact),
        )

    def _scan_of(self, fact: AttestationFact) -> Scan | None:
        if fact.scan is None:
            return None
        self.plan.scans[fact.id] = fact.scan
        return scan_of(fact.scan)

    def _must_be_the_same(self, fact: AttestationFact, stored: Attestation, path: str) -> None:
        said = (fact.supervisor, fact.signed_on, fact.recorded_by, fact.recorded_at)
        kept = (stored.supervisor, stored.signed_on, stored.recorded_by, stored.recorded_at)
        if (
            said != kept
            or self._week(fact.week).log.id != stored.log
            or signed_otherwise(self._work, fact, stored)
        ):
            message = f"Attestation {stored.id!r} is recorded already, and otherwise."
            mend = "What was signed is never altered: correct the file, or give a new id."
            self.plan.problems.append(Problem("attestation_differs", path, message, mend))
            return
        if fact.scan is None:
            return
        try:
            scan = scan_of(fact.scan)
        except DomainError as error:
            self._tell(error, path)
            return
        if stored.scan is None:
            self.plan.scans[fact.id] = fact.scan
            self.plan.scanned.append(replace(stored, scan=scan))
        elif stored.scan != scan:
            message = f"Attestation {stored.id!r} has another scan already."
            mend = "Leave `scan` out, or record the attestation anew."
            self.plan.problems.append(Problem("scan_differs", f"{path}.scan", message, mend))

    def _later_than_now(self, path: str) -> None:
        message = "That time has not come yet."
        self.plan.problems.append(Problem("in_future", path, message, "Check the time."))

    def _tell(self, error: DomainError, path: str) -> None:
        if not isinstance(error, ImpossibleError):
            self.plan.problems.append(Problem(error.code, path, error.message, error.mend))
            return
        for problem in error.problems:
            entry = EntryId(problem.path.removeprefix("entries."))
            place = self._place.get(entry, path)
            self.plan.problems.append(Problem(problem.code, place, problem.message, problem.mend))
