"""What a sighting of a note makes of its request; and what no order of sightings can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.cosigning import follow_note, leaves_more, move_request, note_gone
from witnessmark.domain.deadlines import Deadline, DueUnit
from witnessmark.domain.ids import AgreementId, PersonId, RequestId, SettingId
from witnessmark.domain.people import Credential, LicenceStatus, Person, StatusChange
from witnessmark.domain.requests import (
    NoteStanding,
    Remark,
    Request,
    RequestState,
    StrayNote,
    TimeSource,
)
from witnessmark.domain.settings import Setting
from witnessmark.domain.sightings import Asking, Sighting, Supervision

START = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
"""Monday, nine in the morning in Los Angeles."""
SETTING = Setting(SettingId("harbour"), "Harbour (invented)", "America/Los_Angeles")
TRAINEE = PersonId("trainee")


def licensed(name: str, *, lapses: date | None = None) -> Person:
    since = date(2020, 3, 1)
    licence = Credential(
        licence_type="Licensed therapist",
        number=f"INV-{name}",
        board="us-ca-invented",
        board_name="Invented Board",
        jurisdiction="US-CA",
        issued=since,
        expires=lapses,
        history=(StatusChange(since, LicenceStatus.LICENSED),),
    )
    return Person(PersonId(name), f"{name} (invented)", credentials=(licence,))


SUPERVISOR = licensed("supervisor")
SECOND = licensed("second")
COLLEAGUE = licensed("colleague")


def agreement(who: Person, starts: date, ends: date | None = None) -> Agreement:
    return Agreement(AgreementId(f"a-{who.id}"), who.id, TRAINEE, SETTING.id, starts, ends)


AGREEMENTS = (
    agreement(SECOND, date(2026, 6, 1)),
    agreement(SUPERVISOR, date(2026, 1, 5)),
    Agreement(AgreementId("a-own"), TRAINEE, TRAINEE, SETTING.id, date(2025, 1, 1)),
)
SUPERVISED = Supervision(TRAINEE, AGREEMENTS, {SETTING.id: SETTING})
ALONE = Supervision(TRAINEE, AGREEMENTS[2:], {SETTING.id: SETTING})


def seen(
    version: int,
    standing: NoteStanding = NoteStanding.AWAITING,
    *,
    by: Person | None = None,
    signed_at: datetime | None = None,
    signed: int | None = None,
) -> Sighting:
    """Version n of the note, made n hours after the first morning; `signed` is another version."""
    return Sighting(
        connection="ehr",
        host_ref="DocumentReference/note-1",
        version=str(version),
        standing=standing,
        changed_at=START + timedelta(hours=version),
        author=TRAINEE,
        signer=f"Practitioner/{by.id}" if by else None,
        person=by,
        signed_at=signed_at,
        signed_version=str(signed or version) if signed_at else "",
    )


def cosigned(
    version: int,
    by: Person = SUPERVISOR,
    *,
    signed_at: datetime | None = None,
    signed: int | None = None,
) -> Sighting:
    return seen(version, NoteStanding.COSIGNED, by=by, signed_at=signed_at, signed=signed)


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def asking(number: int = 1) -> Asking:
    return Asking(
        RequestId(f"r-{number}"),
        Deadline(3, DueUnit.BUSINESS),
        START + timedelta(hours=2),
    )


def after(*sightings: Sighting, supervision: Supervision = SUPERVISED) -> list[Request]:
    """Every request, as a store would have them after these sightings."""
    requests: list[Request] = []
    for one in sightings:
        take(requests, one, supervision)
    return requests


def take(requests: list[Request], one: Sighting, supervision: Supervision = SUPERVISED) -> None:
    last = requests[-1] if requests else None
    found = follow_note(one, last, supervision=supervision, asking=asking(len(requests) + 1))
    if isinstance(found, Request):
        if last is not None and found.id == last.id:
            requests.pop()
        requests.append(found)
        if leaves_more(found, one.version):
            take(requests, one, supervision)


def test_the_longest_standing_supervisor_is_asked_by_the_clinics_policy() -> None:
    (request,) = after(seen(1))
    assert (request.supervisee, request.supervisor) == (TRAINEE, SUPERVISOR.id)
    assert request.asked_at == START + timedelta(hours=2)
    # Three business days after Monday, at the end of Thursday in Los Angeles.
    assert request.due == datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC)
    assert request.state is RequestState.REQUESTED
    assert request.note is not None
    assert request.note.version == "1"


def test_nobody_is_asked_where_nobody_supervises_and_never_the_author() -> None:
    found = follow_note(seen(1), None, supervision=ALONE, asking=asking())
    assert isinstance(found, StrayNote)
    assert found.supervisee == TRAINEE
    past = Supervision(
        TRAINEE,
        (agreement(SUPERVISOR, date(2026, 1, 5), date(2026, 11, 15)),),
        {SETTING.id: SETTING},
    )
    assert isinstance(follow_note(seen(1), None, supervision=past, asking=asking()), StrayNote)


@pytest.mark.parametrize("standing", [NoteStanding.UNFINISHED, NoteStanding.WITHDRAWN])
def test_what_does_not_ask_opens_nothing(standing: NoteStanding) -> None:
    assert after(seen(1, standing)) == []
    assert after(replace(cosigned(1), from_before=True)) == []
    assert after(cosigned(1), supervision=ALONE) == []


def test_the_hosts_signature_closes_it_with_who_when_and_which_version() -> None:
    signed_at = START + timedelta(hours=2, minutes=55)
    (request,) = after(seen(1), cosigned(3, signed_at=signed_at))
    assert request.state is RequestState.ANSWERED
    proof = request.proof
    assert proof is not None
    assert (proof.signer, proof.person) == ("Practitioner/supervisor", SUPERVISOR.id)
    assert (proof.at, proof.time_from) == (signed_at, TimeSource.SIGNATURE)
    assert (proof.version, proof.remarks) == ("3", ())


def test_a_signature_of_an_earlier_version_proves_that_one_and_the_later_one_is_asked_for() -> None:
    requests = after(seen(1), cosigned(3, signed_at=at(2), signed=2))
    assert [one.state for one in requests] == [RequestState.ANSWERED, RequestState.REQUESTED]
    signed, asked = requests
    assert signed.proof is not None
    assert (signed.proof.version, signed.proof.at) == ("2", at(2))
    assert asked.follows == signed.id
    # Seen on yet another version it proves nothing more; one given since proves its own.
    take(requests, cosigned(4, signed_at=at(2), signed=2))
    assert [one.state for one in requests] == [RequestState.ANSWERED, RequestState.REQUESTED]
    take(requests, cosigned(6, signed_at=at(5), signed=5))
    assert [one.proof.version for one in requests if one.proof] == ["2", "5"]
    assert requests[-1].state is RequestState.REQUESTED


def test_what_was_signed_before_it_was_seen_unsigned_is_no_answer() -> None:
    (request,) = after(seen(2), cosigned(3, signed_at=at(1), signed=1))
    assert (request.state, request.proof) == (RequestState.REQUESTED, None)
    (same_second,) = after(seen(2), cosigned(3, signed_at=at(2), signed=1))
    assert same_second.state is RequestState.REQUESTED


def test_another_signer_of_an_earlier_version_is_no_signature_of_the_later_one() -> None:
    requests = after(
        seen(1), cosigned(2, signed_at=at(2)), cosigned(4, SECOND, signed_at=at(3), signed=3)
    )
    assert [one.state for one in requests] == [RequestState.ANSWERED, RequestState.REQUESTED]


def test_a_note_first_seen_co_signed_keeps_its_proof() -> None:
    (request,) = after(cosigned(1, signed_at=at(1)))
    assert (request.state, request.supervisor) == (RequestState.ANSWERED, SUPERVISOR.id)
    assert request.proof is not None
    assert (request.proof.version, request.proof.remarks) == ("1", ())
    edited = after(cosigned(2, signed_at=at(1), signed=1))
    assert [one.proof.version if one.proof else "" for one in edited] == ["1", ""]


@pytest.mark.parametrize("end", [RequestState.DECLINED, RequestState.WITHDRAWN])
def test_what_was_closed_without_a_signature_and_is_signed_then_keeps_its_proof(
    end: RequestState,
) -> None:
    requests = [replace(one, state=end) for one in after(seen(1))]
    take(requests, cosigned(2, signed_at=at(2)))
    assert [one.state for one in requests] == [end, RequestState.ANSWERED]
    assert requests[-1].proof is not None


def test_a_note_of_another_supervisee_is_taken_back_and_asked_for_anew() -> None:
    (wrong,) = after(replace(seen(1), authors=frozenset({TRAINEE})))
    other = PersonId("other")
    theirs = replace(seen(1), author=other, authors=frozenset({other}))
    supervised = Supervision(
        other, (replace(AGREEMENTS[0], supervisee=other),), {SETTING.id: SETTING}
    )
    requests = [wrong]
    take(requests, replace(theirs, author=TRAINEE))
    assert [one.state for one in requests] == [RequestState.WITHDRAWN]
    take(requests, theirs, supervised)
    assert [(one.supervisee, one.state) for one in requests] == [
        (TRAINEE, RequestState.WITHDRAWN),
        (other, RequestState.REQUESTED),
    ]
    # Who wrote it together is asked for once; whose account is gone stays the author.
    together = replace(theirs, author=TRAINEE, authors=frozenset({TRAINEE, other}))
    nobody = replace(seen(2), authors=frozenset())
    take(requests, together)
    take(requests, nobody)
    assert [one.supervisee for one in requests] == [TRAINEE, other]
    assert requests[-1].state is RequestState.REQUESTED


def test_an_open_request_is_passed_on_to_who_supervises_now() -> None:
    (asked,) = after(seen(1))
    assert asked.supervisor == SUPERVISOR.id
    ended = replace(AGREEMENTS[1], ends=date(2026, 11, 15))
    passed_on = Supervision(TRAINEE, (AGREEMENTS[0], ended), {SETTING.id: SETTING})
    requests = [asked]
    take(requests, seen(1), passed_on)
    assert requests == [replace(asked, supervisor=SECOND.id)]
    take(requests, seen(1), ALONE)
    assert [one.supervisor for one in requests] == [SECOND.id]


def test_an_agreement_that_had_ended_at_the_signature_gives_no_right_to_it() -> None:
    ended = replace(AGREEMENTS[1], ends=date(2026, 11, 16))
    supervision = Supervision(TRAINEE, (ended,), {SETTING.id: SETTING})
    # Version 15 is of Tuesday, 00:00 in Los Angeles.
    last_day, day_after = cosigned(15, signed_at=at(14)), cosigned(15, signed_at=at(15))
    for signed, remarks in ((last_day, ()), (day_after, (Remark.NOT_A_SUPERVISOR,))):
        (request,) = after(seen(1), signed, supervision=supervision)
        assert request.proof is not None
        assert request.proof.remarks == remarks


def test_without_a_time_of_its_own_it_is_the_hosts_change_time() -> None:
    (request,) = after(seen(1), cosigned(3))
    assert request.proof is not None
    assert request.proof.at == START + timedelta(hours=3)
    assert request.proof.time_from is TimeSource.HOST_CHANGE
    assert request.proof.remarks == (Remark.VERSION_NOT_CERTAIN,)


def test_any_supervisor_in_force_may_sign() -> None:
    (request,) = after(seen(1), cosigned(2, SECOND, signed_at=at(2)))
    assert request.proof is not None
    assert (request.supervisor, request.proof.person) == (SUPERVISOR.id, SECOND.id)
    assert request.proof.remarks == ()


@pytest.mark.parametrize(
    ("signed", "remarks"),
    [
        (cosigned(2, COLLEAGUE, signed_at=at(2)), (Remark.NOT_A_SUPERVISOR,)),
        (
            replace(cosigned(2, signed_at=at(2)), person=None),
            (Remark.NOT_KNOWN_HERE,),
        ),
        (
            cosigned(2, licensed("supervisor", lapses=date(2026, 11, 15)), signed_at=at(2)),
            (Remark.LICENCE_NOT_IN_GOOD_STANDING,),
        ),
        # Version 87 is of Friday, 00:00 in Los Angeles: one second after it was due.
        (cosigned(87, signed_at=at(87)), (Remark.LATE,)),
    ],
)
def test_what_has_to_be_said_of_a_signature_is_said(
    signed: Sighting, remarks: tuple[Remark, ...]
) -> None:
    (request,) = after(seen(1), signed)
    assert request.state is RequestState.ANSWERED
    assert request.proof is not None
    assert request.proof.remarks == remarks


def test_an_author_who_signs_again_has_not_co_signed() -> None:
    author = licensed("trainee")
    (request,) = after(seen(1), cosigned(2, author))
    assert request.state is RequestState.REQUESTED
    assert request.proof is None


def test_a_returned_note_is_resubmitted_by_its_next_version_alone() -> None:
    (asked,) = after(seen(1))
    returned_at = START + timedelta(hours=3, minutes=1)
    returned = move_request(asked, RequestState.RETURNED, at=returned_at)
    assert returned is not None
    # The host unlocked the note for its author as it was returned: no word of the author's yet.
    requests = [returned]
    take(requests, seen(3))
    take(requests, seen(1))
    assert requests == [returned]
    take(requests, seen(4))
    assert [one.state for one in requests] == [RequestState.RESUBMITTED]


def test_a_return_and_a_refusal_in_the_very_instant_of_the_change_are_the_last_word() -> None:
    (asked,) = after(seen(1))
    for state in (RequestState.RETURNED, RequestState.DECLINED):
        moved = move_request(asked, state, at=at(3))
        assert moved is not None
        requests = [moved]
        take(requests, seen(3))
        assert [one.state for one in requests] == [state]


def test_a_move_answers_nothing_and_moves_nothing_that_is_closed() -> None:
    (asked,) = after(seen(1))
    for end in (RequestState.ANSWERED, RequestState.WITHDRAWN):
        ticked_off = move_request(asked, end, at=START)
        assert ticked_off == replace(asked, ticked_off=True)
        assert move_request(ticked_off, end, at=START) is None
    (closed,) = after(seen(1), cosigned(2))
    assert all(move_request(closed, state, at=START) is None for state in RequestState)
    declined = move_request(asked, RequestState.DECLINED, at=START)
    assert declined is not None
    assert after(seen(1)) == [asked]
    requests = [declined]
    take(requests, seen(1))
    assert requests == [declined]
    take(requests, seen(2))
    assert [one.state for one in requests] == [RequestState.DECLINED, RequestState.REQUESTED]


def test_a_note_that_is_withdrawn_or_gone_closes_it_and_may_ask_again() -> None:
    withdrawn = after(seen(1), seen(2, NoteStanding.WITHDRAWN))
    assert [one.state for one in withdrawn] == [RequestState.WITHDRAWN]
    (asked,) = after(seen(1))
    gone = note_gone(asked)
    assert gone is not None
    assert note_gone(gone) is None
    requests = [gone]
    take(requests, seen(1))
    assert [one.state for one in requests] == [RequestState.WITHDRAWN, RequestState.REQUESTED]
    assert requests[-1].follows is None


def test_a_note_edited_after_its_co_signature_asks_anew_and_the_closed_one_stays() -> None:
    before = after(seen(1), cosigned(2))
    requests = after(seen(1), cosigned(2), cosigned(3))
    assert requests[0] == before[0]
    assert requests[1].follows == requests[0].id
    assert requests[1].state is RequestState.REQUESTED
    # The old signature still stands on yet another version: that is no co-signature of it.
    take(requests, cosigned(4))
    assert requests[1].state is RequestState.REQUESTED
    take(requests, cosigned(5, signed_at=START + timedelta(hours=5)))
    assert [one.state for one in requests] == [RequestState.ANSWERED] * 2


def test_where_the_host_takes_the_old_signature_off_the_next_one_counts() -> None:
    requests = after(seen(1), cosigned(2), cosigned(3), seen(4), cosigned(5))
    assert [one.state for one in requests] == [RequestState.ANSWERED] * 2
    others = after(seen(1), cosigned(2), cosigned(3), cosigned(4, SECOND))
    assert [one.state for one in others] == [RequestState.ANSWERED] * 2


def test_a_later_version_that_was_signed_anew_asks_for_nothing() -> None:
    requests = after(seen(1), cosigned(2), cosigned(3, signed_at=START + timedelta(hours=3)))
    assert [one.state for one in requests] == [RequestState.ANSWERED]


PEOPLE = (SUPERVISOR, SECOND, COLLEAGUE, licensed("trainee"))
VERSIONS = st.integers(1, 12)


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    version = draw(VERSIONS)
    standing = draw(st.sampled_from(NoteStanding))
    signed = standing is NoteStanding.COSIGNED
    of = draw(st.integers(1, version)) if signed and draw(st.booleans()) else None
    return seen(
        version,
        standing,
        by=draw(st.sampled_from(PEOPLE)) if signed else None,
        signed_at=at(of) if of else None,
        signed=of,
    )


STORIES = st.lists(sightings(), max_size=12).map(
    # A version of a note looks one way, whenever it is seen.
    lambda told: [{one.version: one for one in told}[each.version] for each in told]
)


@given(STORIES, st.data())
def test_seen_twice_or_too_late_changes_nothing(story: list[Sighting], data: st.DataObject) -> None:
    in_order = sorted(story, key=lambda one: one.changed_at)
    requests = after(*in_order)
    if in_order:
        again = data.draw(st.lists(st.sampled_from(in_order), max_size=6))
        assert after(*in_order, *again) == requests


@given(STORIES)
def test_in_any_order_a_closed_request_stays_and_one_at_most_is_open(story: list[Sighting]) -> None:
    requests: list[Request] = []
    for one in story:
        before = list(requests)
        take(requests, one)
        closed = [each for each in before if not each.state.is_open]
        assert requests[: len(closed)] == closed
        assert sum(each.state.is_open for each in requests) <= 1
        assert len({each.id for each in requests}) == len(requests)
    for each in requests:
        assert each.supervisor == SUPERVISOR.id
        assert (each.state is RequestState.ANSWERED) == (each.proof is not None)
        if each.proof is not None:
            assert each.proof.person != TRAINEE
