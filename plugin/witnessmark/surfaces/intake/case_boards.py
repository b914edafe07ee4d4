"""What a case file says of boards: who goes for which licence, which forms were signed and when."""

from __future__ import annotations

from collections.abc import Iterable

from witnessmark.domain.candidacies import Candidacy, Milestone, Reached
from witnessmark.domain.forms import Form, FormSignature, SignatureKind
from witnessmark.domain.ids import CandidacyId, FormId, PersonId, SettingId
from witnessmark.surfaces.intake.case_plain import Written, day, items
from witnessmark.surfaces.intake.case_words import Day, Id, Item, Many, Slug, Some, Word


class ReachedItem(Item):
    """A day on the way to a licence."""

    milestone: Word[Milestone]
    on: Day


class CandidacyItem(Item):
    """One person's way through one rule pack."""

    id: Id
    person: Id
    pack: Slug
    reached: Many[ReachedItem] = ()


class SignatureItem(Item):
    """Who signed a form, when and how."""

    person: Id
    on: Day
    kind: Word[SignatureKind]


class FormItem(Item):
    """A form that a rule pack names. There is no place for what stands in it."""

    id: Id
    form: Slug
    supervisee: Id | None = None
    supervisor: Id | None = None
    setting: Id | None = None
    first_day: Day | None = None
    last_day: Day | None = None
    signatures: Some[SignatureItem]
    received_on: Day | None = None


def candidacy_of(one: CandidacyItem) -> Candidacy:
    """Return a person's way through a pack."""
    reached = tuple(Reached(each.milestone, each.on) for each in one.reached)
    return Candidacy(CandidacyId(one.id), PersonId(one.person), one.pack, reached)


def form_of(one: FormItem) -> Form:
    """Return a form of a board."""
    return Form(
        id=FormId(one.id),
        form=one.form,
        supervisee=None if one.supervisee is None else PersonId(one.supervisee),
        supervisor=None if one.supervisor is None else PersonId(one.supervisor),
        setting=None if one.setting is None else SettingId(one.setting),
        first_day=one.first_day,
        last_day=one.last_day,
        signatures=tuple(
            FormSignature(PersonId(each.person), each.on, each.kind) for each in one.signatures
        ),
        received_on=one.received_on,
    )


def candidacies_written(candidacies: Iterable[Candidacy]) -> list[Written]:
    """Return people's ways through packs, as a case file has them."""
    return items(
        {
            "id": one.id,
            "person": one.person,
            "pack": one.pack,
            "reached": [
                {"milestone": each.milestone.value, "on": str(each.on)} for each in one.reached
            ],
        }
        for one in candidacies
    )


def forms_written(forms: Iterable[Form]) -> list[Written]:
    """Return forms of boards, as a case file has them."""
    return items(
        {
            "id": one.id,
            "form": one.form,
            "supervisee": one.supervisee,
            "supervisor": one.supervisor,
            "setting": one.setting,
            "first_day": day(one.first_day),
            "last_day": day(one.last_day),
            "signatures": [
                {"person": each.person, "on": str(each.on), "kind": each.kind.value}
                for each in one.signatures
            ],
            "received_on": day(one.received_on),
        }
        for one in forms
    )
