"""What is kept of appointments seen in a host: never which appointment it is, nor with whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from witnessmark.domain.drafts import ConfirmedDraft, Now
from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import AppointmentSeen
from witnessmark.ports.records import HostRef


@dataclass(frozen=True, slots=True)
class KeptAppointment:
    """One appointment with a client, of one person at one connection.

    `mark` tells it again, `seen` what the host said last of what it is and when, both under the
    store's key. `decided` is the `seen` that the person decided about: confirmed into `draft`, or
    dismissed where `draft` is empty. While a confirmed one stands as it was confirmed, neither its
    times nor its code and place are here. `covers`: it alone spans the draft it was confirmed in.
    `changed_at` is the host's time of the version that was seen last.
    """

    connection: str
    person: PersonId
    mark: str
    now: Now
    seen: str
    start: datetime | None = None
    end: datetime | None = None
    type_code: str = ""
    location: str = ""
    decided: str = ""
    draft: str = ""
    covers: bool = False
    changed_at: datetime | None = None

    @property
    def is_as_decided(self) -> bool:
        """Whether the host says what it said when the person decided."""
        return self.seen == self.decided


class Calendar(Protocol):
    """Appointments seen, and what was confirmed of them, of one clinic."""

    def mark(self, connection: str, ref: HostRef) -> str:
        """Return what an appointment is told by from now on."""
        ...

    def said_of(self, connection: str, person: PersonId, seen: AppointmentSeen) -> str:
        """Return what tells again that the host said this of this appointment of this person.

        Two who share an appointment have nothing in common by it.
        """
        ...

    def among(
        self, connection: str, person: PersonId, marks: Iterable[str]
    ) -> Mapping[str, KeptAppointment]:
        """Return what is kept of these, by mark."""
        ...

    def all_of(self, connection: str, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return everything kept of one person at one connection."""
        ...

    def undecided(self, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return what nobody decided about yet, at any connection."""
        ...

    def differing(self, person: PersonId) -> tuple[KeptAppointment, ...]:
        """Return every appointment of each confirmed draft of which one is not as confirmed."""
        ...

    def of_drafts(self, person: PersonId, drafts: Iterable[str]) -> tuple[KeptAppointment, ...]:
        """Return the appointments that a person confirmed in these drafts, at any connection."""
        ...

    def keep(self, appointments: Iterable[KeptAppointment]) -> None:
        """Keep or replace."""
        ...

    def forget(self, appointments: Iterable[KeptAppointment]) -> None:
        """Forget these."""
        ...

    def forget_unconfirmed(self, connection: str, person: PersonId) -> None:
        """Forget all of one person at one connection that went into no draft."""
        ...

    def forget_older(self, before: datetime) -> int:
        """Forget what began earlier and went into no draft; return how many.

        What has no times is forgotten so long after its last change.
        """
        ...

    def confirm(self, draft: ConfirmedDraft) -> None:
        """Keep a confirmed draft."""
        ...

    def confirmed(self, person: PersonId, drafts: Iterable[str]) -> Mapping[str, ConfirmedDraft]:
        """Return what a person confirmed, by the drafts' ids."""
        ...

    def confirmed_since(self, person: PersonId, day: date) -> tuple[ConfirmedDraft, ...]:
        """Return what a person confirmed that ended on that day or later."""
        ...

    def unconfirm(self, drafts: Iterable[ConfirmedDraft]) -> None:
        """Forget that these were confirmed, and their appointments at every connection."""
        ...
