"""A supervisor answers for exactly the entries that name them, once, and may take it back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.domain.practice import (
    CLERK,
    FRIDAY_ELSEWHERE,
    LATER,
    MONDAY,
    OTHER_SUPERVISOR,
    SETTING,
    SUPERVISEE,
    SUPERVISOR,
    TUESDAY,
    draft,
)
from witnessmark.domain.attestations import Attestation, Covered
from witnessmark.domain.attesting import (
    Signing,
    Standing,
    attest_week,
    cover,
    revoke_attestation,
    standing,
)
from witnessmark.domain.hours import Entry, HourLog, LogState
from witnessmark.domain.ids import AttestationId, EntryId
from witnessmark.domain.weeks import correct_week, submit_week
from witnessmark.errors import DomainError

LOG = submit_week(
    draft(MONDAY, TUESDAY, FRIDAY_ELSEWHERE), setting=SETTING, by=SUPERVISEE, at=LATER
)
SIGNING = Signing(AttestationId("att-1"), SUPERVISOR, date(2026, 3, 14), CLERK, LATER)


def attest(log: HourLog, signing: Signing = SIGNING, *others: Attestation) -> Attestation:
    return attest_week(log, signing, log_version=3, setting=SETTING, others=others)


def resubmit(log: HourLog, *entries: Entry) -> HourLog:
    changed = correct_week(log, entries, setting=SETTING, by=SUPERVISEE, attested=True)
    return submit_week(changed, setting=SETTING, by=SUPERVISEE, at=LATER)


def test_an_attestation_covers_exactly_the_entries_that_name_its_supervisor() -> None:
    attestation = attest(LOG)
    assert [(one.entry, one.version) for one in attestation.covers] == [("mon", 1), ("tue", 1)]
    assert attestation.log_version == 3
    assert (attestation.recorded_by, attestation.signed_on) == (CLERK, date(2026, 3, 14))


def test_what_is_covered_is_the_hash_of_the_entrys_canonical_bytes() -> None:
    # sha256 of {"activity":"individual-therapy","day":"2026-03-13","id":"fri","minutes":45,
    # "modality":"in-person","supervisor":"cleo","version":1}, taken with sha256sum
    assert cover(LOG, OTHER_SUPERVISOR) == (
        Covered(
            FRIDAY_ELSEWHERE.id,
            1,
            "5165cf4c1f9cac54fe2496cbeb2a5fe49b940f142e10360500eca3b862917803",
        ),
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"supervisor": SUPERVISEE}, "signs_for_oneself"),
        ({"recorded_by": SUPERVISEE}, "records_for_oneself"),
        ({"supervisor": CLERK}, "nothing_to_attest"),
        ({"signed_on": date(2026, 3, 9)}, "signed_before_the_hours"),
        ({"signed_on": date(2026, 3, 17)}, "signed_in_future"),
    ],
)
def test_an_attestation_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        attest(LOG, replace(SIGNING, **change))  # type: ignore[arg-type]  # parametrized fields
    assert refusal.value.code == code


def test_a_signature_may_be_of_the_last_covered_day_though_others_worked_later() -> None:
    assert attest(LOG, replace(SIGNING, signed_on=date(2026, 3, 10))).covers


def test_today_is_the_settings_own_date() -> None:
    sunday_there = datetime(2026, 3, 16, 6, 59, tzinfo=UTC)
    early = replace(SIGNING, recorded_at=sunday_there, signed_on=date(2026, 3, 16))
    with pytest.raises(DomainError, match="signed_in_future"):
        attest(LOG, early)
    assert attest(LOG, replace(early, recorded_at=sunday_there + timedelta(minutes=1)))


@pytest.mark.parametrize("state", [state for state in LogState if state != "submitted"])
def test_only_a_submitted_week_is_attested(state: LogState) -> None:
    with pytest.raises(DomainError, match="week_not_submitted"):
        attest(replace(LOG, state=state))


def test_the_same_entries_are_attested_once_unless_the_first_word_was_taken_back() -> None:
    first = attest(LOG)
    again = replace(SIGNING, id=AttestationId("att-2"))
    with pytest.raises(DomainError, match="already_attested"):
        attest(LOG, again, first)
    revoked = revoke_attestation(first, by=SUPERVISOR, at=LATER, reason="wrong week")
    assert attest(LOG, again, revoked).covers == first.covers
    colleague = replace(again, supervisor=OTHER_SUPERVISOR)
    assert attest(LOG, colleague, first).supervisor == OTHER_SUPERVISOR


def test_a_correction_supersedes_only_the_word_of_the_supervisor_it_touches() -> None:
    mine = attest(LOG)
    theirs = attest(LOG, replace(SIGNING, supervisor=OTHER_SUPERVISOR))
    corrected = resubmit(LOG, MONDAY, replace(TUESDAY, minutes=60), FRIDAY_ELSEWHERE)
    assert standing(mine, corrected) is Standing.SUPERSEDED
    assert standing(theirs, corrected) is Standing.STANDS
    assert standing(mine, LOG) is Standing.STANDS
    assert [one.version for one in attest(corrected, SIGNING, mine).covers] == [1, 2]


def test_an_entry_removed_or_added_supersedes_and_another_order_does_not() -> None:
    mine = attest(LOG)
    removed = replace(LOG, entries=(MONDAY, FRIDAY_ELSEWHERE))
    added = replace(LOG, entries=(*LOG.entries, replace(MONDAY, id=EntryId("new"))))
    turned = replace(LOG, entries=LOG.entries[::-1])
    assert standing(mine, removed) is Standing.SUPERSEDED
    assert standing(mine, added) is Standing.SUPERSEDED
    assert standing(mine, turned) is Standing.STANDS


def test_a_revocation_is_the_supervisors_own_once_and_with_a_reason() -> None:
    mine = attest(LOG)
    with pytest.raises(DomainError, match="not_your_attestation"):
        revoke_attestation(mine, by=CLERK, at=LATER, reason="mistake")
    with pytest.raises(DomainError, match="reason_missing"):
        revoke_attestation(mine, by=SUPERVISOR, at=LATER, reason=" ")
    with pytest.raises(DomainError, match="before_attestation"):
        revoke_attestation(mine, by=SUPERVISOR, at=LATER - timedelta(days=1), reason="mistake")
    revoked = revoke_attestation(mine, by=SUPERVISOR, at=LATER, reason="mistake")
    assert standing(revoked, LOG) is Standing.REVOKED
    assert replace(revoked, revoked=None) == mine
    with pytest.raises(DomainError, match="already_revoked"):
        revoke_attestation(revoked, by=SUPERVISOR, at=LATER, reason="mistake")
