"""Time and new ids, as the plugin asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """Return the present as an aware UTC instant."""
        ...


class Ids(Protocol):
    """The only source of new identifiers."""

    def new(self) -> str:
        """Return a new opaque id that matches `domain.ids.ID_PATTERN`."""
        ...
