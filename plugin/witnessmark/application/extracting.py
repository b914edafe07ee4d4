"""Takes one supervisee's case out of the store, for rules to be read by or to be handed over.

What stays in supervision, and everybody else's hours, stay here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from witnessmark.application.acts import Act
from witnessmark.application.case_contents import CaseContents
from witnessmark.application.stored_cases import contents_about
from witnessmark.domain.actors import Action
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import ClinicId, PersonId
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Said, Session
from witnessmark.ports.store import Clinic, Work

MARKED = "one supervisee's case; everybody else is left out, so it is not to be imported"

OTHER = "another supervisee"
"""The name of everybody else who was there."""

_LONGEST = 64
_EXTRACT = ".extract"


def extract_case(work: Work, person: PersonId, *, clinic: Clinic, act: Act) -> CaseContents:
    """Return a case file's contents for one supervisee: rules read it as they read the store.

    Other supervisees are numbered (`another-1`), to keep the size of a group and the load of a
    supervisor right. The clinic has another id, so that no import takes it for the clinic's own.
    Raises NotAllowedError, UnknownRecordError.
    """
    act.permit(Action.SEE_PROGRESS, about=person)
    work.people.get(person)
    told = contents_about(work, person)
    extract = _Extract(replace(told, sessions=_attended_by(person, told)), person)
    act.write_down(work, "case_extracted", f"people/{person}")
    named = f"{clinic.id[: _LONGEST - len(_EXTRACT)]}{_EXTRACT}"
    return extract.contents(replace(clinic, id=ClinicId(named)))


def _attended_by(person: PersonId, told: CaseContents) -> tuple[Session, ...]:
    return tuple(
        one for one in told.sessions if any(present.person == person for present in one.attended)
    )


@dataclass(frozen=True, slots=True)
class _Extract:
    told: CaseContents
    person: PersonId

    def contents(self, clinic: Clinic) -> CaseContents:
        told, others = self.told, self._others()
        agreements = tuple(self._agreement(one, others) for one in self._agreements())
        sessions = tuple(self._session(one, others) for one in told.sessions)
        kept = replace(
            told,
            clinic=clinic,
            marked=MARKED,
            agreements=agreements,
            groups=(),
            sessions=sessions,
            consultations=tuple(
                replace(one, people=(self.person,))
                for one in told.consultations
                if self.person in one.people
            ),
            forms=tuple(
                one
                for one in told.forms
                if one.supervisee == self.person or one.supervisor in self._supervisors()
            ),
        )
        return replace(
            kept,
            people=(*self._people(kept), *(Person(name, OTHER) for name in others.values())),
            settings=tuple(one for one in told.settings if one.id in _places(kept)),
        )

    def _supervisors(self) -> frozenset[PersonId]:
        """Return all who ever supervised this person: their licences decide what counts."""
        told = self.told
        led = {leader for one in told.sessions for leader in one.led_by}
        agreed = {one.supervisor for one in told.agreements if one.supervisee == self.person}
        signed = {one.supervisor for one in told.attestations}
        named = {one.supervisor for one in told.entries}
        before = {one.supervisor for fact in told.attestations for one in fact.signed_entries}
        return frozenset(led | agreed | signed | named | before)

    def _agreements(self) -> list[Agreement]:
        """Return theirs, and everybody's with the same supervisors: a load is counted over all."""
        supervisors = self._supervisors()
        return [
            one
            for one in self.told.agreements
            if one.supervisee == self.person or one.supervisor in supervisors
        ]

    def _others(self) -> dict[PersonId, PersonId]:
        """Return everybody else who is supervised there, and the number each is given."""
        with_them = [
            *(present.person for one in self.told.sessions for present in one.attended),
            *(one.supervisee for one in self._agreements()),
        ]
        taken = {one.id for one in self.told.people}
        free = (name for n in count(1) if (name := PersonId(f"another-{n}")) not in taken)
        stay = self._supervisors() | {self.person}
        return {one: next(free) for one in dict.fromkeys(with_them) if one not in stay}

    def _agreement(self, one: Agreement, others: dict[PersonId, PersonId]) -> Agreement:
        if one.supervisee == self.person:
            return one
        return replace(
            one,
            supervisee=others.get(one.supervisee, one.supervisee),
            structure=None,
            employed_there=None,
            barred_relation=False,
        )

    def _session(self, one: Session, others: dict[PersonId, PersonId]) -> Session:
        attended = tuple(
            present
            if present.person == self.person
            else replace(present, person=others.get(present.person, present.person), observed=0)
            for present in one.attended
        )
        return replace(one, attended=attended, group=None, said=Said())

    def _people(self, kept: CaseContents) -> Iterator[Person]:
        whole = self._supervisors() | {self.person}
        named = {one.recorded_by for one in kept.attestations}
        named |= {one.supervisor for one in kept.forms if one.supervisor is not None}
        named |= {signature.person for one in kept.forms for signature in one.signatures}
        for one in self.told.people:
            if one.id in whole:
                yield one
            elif one.id in named:
                yield Person(one.id, one.registered_name)


def _places(kept: CaseContents) -> frozenset[str]:
    return frozenset(
        place
        for things in (kept.agreements, kept.sessions, kept.entries, kept.weeks, kept.forms)
        for one in things
        if (place := one.setting) is not None
    )
