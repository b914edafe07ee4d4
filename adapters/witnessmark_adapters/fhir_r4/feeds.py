"""What the feeds read: staff, and copies of ours. What is not ours is dropped unread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from witnessmark.canonical import digest
from witnessmark.domain.capabilities import Capability, ObjectKind
from witnessmark.ports.host import Change, Feed, OurCopyChanged, Reading, RequestMoved
from witnessmark.ports.records import HostRef, RecordKey
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.client import Query
from witnessmark_adapters.fhir_r4.mapping import (
    appointment,
    attestation,
    calendar,
    document,
    held_session,
    note,
    qualification,
    role,
    task,
    verification,
    week_log,
)
from witnessmark_adapters.fhir_r4.mapping.elements import at, instant, nodes, text
from witnessmark_adapters.fhir_r4.mapping.staff import staff_seen
from witnessmark_adapters.fhir_r4.mapping.tags import tagged
from witnessmark_adapters.fhir_r4.names import Names


@dataclass(frozen=True, slots=True)
class Source:
    """One resource type of a feed. `ours` is the search that finds only what carries our mark.

    `coded` finds by our codes, and more hosts know it: clients' own stay unread with them, too.
    `take` says what one body means: nothing for what is not ours, and it may be several things.
    `of` is the search for what is one member of staff's, `first` what narrows it further when it
    is read for the first time. `theirs` takes a body as one member of staff's: nothing where it is
    not, for a host may give more.
    `most` is how many a page may hold, for what is large.
    """

    kind: str
    needs: Capability
    take: Callable[[JsonObject, Names], Sequence[Change]]
    ours: Callable[[Names], tuple[str, str]] | None = None
    coded: Callable[[Names], tuple[str, str]] | None = None
    of: Callable[[Reading], Query] | None = None
    first: Callable[[Reading], Query] = lambda _reading: ()
    theirs: Callable[[JsonObject, HostRef, Names], Sequence[Change]] | None = None
    most: int = 1000

    def read_for(self, reading: Reading | None) -> Source:
        """Return the source as it takes only what is theirs of whom is read."""
        if self.theirs is None or reading is None:
            return self
        theirs = self.theirs
        return replace(self, take=lambda body, x: theirs(body, reading.of, x))


def _staff(body: JsonObject, x: Names) -> Sequence[Change]:
    return (staff_seen(body, x=x),)


def _appointment(body: JsonObject, x: Names) -> Sequence[Change]:
    return _changed(body, appointment.read(body, x=x), x) if appointment.owns(body, x) else ()


def _booked(body: JsonObject, whose: HostRef, x: Names) -> Sequence[Change]:
    return (calendar.read(body, whose=whose, x=x),) if calendar.takes_part(body, whose) else ()


def _nothing(_body: JsonObject, _x: Names) -> Sequence[Change]:
    return ()


def _dated(reading: Reading) -> Query:
    return [("date", f"ge{reading.since.isoformat()}")]


def _response(body: JsonObject, x: Names) -> Sequence[Change]:
    if week_log.owns(body, x):
        return _changed(body, week_log.read(body, x=x), x)
    return _changed(body, held_session.read(body, x=x), x) if held_session.owns(body, x) else ()


def _practitioner(body: JsonObject, x: Names) -> Sequence[Change]:
    # Also one without entries of ours: they may have been taken out.
    return _changed(body, qualification.read(body, x=x), x)


def _provenance(body: JsonObject, x: Names) -> Sequence[Change]:
    return _changed(body, attestation.read(body, x=x), x) if tagged(body, x.record) else ()


def _document(body: JsonObject, x: Names) -> Sequence[Change]:
    return _changed(body, document.read(body, x=x), x) if document.owns(body, x) else ()


def _role(body: JsonObject, x: Names) -> Sequence[Change]:
    return _changed(body, role.read(body, x=x), x) if role.owns(body, x) else ()


def _verification(body: JsonObject, x: Names) -> Sequence[Change]:
    return _changed(body, verification.read(body, x=x), x) if tagged(body, x.record) else ()


def _task(body: JsonObject, x: Names) -> Sequence[Change]:
    if not task.owns(body, x):
        return ()
    moved = task.moved_to(body, x)
    return (
        *_changed(body, task.read(body, x=x), x),
        *(
            (RequestMoved(_ref(body), moved, instant(body, "meta", "lastUpdated")),)
            if moved
            else ()
        ),
    )


def _changed(body: JsonObject, part: object, x: Names) -> tuple[OurCopyChanged]:
    version = text(body, "meta", "versionId") or ""
    return (OurCopyChanged(_ref(body), version, digest(part), _named(body, x)),)


def _named(body: JsonObject, x: Names) -> RecordKey | None:
    """Return the record that a resource's tag or identifier of ours names."""
    kinds = {
        x.session: ObjectKind.SESSION,
        x.hour_log: ObjectKind.HOUR_LOG,
        x.attestation: ObjectKind.ATTESTATION,
        x.agreement: ObjectKind.AGREEMENT,
        x.request: ObjectKind.REQUEST,
    }
    try:
        if tag := tagged(body, x.record):
            return RecordKey.parse(tag.removesuffix("/revocation"))
    except ValueError:
        return None
    known = at(body, "identifier")
    for one in nodes({"identifier": known if isinstance(known, list) else [known]}, "identifier"):
        kind, value = kinds.get(text(one, "system") or ""), text(one, "value")
        if kind is ObjectKind.AGREEMENT:
            value = (value or "").rpartition("-")[0]
        if kind is not None and value:
            return RecordKey(kind, value)
    return None


