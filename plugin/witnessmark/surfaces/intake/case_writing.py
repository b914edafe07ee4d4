"""Writes a case file. What is private (presenter, topics, ledgers) stays out unless asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import yaml

from witnessmark.application.case_contents import CaseContents
from witnessmark.domain.attestations import Method
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.people import Credential, Person
from witnessmark.domain.sessions import Session

Item = dict[str, object]


def case_file_of(contents: CaseContents, *, with_private: bool = False) -> str:
    """Return a case file that `read_case_file` reads back into the same contents.

    Instants are written in UTC. Raises ValueError when no clinic is named.
    """
    if contents.clinic is None:
        raise ValueError("a case file names its clinic")
    clinic = contents.clinic
    file = _without_nothing(
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
            "entries": _entries(contents),
            "weeks": _weeks(contents),
            "attestations": _attestations(contents),
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


def _without_nothing(item: Mapping[str, object]) -> Item:
    return {key: value for key, value in item.items() if value is not None and value != []}


def _items(items: Iterable[Mapping[str, object]]) -> list[Item]:
    return [_without_nothing(item) for item in items]


def _day(value: object) -> str | None:
    return None if value is None else str(value)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _person(one: Person) -> Item:
    return _without_nothing(
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


def _licence(held: Credential) -> Item:
    return _without_nothing(
        {
            "type": held.licence_type,
            "number": held.number,
            "board": held.board,
            "board_name": held.board_name,
            "jurisdiction": held.jurisdiction,
            "issued": str(held.issued),
            "expires": _day(held.expires),
            "training_licence": held.training_licence or None,
            "history": [
                {"since": str(change.since), "status": change.status.value}
                for change in held.history
            ],
        }
    )


def _settings(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "id": one.id,
            "name": one.name,
            "time_zone": one.time_zone,
            "week_start": one.week_start.value,
        }
        for one in contents.settings
    )


def _agreements(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "id": one.id,
            "supervisor": one.supervisor,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "starts": str(one.starts),
            "ends": _day(one.ends),
            "signed_on": _day(one.signed_on),
        }
        for one in contents.agreements
    )


def _group(one: StandingGroup, *, with_private: bool) -> Item:
    rhythm = one.rhythm
    return _without_nothing(
        {
            "id": one.id,
            "name": one.name,
            "setting": one.setting,
            "led_by": list(one.led_by),
            "members": _items(
                {"person": m.person, "since": str(m.since), "until": _day(m.until)}
                for m in one.members
            ),
            "rhythm": None
            if rhythm is None
            else _without_nothing(
                {
                    "first_day": str(rhythm.first_day),
                    "at": f"{rhythm.at:%H:%M}",
                    "minutes": rhythm.minutes,
                    "every_weeks": rhythm.every_weeks,
                    "until": _day(rhythm.until),
                }
            ),
            "ledger": _ledger(one) if with_private else None,
        }
    )


def _ledger(one: StandingGroup) -> list[Item]:
    return _items(
        {
            "day": str(turn.day),
            "person": turn.person,
            "turn": turn.kind.value,
            "with_person": turn.with_person,
        }
        for turn in one.ledger
    )


def _session(one: Session, *, with_private: bool) -> Item:
    private = {"presenter": one.said.presenter, "topics": list(one.said.topics)}
    return _without_nothing(
        {
            "id": one.id,
            "setting": one.setting,
            "start": _instant(one.start),
            "end": _instant(one.end),
            "status": one.status.value,
            "led_by": list(one.led_by),
            "attended": [{"person": a.person, "minutes": a.minutes} for a in one.attended],
            "medium": one.medium.value,
            "real_time": None if one.real_time else False,
            "group": one.group,
            **(private if with_private else {}),
        }
    )


def _consultations(contents: CaseContents) -> list[Item]:
    return _items(
        {"id": one.id, "day": str(one.day), "minutes": one.minutes, "people": list(one.people)}
        for one in contents.consultations
    )


def _leaves(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "id": one.id,
            "person": one.person,
            "first_day": str(one.first_day),
            "last_day": str(one.last_day),
            "approved_in_writing_on": _day(one.approved_in_writing_on),
        }
        for one in contents.leaves
    )


def _entries(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "id": one.id,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "day": str(one.day),
            "minutes": one.minutes,
            "activity": one.activity.value,
            "modality": one.modality.value,
            "supervisor": one.supervisor,
        }
        for one in contents.entries
    )


def _weeks(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "supervisee": one.supervisee,
            "setting": one.setting,
            "week_of": str(one.week_of),
            "submitted_at": _instant(one.submitted_at),
            "recorded_by": one.recorded_by,
        }
        for one in contents.weeks
    )


def _attestations(contents: CaseContents) -> list[Item]:
    return _items(
        {
            "id": one.id,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "week_of": str(one.week_of),
            "supervisor": one.supervisor,
            "method": Method.RECORDED_ELSEWHERE.value,
            "signed_on": str(one.signed_on),
            "recorded_by": one.recorded_by,
            "recorded_at": _instant(one.recorded_at),
        }
        for one in contents.attestations
    )
