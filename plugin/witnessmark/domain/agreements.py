"""Supervision agreements: who supervises whom, where, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.domain.ids import AgreementId, PersonId, SettingId


@dataclass(frozen=True, slots=True)
class Agreement:
    """In force from `starts` to `ends`, both days included; open-ended while `ends` is None.

    `structure` is the kind of fieldwork a contract is for (BACB: `supervised`, `concentrated`).
    `employed_there` tells whether the supervisor is employed at the setting, `barred_relation` that
    a relation was declared which boards do not allow; which one it is has no field.
    """

    id: AgreementId
    supervisor: PersonId
    supervisee: PersonId
    setting: SettingId
    starts: date
    ends: date | None = None
    signed_on: date | None = None
    structure: str | None = None
    employed_there: bool | None = None
    barred_relation: bool = False

    def in_force_on(self, day: date) -> bool:
        """Whether the agreement holds on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)
