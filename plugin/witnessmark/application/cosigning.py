"""Takes what a host shows of trainees' notes into requests. A note is a reference, sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from witnessmark.application.acts import Act
from witnessmark.application.feeds import Pull, supervisees_there
from witnessmark.application.pulling import Pulled
from witnessmark.application.requests import keep_request
from witnessmark.application.terms import read_terms
from witnessmark.domain.capabilities import Capability
from witnessmark.domain.cosigning import follow_note, leaves_more, note_gone
from witnessmark.domain.deadlines import Deadline, DueUnit
from witnessmark.domain.ids import PersonId, RequestId
from witnessmark.domain.requests import NoteAsked, Request, StrayNote
from witnessmark.domain.sightings import Asking, Sighting, Supervision
from witnessmark.manifest.model import Manifest
from witnessmark.ports.host import Change, Feed, NoteGone, NoteSeen, Page, Reading
from witnessmark.ports.records import HostRef
from witnessmark.ports.store import Work

LOOK_BACK = timedelta(days=30)
"""How old a note may be to ask for a co-signature when a trainee's notes are first read."""


def notes_to_pull(work: Work, connection: str, *, manifest: Manifest, act: Act) -> tuple[Pull, ...]:
    """Return the notes feed of everyone who is, or lately was, supervised and matched there."""
    agreed = _agreed(work, connection)
    if Capability.READ_NOTES not in agreed:
        return ()
    today = act.at.date()
    since = today - LOOK_BACK
    there = supervisees_there(work, connection, since=since, until=today)
    asked = _unproven(work, connection) if Capability.SEE_CHANGES not in agreed else None
    pulls = []
    for person, ref in there.items():
        pull = _pull(connection, manifest, person, Reading(ref, since, asked=asked or frozenset()))
        if asked is None and work.cursors.get(connection, pull.cursor_key) is None:
            asked = _unproven(work, connection)
            pull = _pull(connection, manifest, person, Reading(ref, since, asked=asked))
        pulls.append(pull)
    return tuple(pulls)


def notes_to_look_at_again(work: Work, connection: str, *, manifest: Manifest) -> tuple[Pull, ...]:
    """Return readings of the notes alone that still ask, to be read once, without a cursor.

    So a note that was removed there is noticed: a host tells nobody of that.
    """
    if Capability.READ_NOTES not in _agreed(work, connection):
        return ()
    matches = work.staff.matches(connection)
    asking = [(one.supervisee, one.note) for one in work.requests.all() if one.state.is_open]
    asking += [(one.supervisee, one.note) for one in work.stray_notes.all()]
    # Whose place there is gone is of no matter: these are read whoever wrote them.
    there = {person: match.host_ref for person, match in matches.items()}
    return tuple(
        _pull(
            connection,
            manifest,
            person,
            Reading(there.get(person, HostRef("")), date.min, tuple(sorted(refs))),
        )
        for person, refs in sorted(_notes(connection, asking).items())
    )


def supervision_of(work: Work, person: PersonId) -> Supervision:
    """Return what is agreed for one supervisee."""
    return Supervision(
        supervisee=person,
        agreements=tuple(one for one in work.agreements.all() if one.supervisee == person),
        settings={setting.id: setting for setting in work.settings.all()},
    )


def deadline_of(manifest: Manifest, work: Work) -> Deadline:
    """Return by when the clinic has its trainees' notes co-signed."""
    values = manifest.values(work.values.all())
    return Deadline(values.integer("cosign_due"), DueUnit(values.text("cosign_due_unit")))


def _agreed(work: Work, connection: str) -> frozenset[Capability]:
    agreed = read_terms(work.connections.get(connection).terms)
    return agreed.terms.agreed if agreed is not None else frozenset()


def _unproven(work: Work, connection: str) -> frozenset[HostRef]:
    """Return everyone's notes that were asked for and not answered.

    Who is read first, after a match was put right, may find what was asked of somebody else.
    """
    asked = ((one.supervisee, one.note) for one in work.requests.all() if one.proof is None)
    return frozenset(ref for refs in _notes(connection, asked).values() for ref in refs)


