"""Resolves `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`. Never shows, logs or keeps a value."""

from __future__ import annotations

import importlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from witnessmark.errors import SecretError

_LARGEST = 65_536
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class ReferencedSecrets:
    """The Secrets port over the environment, files and the system's key ring."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Read `env:` references from `environ`."""
        self._environ = environ

    def resolve(self, reference: str) -> str:
        """Return the secret. Raises SecretError naming the reference, never the value.

        A secret written in place of a reference is refused without being repeated.
        """
        scheme, _, place = reference.partition(":")
        resolvers = {"env": self._from_env, "file": _from_file, "keyring": _from_keyring}
        if scheme not in resolvers or not place:
            raise SecretError(
                "A secret stands as env:NAME, file:PATH or keyring:SERVICE/NAME, never itself."
            )
        value = resolvers[scheme](reference, place)
        if not value:
            raise SecretError(f"{reference} is empty.")
        return value

    def _from_env(self, reference: str, name: str) -> str:
        value = self._environ.get(name)
        if value is None:
            raise SecretError(f"{reference}: no such environment variable is set.")
        return value


def _from_file(reference: str, path: str) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            # The open file is asked, not the path: it cannot be changed for another meanwhile.
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _FOR_OTHERS:
                raise SecretError(
                    f"{reference}: others on this computer may read the file; run chmod 600 on it."
                )
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise SecretError(f"{reference}: cannot be read ({error.strerror}).") from None
    if len(content) > _LARGEST:
        raise SecretError(f"{reference}: is too large for a secret.")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError(f"{reference}: is not text.") from None


def _from_keyring(reference: str, place: str) -> str:
    service, _, name = place.rpartition("/")
    if not service or not name:
        raise SecretError(f"{reference}: write keyring:SERVICE/NAME.")
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        raise SecretError(
            f"{reference}: key rings need an extra: pip install 'witnessmark[keyring]'."
        ) from None
    try:
        value = keyring.get_password(service, name)
    except errors.KeyringError:
        raise SecretError(
            f"{reference}: this computer has no key ring that can be opened."
        ) from None
    if value is None:
        raise SecretError(f"{reference}: the key ring holds no such secret.")
    return str(value)
