"""AES-256-GCM over what may not stand in clear, bound to its place. Writes keys nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from witnessmark.errors import SecretError, StoreError

_KEY_BYTES = 32
_NONCE_BYTES = 12


class AesGcmSeal:
    """Seals text as key id (1 byte), nonce (12), ciphertext and tag (NIST SP 800-38D, 2007).

    The key id is the first byte of the key's SHA-256: a rotation tells old rows from new by it.
    """

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes. Raises SecretError."""
        if len(key) != _KEY_BYTES:
            raise SecretError("The store's key must be 32 bytes long. Make one anew.")
        self._cipher = AESGCM(key)
        self._key_id = hashlib.sha256(key).digest()[:1]
        self._marking = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"witnessmark/mark").derive(key)

    def close(self, text: str, bound_to: str) -> bytes:
        """Encrypt, bound to the place it is stored in (`tenant|table|key`)."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._key_id + nonce + self._cipher.encrypt(nonce, text.encode(), bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt. Raises StoreError if the key is another's or the place is not the same."""
        if sealed[:1] != self._key_id:
            raise StoreError(
                "The store was sealed with another key. Give the key it was made with."
            )
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, bound_to.encode()).decode()
        except (InvalidTag, ValueError):
            raise StoreError(
                "A sealed part of the store was altered or moved, or the key is another's. "
                "Give the key it was made with, or put back the last backup."
            ) from None

    def mark(self, text: str, bound_to: str) -> str:
        """Return the HMAC-SHA256 (hex) of the place and the text, under a key of its own."""
        said = f"{len(bound_to)}|{bound_to}|{text}".encode()
        return hmac.new(self._marking, said, hashlib.sha256).hexdigest()


def new_key() -> str:
    """Return a fresh key as base64 text."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()


def key_from(text: str) -> bytes:
    """Read a key from what a secret reference resolved to. Raises SecretError."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SecretError("The store's key must be 32 bytes in base64. Check the secret's source.")
    return key


def make_key_file(path: Path) -> bool:
    """Put a fresh key into a new file that its owner alone may read; False if it is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")
        file.flush()
        # What is sealed may not outlive its key.
        os.fsync(handle)
    return True
