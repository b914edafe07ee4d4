"""Adapters that break one promise each. Every one is the FHIR R4 adapter but for a few lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

from witnessmark.domain.capabilities import Projection
from witnessmark.errors import (
    GoneError,
    NotLetInError,
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    UnreadableAnswerError,
    WaitsForError,
)
from witnessmark.ports.events import HostEvent, RawEvent
from witnessmark.ports.host import Feed, OurCopyChanged, Page, Reading
from witnessmark.ports.records import HostRef, Receipt, Record, SessionRecord
from witnessmark.testing import SUPERVISOR
from witnessmark.testing.bench_meddling import meddled
from witnessmark.wire import Call, Request, Response
from witnessmark_adapters.fhir_r4.adapter import FhirR4

Exchange = Generator[Request, Response, Response]
Put = Callable[[Receipt | None], Call[Receipt]]
"""Starts what the adapter would do, given what is known of it there."""


class Plant(FhirR4):
    """The adapter with something between it and its host."""

    def exchange(self, request: Request) -> Exchange:
        return (yield request)

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        return put(known)

    def put(
        self,
        record: Record,
        how: Projection,
        known: Receipt | None,
        *,
        earlier: Sequence[Record] = (),
    ) -> Call[Receipt]:
        put = partial(super().put, record, how, earlier=earlier)
        return meddled(self.deliver(record, known, put), self.exchange)

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        return meddled(super().find(record, how), self.exchange)

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        return meddled(super().changes(feed, cursor, reading), self.exchange)


class CreatesUnasked(Plant):
    """Creates without a condition."""

    def exchange(self, request: Request) -> Exchange:
        return (yield _without(request, "if-none-exist"))


class WritesUnguarded(Plant):
    """Does not say which version it read."""

    def exchange(self, request: Request) -> Exchange:
        return (yield _without(request, "if-match"))


class SendsAgain(Plant):
    """Takes a lost answer for a lost request."""

    def exchange(self, request: Request) -> Exchange:
        try:
            return (yield request)
        except OutcomeUnknownError:
            return (yield _without(request, "if-none-exist"))


class DoesNotWait(Plant):
    """Asks again at once when it is told to wait."""

    def exchange(self, request: Request) -> Exchange:
        try:
            return (yield request)
        except TryLaterError:
            return (yield request)


class ForgetsHowLong(Plant):
    """Says that the host is busy, and not how long."""

    def exchange(self, request: Request) -> Exchange:
        try:
            return (yield request)
        except TryLaterError as error:
            raise TryLaterError(error.person_message) from None


class Signs(Plant):
    """Signs what it states, in the name of whoever runs it."""

    def exchange(self, request: Request) -> Exchange:
        if request.method != "POST" or "Provenance" not in request.operation:
            return (yield request)
        made = {
            "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}],
            "when": "2026-11-03T09:00:00Z",
            "who": {"display": "Invented service account"},
        }
        return (yield _with(request, signature=[made]))


class LosesWhatIsTheirs(Plant):
    """Writes its own elements and lets the others go."""

    def exchange(self, request: Request) -> Exchange:
        return (yield _with(request, extension=None) if request.method == "PUT" else request)


class RepeatsRefusals(Plant):
    """Says what the host said."""

    def exchange(self, request: Request) -> Exchange:
        answer = yield request
        if answer.status in {403, 422}:
            raise RefusedError("It refuses.", request_id=answer.body.decode())
        return answer


class TakesAnythingForNothing(Plant):
    """Takes a page that it cannot read for an empty one."""

    def exchange(self, request: Request) -> Exchange:
        answer = yield request
        if answer.body.startswith(b"<"):
            return replace(answer, body=b'{"resourceType": "Bundle"}')
        return answer


class KeepsWhatItCouldNotRead(Plant):
    """Hangs the whole answer on its error."""

    def exchange(self, request: Request) -> Exchange:
        answer = yield request
        try:
            json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnreadableAnswerError("No JSON.") from error
        return answer


class TrustsTheOrder(Plant):
    """Stops reading a page where an older entry comes."""

    def exchange(self, request: Request) -> Exchange:
        answer = yield request
        body = _read(answer)
        if not request.operation.startswith("read changes") or "entry" not in body:
            return answer
        kept: list[Any] = []
        for entry in body["entry"]:
            if kept and _updated(entry) < _updated(kept[-1]):
                break
            kept.append(entry)
        return replace(answer, body=json.dumps({**body, "entry": kept}).encode())


class FollowsForEver(Plant):
    """Counts the pages first, as long as one follows."""

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        url = f"{self.client.base}/Appointment?_count=3"
        while url:
            answer = yield Request("GET", url, "count")
            links = _read(answer).get("link", [])
            url = next((one["url"] for one in links if one["relation"] == "next"), "")
        return (yield from super().changes(feed, cursor, reading))


class WritesOver(Plant):
    """Believes that its own version is the right one."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        blind = tuple(replace(part, digest="") for part in known or ())
        return put(blind)


