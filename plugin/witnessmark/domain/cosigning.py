"""When a trainee's note asks for a co-signature, and what closes that. Knows no host, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from witnessmark.domain.requests import (
    NoteAsked,
    NoteStanding,
    Proof,
    Remark,
    Request,
    RequestState,
    StrayNote,
    TimeSource,
)
from witnessmark.domain.sightings import Asking, Sighting, Supervision

_EVER = datetime.min.replace(tzinfo=UTC)


def follow_note(
    seen: Sighting, last: Request | None, *, supervision: Supervision, asking: Asking
) -> Request | StrayNote | None:
    """Return the request as this sighting leaves it, or None where it changes nothing.

    `last` is the newest request about this note. A closed one is never changed: what comes after
    is a new request; `leaves_more` says whether one may come of this very sighting. A StrayNote is
    a note that asks, of whom nobody supervised that day.
    """
    if last is not None and last.state.is_open and seen.is_not_of(last.supervisee):
        return _misplaced(seen, last)
    if seen.is_not_of(seen.author):
        return None
    if last is None:
        if seen.awaits:
            return _opened(seen, last, supervision, asking)
        return None if seen.from_before else _proven(seen, None, supervision, asking)
    if not _is_news(seen, last):
        return None
    if not last.state.is_open:
        return _after_the_end(seen, last, supervision, asking)
    changed = _while_open(seen, last, supervision, asking.now)
    return changed if changed != last else None


def leaves_more(found: Request, host_version: str) -> bool:
    """Whether a request was closed for something else than the version that was seen."""
    return not found.state.is_open and found.note is not None and found.note.version != host_version


def note_gone(last: Request) -> Request | None:
    """Return an open request as the note's disappearance leaves it: should it come back, it asks.

    None where the request was closed before.
    """
    if not last.state.is_open or last.note is None:
        return None
    return replace(last, state=RequestState.WITHDRAWN, note=replace(last.note, version=""))


def move_request(request: Request, to: RequestState, *, at: datetime | None) -> Request | None:
    """Return a request as a person in the EHR moved it on, or None where that says nothing.

    A move never answers a request: only a signature does; that it was ticked off is kept, to be
    said. A week is returned and declined here, with a reason, so there a move says no more than
    that somebody looks at it. `at` is the EHR's time of a return, or of a refusal: how the note
    stood until then is no resubmission, and asks for nothing.
    """
    if request.state.is_open and to in _ENDS:
        return None if request.ticked_off else replace(request, ticked_off=True)
    movable = _MOVES_OF_WEEKS if request.note is None else _MOVES_OF_NOTES
    if not request.state.is_open or to not in movable or to is request.state:
        return None
    note = request.note
    if note is not None and at is not None and to is not RequestState.UNDER_REVIEW:
        note = replace(note, changed_at=max(note.changed_at, at))
    return replace(request, state=to, note=note)


_ENDS = frozenset({RequestState.ANSWERED, RequestState.WITHDRAWN})
_MOVES_OF_WEEKS = frozenset({RequestState.UNDER_REVIEW})
_MOVES_OF_NOTES = _MOVES_OF_WEEKS | {RequestState.RETURNED, RequestState.DECLINED}


def _is_news(seen: Sighting, last: Request) -> bool:
    """Whether this was seen later than what is known. An open request is judged anew each time."""
    if last.note is None or seen.changed_at < last.note.changed_at:
        return False
    return last.state.is_open or seen.version != last.note.version


def _opened(
    seen: Sighting,
    last: Request | None,
    supervision: Supervision,
    asking: Asking,
    *,
    carried: str | None = None,
) -> Request | StrayNote:
    in_force = supervision.in_force_at(seen.changed_at)
    note = seen.asked(carried=carried)
    if not in_force:
        return StrayNote(asking.id, seen.author, asking.now, note)
    zone = supervision.settings[in_force[0].setting].zone
    answered = last is not None and last.state is RequestState.ANSWERED
    return Request(
        id=asking.id,
        supervisee=seen.author,
        supervisor=in_force[0].supervisor,
        asked_at=asking.now,
        due=asking.deadline.due(asking.now, zone),
        note=note,
        follows=last.id if last is not None and answered else None,
    )


def _misplaced(seen: Sighting, last: Request) -> Request:
    """Take back what was asked of somebody who did not write it: its author's is a new request."""
    note = last.note and replace(
        last.note, version="", changed_at=min(last.note.changed_at, seen.changed_at)
    )
    return replace(last, state=RequestState.WITHDRAWN, note=note)


