"""Who does something, when, and under which permissions: the last argument of every use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from witnessmark.domain.actors import Action, Actor, Role, permit
from witnessmark.domain.ids import PersonId
from witnessmark.manifest.settings import SettingDefinition, SettingValues
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Act:
    """One actor at one aware UTC instant. `permissions` and `settings` are the manifest's."""

    actor: Actor
    at: datetime
    permissions: Mapping[Role, frozenset[Action]]
    settings: Mapping[str, SettingDefinition] = field(default_factory=dict)

    def permit(self, action: Action, *, about: PersonId | None = None) -> None:
        """Raise NotAllowedError unless this actor may; `about` is whom it is about."""
        permit(self.actor, action, self.permissions, about=about)

    def integer(self, work: Work, key: str) -> int:
        """Return what holds of an integer setting in the clinic, 0 where none is defined."""
        if key not in self.settings:
            return 0
        return SettingValues(self.settings, work.values.all()).integer(key)

    def boolean(self, work: Work, key: str) -> bool:
        """Return what holds of a true-or-false setting in the clinic, False where none is."""
        if key not in self.settings:
            return False
        return SettingValues(self.settings, work.values.all()).boolean(key)

    def write_down(
        self, work: Work, action: str, record: RecordKey | str, **detail: str | int
    ) -> None:
        """Append this act to the audit chain; `detail` is identifiers, versions and counts only."""
        work.audit.add(
            actor=self.actor.name, action=action, record=str(record), at=self.at, detail=detail
        )
