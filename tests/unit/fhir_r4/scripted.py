"""Plays a host by hand: answers in turn, and what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from witnessmark.wire import Call, Request, Response

T = TypeVar("T")

BASE = "https://ehr.invalid/fhir"


def answer(status: int = 200, body: Mapping[str, object] | None = None, **headers: str) -> Response:
    """Return an answer; `if_match="x"` becomes the header `if-match`.

    A refusal without a body of its own is an OperationOutcome, as a FHIR host says it.
    """
    if body is None and status >= 400:
        body = {"resourceType": "OperationOutcome", "issue": [{"code": "processing"}]}
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    told.setdefault("content-type", "application/fhir+json")
    return Response(status, told, b"" if body is None else json.dumps(body).encode())


def bundle(*bodies: Mapping[str, object], following: str = "", at: str = "") -> dict[str, Any]:
    """Return a searchset; `following` is its next link, `at` its own time."""
    links = [{"relation": "next", "url": following}] if following else []
    meta = {"meta": {"lastUpdated": at}} if at else {}
    entry = [{"resource": body} for body in bodies]
    return {"resourceType": "Bundle", "type": "searchset", **meta, "link": links, "entry": entry}


def stored(body: Mapping[str, object], ref: str, version: str = "1") -> dict[str, Any]:
    """Return a resource as a host keeps it."""
    meta = body.get("meta")
    kept = {**(meta if isinstance(meta, dict) else {}), "versionId": version}
    return {**body, "id": ref.partition("/")[2], "meta": kept}


@dataclass
class Played:
    """Runs calls against answers given in turn."""

    answers: list[Response]
    asked: list[Request] = field(default_factory=list)

    def run(self, call: Call[T]) -> T:
        try:
            request = next(call)
            while True:
                self.asked.append(request)
                request = call.send(self.answers.pop(0))
        except StopIteration as done:
            assert not self.answers, "the host was asked less than expected"
            result: T = done.value
            return result

    @property
    def lines(self) -> list[str]:
        """What was asked, as `GET Appointment/1`."""
        return [f"{one.method} {one.url.removeprefix(BASE + '/')}" for one in self.asked]

    def sent(self, index: int = -1) -> dict[str, Any]:
        """Return a body that was sent."""
        return dict(json.loads(self.asked[index].body or b"{}"))


def played(*answers: Response) -> Played:
    """Return a host that gives these answers."""
    return Played(list(answers))