def _ref(body: JsonObject) -> HostRef:
    return HostRef(f"{body['resourceType']}/{text(body, 'id')}")


SCANS_OF_A_PAGE = 5
"""So that a page of the largest scans, in base64, stays below what is read of one answer."""

NOTES_OF_A_PAGE = 10
"""Some hosts send a note's text, too, whatever is asked for."""

_COPIES = (
    Source(
        "Appointment",
        Capability.HOLD_SESSIONS,
        _appointment,
        lambda x: ("identifier", f"{x.session}|"),
    ),
    Source(
        "QuestionnaireResponse",
        Capability.HOLD_FORMS,
        _response,
        lambda x: ("identifier", f"{x.session}|,{x.hour_log}|"),
    ),
    Source("Practitioner", Capability.WRITE_CREDENTIALS, _practitioner),
    Source(
        "Provenance",
        Capability.HOLD_ATTESTATIONS,
        _provenance,
        lambda x: ("_tag", f"{x.record}|"),
    ),
    Source(
        "DocumentReference",
        Capability.HOLD_DOCUMENTS,
        _document,
        lambda x: ("identifier", f"{x.attestation}|"),
        lambda x: ("category", f"{x.codes}|{document.SCAN}"),
        most=SCANS_OF_A_PAGE,
    ),
    Source(
        "PractitionerRole",
        Capability.HOLD_ROLES,
        _role,
        lambda x: ("identifier", f"{x.agreement}|"),
    ),
    Source(
        "VerificationResult",
        Capability.HOLD_VERIFICATIONS,
        _verification,
        lambda x: ("_tag", f"{x.record}|"),
    ),
    Source(
        "Task",
        Capability.HOLD_REQUESTS,
        _task,
        lambda x: ("identifier", f"{x.request}|"),
        lambda x: (
            "code",
            f"{x.codes}|{task.COSIGN_NOTE},{x.codes}|{task.ATTEST_WEEK}",
        ),
    ),
)

SOURCES: Mapping[Feed, tuple[Source, ...]] = MappingProxyType(
    {
        Feed.STAFF: (Source("Practitioner", Capability.READ_STAFF, _staff),),
        Feed.OUR_COPIES: _COPIES,
        Feed.INVENTORY: _COPIES,
        Feed.CALENDAR: (
            Source(
                "Appointment",
                Capability.READ_CALENDAR,
                _nothing,
                of=calendar.search,
                first=_dated,
                theirs=_booked,
            ),
        ),
        Feed.NOTES: (
            # Taken by `notes`, which asks the host who signed.
            Source(
                note.KIND,
                Capability.READ_NOTES,
                _nothing,
                of=note.search,
                first=_dated,
                most=NOTES_OF_A_PAGE,
            ),
        ),
    }
)
