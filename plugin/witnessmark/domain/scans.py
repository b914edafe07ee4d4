"""Scans of what was signed on paper: what a file is by its first bytes. Keeps and shows nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from witnessmark.errors import DomainError

MOST_BYTES = 3 * 2**18
"""768 KiB: a page or a few. In base64 that is 1,048,576 characters, the most that Medplum takes."""

_FIRST_BYTES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """What is known of a scan beside its bytes: `sha256` in hex, `size` counts bytes."""

    media_type: str
    sha256: str
    size: int


def scan_of(content: bytes) -> Scan:
    """Say what a file is. Raises DomainError for what is no PDF, PNG or JPEG, or too large."""
    if len(content) > MOST_BYTES:
        raise DomainError(
            "scan_too_large",
            f"The scan has {len(content)} bytes, and {MOST_BYTES} are the most.",
            "Scan it in grey and at 150 dpi.",
        )
    found = [kind for first, kind in _FIRST_BYTES.items() if content.startswith(first)]
    if not found:
        raise DomainError(
            "scan_of_unknown_kind",
            "The scan is no PDF, PNG or JPEG, whatever its name says.",
            "Save it as one of these.",
        )
    return Scan(found[0], hashlib.sha256(content).hexdigest(), len(content))
