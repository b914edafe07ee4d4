"""Answers of the NPI registry, by the name of the capture; what they are stands in each file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CAPTURES = Path(__file__).parent / "captures"


def captured(name: str) -> bytes:
    """Return an answer's body as it would come over the wire."""
    return json.dumps(answer(name)).encode()


def answer(name: str) -> Any:
    return json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))["answer"]
