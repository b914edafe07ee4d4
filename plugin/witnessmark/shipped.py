"""Finds the files that ship beside the code, installed from a wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """Return the path of `manifest.yaml` or of a file or folder under `schemas/`.

    Raises FileNotFoundError when the installation is incomplete.
    """
    package = Path(__file__).parent
    for root in (package / "_shipped", package.parent.parent):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is missing from this installation of Witnessmark")
