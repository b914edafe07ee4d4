"""Whether what a file brings holds together: every name known, every id once, days in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from witnessmark.application.board_facts import broken_board_facts
from witnessmark.application.case_contents import CaseContents, Known, WeekKey
from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import Person
from witnessmark.domain.settings import Setting
from witnessmark.errors import Problem


class _Kind(StrEnum):
    PERSON = "person"
    SETTING = "setting"
    GROUP = "group"


class _Mention(NamedTuple):
    path: str
    kind: _Kind
    id: str


def broken_references(contents: CaseContents, known: Known) -> tuple[Problem, ...]:
    """Return everything in a file that does not hold together, all at once, without lines.

    `known` is what the clinic's store has; paths are those of the case file.
    """
    both = known.with_more(contents.people, contents.settings, contents.groups)
    return (
        *_ids_twice(contents),
        *_unknown(contents, both),
        *_credentials(contents.people),
        *_one_human_twice(contents.people, known),
        *_periods(contents),
        *_weeks(contents, both),
        *_alone(contents),
        *_watched_longer(contents),
        *broken_board_facts(contents, known),
    )


def _ids_twice(contents: CaseContents) -> Iterator[Problem]:
    kinds: dict[str, Sequence[str]] = {
        "people": [one.id for one in contents.people],
        "settings": [one.id for one in contents.settings],
        "agreements": [one.id for one in contents.agreements],
        "groups": [one.id for one in contents.groups],
        "sessions": [one.id for one in contents.sessions],
        "consultations": [one.id for one in contents.consultations],
        "leaves": [one.id for one in contents.leaves],
        "entries": [one.id for one in contents.entries],
        "attestations": [one.id for one in contents.attestations],
        "candidacies": [one.id for one in contents.candidacies],
        "forms": [one.id for one in contents.forms],
    }
    for kind, ids in kinds.items():
        seen: set[str] = set()
        for number, each in enumerate(ids):
            if each in seen:
                message = f"The id {each!r} stands twice among the {kind}."
                yield Problem("id_twice", f"{kind}[{number}].id", message, "Give it its own id.")
            seen.add(each)


def _unknown(contents: CaseContents, known: Known) -> Iterator[Problem]:
    there: dict[_Kind, frozenset[str]] = {
        _Kind.PERSON: frozenset(known.people),
        _Kind.SETTING: frozenset(known.settings),
        _Kind.GROUP: frozenset(known.groups),
    }
    for mention in _mentions(contents):
        if mention.id not in there[mention.kind]:
            message = f"There is no {mention.kind} {mention.id!r}."
            mend = f"Add the {mention.kind}, or correct the id."
            yield Problem(f"unknown_{mention.kind}", mention.path, message, mend)


def _mentions(contents: CaseContents) -> Iterator[_Mention]:
    yield from _in_groups(contents)
    yield from _in_sessions(contents)
    yield from _in_forms(contents)
    for number, consultation in enumerate(contents.consultations):
        for at, person in enumerate(consultation.people):
            yield _Mention(f"consultations[{number}].people[{at}]", _Kind.PERSON, person)
    for kind, field, persons in _people_by_field(contents):
        for number, person in enumerate(persons):
            yield _Mention(f"{kind}[{number}].{field}", _Kind.PERSON, person)
    for kind, settings in (
        ("agreements", [one.setting for one in contents.agreements]),
        ("groups", [one.setting for one in contents.groups]),
        ("sessions", [one.setting for one in contents.sessions]),
        ("entries", [one.setting for one in contents.entries]),
        ("weeks", [one.setting for one in contents.weeks]),
        ("attestations", [one.setting for one in contents.attestations]),
    ):
        for number, setting in enumerate(settings):
            yield _Mention(f"{kind}[{number}].setting", _Kind.SETTING, setting)


def _people_by_field(contents: CaseContents) -> Iterator[tuple[str, str, list[PersonId]]]:
    yield "agreements", "supervisor", [one.supervisor for one in contents.agreements]
    yield "agreements", "supervisee", [one.supervisee for one in contents.agreements]
    yield "candidacies", "person", [one.person for one in contents.candidacies]
    yield "leaves", "person", [one.person for one in contents.leaves]
    yield "entries", "supervisee", [one.supervisee for one in contents.entries]
    yield "entries", "supervisor", [one.supervisor for one in contents.entries]
    yield "weeks", "supervisee", [one.supervisee for one in contents.weeks]
    yield "weeks", "recorded_by", [one.recorded_by for one in contents.weeks]
    yield "attestations", "supervisee", [one.supervisee for one in contents.attestations]
    yield "attestations", "supervisor", [one.supervisor for one in contents.attestations]
    yield "attestations", "recorded_by", [one.recorded_by for one in contents.attestations]


def _in_groups(contents: CaseContents) -> Iterator[_Mention]:
    for number, group in enumerate(contents.groups):
        here = f"groups[{number}]"
        for at, leader in enumerate(group.led_by):
            yield _Mention(f"{here}.led_by[{at}]", _Kind.PERSON, leader)
        for at, member in enumerate(group.members):
            yield _Mention(f"{here}.members[{at}].person", _Kind.PERSON, member.person)
        for at, turn in enumerate(group.ledger):
            yield _Mention(f"{here}.ledger[{at}].person", _Kind.PERSON, turn.person)
            if turn.with_person is not None:
                yield _Mention(f"{here}.ledger[{at}].with_person", _Kind.PERSON, turn.with_person)


def _in_sessions(contents: CaseContents) -> Iterator[_Mention]:
    for number, session in enumerate(contents.sessions):
        here = f"sessions[{number}]"
        for at, leader in enumerate(session.led_by):
            yield _Mention(f"{here}.led_by[{at}]", _Kind.PERSON, leader)
        for at, present in enumerate(session.attended):
            yield _Mention(f"{here}.attended[{at}].person", _Kind.PERSON, present.person)
        if session.said.presenter is not None:
            yield _Mention(f"{here}.presenter", _Kind.PERSON, session.said.presenter)
        if session.group is not None:
            yield _Mention(f"{here}.group", _Kind.GROUP, session.group)


def _in_forms(contents: CaseContents) -> Iterator[_Mention]:
    for number, form in enumerate(contents.forms):
        here = f"forms[{number}]"
        if form.supervisee is not None:
            yield _Mention(f"{here}.supervisee", _Kind.PERSON, form.supervisee)
        if form.supervisor is not None:
            yield _Mention(f"{here}.supervisor", _Kind.PERSON, form.supervisor)
        if form.setting is not None:
            yield _Mention(f"{here}.setting", _Kind.SETTING, form.setting)
        for at, signature in enumerate(form.signatures):
            yield _Mention(f"{here}.signatures[{at}].person", _Kind.PERSON, signature.person)


def _credentials(people: Sequence[Person]) -> Iterator[Problem]:
    for number, person in enumerate(people):
        for at, held in enumerate(person.credentials):
            here = f"people[{number}].licences[{at}]"
            yield from _in_order(f"{here}.expires", held.issued, held.expires)
            since = [change.since for change in held.history]
            if since != sorted(since):
                message = "The status changes are not in order."
                yield Problem("not_in_order", f"{here}.history", message, "Put the oldest first.")


def _one_human_twice(people: Sequence[Person], known: Known) -> Iterator[Problem]:
    """Find who stands under two ids: under the second they would attest to their own hours."""
    brought = {person.id for person in people}
    holders = {
        proof: person.id
        for person in known.people.values()
        if person.id not in brought
        for proof in _proofs(person)
    }
    for number, person in enumerate(people):
        for (what, *said), where in _proofs(person).items():
            holder = holders.setdefault((what, *said), person.id)
            if holder != person.id:
                message = f"{holder!r} and {person.id!r} have the same {what}."
                mend = "Keep one of the two people, or correct the number."
                yield Problem("one_human_twice", f"people[{number}].{where}", message, mend)


def _proofs(person: Person) -> dict[tuple[str, ...], str]:
    """Return what only one human can have, and where it stands in a case file."""
    proofs: dict[tuple[str, ...], str] = {}
    if person.npi:
        proofs["NPI", person.npi] = "npi"
    for at, held in enumerate(person.credentials):
        number = "".join(held.number.casefold().split())
        proofs["licence number", held.board, number] = f"licences[{at}].number"
    return proofs


def _periods(contents: CaseContents) -> Iterator[Problem]:
    for number, agreement in enumerate(contents.agreements):
        yield from _in_order(f"agreements[{number}].ends", agreement.starts, agreement.ends)
    for number, leave in enumerate(contents.leaves):
        yield from _in_order(f"leaves[{number}].last_day", leave.first_day, leave.last_day)
    for number, form in enumerate(contents.forms):
        if form.first_day is not None:
            yield from _in_order(f"forms[{number}].last_day", form.first_day, form.last_day)
    for number, group in enumerate(contents.groups):
        for at, member in enumerate(group.members):
            path = f"groups[{number}].members[{at}].until"
            yield from _in_order(path, member.since, member.until)


def _in_order(path: str, first: date, last: date | None) -> Iterator[Problem]:
    if last is not None and last < first:
        message = f"{last} is before {first}."
        yield Problem("ends_before_start", path, message, "Correct one of the two days.")


def _weeks(contents: CaseContents, known: Known) -> Iterator[Problem]:
    facts: tuple[tuple[str, list[WeekKey]], ...] = (
        ("weeks", [one.week for one in contents.weeks]),
        ("attestations", [one.week for one in contents.attestations]),
    )
    for kind, weeks in facts:
        for number, (_, setting_id, day) in enumerate(weeks):
            setting = known.settings.get(setting_id)
            if setting is not None:
                yield from _wrong_week_start(f"{kind}[{number}].week_of", setting, day)
    seen: set[WeekKey] = set()
    for number, fact in enumerate(contents.weeks):
        if fact.week in seen:
            message = f"The week of {fact.week_of} stands twice for {fact.supervisee!r} there."
            yield Problem("week_twice", f"weeks[{number}]", message, "Keep one.")
        seen.add(fact.week)


def _wrong_week_start(path: str, setting: Setting, day: date) -> Iterator[Problem]:
    start = setting.week_of(day)
    if day != start:
        starts = setting.week_start.value.title()
        message = f"{day} is a {day:%A}; weeks at {setting.name} start on {starts}."
        yield Problem("not_a_week_start", path, message, f"Write {start}.")


def _watched_longer(contents: CaseContents) -> Iterator[Problem]:
    for number, session in enumerate(contents.sessions):
        for at, present in enumerate(session.attended):
            if present.observed > present.minutes:
                message = f"{present.observed} minutes observed are more than {present.minutes}."
                mend = "Give the minutes of those attended in which client work was watched."
                path = f"sessions[{number}].attended[{at}].observed"
                yield Problem("observed_longer", path, message, mend)


def _alone(contents: CaseContents) -> Iterator[Problem]:
    for number, agreement in enumerate(contents.agreements):
        if agreement.supervisor == agreement.supervisee:
            message = "Nobody supervises themselves."
            path = f"agreements[{number}].supervisor"
            yield Problem("supervises_oneself", path, message, "Name the supervisor.")
    for number, fact in enumerate(contents.attestations):
        if fact.recorded_by == fact.supervisee:
            message = "Nobody records the attestation of their own hours."
            mend = "Let the supervisor or another member of staff record it."
            path = f"attestations[{number}].recorded_by"
            yield Problem("records_for_oneself", path, message, mend)
        if fact.supervisor == fact.supervisee:
            message = "Nobody attests their own hours."
            path = f"attestations[{number}].supervisor"
            yield Problem("signs_for_oneself", path, message, "Name the responsible supervisor.")
