"""Reads the scans that a case file names: from its own folder alone, and only what is a scan."""

from __future__ import annotations

from pathlib import Path

from witnessmark.domain.scans import MOST_BYTES, scan_of
from witnessmark.errors import DomainError


def read_scan(case_file: Path, named: str) -> bytes:
    """Return the bytes of a scan that lies beside a case file, or in a folder beside it.

    Raises DomainError for another place, for what cannot be read and for what is no scan.
    """
    folder = case_file.parent.resolve()
    try:
        path = (folder / named).resolve()
        if not path.is_relative_to(folder):
            raise DomainError(
                "scan_elsewhere",
                "The scan does not lie with the case file.",
                "Put it beside the case file and name it by its path from there.",
            )
        if not path.is_file():
            raise FileNotFoundError(named)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError, RuntimeError):
        raise DomainError(
            "scan_unreadable",
            "The scan cannot be read.",
            "Check its name, which is its path from the case file, and its rights.",
        ) from None
    scan_of(content)
    return content
