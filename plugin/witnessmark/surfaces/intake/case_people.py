"""A case file's people, groups and hours as values: each stands by itself, nothing is looked up."""

from __future__ import annotations

from witnessmark.application.case_contents import EntryFact
from witnessmark.domain.groups import Membership, Rhythm, StandingGroup, Turn
from witnessmark.domain.ids import EntryId, GroupId, PersonId, SettingId
from witnessmark.domain.people import Credential, Person, StatusChange, SupervisorTraining
from witnessmark.surfaces.intake.case_file import EntryItem, GroupItem, LicenceItem, PersonItem


def people_named(ids: tuple[str, ...]) -> tuple[PersonId, ...]:
    """Return the people of these ids."""
    return tuple(PersonId(each) for each in ids)


def person_of(one: PersonItem) -> Person:
    """Return a member of the staff, or a supervisor from outside."""
    return Person(
        id=PersonId(one.id),
        registered_name=one.registered_name,
        chosen_name=one.chosen_name,
        npi=one.npi,
        credentials=tuple(_credential(held) for held in one.licences),
        training=tuple(
            SupervisorTraining(done.title, done.minutes, done.completed)
            for done in one.supervisor_training
        ),
    )


def _credential(held: LicenceItem) -> Credential:
    return Credential(
        licence_type=held.type,
        number=held.number,
        board=held.board,
        board_name=held.board_name,
        jurisdiction=held.jurisdiction,
        issued=held.issued,
        expires=held.expires,
        history=tuple(StatusChange(change.since, change.status) for change in held.history),
        training_licence=held.training_licence,
    )


def entry_of(one: EntryItem) -> EntryFact:
    """Return one line of somebody's week."""
    return EntryFact(
        EntryId(one.id),
        PersonId(one.supervisee),
        SettingId(one.setting),
        one.day,
        one.minutes,
        one.activity,
        one.modality,
        PersonId(one.supervisor),
    )


def group_of(one: GroupItem) -> StandingGroup:
    """Return a standing group."""
    rhythm = one.rhythm
    return StandingGroup(
        id=GroupId(one.id),
        name=one.name,
        setting=SettingId(one.setting),
        led_by=people_named(one.led_by),
        members=tuple(Membership(PersonId(m.person), m.since, m.until) for m in one.members),
        rhythm=None
        if rhythm is None
        else Rhythm(rhythm.first_day, rhythm.at, rhythm.minutes, rhythm.every_weeks, rhythm.until),
        ledger=tuple(
            Turn(
                turn.day,
                PersonId(turn.person),
                turn.turn,
                None if turn.with_person is None else PersonId(turn.with_person),
            )
            for turn in one.ledger
        ),
    )
