"""What a week asks of each supervisor as it is submitted, returned, attested and corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.unit.domain.test_cosigning import COLLEAGUE, SECOND, SUPERVISOR, TRAINEE
from witnessmark.domain.attestations import Attestation, Revocation
from witnessmark.domain.attesting import cover
from witnessmark.domain.hours import Activity, Entry, HourLog, LogState
from witnessmark.domain.ids import AttestationId, EntryId, LogId, PersonId, RequestId, SettingId
from witnessmark.domain.requests import Request, RequestState
from witnessmark.domain.sessions import Medium
from witnessmark.domain.week_requests import Week, follow_week

SUBMITTED = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 5, 17, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 17, 7, 59, 59, tzinfo=UTC)


def entry(name: str, supervisor: PersonId) -> Entry:
    return Entry(EntryId(name), date(2026, 10, 26), 60, Activity.CRISIS, Medium.VIDEO, supervisor)


LOG = HourLog(
    id=LogId("w-1"),
    supervisee=TRAINEE,
    setting=SettingId("harbour"),
    week_start=date(2026, 10, 26),
    entries=(entry("e-1", SUPERVISOR.id), entry("e-2", SECOND.id)),
    state=LogState.SUBMITTED,
    submitted_at=SUBMITTED,
)
ATTESTED = Attestation(
    AttestationId("a-1"), LOG.id, 1, SUPERVISOR.id, cover(LOG, SUPERVISOR.id), date(2026, 11, 3),
    SECOND.id, NOW,
)  # fmt: skip
REVOKED = replace(ATTESTED, revoked=Revocation(SUPERVISOR.id, NOW, "a reason"))


def follow(
    last: Request | None, log: HourLog = LOG, *given: Attestation, number: int = 1
) -> Request | None:
    week = Week(log, number, given, DUE)
    return follow_week(week, SUPERVISOR.id, last, new_id=RequestId(f"r-{number}"), now=NOW)


def opened() -> Request:
    request = follow(None)
    assert request is not None
    return request


def test_a_submitted_week_asks_whom_it_names_from_its_submission_on() -> None:
    request = opened()
    assert (request.supervisor, request.supervisee) == (SUPERVISOR.id, TRAINEE)
    assert (request.asked_at, request.due) == (SUBMITTED, DUE)
    assert request.week is not None
    assert (request.week.log, request.week.log_version) == (LOG.id, 1)
    assert follow(request) is None


@pytest.mark.parametrize("state", sorted(set(LogState) - {LogState.SUBMITTED}))
def test_a_week_that_is_not_in_asks_nobody(state: LogState) -> None:
    assert follow(None, replace(LOG, state=state)) is None


def test_who_is_not_named_and_who_attested_are_not_asked() -> None:
    week = Week(LOG, 1, (), DUE)
    assert follow_week(week, COLLEAGUE.id, None, new_id=RequestId("r"), now=NOW) is None
    own = Week(replace(LOG, entries=(entry("e-1", TRAINEE),)), 1, (), DUE)
    assert follow_week(own, TRAINEE, None, new_id=RequestId("r"), now=NOW) is None
    assert follow(None, LOG, ATTESTED) is None


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (LogState.RETURNED, RequestState.RETURNED),
        (LogState.WITHDRAWN, RequestState.WITHDRAWN),
        (LogState.CORRECTING, RequestState.WITHDRAWN),
        (LogState.ENTERED_IN_ERROR, RequestState.WITHDRAWN),
    ],
)
def test_what_happens_to_the_week_happens_to_its_request(
    state: LogState, becomes: RequestState
) -> None:
    moved = follow(opened(), replace(LOG, state=state))
    assert moved is not None
    assert moved.state is becomes


def test_a_returned_week_that_comes_in_again_is_resubmitted_at_its_new_version() -> None:
    returned = replace(opened(), state=RequestState.RETURNED)
    again = follow(returned, LOG, number=4)
    assert again is not None
    assert (again.id, again.state) == (returned.id, RequestState.RESUBMITTED)
    assert again.week is not None
    assert again.week.log_version == 4


def test_an_attestation_answers_it_and_one_taken_back_asks_anew() -> None:
    answered = follow(opened(), LOG, ATTESTED)
    assert answered is not None
    assert answered.state is RequestState.ANSWERED
    assert follow(answered, LOG, ATTESTED) is None
    anew = follow(answered, LOG, REVOKED, number=2)
    assert anew is not None
    assert (anew.id, anew.follows, anew.asked_at) == ("r-2", answered.id, NOW)


def test_a_supervisor_whom_no_entry_names_any_more_is_asked_no_longer() -> None:
    corrected = replace(LOG, entries=LOG.entries[1:])
    moved = follow(replace(opened(), state=RequestState.RETURNED), corrected, number=2)
    assert moved is not None
    assert moved.state is RequestState.WITHDRAWN