class BringsBack(Plant):
    """Creates again what somebody removed."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        try:
            return (yield from put(known))
        except GoneError:
            return (yield from put(None))


class ForgetsWhatWasNotSettled(Plant):
    """Knows no version of its own but the last one that was settled."""

    def put(
        self,
        record: Record,
        how: Projection,
        known: Receipt | None,
        *,
        earlier: Sequence[Record] = (),
    ) -> Call[Receipt]:
        return super().put(record, how, known)


class ComparesNothing(Plant):
    """Says that everything is as it was left."""

    def compare(self, record: Record, how: Projection, known: Receipt) -> Call[Receipt]:
        for part in known:
            yield Request("GET", f"{self.client.base}/{part.host_ref}", "compare")
        return known


class FindsNothing(Plant):
    """Never finds what it wrote."""

    def find(self, record: Record, how: Projection) -> Call[Receipt | None]:
        yield from super().find(record, how)
        return None


class WritesTwice(Plant):
    """Writes what is there already."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        receipt = yield from put(known)
        if known == receipt:
            standing = yield from self.client.read(receipt[0].host_ref)
            if standing is not None:
                yield from self.client.update(standing, standing.body, guarded=True)
        return receipt


class TouchesTheirs(Plant):
    """Leaves a mark on a resource that it only refers to."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        receipt = yield from put(known)
        if record.generation > 1:
            standing = yield from self.client.read(record.around.people[SUPERVISOR.id])
            if standing is not None:
                marked = {**standing.body, "language": "en"}
                yield from self.client.update(standing, marked, guarded=True)
        return receipt


class Babbles(Plant):
    """Says what was said in a session."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        topics = record.session.said.topics if isinstance(record, SessionRecord) else ()

        def told(request: Request) -> Exchange:
            return (
                yield replace(request, headers={**request.headers, "x-topics": "; ".join(topics)})
            )

        return meddled(put(known), told)


class DoesNotWaitForPeople(Plant):
    """Delivers without saying what is missing."""

    def deliver(self, record: Record, known: Receipt | None, put: Put) -> Call[Receipt]:
        try:
            return (yield from put(known))
        except WaitsForError:
            return ()


class RemembersWhatItTold(Plant):
    """Tells everything once, whether or not anybody kept it."""

    @cached_property
    def told(self) -> set[tuple[HostRef, str]]:
        return set()

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        page = yield from super().changes(feed, cursor, reading)
        fresh = [one for one in page.changes if self._is_fresh(one)]
        return replace(page, changes=tuple(fresh))

    def _is_fresh(self, change: object) -> bool:
        if not isinstance(change, OurCopyChanged):
            return True
        seen = (change.host_ref, change.version)
        fresh = seen not in self.told
        self.told.add(seen)
        return fresh


class EndsWhereItIsShutOut(Plant):
    """Takes a closed door for the end of the list."""

    def changes(self, feed: Feed, cursor: str | None, reading: Reading | None = None) -> Call[Page]:
        try:
            return (yield from super().changes(feed, cursor, reading))
        except NotLetInError:
            return Page((), cursor or "", more=False)


class BelievesAnybody(Plant):
    """Believes an event that proves nothing."""

    def verify_event(self, raw: RawEvent, secrets: Sequence[str]) -> HostEvent:
        try:
            return super().verify_event(raw, secrets)
        except RefusedError:
            return HostEvent("", "", "", "")


class BelievesTheNewestAlone(Plant):
    """Forgets the old secret before the host does."""

    def verify_event(self, raw: RawEvent, secrets: Sequence[str]) -> HostEvent:
        return super().verify_event(raw, secrets[:1])


class ProvesTheSenderAlone(Plant):
    """Does not look at what the proof is of."""

    def verify_event(self, raw: RawEvent, secrets: Sequence[str]) -> HostEvent:
        if raw.headers.get("x-signature"):
            return HostEvent("", "", "", sha256(raw.body).hexdigest())
        return super().verify_event(raw, secrets)


def _without(request: Request, header: str) -> Request:
    headers = {name: value for name, value in request.headers.items() if name != header}
    return replace(request, headers=headers)


def _with(request: Request, **elements: object) -> Request:
    body = json.loads(request.body or b"{}") | elements
    kept = {name: value for name, value in body.items() if value is not None}
    return replace(request, body=json.dumps(kept).encode())


def _read(answer: Response) -> dict[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _updated(entry: dict[str, Any]) -> str:
    return str(entry["resource"]["meta"]["lastUpdated"])