def _notes(
    connection: str, asked: Iterable[tuple[PersonId, NoteAsked | None]]
) -> Mapping[PersonId, set[HostRef]]:
    notes: dict[PersonId, set[HostRef]] = defaultdict(set)
    for supervisee, note in asked:
        if note is not None and note.connection == connection:
            notes[supervisee].add(HostRef(note.host_ref))
    return notes


def _pull(connection: str, manifest: Manifest, person: PersonId, reading: Reading) -> Pull:
    def take(work: Work, page: Page, act: Act) -> Pulled:
        if page.changes:
            author = _author(work, connection, person, manifest=manifest, act=act)
            for change in page.changes:
                _take(author, change)
        return Pulled()

    return Pull(Feed.NOTES, take, reading, person)


@dataclass(frozen=True, slots=True)
class _Author:
    """A supervisee, and all that is known when their notes are judged."""

    work: Work
    connection: str
    supervision: Supervision
    staff: Mapping[HostRef, PersonId]
    deadline: Deadline
    act: Act


def _author(
    work: Work, connection: str, person: PersonId, *, manifest: Manifest, act: Act
) -> _Author:
    return _Author(
        work=work,
        connection=connection,
        supervision=supervision_of(work, person),
        staff={one.host_ref: who for who, one in work.staff.matches(connection).items()},
        deadline=deadline_of(manifest, work),
        act=act,
    )


def _take(author: _Author, change: Change) -> None:
    match change:
        case NoteGone():
            last, next_id = _newest(author, change.host_ref)
            author.work.stray_notes.remove(next_id)
            if last is not None and (changed := note_gone(last)):
                keep_request(author.work, changed, former=last, act=author.act)
        case NoteSeen():
            while _follow(author, change):
                pass
        case _:
            pass


def _follow(author: _Author, change: NoteSeen) -> bool:
    """Bring a note's newest request to this sighting; return whether that leaves more to do."""
    last, next_id = _newest(author, change.host_ref)
    found = follow_note(
        _sighting(author, change),
        last,
        supervision=author.supervision,
        asking=Asking(next_id, author.deadline, author.act.at),
    )
    _settle_stray(author.work, next_id, found, change)
    if not isinstance(found, Request):
        return False
    former = last if last is not None and last.id == found.id else None
    keep_request(author.work, found, former=former, act=author.act)
    return leaves_more(found, change.version)


def _settle_stray(
    work: Work, stray_id: RequestId, found: Request | StrayNote | None, seen: NoteSeen
) -> None:
    """Keep a note that asks while nobody supervises; forget one that asks no more."""
    known = work.stray_notes.find(stray_id)
    if known is not None and seen.changed_at < known.note.changed_at:
        return
    if isinstance(found, StrayNote):
        work.stray_notes.put(replace(found, seen_at=known.seen_at) if known else found)
    elif known is not None:
        work.stray_notes.remove(stray_id)


def _newest(author: _Author, note: HostRef) -> tuple[Request | None, RequestId]:
    """Return the newest request about a note, and the id of the one that would come after it.

    The id is told by the note and the number of its requests: the same note never asks twice.
    """
    last: Request | None = None
    number = 1
    while True:
        next_id = author.work.mark("request", f"{author.connection}|{note}|{number}")
        found = author.work.requests.find(next_id)
        if found is None:
            return last, RequestId(next_id)
        last, number = found, number + 1


def _sighting(author: _Author, seen: NoteSeen) -> Sighting:
    who = author.staff.get(seen.signer) if seen.signer else None
    return Sighting(
        connection=author.connection,
        host_ref=seen.host_ref,
        version=seen.version,
        standing=seen.standing,
        changed_at=seen.changed_at,
        author=author.supervision.supervisee,
        signer=seen.signer,
        person=author.work.people.find(who) if who else None,
        signed_at=seen.signed_at,
        signed_version=seen.signed_version,
        signer_unknown=seen.signer_unknown,
        authors=frozenset(author.staff[one] for one in seen.authors if one in author.staff),
        from_before=seen.from_before,
    )
