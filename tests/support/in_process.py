"""A sandbox practice asked without a socket: much quicker, and the same but for the wire itself."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from tests.support.drives import Drive
from tests.support.fhir_hosts import KEY_AUTH, FhirHost
from tests.support.installation import Installation
from witnessmark.ports.host import Connection
from witnessmark.sandbox import Practice
from witnessmark.transport.conversation import converse
from witnessmark.transport.steps import Sending, Step
from witnessmark.wire import Call, Response

T = TypeVar("T")

BASE = "http://127.0.0.1/fhir"


class Asked:
    """Answers requests by the practice's app, one after another."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.runner = asyncio.Runner()

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        return self.runner.run(self._answer(method, url, headers, body))

    async def _answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Response:
        parts = urlsplit(url)
        named = {"host": parts.netloc, "content-length": str(len(body)), **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": parts.scheme,
            "server": (parts.hostname, parts.port),
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), one.encode()) for name, one in named.items()],
        }
        told: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        await self.practice.app(scope, receive, send)
        start = told[0]
        answered = {name.decode().lower(): one.decode() for name, one in start["headers"]}
        answered["date"] = format_datetime(self.practice.now(), usegmt=True)
        return Response(start["status"], answered, b"".join(one["body"] for one in told[1:]))


class ByHand(BaseAdapter):
    """Lets `requests` ask the practice."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        told = self.asked.answer(
            str(request.method), str(request.url), dict(request.headers), content
        )
        answer = requests.Response()
        answer.status_code = told.status
        answer.headers.update(told.headers)
        answer.raw = io.BytesIO(told.body)
        answer.request = request
        answer.url = str(request.url)
        return answer

    def close(self) -> None:
        self.asked.runner.close()


class Direct:
    """A driver (tests.support.drives.Drive) whose network is one practice."""

    def __init__(self, installation: Installation, asked: Asked) -> None:
        self.means = installation.means
        self.asked = asked

    def run(self, call: Call[T], on: Connection) -> T:
        talk = converse(call, on=on, operation="test", means=self.means)
        try:
            step = next(talk)
            while True:
                step = talk.send(self._take(step))
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            talk.close()

    def run_together(self, calls: Sequence[Call[T]], on: Connection) -> list[T]:
        return [self.run(call, on) for call in calls]

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, step: Step) -> object:
        if isinstance(step, Sending):
            step.allowed()
            out = step.request
            return self.asked.answer(out.method, out.url, out.headers, out.body or b"")
        return step.result() if isinstance(step, Future) else step()


@dataclass
class InProcessHost(FhirHost):
    """A practice under test that no socket leads to."""

    asked: Asked = field(kw_only=True)

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.mount("http://", ByHand(self.asked))
        return session

    def _drive(self, installation: Installation) -> Drive:
        return Direct(installation, self.asked)


def in_process(practice: Practice, profile: str) -> InProcessHost:
    """Return a practice that lets in by a static key."""
    key = practice.access.issue_key("system/*.cruds")
    people = {"X-API-Key": key}
    return InProcessHost(BASE, profile, KEY_AUTH, key, people, asked=Asked(practice))
