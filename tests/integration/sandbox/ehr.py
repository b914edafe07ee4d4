"""A fresh practice behind one long-lived socket, and a client that may do everything there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2
from starlette.types import Receive, Scope, Send

from witnessmark.sandbox import Practice, RunningPractice

FHIR = "application/fhir+json"
LOG = "https://example.org/x/hour-log"


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 19, 10, 0, 0, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Ehr:
    """What a test holds in its hands."""

    practice: Practice
    clock: Clock
    running: RunningPractice
    client: httpx2.Client

    def open(self, **settings: Any) -> Practice:
        """Replace the practice by one with other settings; same client, same key right."""
        ids = (f"id-{n}" for n in count(1))
        self.practice = Practice(now=self.clock, new_id=ids.__next__, **settings)
        self.client.headers["X-API-Key"] = self.practice.access.issue_key("system/*.cruds")
        return self.practice

    def post(self, kind: str, body: object, **headers: str) -> httpx2.Response:
        return self.send("POST", kind, body, **headers)

    def put(self, at: str, body: object, **headers: str) -> httpx2.Response:
        return self.send("PUT", at, body, **headers)

    def send(self, method: str, at: str, body: object, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, at, json=body, headers={"Content-Type": FHIR, **named})

    def get(self, at: str, **headers: str) -> httpx2.Response:
        return self.client.get(at, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def found(self, at: str) -> list[str]:
        """Ids on the first page of a search."""
        return [entry["resource"]["id"] for entry in self.get(at).json().get("entry", ())]

    def pages(self, at: str) -> Iterator[list[str]]:
        """Follow the next links to the end."""
        url: str | None = at
        while url:
            bundle = self.get(url).json()
            yield [entry["resource"]["id"] for entry in bundle.get("entry", ())]
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            url = links.get("next")


def hour_log(value: str, **more: object) -> dict[str, object]:
    """Build an hour log; its identifier is one object, as R4 has it here."""
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": LOG, "value": value},
        "status": "completed",
        **more,
    }


class Switchboard:
    """Lets one server serve each test's own practice."""

    held: Ehr

    def answer_for(self, held: Ehr) -> None:
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.held.practice.app(scope, receive, send)
