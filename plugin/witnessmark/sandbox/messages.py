"""Reads requests and builds answers of the FHIR and OAuth ends; knows no rules of either."""

import json
from collections.abc import Mapping
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from witnessmark.sandbox.outcomes import FhirError, Json, operation_outcome
from witnessmark.sandbox.repository import etag
from witnessmark.sandbox.shelf import Version

FHIR_JSON = "application/fhir+json"
_JSON_TYPES = (FHIR_JSON, "application/json")


def base_url(request: Request) -> str:
    """Return the FHIR base as this caller addressed it, so that links stay on its origin."""
    return f"{request.base_url}fhir"


def token_url(request: Request) -> str:
    """Return the token endpoint as this caller addressed it."""
    return f"{request.base_url}auth/token"


async def read_bytes(request: Request, limit: int) -> bytes | None:
    """Read the body, or None if it is larger than `limit` bytes (read to its end, not kept)."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            body += chunk
    return bytes(body) if size <= limit else None


def parse_json(raw: bytes | None, content_type: str) -> Json:
    """Parse a JSON object; raises 413, 415 or 400."""
    if raw is None:
        raise FhirError(413, "too-long", "the body is too large")
    if content_type.partition(";")[0].strip().lower() not in _JSON_TYPES:
        raise FhirError(415, "not-supported", f"Content-Type must be {FHIR_JSON}")
    try:
        body = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FhirError(400, "structure", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise FhirError(400, "structure", "the body is not a JSON object")
    return body


def prefers(request: Request, preference: str) -> bool:
    """Whether a `Prefer` header (RFC 7240) asks for this."""
    words = request.headers.get("prefer", "").replace(";", ",").split(",")
    return preference in (word.strip() for word in words)


def check_accept(request: Request) -> None:
    """Raise 406 when only another format than JSON is wanted."""
    wanted = request.query_params.get("_format") or request.headers.get("accept", "*/*")
    if not any(each in wanted for each in ("json", "*/*", "application/*")):
        raise FhirError(406, "not-supported", "this host speaks JSON only")


def json_response(
    body: Json, status: int = 200, *, media_type: str = FHIR_JSON, headers: Mapping[str, str] = {}
) -> Response:
    """Answer with one JSON object."""
    return Response(json.dumps(body), status, dict(headers), media_type)


def version_response(version: Version, *, status: int = 200, location: str = "") -> Response:
    """Answer with one version and the headers that name it."""
    headers = version_headers(version)
    if location:
        headers["Location"] = location
    return Response(version.text, status, headers, FHIR_JSON)


def version_headers(version: Version) -> dict[str, str]:
    """Return ETag and Last-Modified."""
    return {
        "ETag": etag(version),
        "Last-Modified": format_datetime(version.updated, usegmt=True),
    }


def error_response(error: FhirError) -> Response:
    """Answer with an OperationOutcome."""
    body = operation_outcome("error", error.code, error.diagnostics)
    return json_response(body, error.status, headers=error.headers)


def _refuse_constant(name: str) -> object:
    message = f"{name} is not JSON"
    raise ValueError(message)
