"""Which people, settings, groups and weeks each thing in the store names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.hours import HourLog
from witnessmark.domain.people import Leave
from witnessmark.domain.requests import Request, StrayNote
from witnessmark.domain.sessions import Session
from witnessmark.domain.verifications import Verification
from witnessmark.ports.store import Shelf, Work


class Name(NamedTuple):
    """A thing on a shelf."""

    shelf: str
    id: str

    def __str__(self) -> str:
        return f"{self.shelf}/{self.id}"


def everything_naming(work: Work) -> Iterator[tuple[Name, frozenset[Name]]]:
    """Return everything in the store that names something else, and what it names."""
    shelves: dict[str, Shelf[Any]] = {
        "agreements": work.agreements,
        "groups": work.groups,
        "sessions": work.sessions,
        "consultations": work.consultations,
        "leaves": work.leaves,
        "candidacies": work.candidacies,
        "forms": work.forms,
        "logs": work.logs,
        "attestations": work.attestations,
        "verifications": work.verifications,
        "requests": work.requests,
        "stray_notes": work.stray_notes,
    }
    for shelf, things in shelves.items():
        for thing in things.all():
            yield Name(shelf, thing.id), frozenset(_named_by(thing))


def _named_by(thing: object) -> Iterator[Name]:
    match thing:
        case Agreement():
            yield from _people(thing.supervisor, thing.supervisee)
            yield Name("settings", thing.setting)
        case StandingGroup():
            yield from _people(*thing.led_by, *(member.person for member in thing.members))
            yield from _people(*(turn.person for turn in thing.ledger))
            yield from _people(*(turn.with_person for turn in thing.ledger))
            yield Name("settings", thing.setting)
        case Session():
            yield from _people(*thing.people, thing.said.presenter)
            yield Name("settings", thing.setting)
            if thing.group is not None:
                yield Name("groups", thing.group)
        case HourLog() | Attestation() | Request():
            yield from _named_by_week(thing)
        case Consultation():
            yield from _people(*thing.people)
        case StrayNote():
            yield from _people(thing.supervisee)
        case Form():
            yield from _named_by_form(thing)
        case Leave() | Verification() | Candidacy():
            yield from _people(thing.person)
        case _:
            raise TypeError(type(thing).__name__)


def _named_by_form(form: Form) -> Iterator[Name]:
    yield from _people(form.supervisee, form.supervisor, *(one.person for one in form.signatures))
    if form.setting is not None:
        yield Name("settings", form.setting)


def _named_by_week(thing: HourLog | Attestation | Request) -> Iterator[Name]:
    match thing:
        case HourLog():
            yield from _people(thing.supervisee, *(entry.supervisor for entry in thing.entries))
            yield Name("settings", thing.setting)
        case Attestation():
            revoked_by = thing.revoked.by if thing.revoked else None
            yield from _people(thing.supervisor, thing.recorded_by, revoked_by)
            yield Name("logs", thing.log)
        case Request():
            yield from _people(thing.supervisor, thing.supervisee)
            if thing.week is not None:
                yield Name("logs", thing.week.log)


def _people(*ids: str | None) -> Iterable[Name]:
    return (Name("people", each) for each in ids if each is not None)
