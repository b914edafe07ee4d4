"""When a submitted week asks a supervisor for their word, and what closes that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from witnessmark.domain.attestations import Attestation
from witnessmark.domain.attesting import Standing, standing
from witnessmark.domain.hours import HourLog, LogState
from witnessmark.domain.ids import PersonId, RequestId
from witnessmark.domain.requests import Request, RequestState, WeekAsked


@dataclass(frozen=True, slots=True)
class Week:
    """A log at its version, with its attestations; `due` by the clinic's policy, if it has one."""

    log: HourLog
    version: int
    attestations: tuple[Attestation, ...]
    due: datetime | None

    def asks(self, supervisor: PersonId) -> bool:
        """Whether it is in and waits for this supervisor's word."""
        return self.log.state is LogState.SUBMITTED and self.names(supervisor)

    def names(self, supervisor: PersonId) -> bool:
        """Whether an entry names this supervisor, who is somebody else."""
        return supervisor != self.log.supervisee and bool(self.log.entries_under(supervisor))

    def attested_by(self, supervisor: PersonId) -> bool:
        """Whether their word for these very entries stands."""
        return any(
            one.supervisor == supervisor and standing(one, self.log) is Standing.STANDS
            for one in self.attestations
        )


def follow_week(
    week: Week, supervisor: PersonId, last: Request | None, *, new_id: RequestId, now: datetime
) -> Request | None:
    """Return the request of one supervisor as the week stands, or None where nothing changes.

    `last` is the newest one; a closed one is never changed. `now` is aware.
    """
    if last is None or not last.state.is_open:
        if week.asks(supervisor) and not week.attested_by(supervisor):
            return _opened(week, supervisor, last, new_id=new_id, now=now)
        return None
    changed = _while_open(week, supervisor, last)
    return changed if changed != last else None


def supervisors_of(logs: Iterable[HourLog]) -> frozenset[PersonId]:
    """Return whom the entries name."""
    return frozenset(entry.supervisor for log in logs for entry in log.entries)


def _opened(
    week: Week, supervisor: PersonId, last: Request | None, *, new_id: RequestId, now: datetime
) -> Request:
    follows = last.id if last is not None and last.state is RequestState.ANSWERED else None
    submitted = week.log.submitted_at or now
    return Request(
        id=new_id,
        supervisee=week.log.supervisee,
        supervisor=supervisor,
        # Asked anew because a word was taken back: that was after the submission.
        asked_at=now if follows else submitted,
        due=week.due,
        week=WeekAsked(week.log.id, week.version),
        follows=follows,
    )


def _while_open(week: Week, supervisor: PersonId, last: Request) -> Request:
    if not week.names(supervisor):
        return replace(last, state=RequestState.WITHDRAWN)
    match week.log.state:
        case LogState.RETURNED:
            return replace(last, state=RequestState.RETURNED)
        case LogState.SUBMITTED if week.attested_by(supervisor):
            return replace(last, state=RequestState.ANSWERED)
        case LogState.SUBMITTED if last.state is RequestState.RETURNED:
            asked = WeekAsked(week.log.id, week.version)
            return replace(last, state=RequestState.RESUBMITTED, week=asked, due=week.due)
        case LogState.SUBMITTED:
            return last
        case _:
            return replace(last, state=RequestState.WITHDRAWN)
