"""Writes a case file. What is private (presenter, topics, ledgers) stays out unless asked for."""

from __future__ import annotations

import yaml

from witnessmark.application.case_contents import CaseContents
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.people import Credential, Person
from witnessmark.domain.sessions import Attendance, Session
from witnessmark.surfaces.intake.case_boards import candidacies_written, forms_written
from witnessmark.surfaces.intake.case_hours import (
    attestations_written,
    entries_written,
    weeks_written,
)
from witnessmark.surfaces.intake.case_plain import Written, day, instant, items, without_nothing


def case_file_of(contents: CaseContents, *, with_private: bool = False) -> str:
    """Return a case file that `read_case_file` reads back into the same contents.

    Instants are written in UTC. Raises ValueError when no clinic is named.
    """
    if contents.clinic is None:
        raise ValueError("a case file names its clinic")
    clinic = contents.clinic
    file = without_nothing(
        {
            "case_file": 1,
            "marked": contents.marked,
            "clinic": {"id": clinic.id, "name": clinic.name, "time_zone": clinic.time_zone},
            "people": [_person(one) for one in contents.people],
            "settings": _settings(contents),
            "agreements": _agreements(contents),
            "groups": [_group(one, with_private=with_private) for one in contents.groups],
            "sessions": [_session(one, with_private=with_private) for one in contents.sessions],
            "consultations": _consultations(contents),
            "leaves": _leaves(contents),
            "entries": entries_written(contents.entries),
            "weeks": weeks_written(contents.weeks),
            "attestations": attestations_written(contents.attestations),
            "candidacies": candidacies_written(contents.candidacies),
            "forms": forms_written(contents.forms),
        }
    )
    text: str = yaml.dump(
        file,
        Dumper=yaml.SafeDumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )
    return text


def _person(one: Person) -> Written:
    return without_nothing(
        {
            "id": one.id,
            "registered_name": one.registered_name,
            "chosen_name": one.chosen_name,
            "npi": one.npi,
            "licences": [_licence(held) for held in one.credentials],
            "supervisor_training": [
                {"title": done.title, "minutes": done.minutes, "completed": str(done.completed)}
                for done in one.training
            ],
        }
    )


def _licence(held: Credential) -> Written:
    return without_nothing(
        {
            "type": held.licence_type,
            "number": held.number,
            "board": held.board,
            "board_name": held.board_name,
            "jurisdiction": held.jurisdiction,
            "issued": str(held.issued),
            "expires": day(held.expires),
            "training_licence": held.training_licence or None,
            "history": [
                {"since": str(change.since), "status": change.status.value}
                for change in held.history
            ],
        }
    )


def _settings(contents: CaseContents) -> list[Written]:
    return items(
        {
            "id": one.id,
            "name": one.name,
            "time_zone": one.time_zone,
            "week_start": one.week_start.value,
            "kind": one.kind,
        }
        for one in contents.settings
    )


def _agreements(contents: CaseContents) -> list[Written]:
    return items(
        {
            "id": one.id,
            "supervisor": one.supervisor,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "starts": str(one.starts),
            "ends": day(one.ends),
            "signed_on": day(one.signed_on),
            "structure": one.structure,
            "employed_there": one.employed_there,
            "barred_relation": one.barred_relation or None,
        }
        for one in contents.agreements
    )


def _group(one: StandingGroup, *, with_private: bool) -> Written:
    rhythm = one.rhythm
    return without_nothing(
        {
            "id": one.id,
            "name": one.name,
            "setting": one.setting,
            "led_by": list(one.led_by),
            "members": items(
                {"person": m.person, "since": str(m.since), "until": day(m.until)}
                for m in one.members
            ),
            "rhythm": None
            if rhythm is None
            else without_nothing(
                {
                    "first_day": str(rhythm.first_day),
                    "at": f"{rhythm.at:%H:%M}",
                    "minutes": rhythm.minutes,
                    "every_weeks": rhythm.every_weeks,
                    "until": day(rhythm.until),
                }
            ),
            "ledger": _ledger(one) if with_private else None,
        }
    )


def _ledger(one: StandingGroup) -> list[Written]:
    return items(
        {
            "day": str(turn.day),
            "person": turn.person,
            "turn": turn.kind.value,
            "with_person": turn.with_person,
        }
        for turn in one.ledger
    )


def _session(one: Session, *, with_private: bool) -> Written:
    private = {"presenter": one.said.presenter, "topics": list(one.said.topics)}
    return without_nothing(
        {
            "id": one.id,
            "setting": one.setting,
            "start": instant(one.start),
            "end": instant(one.end),
            "status": one.status.value,
            "led_by": list(one.led_by),
            "attended": [_attended(each) for each in one.attended],
            "medium": one.medium.value,
            "real_time": None if one.real_time else False,
            "group": one.group,
            **(private if with_private else {}),
        }
    )


def _attended(one: Attendance) -> Written:
    return without_nothing(
        {"person": one.person, "minutes": one.minutes, "observed": one.observed or None}
    )


def _consultations(contents: CaseContents) -> list[Written]:
    return items(
        {"id": one.id, "day": str(one.day), "minutes": one.minutes, "people": list(one.people)}
        for one in contents.consultations
    )


def _leaves(contents: CaseContents) -> list[Written]:
    return items(
        {
            "id": one.id,
            "person": one.person,
            "first_day": str(one.first_day),
            "last_day": str(one.last_day),
            "approved_in_writing_on": day(one.approved_in_writing_on),
        }
        for one in contents.leaves
    )
