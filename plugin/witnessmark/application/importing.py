"""Imports what a file brings in one transaction: all of it or, with every problem told, nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from witnessmark.application.acts import Act
from witnessmark.application.case_contents import CaseContents, known_to
from witnessmark.application.imported_weeks import plan_weeks
from witnessmark.application.planned_weeks import PlannedWeeks
from witnessmark.application.records import has_credentials
from witnessmark.application.references import broken_references
from witnessmark.application.requests import bring_requests
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.ids import BatchId, LogId
from witnessmark.domain.meeting import impossible_session, overlapping
from witnessmark.domain.sessions import Said, Session
from witnessmark.errors import DeclarationError, Problem
from witnessmark.ports.clock import Ids
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Batch, BatchLine, Shelf, Work


class HasId(Protocol):
    """Anything a shelf keeps."""

    @property
    def id(self) -> str:
        """Its opaque id."""
        ...


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Which file is imported as which batch. `digest` is the SHA-256 of its bytes.

    `line_of` tells on which line of the file a case-file path stands, if it knows.
    """

    batch: BatchId
    source: str
    digest: str
    line_of: Callable[[str], int | None] = lambda _path: None


@dataclass(frozen=True, slots=True)
class _Change:
    """A value that goes on a shelf, the value it replaces there, and versions between the two."""

    shelf: str
    value: Any
    former: Any = None
    past: Sequence[Any] = ()


def import_case(
    work: Work, contents: CaseContents, *, request: ImportRequest, ids: Ids, act: Act
) -> Batch:
    """Import everything or nothing; what is in the store already, unchanged, is left alone.

    The same file imported before is not imported again: its batch of then is returned (its id is
    not the request's). Raises NotAllowedError, and DeclarationError with every problem at once.
    """
    act.permit(Action.IMPORT)
    earlier = work.batches.by_digest(request.digest)
    if earlier is not None:
        return earlier
    known = known_to(work)
    _refuse(_another_clinic(work, contents), request)
    _refuse(broken_references(contents, known), request)
    known = known.with_more(contents.people, contents.settings)
    changes = list(_changes(work, contents))
    planned = plan_weeks(work, contents, known=known, ids=ids, at=act.at)
    _refuse((*_impossible_sessions(work, contents, act), *planned.problems), request)
    changes += [
        _Change("logs", week.log, week.stored, week.past)
        for week in planned.weeks.values()
        if week.changed
    ]
    attested = [*planned.attestations, *planned.scanned]
    changes += [_Change("attestations", attestation) for attestation in attested]
    lines = tuple(_keep(work, change) for change in changes)
    for attestation_id, content in planned.scans.items():
        work.scans.put(attestation_id, content)
    bring_requests(work, _weeks_touched(planned), act=act)
    work.deliveries.want(_owed(changes, lines))
    batch = Batch(request.batch, request.source, request.digest, act.at, act.actor.name, lines)
    work.batches.put(batch)
    _write_down(work, batch, planned=planned, act=act)
    return batch


def _refuse(problems: Iterable[Problem], request: ImportRequest) -> None:
    placed = [
        replace(problem, file=request.source, line=request.line_of(problem.path))
        for problem in problems
    ]
    if placed:
        raise DeclarationError(sorted(placed, key=lambda problem: problem.line or 0))


def _another_clinic(work: Work, contents: CaseContents) -> Iterator[Problem]:
    if contents.clinic is not None and contents.clinic.id != work.clinic:
        message = f"This is a file of clinic {contents.clinic.id!r}, not of {work.clinic!r}."
        yield Problem("another_clinic", "clinic.id", message, "Choose the clinic, or the file.")


def _impossible_sessions(work: Work, contents: CaseContents, act: Act) -> Iterator[Problem]:
    place = {session.id: f"sessions[{n}]" for n, session in enumerate(contents.sessions)}
    for session in contents.sessions:
        for problem in impossible_session(session, at=act.at):
            yield replace(problem, path=place[session.id])
    if not contents.sessions:
        return
    others = (session for session in work.sessions.all() if session.id not in place)
    for overlap in overlapping((*others, *contents.sessions)):
        path = place.get(overlap.later) or place.get(overlap.earlier)
        if path is not None:
            yield replace(overlap.problem, path=path)


