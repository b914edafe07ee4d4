"""How a token is asked for, and what the answer means. Signs and reads; sends nothing."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from witnessmark.errors import NotLetInError, SecretError, UnreadableAnswerError
from witnessmark.ports.host import Auth, AuthKind
from witnessmark.ports.locks import Token
from witnessmark.transport.exchange import Credentials
from witnessmark.wire import JsonObject, Request, Response, read_json

ASSERTION_SECONDS = 240
"""How long a client assertion holds; SMART App Launch 2.2.0 allows at most 300 s."""

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSUMED_LIFE = 300
_LONGEST_LIFE = 86_400
_LIFE_DIGITS = 9
_SHORTEST_RSA = 2048
_OK = 200
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_REFUSALS = {
    "invalid_client": "the EHR does not accept our client id or key: check the client id, what the"
    " secret's reference points to, this computer's clock, and that the app is approved there",
    "unauthorized_client": "the EHR does not let this client id sign in on its own: check how the"
    " app is registered there",
    "invalid_grant": "the EHR does not accept our proof: check which key is registered there, and"
    " this computer's clock",
    "invalid_scope": "the EHR does not grant the scopes asked for: check which it has approved",
    "unsupported_grant_type": "the EHR offers no sign-in without a person (client_credentials)",
    "invalid_request": "the EHR does not understand how we ask: check whether the app is registered"
    " there with a secret or with a key",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What one token request is made of, beside the connection's `auth`. `now` is epoch seconds."""

    secret: str
    now: int
    jti: str

    def __repr__(self) -> str:
        """Show nothing of the secret."""
        return f"Proof(now={self.now})"


def token_request(auth: Auth, proof: Proof) -> tuple[Request, Credentials | None]:
    """Build a client_credentials request (RFC 6749 section 4.4) and the header that goes with it.

    Raises SecretError when the secret is no key for the algorithm.
    """
    fields = {"grant_type": "client_credentials"}
    if auth.scopes:
        fields["scope"] = " ".join(auth.scopes)
    basic = None
    if auth.kind is AuthKind.PRIVATE_KEY_JWT:
        fields["client_assertion_type"] = _ASSERTION_TYPE
        fields["client_assertion"] = client_assertion(auth, proof)
    else:
        # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
        pair = f"{quote_plus(auth.client_id)}:{quote_plus(proof.secret)}"
        basic = "Basic " + base64.b64encode(pair.encode()).decode()
    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    request = Request("POST", auth.token_url, "token", headers, urlencode(fields).encode())
    return request, Credentials("authorization", basic) if basic else None


def client_assertion(auth: Auth, proof: Proof) -> str:
    """Sign a client assertion (RFC 7523; SMART App Launch 2.2.0 backend services).

    `kid` is the JWK's own, else the key's thumbprint. Raises SecretError, without the key.
    """
    from joserfc import jwt  # noqa: PLC0415 - heavy; needed once per token
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above
    from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415 - as above

    claims: dict[str, object] = {
        "iss": auth.client_id,
        "sub": auth.client_id,
        "aud": auth.token_url,
        "iat": proof.now,
        "exp": proof.now + ASSERTION_SECONDS,
        "jti": proof.jti,
    }
    kinds: dict[str, type[RSAKey | ECKey]] = {"RS384": RSAKey, "ES384": ECKey}
    kind = kinds.get(auth.algorithm)
    if kind is None:
        raise SecretError(f"The algorithm must be RS384 or ES384, not {auth.algorithm!r}.")
    try:
        key = kind.import_key(_jwk_or_pem(proof.secret))
        if not key.is_private or (isinstance(key, RSAKey) and _bits(key) < _SHORTEST_RSA):
            raise _no_key(auth)
        header: dict[str, object] = {"alg": auth.algorithm, "kid": key.kid or key.thumbprint()}
        return jwt.encode(header, claims, key, algorithms=[auth.algorithm])
    except (JoseError, ValueError, TypeError, KeyError):
        # Neither text nor cause of these may go on: they can quote the key.
        raise _no_key(auth) from None


def read_token(answer: Response, auth: Auth, *, now: int) -> Token:
    """Read a token answer (RFC 6749 section 5). The granted scope may be narrower than asked.

    Raises NotLetInError or UnreadableAnswerError, neither with anything the answer said.
    """
    if answer.status != _OK:
        raise _refusal(answer, auth)
    body = read_json(answer)
    value = body.get("access_token")
    if not isinstance(value, str) or not _PRINTABLE.fullmatch(value):
        message = "The EHR's token service answered without an access token."
        raise UnreadableAnswerError(message, request_id=answer.request_id)
    if str(body.get("token_type", "Bearer")).lower() != "bearer":
        message = "The EHR's token service gives tokens of a kind we cannot use (not Bearer)."
        raise UnreadableAnswerError(message, request_id=answer.request_id)
    scope = body.get("scope")
    granted = scope.split() if isinstance(scope, str) else auth.scopes
    return Token(value, now + _life(body), frozenset(granted))


def _refusal(answer: Response, auth: Auth) -> NotLetInError:
    """Explain a refused token; of the answer only a registered error word is used."""
    word = None
    with contextlib.suppress(UnreadableAnswerError):
        word = read_json(answer).get("error")
    why = _REFUSALS.get(word) if isinstance(word, str) else None
    if why is None:
        why = "the EHR's token service refused; check the token address and the registration there"
    elif word == "invalid_scope":
        why = f"{why} ({' '.join(auth.scopes)})"
    message = f"No access ({answer.status}): {why}."
    return NotLetInError(message, request_id=answer.request_id)


def _life(body: JsonObject) -> int:
    """Return for how many seconds a token holds; 300 when the host does not say."""
    said = str(body.get("expires_in", ""))
    if not said.isascii() or not said.isdigit() or len(said) > _LIFE_DIGITS:
        return _ASSUMED_LIFE
    return min(int(said), _LONGEST_LIFE)


def _jwk_or_pem(secret: str) -> str | dict[str, str | list[str]]:
    if not secret.lstrip().startswith("{"):
        return secret
    jwk: dict[str, str | list[str]] = json.loads(secret)
    return jwk


def _no_key(auth: Auth) -> SecretError:
    needed = "RSA key of 2048 bits or more" if auth.algorithm == "RS384" else "P-384 key"
    return SecretError(
        f"{auth.secret_ref} holds no private {needed} (PEM without a password, or JWK) for"
        f" {auth.algorithm}."
    )


def _bits(key: object) -> int:
    return int(getattr(getattr(key, "raw_value", None), "key_size", 0))
