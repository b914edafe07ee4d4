"""Scans of what was signed on paper, sealed to the attestation they belong to."""

from __future__ import annotations

import base64

from sqlalchemy import bindparam, delete, select

from witnessmark.domain.ids import AttestationId
from witnessmark.store import tables
from witnessmark.store.bound import OF_CLINIC, Bound

_scan = tables.scan.c
_OF_ONE = (_scan.clinic == OF_CLINIC, _scan.attestation == bindparam("of_attestation"))
_ONE = select(_scan.sealed).where(*_OF_ONE)
_FORGET = delete(tables.scan).where(*_OF_ONE)


class SqlScans:
    """The scans of one clinic, in one transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def put(self, attestation: AttestationId, content: bytes) -> None:
        """Keep the scan of an attestation."""
        text = base64.b64encode(content).decode()
        sealed = self._bound.seal.close(text, self._place(attestation))
        self._bound.keep(tables.scan, attestation=attestation, sealed=sealed)

    def get(self, attestation: AttestationId) -> bytes | None:
        """Return the scan of an attestation, None where it has none. Raises StoreError."""
        row = self._bound.run(_ONE, of_attestation=attestation).one_or_none()
        if row is None:
            return None
        return base64.b64decode(self._bound.seal.open(row.sealed, self._place(attestation)))

    def remove(self, attestation: AttestationId) -> None:
        """Forget the scan of an attestation."""
        self._bound.run(_FORGET, of_attestation=attestation)

    def _place(self, attestation: AttestationId) -> str:
        return f"{self._bound.clinic}|scan|{attestation}"
