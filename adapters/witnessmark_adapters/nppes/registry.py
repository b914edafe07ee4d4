"""Asks the NPI registry about one NPI. Nothing but that number is sent."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from witnessmark.domain.checking import Found
from witnessmark.errors import RefusedError
from witnessmark.ports.registry import Asked
from witnessmark.wire import Call, Request
from witnessmark_adapters.nppes.answers import read_answer

VERSION = "2.1"
_OK = 200


@dataclass(frozen=True, slots=True)
class NpiRegistry:
    """The registry at one base URL."""

    base: str

    def look_up(self, asked: Asked) -> Call[Found]:
        """Return what it states of this NPI. Raises RefusedError, UnreadableAnswerError."""
        query = urlencode({"version": VERSION, "number": asked.npi})
        url = f"{self.base.rstrip('/')}/?{query}"
        answer = yield Request("GET", url, "look up an NPI", {"accept": "application/json"})
        if answer.status != _OK:
            message = f"The NPI registry refuses to be asked ({answer.status})."
            raise RefusedError(message, request_id=answer.request_id)
        return read_answer(answer, asked.npi)
