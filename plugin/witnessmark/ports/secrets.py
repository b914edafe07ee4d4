"""Secrets by reference: `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`."""

from __future__ import annotations

from typing import Protocol


class Secrets(Protocol):
    """Resolves references. A value never stands in a row, a log or an error."""

    def resolve(self, reference: str) -> str:
        """Return the secret. Raises SecretError naming the reference, never the value."""
        ...


class Seal(Protocol):
    """Encrypts what the store must hold but not show: tokens, and what is said in supervision."""

    def close(self, text: str, bound_to: str) -> bytes:
        """Encrypt, bound to the place it is stored in (`tenant|table|key`)."""
        ...

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt. Raises StoreError if the key is another's or the place is not the same."""
        ...

    def mark(self, text: str, bound_to: str) -> str:
        """Return what tells this text again without holding it: the same only in one place."""
        ...
