"""Supervision agreements: who supervises whom, where, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.domain.ids import AgreementId, PersonId, SettingId


@dataclass(frozen=True, slots=True)
class Agreement:
    """In force from `starts` to `ends`, both days included; open-ended while `ends` is None."""

    id: AgreementId
    supervisor: PersonId
    supervisee: PersonId
    setting: SettingId
    starts: date
    ends: date | None = None
    signed_on: date | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether the agreement holds on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)
