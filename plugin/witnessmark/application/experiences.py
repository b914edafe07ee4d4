"""Gathers what is known of one supervisee, from a file or from the store, for rules to be read by.

Of a week that was corrected after it was signed it takes what was signed, until all sign again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from witnessmark.application.case_contents import AttestationFact, CaseContents, EntryFact
from witnessmark.domain.attestations import Method
from witnessmark.domain.ids import EntryId, PersonId, SettingId
from witnessmark.rules.experience import Attested, Experience, LoggedEntry, PendingCorrection

_BY_METHOD: Mapping[Method, Attested] = {Method.RECORDED_ELSEWHERE: Attested.ELSEWHERE}


def supervisees_in(contents: CaseContents) -> tuple[PersonId, ...]:
    """Return those whose hours a file is about, by id.

    Where nobody logged hours or goes for a licence, they are those who met.
    """
    about = {one.supervisee for one in contents.entries}
    about |= {one.person for one in contents.candidacies}
    met = {present.person for one in contents.sessions for present in one.attended}
    met |= {person for one in contents.consultations for person in one.people}
    return tuple(sorted(about or met))


def experience_in(contents: CaseContents, person: PersonId) -> Experience:
    """Return what is known of one supervisee. Agreements and people are everybody's."""
    weeks = _weeks_of(contents, person)
    return Experience(
        person=person,
        people={one.id: one for one in contents.people},
        settings={one.id: one for one in contents.settings},
        agreements=contents.agreements,
        sessions=tuple(
            one
            for one in contents.sessions
            if any(present.person == person for present in one.attended)
        ),
        entries=tuple(entry for week in weeks for entry in week.counted()),
        consultations=tuple(one for one in contents.consultations if person in one.people),
        leaves=tuple(one for one in contents.leaves if one.person == person),
        forms=tuple(one for one in contents.forms if one.supervisee in {None, person}),
        candidacies=tuple(one for one in contents.candidacies if one.person == person),
        pending=tuple(week.pending() for week in weeks if week.waits),
        attested_weeks={key: by for week in weeks for key, by in week.attested()},
    )


@dataclass(slots=True)
class _Week:
    """One week of one supervisee in one setting, and who signed what of it.

    `signed` is what each supervisor signed last that was corrected since; `standing` are the
    attestations that cover the week as it stands.
    """

    setting: SettingId
    start: date
    entries: list[EntryFact] = field(default_factory=list)
    submitted_at: datetime | None = None
    signed: dict[PersonId, AttestationFact] = field(default_factory=dict)
    standing: dict[PersonId, AttestationFact] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether somebody who signed it has not signed it again since it was corrected."""
        return any(not self._signed_again(fact) for fact in self.signed.values())

    def _signed_again(self, fact: AttestationFact) -> bool:
        """Whether they did; who has no hours left in it need not, once it was submitted anew."""
        if fact.supervisor in self.standing:
            return True
        left = any(entry.supervisor == fact.supervisor for entry in self.entries)
        return not left and self.submitted_at is not None and self.submitted_at > fact.recorded_at

    def counted(self) -> Iterator[LoggedEntry]:
        """Return the lines that count: as they were signed while the week waits."""
        signed = self._as_signed() if self.waits else {}
        for entry, fact in signed.values():
            yield LoggedEntry(entry.entry(1), self.setting, _BY_METHOD[fact.method])
        for entry in self.entries:
            replaced = entry.id in signed or (signed and entry.supervisor in self.signed)
            if not replaced:
                by = self.standing.get(entry.supervisor)
                attested = Attested.NOT if by is None else _BY_METHOD[by.method]
                yield LoggedEntry(entry.entry(1), self.setting, attested)

    def _as_signed(self) -> dict[EntryId, tuple[EntryFact, AttestationFact]]:
        oldest_first = sorted(self.signed.values(), key=_order)
        return {entry.id: (entry, fact) for fact in oldest_first for entry in fact.signed_entries}

    def pending(self) -> PendingCorrection:
        """Return what is waiting to be signed again."""
        return PendingCorrection(
            setting=self.setting,
            week_start=self.start,
            signed_minutes=sum(one.entry.minutes for one in self.counted()),
            corrected_minutes=sum(entry.minutes for entry in self.entries),
        )

    def attested(self) -> Iterator[tuple[tuple[SettingId, date, PersonId], Attested]]:
        """Return who attested the week as it counts."""
        facts = {**self.standing, **(self.signed if self.waits else {})}
        for supervisor, fact in facts.items():
            yield (self.setting, self.start, supervisor), _BY_METHOD[fact.method]


def _order(fact: AttestationFact) -> tuple[datetime, str]:
    return fact.recorded_at, fact.id


def _weeks_of(contents: CaseContents, person: PersonId) -> list[_Week]:
    settings = {one.id: one for one in contents.settings}
    weeks: dict[tuple[SettingId, date], _Week] = {}

    def week(setting: SettingId, start: date) -> _Week:
        return weeks.setdefault((setting, start), _Week(setting, start))

    for entry in contents.entries:
        if entry.supervisee == person:
            start = settings[entry.setting].week_of(entry.day)
            week(entry.setting, start).entries.append(entry)
    for submitted in contents.weeks:
        if submitted.supervisee == person:
            week(submitted.setting, submitted.week_of).submitted_at = submitted.submitted_at
    theirs = (fact for fact in contents.attestations if fact.supervisee == person)
    for fact in sorted(theirs, key=_order):
        there = week(fact.setting, fact.week_of)
        given = there.signed if fact.signed_entries else there.standing
        given[fact.supervisor] = fact
    return [weeks[key] for key in sorted(weeks)]
