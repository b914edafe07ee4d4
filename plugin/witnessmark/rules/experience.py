"""What is known of one supervisee: the facts a pack is applied to. Nothing in it is a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.hours import Entry
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Setting


class Attested(StrEnum):
    """Who stands behind an hour."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One line of the supervisee's weeks, where it was worked, and whether it is attested."""

    entry: Entry
    setting: SettingId
    attested: Attested = Attested.NOT


@dataclass(frozen=True, slots=True)
class PendingCorrection:
    """A week that was changed after it was signed: until all sign again, what was signed counts."""

    setting: SettingId
    week_start: date
    signed_minutes: int
    corrected_minutes: int


@dataclass(frozen=True, slots=True)
class Experience:
    """One supervisee's supervised experience.

    `agreements` are everybody's, since a supervisor's load is counted over all supervisees;
    `sessions` are those in which `person` took part. `attested_weeks` tells who attested which
    (setting, week, supervisor); a session counts as attested with its week.
    """

    person: PersonId
    people: Mapping[PersonId, Person]
    settings: Mapping[SettingId, Setting]
    agreements: tuple[Agreement, ...] = ()
    sessions: tuple[Session, ...] = ()
    entries: tuple[LoggedEntry, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    leaves: tuple[Leave, ...] = ()
    forms: tuple[Form, ...] = ()
    candidacies: tuple[Candidacy, ...] = ()
    pending: tuple[PendingCorrection, ...] = ()
    attested_weeks: Mapping[tuple[SettingId, date, PersonId], Attested] = field(
        default_factory=dict
    )

    def candidacy(self, pack: str) -> Candidacy | None:
        """Return this person's way through that pack, where one is known."""
        return next((one for one in self.candidacies if one.pack == pack), None)
