"""The token and registration endpoints of the sandbox practice (RFC 6749, RFC 7591)."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from witnessmark.sandbox.access import Access, OAuthError
from witnessmark.sandbox.messages import json_response, parse_json, read_bytes, token_url
from witnessmark.sandbox.outcomes import FhirError

_NO_STORE = {"Cache-Control": "no-store"}
_LIMIT = 64 * 1024


def oauth_routes(access: Access) -> list[Route]:
    """Route both endpoints to this register of clients."""

    async def token(request: Request) -> Response:
        raw = await read_bytes(request, _LIMIT)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip()
        if raw is None or content_type != "application/x-www-form-urlencoded":
            raise OAuthError(400, "invalid_request", "a small form is expected")
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        authorization = request.headers.get("authorization", "")
        return _answer(access.token(form, authorization, endpoint=token_url(request)), 200)

    async def register(request: Request) -> Response:
        raw = await read_bytes(request, _LIMIT)
        try:
            metadata = parse_json(raw, request.headers.get("content-type", ""))
        except FhirError as error:
            raise OAuthError(400, "invalid_client_metadata", error.diagnostics) from error
        return _answer(access.register(metadata), 201)

    return [
        Route("/auth/token", token, methods=["POST"]),
        Route("/auth/register", register, methods=["POST"]),
    ]


def oauth_error_response(error: OAuthError) -> Response:
    """Answer as OAuth does; a failed client authentication carries a challenge."""
    headers = dict(_NO_STORE)
    if error.code == "invalid_client":
        headers["WWW-Authenticate"] = 'Basic realm="sandbox practice"'
    body = {"error": error.code, "error_description": error.description}
    return json_response(body, error.status, media_type="application/json", headers=headers)


def _answer(body: dict[str, object], status: int) -> Response:
    return json_response(body, status, media_type="application/json", headers=_NO_STORE)
