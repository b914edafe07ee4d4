"""Checks a client's signed assertion (SMART backend services, RFC 7523); issues nothing."""

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from witnessmark.sandbox.outcomes import Json, SandboxError

ALGORITHMS = ("RS384", "ES384")
LONGEST_SECONDS = 300
CLOCK_SLACK_SECONDS = 5
SMALLEST_RSA_BITS = 2048


class RefusedAssertionError(SandboxError):
    """The assertion, or the key set it shall be checked with, is not acceptable."""


def read_keys(jwks: object) -> KeySet:
    """Import a client's public keys: RSA from 2048 bits or P-384, each with its `kid`."""
    try:
        keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]  # a wrong shape raises
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        message = "jwks cannot be read"
        raise RefusedAssertionError(message) from error
    usable = [key for key in keys.keys if key.kid and not key.is_private and _fits(key)]
    if not usable or len(usable) != len(keys.keys):
        message = "jwks must hold public RSA (2048 bits or more) or P-384 keys, each with a kid"
        raise RefusedAssertionError(message)
    return keys


def _fits(key: object) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SMALLEST_RSA_BITS
    return isinstance(key, ECKey) and key.curve_name == "P-384"


def claimed_issuer(assertion: str) -> str:
    """Read who the assertion says it is from, unverified: only to find the keys to verify it."""
    try:
        payload = assertion.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["iss"])
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error) as error:
        message = "client_assertion is not a JWT with iss"
        raise RefusedAssertionError(message) from error


class AssertionCheck:
    """Verifies assertions and remembers each jti until it can no longer be replayed."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Remember nothing yet."""
        self._now = now
        self._seen: dict[tuple[str, str], int] = {}

    def verify(self, assertion: str, *, client_id: str, keys: KeySet, audience: str) -> None:
        """Accept once, or raise RefusedAssertionError with the reason."""
        try:
            claims = jwt.decode(assertion, keys, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError) as error:
            message = "signature, kid or alg is not acceptable"
            raise RefusedAssertionError(message) from error
        now = int(self._now().timestamp())
        if reason := _fault(claims, client_id, audience, now):
            raise RefusedAssertionError(reason)
        self._seen = {key: end for key, end in self._seen.items() if end > now}
        used = (client_id, claims["jti"])
        if used in self._seen:
            message = "jti was used before"
            raise RefusedAssertionError(message)
        self._seen[used] = claims["exp"]


def _fault(claims: dict[str, Any], client_id: str, audience: str, now: int) -> str | None:
    aud, exp, jti = claims.get("aud"), claims.get("exp"), claims.get("jti")
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return "iss and sub must both be the client_id"
    if aud not in (audience, [audience]):
        return "aud must be the token endpoint"
    if not isinstance(jti, str) or not jti:
        return "jti is missing"
    if not isinstance(exp, int) or not now < exp <= now + LONGEST_SECONDS + CLOCK_SLACK_SECONDS:
        return "exp must lie within the next five minutes"
    if any(_is_ahead(claims.get(name), now) for name in ("iat", "nbf")):
        return "iat or nbf lies ahead"
    return None


def _is_ahead(moment: Json | int | None, now: int) -> bool:
    return moment is not None and (
        not isinstance(moment, int) or moment > now + CLOCK_SLACK_SECONDS
    )
