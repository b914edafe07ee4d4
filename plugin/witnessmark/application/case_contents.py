"""What a file brings: domain values and recorded facts, read and checked, not yet in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Method
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.hours import Activity, Entry
from witnessmark.domain.ids import (
    AttestationId,
    CandidacyId,
    EntryId,
    GroupId,
    PersonId,
    SettingId,
)
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.sessions import Medium, Session
from witnessmark.domain.settings import Setting
from witnessmark.ports.store import Clinic, Work

WeekKey = tuple[PersonId, SettingId, date]
"""Supervisee, setting and the first day of the week in that setting."""


@dataclass(frozen=True, slots=True)
class EntryFact:
    """One line of somebody's week, before it is known which log holds it."""

    id: EntryId
    supervisee: PersonId
    setting: SettingId
    day: date
    minutes: int
    activity: Activity
    modality: Medium
    supervisor: PersonId

    def entry(self, version: int) -> Entry:
        """Return the entry it is in a log."""
        return Entry(
            self.id,
            self.day,
            self.minutes,
            self.activity,
            self.modality,
            self.supervisor,
            version,
        )


@dataclass(frozen=True, slots=True)
class WeekFact:
    """The supervisee submitted this week at that instant; `recorded_by` wrote it down."""

    supervisee: PersonId
    setting: SettingId
    week_of: date
    submitted_at: datetime
    recorded_by: PersonId

    @property
    def week(self) -> WeekKey:
        """Which week it is."""
        return (self.supervisee, self.setting, self.week_of)


@dataclass(frozen=True, slots=True)
class AttestationFact:
    """The supervisor attested this week on paper elsewhere; `recorded_by` wrote it down.

    `scan` is the scanned paper, whole. `signed_entries` are all entries that were signed, as they
    were then, where any of it was corrected since; empty while it covers the week as it stands.
    """

    id: AttestationId
    supervisee: PersonId
    setting: SettingId
    week_of: date
    supervisor: PersonId
    signed_on: date
    recorded_by: PersonId
    recorded_at: datetime
    scan: bytes | None = field(default=None, repr=False)
    method: Method = Method.RECORDED_ELSEWHERE
    signed_entries: tuple[EntryFact, ...] = ()

    @property
    def week(self) -> WeekKey:
        """Which week it is."""
        return (self.supervisee, self.setting, self.week_of)


@dataclass(frozen=True, slots=True)
class CaseContents:
    """Everything one file brings. `marked` says, for instance, that all of it is invented."""

    clinic: Clinic | None = None
    marked: str | None = None
    people: tuple[Person, ...] = ()
    settings: tuple[Setting, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    groups: tuple[StandingGroup, ...] = ()
    sessions: tuple[Session, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    leaves: tuple[Leave, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    weeks: tuple[WeekFact, ...] = ()
    attestations: tuple[AttestationFact, ...] = ()
    candidacies: tuple[Candidacy, ...] = ()
    forms: tuple[Form, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many of each kind there are, leaving out what is empty."""
        kinds = {
            "people": self.people,
            "settings": self.settings,
            "agreements": self.agreements,
            "groups": self.groups,
            "sessions": self.sessions,
            "consultations": self.consultations,
            "leaves": self.leaves,
            "entries": self.entries,
            "weeks": self.weeks,
            "attestations": self.attestations,
            "candidacies": self.candidacies,
            "forms": self.forms,
        }
        return {kind: len(values) for kind, values in kinds.items() if values}


@dataclass(frozen=True, slots=True)
class Known:
    """Whom and what a clinic's store knows already: a file may name them without bringing them."""

    people: Mapping[PersonId, Person] = field(default_factory=dict)
    settings: Mapping[SettingId, Setting] = field(default_factory=dict)
    groups: frozenset[GroupId] = frozenset()
    candidacies: Mapping[tuple[PersonId, str], CandidacyId] = field(default_factory=dict)

    def with_more(
        self,
        people: Iterable[Person] = (),
        settings: Iterable[Setting] = (),
        groups: Iterable[StandingGroup] = (),
        *,
        candidacies: Iterable[Candidacy] = (),
    ) -> Known:
        """Return what is known once what a file brings is there too."""
        return Known(
            {**self.people, **{person.id: person for person in people}},
            {**self.settings, **{setting.id: setting for setting in settings}},
            self.groups | {group.id for group in groups},
            {**self.candidacies, **{(one.person, one.pack): one.id for one in candidacies}},
        )


def known_to(work: Work) -> Known:
    """Return whom and what this clinic's store knows."""
    return Known().with_more(
        work.people.all(),
        work.settings.all(),
        work.groups.all(),
        candidacies=work.candidacies.all(),
    )
