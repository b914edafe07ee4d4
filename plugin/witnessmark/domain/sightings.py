"""A trainee's note as an EHR shows it, and who supervised its author then. Knows no host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.deadlines import Deadline
from witnessmark.domain.ids import PersonId, RequestId, SettingId
from witnessmark.domain.people import Person
from witnessmark.domain.requests import NoteAsked, NoteStanding
from witnessmark.domain.settings import Setting

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A supervisee's note as one EHR shows it: a reference, a version, and who signed.

    `signer` is where the signer stands in the EHR, `person` who that is here, if known. `signed_at`
    and `signed_version` are of their newest signature that the EHR keeps, if it keeps one.
    `authors` are those who are known here. `from_before`: it may have been co-signed before.
    """

    connection: str
    host_ref: str
    version: str
    standing: NoteStanding
    changed_at: datetime
    author: PersonId
    signer: str | None = None
    person: Person | None = None
    signed_at: datetime | None = None
    signed_version: str = ""
    signer_unknown: bool = False
    authors: frozenset[PersonId] = frozenset()
    from_before: bool = False

    @property
    def is_cosigned(self) -> bool:
        """Whether somebody else signed: an author never co-signs."""
        own = self.person is not None and self.person.id == self.author
        return self.standing is NoteStanding.COSIGNED and self.signer is not None and not own

    @property
    def awaits(self) -> bool:
        """Whether it still asks for a co-signature."""
        signed_by_oneself = self.standing is NoteStanding.COSIGNED and not self.is_cosigned
        return self.standing is NoteStanding.AWAITING or signed_by_oneself

    @property
    def stands_from_earlier(self) -> bool:
        """Whether the signature on it was given for an earlier version, as the EHR keeps it."""
        return self.signed_at is not None and self.signed_version != self.version

    def is_not_of(self, person: PersonId) -> bool:
        """Whether others who are known here wrote it, and not this person."""
        return bool(self.authors) and person not in self.authors

    def asked(self, *, carried: str | None = None) -> NoteAsked:
        """Return what a request keeps of it."""
        return NoteAsked(
            connection=self.connection,
            host_ref=self.host_ref,
            version=self.version,
            changed_at=self.changed_at,
            carried=carried,
            signer_unknown=self.signer_unknown,
        )


@dataclass(frozen=True, slots=True)
class Supervision:
    """What is agreed for one supervisee, and the settings' clocks."""

    supervisee: PersonId
    agreements: tuple[Agreement, ...]
    settings: Mapping[SettingId, Setting]

    def in_force_at(self, instant: datetime) -> tuple[Agreement, ...]:
        """Return the agreements in force on the settings' own days, the longest standing first."""
        found = (
            one
            for one in self.agreements
            if one.supervisee == self.supervisee != one.supervisor
            and one.in_force_on(self.settings[one.setting].day_of(instant))
        )
        return tuple(sorted(found, key=lambda one: (one.starts, one.id)))

    def zone_at(self, instant: datetime) -> ZoneInfo:
        """Return the clock by which days are told: of the setting where supervision is in force."""
        places = [*self.in_force_at(instant), *self.agreements]
        return self.settings[places[0].setting].zone if places else _UTC


@dataclass(frozen=True, slots=True)
class Asking:
    """How a new request would be made: its id, by when it is due, and the present (aware)."""

    id: RequestId
    deadline: Deadline
    now: datetime
