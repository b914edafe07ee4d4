"""Where an EHR tells us of changes: reads raw bytes under a limit, hands them on, answers.

Nothing is worked on in the request, and nothing of it is repeated in an answer or a log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from witnessmark.errors import RefusedError, UnknownRecordError, WitnessmarkError
from witnessmark.ports.events import RawEvent

LARGEST_EVENT_BYTES = 1_000_000
LONGEST_READING_SECONDS = 10.0

NO_CONTENT, UNPROVEN, NO_SUCH_HOOK, TOO_SLOW, TOO_LARGE, LATER = 204, 401, 404, 408, 413, 503

_log = logging.getLogger("witnessmark.webhooks")

Receive = Callable[[str, str, RawEvent], None]
"""Keeps one event of (clinic, connection). Runs in a thread; raises WitnessmarkError."""


class _TooLargeError(Exception):
    """More bytes came than any event has."""


def webhooks(receive: Receive) -> Starlette:
    """Return the application. 204: kept; 401, 404, 408, 413: refused; 503: send it again."""

    async def take(request: Request) -> Response:
        where = (request.path_params["clinic"], request.path_params["connection"])
        try:
            async with asyncio.timeout(LONGEST_READING_SECONDS):
                body = await _read(request)
        except TimeoutError:
            return Response(status_code=TOO_SLOW)
        except _TooLargeError:
            return Response(status_code=TOO_LARGE)
        headers = {name.lower(): value for name, value in request.headers.items()}
        event = RawEvent(request.path_params["rest"], headers, body)
        return Response(status_code=await asyncio.to_thread(_status, receive, where, event))

    path = "/hooks/{clinic}/{connection}{rest:path}"
    return Starlette(routes=[Route(path, take, methods=["POST", "PUT", "DELETE"])])


def _status(receive: Receive, where: tuple[str, str], event: RawEvent) -> int:
    try:
        receive(*where, event)
    except RefusedError:
        _log.debug("an event was not proven")  # anybody can send as many as they like
        return UNPROVEN
    except UnknownRecordError:
        return NO_SUCH_HOOK
    except WitnessmarkError as error:
        _log.error("an event for %s could not be kept: %s", "/".join(where), type(error).__name__)
        return LATER
    return NO_CONTENT


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_EVENT_BYTES:
            raise _TooLargeError
    return bytes(body)