def _after_the_end(
    seen: Sighting, last: Request, supervision: Supervision, asking: Asking
) -> Request | StrayNote | None:
    if last.note is None:
        return None
    if seen.awaits:
        # What was changed in the instant of a refusal was changed before it, or by it.
        declined = last.state is RequestState.DECLINED and seen.changed_at <= last.note.changed_at
        return None if declined else _opened(seen, last, supervision, asking)
    if last.proof is None:
        return _proven(seen, last.note, supervision, asking)
    # Changed after it was co-signed: an old signature still stands on it, and is none for this.
    same = last.proof.signer == seen.signer and seen.signed_at is None
    if seen.is_cosigned and (same or seen.stands_from_earlier):
        return _opened(seen, last, supervision, asking, carried=seen.signer)
    return None


def _proven(
    seen: Sighting, known: NoteAsked | None, supervision: Supervision, asking: Asking
) -> Request | None:
    """Return a co-signature that nobody is asked for any more, as a request that it answered."""
    opened = _opened(seen, None, supervision, asking) if seen.is_cosigned else None
    if not isinstance(opened, Request):
        return None
    note = known or replace(seen.asked(), changed_at=_EVER)
    return _answered(seen, replace(opened, note=note), supervision)


def _while_open(seen: Sighting, last: Request, supervision: Supervision, now: datetime) -> Request:
    if seen.standing is NoteStanding.WITHDRAWN:
        return replace(last, state=RequestState.WITHDRAWN, note=seen.asked())
    if seen.awaits:
        return _still_asking(seen, last, supervision, now)
    if not seen.is_cosigned:
        return last
    carried = last.note is not None and last.note.carried == seen.signer
    if carried and seen.signed_at is None:
        return replace(last, note=seen.asked(carried=seen.signer))
    return _answered(seen, last, supervision)


def _still_asking(
    seen: Sighting, last: Request, supervision: Supervision, now: datetime
) -> Request:
    known, state = last.note, last.state
    # What was changed in the instant of a return was changed before it, or by it.
    again = known is None or (seen.version != known.version and seen.changed_at > known.changed_at)
    if again and state is RequestState.RETURNED:
        state = RequestState.RESUBMITTED
    in_force = [one.supervisor for one in supervision.in_force_at(now)]
    passed_on = in_force and last.supervisor not in in_force
    supervisor = in_force[0] if passed_on else last.supervisor
    return replace(last, state=state, note=seen.asked(), supervisor=supervisor)


def _answered(seen: Sighting, last: Request, supervision: Supervision) -> Request:
    """Return the request as the signature leaves it: a proof of the version that was signed.

    One of an earlier version counts only if it was given after the note was last seen unsigned.
    """
    note, version = seen.asked(), seen.version
    if seen.stands_from_earlier:
        if last.note is None or seen.signed_at is None or seen.signed_at <= last.note.changed_at:
            return replace(last, note=seen.asked(carried=seen.signer))
        version = seen.signed_version
        note = replace(
            seen.asked(), version=version, changed_at=min(seen.signed_at, seen.changed_at)
        )
    at = (seen.signed_at or seen.changed_at).astimezone(UTC)
    proof = Proof(
        signer=seen.signer or "",
        person=seen.person.id if seen.person else None,
        at=at,
        time_from=TimeSource.SIGNATURE if seen.signed_at else TimeSource.HOST_CHANGE,
        version=version,
        remarks=tuple(_remarks(seen, last, supervision, at)),
    )
    return replace(last, state=RequestState.ANSWERED, note=note, proof=proof)


def _remarks(
    seen: Sighting, last: Request, supervision: Supervision, at: datetime
) -> Iterator[Remark]:
    if seen.person is None:
        yield Remark.NOT_KNOWN_HERE
    else:
        if seen.person.id not in {one.supervisor for one in supervision.in_force_at(at)}:
            yield Remark.NOT_A_SUPERVISOR
        if not seen.person.in_good_standing_on(at.astimezone(supervision.zone_at(at)).date()):
            yield Remark.LICENCE_NOT_IN_GOOD_STANDING
    if last.due is not None and at > last.due:
        yield Remark.LATE
    if seen.signed_at is None:
        yield Remark.VERSION_NOT_CERTAIN
