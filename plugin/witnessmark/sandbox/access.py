"""Who may do what at the sandbox practice: registered clients, access tokens, static keys."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from joserfc.jwk import KeySet

from witnessmark.sandbox.assertion import (
    AssertionCheck,
    RefusedAssertionError,
    claimed_issuer,
    read_keys,
)
from witnessmark.sandbox.outcomes import FhirError, Json, SandboxError
from witnessmark.sandbox.scopes import Scopes

AUTH_METHODS = ("private_key_jwt", "client_secret_basic", "client_secret_post")
KEY_HEADER = "X-API-Key"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class OAuthError(SandboxError):
    """A refusal in the form of RFC 6749 section 5.2 and RFC 7591 section 3.2.2."""

    def __init__(self, status: int, code: str, description: str) -> None:
        """Keep what the answer will say."""
        super().__init__(f"{status} {code}: {description}")
        self.status = status
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client; it has either a secret or keys."""

    client_id: str
    method: str
    scopes: Scopes
    secret: str = ""
    keys: KeySet | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bearer of a token may do, until when (None: for ever)."""

    scopes: Scopes
    expires: datetime | None


class Access:
    """Registers clients, issues opaque expiring tokens and tells what a caller may do."""

    def __init__(self, *, now: Callable[[], datetime], token_seconds: int) -> None:
        """Know nobody yet."""
        self._now = now
        self._token_seconds = token_seconds
        self._clients: dict[str, Client] = {}
        self._grants: dict[str, Grant] = {}
        self._check = AssertionCheck(now=now)

    def register(self, metadata: Json) -> Json:
        """Register a client (RFC 7591): with `jwks` it will sign, else it gets a secret."""
        jwks = metadata.get("jwks")
        method = metadata.get("token_endpoint_auth_method", AUTH_METHODS[0 if jwks else 1])
        scopes = Scopes.parse(str(metadata.get("scope", "")))
        if method not in AUTH_METHODS or (method == AUTH_METHODS[0]) != (jwks is not None):
            raise _metadata_error("token_endpoint_auth_method and jwks do not fit together")
        if metadata.get("grant_types", ["client_credentials"]) != ["client_credentials"]:
            raise _metadata_error("the only grant type is client_credentials")
        if not scopes.letters:
            raise _metadata_error("scope names no SMART v2 system scope")
        try:
            keys = None if jwks is None else read_keys(jwks)
        except RefusedAssertionError as error:
            raise _metadata_error(str(error)) from error
        secret = "" if keys else secrets.token_hex(32)
        client = Client(secrets.token_hex(12), method, scopes, secret, keys)
        self._clients[client.client_id] = client
        return {
            "client_id": client.client_id,
            "client_name": str(metadata.get("client_name", "")),
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": method,
            "scope": str(scopes),
            **(
                {"jwks": jwks} if keys else {"client_secret": secret, "client_secret_expires_at": 0}
            ),
        }

    def issue_key(self, scope: str) -> str:
        """Issue a static key that never expires, to be sent as `X-API-Key`."""
        key = secrets.token_hex(32)
        self._grants[key] = Grant(Scopes.parse(scope), None)
        return key

    def token(self, form: Mapping[str, str], authorization: str, *, endpoint: str) -> Json:
        """Answer a client_credentials request; what was granted is in `scope`."""
        if form.get("grant_type") != "client_credentials":
            raise OAuthError(400, "unsupported_grant_type", "only client_credentials")
        client = self._authenticated(form, authorization, endpoint)
        scopes = client.scopes
        if "scope" in form:
            scopes = scopes.narrowed(Scopes.parse(form["scope"]))
        if not scopes.letters:
            raise OAuthError(400, "invalid_scope", "nothing of what was asked is registered")
        now = self._now()
        self._grants = {
            key: grant
            for key, grant in self._grants.items()
            if grant.expires is None or grant.expires > now
        }
        token = secrets.token_hex(32)
        self._grants[token] = Grant(scopes, now + timedelta(seconds=self._token_seconds))
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self._token_seconds,
            "scope": str(scopes),
        }

    def permissions(self, headers: Mapping[str, str]) -> Scopes:
        """Tell what the caller may do; raises 401 with a challenge for an unknown caller."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        key = headers.get(KEY_HEADER.lower(), "")
        grant = self._grants.get(bearer or key)
        now = self._now()
        # A key is no bearer token and a token no key: only keys never expire.
        if grant is None or (grant.expires is None) == bool(bearer) or not _lasts(grant, now):
            challenge = 'Bearer realm="sandbox practice"'
            if bearer or key:
                challenge += ', error="invalid_token"'
            raise FhirError(
                401,
                "login",
                "a valid access token is needed",
                headers={"WWW-Authenticate": challenge},
            )
        return grant.scopes

    def _authenticated(self, form: Mapping[str, str], authorization: str, endpoint: str) -> Client:
        if "client_assertion" in form:
            return self._signed(form, endpoint)
        method, client_id, secret = _shown_secret(form, authorization)
        client = self._clients.get(client_id)
        known = client.secret if client else ""
        if client is None or client.method != method or not _same(known, secret):
            raise OAuthError(401, "invalid_client", "unknown client, wrong secret or wrong method")
        return client

    def _signed(self, form: Mapping[str, str], endpoint: str) -> Client:
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise OAuthError(400, "invalid_request", "client_assertion_type is missing or unknown")
        assertion = form["client_assertion"]
        try:
            client = self._clients.get(claimed_issuer(assertion))
            if client is None or client.keys is None:
                raise OAuthError(401, "invalid_client", "no client with keys has this client_id")
            self._check.verify(
                assertion, client_id=client.client_id, keys=client.keys, audience=endpoint
            )
        except RefusedAssertionError as error:
            raise OAuthError(401, "invalid_client", str(error)) from error
        return client


def _shown_secret(form: Mapping[str, str], authorization: str) -> tuple[str, str, str]:
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() != "basic":
        return AUTH_METHODS[2], form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(shown, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError(401, "invalid_client", "unreadable Basic credentials") from error
    return AUTH_METHODS[1], unquote_plus(client_id), unquote_plus(secret)


def _same(known: str, shown: str) -> bool:
    return bool(known) and hmac.compare_digest(known.encode(), shown.encode())


def _lasts(grant: Grant, now: datetime) -> bool:
    return grant.expires is None or grant.expires > now


def _metadata_error(description: str) -> OAuthError:
    return OAuthError(400, "invalid_client_metadata", description)
