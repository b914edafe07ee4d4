"""Takes what the store holds of a clinic as the contents of a case file. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from witnessmark.application.case_contents import (
    AttestationFact,
    CaseContents,
    EntryFact,
    WeekFact,
)
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.attesting import Standing, standing
from witnessmark.domain.hours import Entry, HourLog, LogState
from witnessmark.domain.ids import PersonId
from witnessmark.ports.store import Work


def contents_of(work: Work) -> CaseContents:
    """Return everything of the clinic: weeks as they stand, attestations that were not revoked.

    An attestation of a week that was corrected since carries the entries as they were signed. What
    was entered in error is left out. Scans stay where they are.
    """
    return _contents(work, lambda *_people: True)


def contents_about(work: Work, person: PersonId) -> CaseContents:
    """Return what concerns one supervisee; people, settings and agreements are everybody's."""
    return _contents(work, lambda *people: person in people)


def _contents(work: Work, concerns: Callable[..., bool]) -> CaseContents:
    logs = [
        _Log(work, log)
        for log in work.logs.all()
        if concerns(log.supervisee) and log.state is not LogState.ENTERED_IN_ERROR
    ]
    return CaseContents(
        people=tuple(work.people.all()),
        settings=tuple(work.settings.all()),
        agreements=tuple(work.agreements.all()),
        groups=tuple(
            one for one in work.groups.all() if concerns(*(m.person for m in one.members))
        ),
        sessions=tuple(one for one in work.sessions.all() if concerns(*one.people)),
        consultations=tuple(one for one in work.consultations.all() if concerns(*one.people)),
        leaves=tuple(one for one in work.leaves.all() if concerns(one.person)),
        entries=tuple(_fact(log.log, entry) for log in logs for entry in log.log.entries),
        weeks=tuple(fact for log in logs for fact in log.submission()),
        attestations=tuple(fact for log in logs for fact in log.attestations()),
        candidacies=tuple(one for one in work.candidacies.all() if concerns(one.person)),
        forms=tuple(
            one for one in work.forms.all() if one.supervisee is None or concerns(one.supervisee)
        ),
    )


def _fact(log: HourLog, entry: Entry) -> EntryFact:
    return EntryFact(
        entry.id,
        log.supervisee,
        log.setting,
        entry.day,
        entry.minutes,
        entry.activity,
        entry.modality,
        entry.supervisor,
    )


@dataclass(frozen=True, slots=True)
class _Log:
    work: Work
    log: HourLog

    def _given(self) -> list[Attestation]:
        return [one for one in self.work.attestations.of_log(self.log.id) if one.revoked is None]

    def submission(self) -> Iterator[WeekFact]:
        log, at, given = self.log, self.log.submitted_at, self._given()
        if at is None or not (given or log.state is LogState.SUBMITTED):
            return
        if log.state is LogState.CORRECTING:
            # It is not submitted as it stands: never told as handed in after what was signed.
            at = min(at, max(one.recorded_at for one in given))
        yield WeekFact(log.supervisee, log.setting, log.week_start, at, log.supervisee)

    def attestations(self) -> Iterator[AttestationFact]:
        log = self.log
        for one in self._given():
            signed: tuple[Entry, ...] = ()
            if standing(one, log) is Standing.SUPERSEDED:
                there = self.work.logs.at(log.id, one.log_version)
                signed = there.entries_under(one.supervisor)
            yield AttestationFact(
                one.id,
                log.supervisee,
                log.setting,
                log.week_start,
                one.supervisor,
                one.signed_on,
                one.recorded_by,
                one.recorded_at,
                method=one.method,
                signed_entries=tuple(_fact(log, entry) for entry in signed),
            )
