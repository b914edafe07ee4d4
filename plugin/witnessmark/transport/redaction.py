"""What may be logged of an exchange: an allow-list. URLs, headers and bodies are not on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

logger = logging.getLogger("witnessmark.transport")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def log_exchange(
    connection: str, operation: str, *, status: object, request_id: str | None, seconds: float
) -> None:
    """Log one exchange. A request id that is not plainly an id is left out."""
    shown = request_id if request_id and _REQUEST_ID.fullmatch(request_id) else "-"
    logger.info(
        "connection=%s operation=%s status=%s request_id=%s ms=%d",
        *(connection, operation, status, shown, round(seconds * 1000)),
    )


def silence(libraries: Iterable[str]) -> None:
    """Switch off HTTP libraries' own logs: they hold URLs with queries, and answers' headers."""
    for name in libraries:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