def _changes(work: Work, contents: CaseContents) -> Iterator[_Change]:
    kinds: tuple[tuple[str, Shelf[Any], Sequence[HasId]], ...] = (
        ("people", work.people, contents.people),
        ("settings", work.settings, contents.settings),
        ("agreements", work.agreements, contents.agreements),
        ("groups", work.groups, contents.groups),
        ("sessions", work.sessions, contents.sessions),
        ("consultations", work.consultations, contents.consultations),
        ("leaves", work.leaves, contents.leaves),
        ("candidacies", work.candidacies, contents.candidacies),
        ("forms", work.forms, contents.forms),
    )
    for name, shelf, values in kinds:
        stored = shelf.many(value.id for value in values)
        for brought in values:
            former = stored.get(brought.id)
            value = _with_private_parts(brought, former)
            if value != former:
                yield _Change(name, value, former)


def _with_private_parts(value: HasId, former: object) -> HasId:
    """Keep what the store has of what is private when the file says nothing of it."""
    if isinstance(value, Session) and isinstance(former, Session) and value.said == Said():
        return replace(value, said=former.said)
    if isinstance(value, StandingGroup) and isinstance(former, StandingGroup) and not value.ledger:
        return replace(value, ledger=former.ledger)
    return value


def _keep(work: Work, change: _Change) -> BatchLine:
    shelf: Shelf[Any] = getattr(work, change.shelf)
    for earlier in change.past:
        shelf.put(earlier)
    after = shelf.put(change.value)
    return BatchLine(change.shelf, change.value.id, after - 1 - len(change.past), after)


def _weeks_touched(planned: PlannedWeeks) -> dict[LogId, int]:
    attested = {attestation.log for attestation in planned.attestations}
    return {
        week.log.id: week.version
        for week in planned.weeks.values()
        if week.changed or week.log.id in attested
    }


def _owed(changes: Iterable[_Change], lines: Iterable[BatchLine]) -> dict[RecordKey, int]:
    owed: dict[RecordKey, int] = {}
    for change, line in zip(changes, lines, strict=True):
        kind = _kind_that_leaves(change)
        if kind is not None:
            owed[RecordKey(kind, line.record_id)] = line.after
    return owed


def _kind_that_leaves(change: _Change) -> ObjectKind | None:
    match change.shelf:
        case "sessions":
            return ObjectKind.SESSION
        case "attestations":
            return ObjectKind.ATTESTATION
        case "agreements":
            return ObjectKind.AGREEMENT
        case "logs" if change.value.left_the_store:
            return ObjectKind.HOUR_LOG
        case "people" if has_credentials(change.value) or (
            change.former is not None and has_credentials(change.former)
        ):
            return ObjectKind.CREDENTIALS
        case _:
            return None


def _write_down(work: Work, batch: Batch, *, planned: PlannedWeeks, act: Act) -> None:
    counts: dict[str, int] = {}
    for line in batch.lines:
        counts[line.shelf] = counts.get(line.shelf, 0) + 1
    act.write_down(work, "imported", f"batch/{batch.id}", digest=batch.digest, **counts)
    for week in planned.weeks.values():
        if week.submission is not None:
            act.write_down(
                work,
                "submission_recorded",
                RecordKey(ObjectKind.HOUR_LOG, week.log.id),
                version=week.submitted_version,
                recorded_by=week.submission.recorded_by,
                batch=batch.id,
            )
    for attestation in planned.attestations:
        act.write_down(
            work,
            "attestation_recorded",
            RecordKey(ObjectKind.ATTESTATION, attestation.id),
            log=attestation.log,
            version=1,
            recorded_by=attestation.recorded_by,
            batch=batch.id,
        )
    for attestation in (*planned.attestations, *planned.scanned):
        if attestation.scan is not None:
            act.write_down(
                work,
                "scan_kept",
                RecordKey(ObjectKind.ATTESTATION, attestation.id),
                sha256=attestation.scan.sha256,
                batch=batch.id,
            )
