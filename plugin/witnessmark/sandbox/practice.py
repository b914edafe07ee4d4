"""The sandbox practice: an invented clinic's own EHR, all in memory, as one ASGI app."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from witnessmark.sandbox.access import Access, OAuthError
from witnessmark.sandbox.access_log import AccessLog, Reception
from witnessmark.sandbox.by_hand import ByHand
from witnessmark.sandbox.catalogue import CATALOGUE, Kind
from witnessmark.sandbox.discovery import capability_statement, smart_configuration
from witnessmark.sandbox.messages import base_url, error_response, json_response, token_url
from witnessmark.sandbox.messenger import Messenger
from witnessmark.sandbox.oauth import oauth_error_response, oauth_routes
from witnessmark.sandbox.outcomes import FhirError, Json
from witnessmark.sandbox.repository import Repository
from witnessmark.sandbox.routes import FhirEnd
from witnessmark.sandbox.subscriptions import SUBSCRIPTION, Subscriptions


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _random_id() -> str:
    return str(uuid4())


@dataclass(kw_only=True, eq=False)
class Practice:
    """A practice's EHR; serve `app`, or drive it in the same process.

    `service_seconds` makes every request take at least so long, many of them side by side.
    `shared_instants` lets changes within one millisecond of the clock share their lastUpdated.
    `notice_pauses` are the seconds before each further try to reach a subscriber.
    """

    now: Callable[[], datetime] = _utc_now
    new_id: Callable[[], str] = _random_id
    kinds: Mapping[str, Kind] = field(default_factory=lambda: CATALOGUE)
    service_seconds: float = 0.0
    token_seconds: int = 300
    body_limit: int = 4 * 1024 * 1024
    shared_instants: bool = False
    notice_pauses: tuple[float, ...] = (0.2, 1.0)
    log: AccessLog = field(init=False, default_factory=AccessLog)
    repository: Repository = field(init=False)
    access: Access = field(init=False)
    messenger: Messenger = field(init=False)
    by_hand: ByHand = field(init=False)
    app: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        """Open the practice."""
        self.messenger = Messenger(pauses=self.notice_pauses, give_up=self._give_up)
        self.repository = Repository(
            self.kinds,
            now=self.now,
            new_id=self.new_id,
            watcher=Subscriptions(self.kinds, send=self.messenger.send),
            shared_instants=self.shared_instants,
        )
        self.by_hand = ByHand(self.repository, self.kinds, self.now)
        self.access = Access(now=self.now, token_seconds=self.token_seconds)
        self.app = Reception(
            Starlette(routes=self._routes(), exception_handlers=_HANDLERS),
            log=self.log,
            service_seconds=self.service_seconds,
        )

    def put(self, resource: Json) -> Json:
        """Write a resource with its id, past the wire: it is not in the access log."""
        kind = self.kinds[resource["resourceType"]]
        text = self.repository.update(kind, resource["id"], resource).version.text
        return dict(json.loads(text or b"{}"))

    def resources(self, *kinds: str) -> Iterator[Json]:
        """Give what stands now, all of it or of these types, in order of last change."""
        return self.repository.resources(*kinds)

    def held(self, references: Collection[str]) -> dict[str, int]:
        """Count by type what stands now at these references (`Type/id`)."""
        return dict(sorted(Counter(one["resourceType"] for one in self._at(references)).items()))

    def dump(self, directory: Path, references: Collection[str]) -> int:
        """Write what stands at these references as `directory/Type/id.json`; how many files."""
        count = 0
        for resource in self._at(references):
            path = directory / resource["resourceType"] / f"{resource['id']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(resource, indent=2, ensure_ascii=False)
            path.write_text(f"{text}\n", encoding="utf-8")
            count += 1
        return count

    def _give_up(self, subscription: str, why: str) -> None:
        try:
            self.by_hand.change(f"{SUBSCRIPTION}/{subscription}", status="error", error=why)
        except FhirError as error:
            if error.status != HTTPStatus.GONE:  # it was deleted meanwhile: nobody is to be told
                raise

    def _at(self, references: Collection[str]) -> Iterator[Json]:
        for one in self.resources():
            if f"{one['resourceType']}/{one['id']}" in references:
                yield one

    def _routes(self) -> list[Route]:
        opened = self.now()

        async def metadata(request: Request) -> Response:
            return json_response(
                capability_statement(
                    self.kinds.values(),
                    base=base_url(request),
                    token_url=token_url(request),
                    since=opened,
                )
            )

        async def smart(request: Request) -> Response:
            body = smart_configuration(
                self.kinds.values(),
                token_url=token_url(request),
                register_url=f"{request.base_url}auth/register",
            )
            return json_response(body, media_type="application/json")

        end = FhirEnd(self.kinds, self.repository, self.access, self.body_limit)
        return [
            Route("/fhir/metadata", metadata),
            Route("/fhir/.well-known/smart-configuration", smart),
            *oauth_routes(self.access),
            *end.routes(),
        ]


async def _refuse(_request: Request, error: Exception) -> Response:
    match error:
        case FhirError():
            return error_response(error)
        case OAuthError():
            return oauth_error_response(error)
        case HTTPException(status_code=405):
            return error_response(
                FhirError(405, "not-supported", "no such interaction", headers=error.headers)
            )
        case HTTPException():
            return error_response(FhirError(error.status_code, "not-found", "no such address"))
        case _:
            return error_response(FhirError(500, "exception", "the sandbox itself failed"))


_HANDLERS = dict.fromkeys((FhirError, OAuthError, HTTPException, Exception), _refuse)
