"""Voluntary consultation: people who meet by choice. It counts toward nothing, never leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.domain.ids import ConsultationId, PersonId


@dataclass(frozen=True, slots=True)
class Consultation:
    """A meeting among colleagues, kept for their own memory."""

    id: ConsultationId
    day: date
    minutes: int
    people: tuple[PersonId, ...]
