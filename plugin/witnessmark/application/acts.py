"""Who does something, when, and under which permissions: the last argument of every use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from witnessmark.domain.actors import Action, Actor, Role, permit
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class Act:
    """One actor at one aware UTC instant. `permissions` are the manifest's."""

    actor: Actor
    at: datetime
    permissions: Mapping[Role, frozenset[Action]]

    def permit(self, action: Action) -> None:
        """Raise NotAllowedError unless this actor may."""
        permit(self.actor, action, self.permissions)

    def write_down(
        self, work: Work, action: str, record: RecordKey | str, **detail: str | int
    ) -> None:
        """Append this act to the audit chain; `detail` is identifiers, versions and counts only."""
        work.audit.add(
            actor=self.actor.name, action=action, record=str(record), at=self.at, detail=detail
        )
