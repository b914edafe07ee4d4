"""Registers the demo with its EHR as a clinic's admin would: a key of its own, SMART backend."""

from __future__ import annotations

import os
from pathlib import Path

from witnessmark.ports.host import Auth, AuthKind


def register(url: str, *, scopes: tuple[str, ...], key_file: Path) -> Auth:
    """Make a P-384 key (0600), register its public half over HTTP, return how to authenticate."""
    import requests  # noqa: PLC0415 - heavy, and needed by the demo alone
    from joserfc.jwk import ECKey  # noqa: PLC0415 - as above

    key = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384"}, auto_kid=True)
    handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.as_pem(private=True))
    answer = requests.post(
        url,
        json={
            "client_name": "Witnessmark demo",
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(scopes),
            "jwks": {"keys": [key.as_dict(private=False)]},
        },
        timeout=10,
    )
    answer.raise_for_status()
    return Auth(
        kind=AuthKind.PRIVATE_KEY_JWT,
        client_id=answer.json()["client_id"],
        secret_ref=f"file:{key_file.absolute()}",
        algorithm="ES384",
    )
