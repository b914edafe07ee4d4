"""Words and numbers as clinics write them in a cell. Hours become whole minutes, never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Medium, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.surfaces.intake.csv_columns import plain_words

Word = TypeVar("Word", bound=StrEnum)
Id = TypeVar("Id", PersonId, SettingId)

_ACTIVITIES = {
    Activity.INDIVIDUAL_THERAPY: "individual, individual counseling, individual counselling,"
    " psychotherapy, direct, direct client hours, client session",
    Activity.COUPLE_FAMILY_THERAPY: "couple, couples, family, couples therapy, family therapy,"
    " couple therapy, conjoint",
    Activity.CHILD_THERAPY: "child, children, play therapy",
    Activity.GROUP_THERAPY: "group, group counseling, group counselling, process group",
    Activity.CRISIS: "crisis intervention, crisis work",
    Activity.ASSESSMENT: "intake, evaluation, testing",
    Activity.OBSERVATION: "observed, observing",
    Activity.SUPERVISION: "supervision hours, supervised",
    Activity.RECORD_KEEPING: "notes, documentation, paperwork, charting, progress notes",
    Activity.CASE_MANAGEMENT: "coordination, coordination of care, collateral",
    Activity.CLIENT_ADVOCACY: "advocacy",
    Activity.TRAINING: "workshop, seminar, conference, continuing education",
    Activity.OTHER: "other experience, staff meeting",
}
_MEDIA = {
    Medium.IN_PERSON: "in office, office, on site, onsite, face to face, f2f",
    Medium.VIDEO: "telehealth, tele, online, zoom, virtual, teletherapy",
    Medium.PHONE: "telephone, call, audio",
}
_STATUSES = {
    SessionStatus.HELD: "done, completed, attended, yes, took place",
    SessionStatus.CANCELLED: "canceled, called off",
    SessionStatus.NO_SHOW: "noshow, missed, did not attend",
    SessionStatus.PLANNED: "scheduled, booked, upcoming",
}
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2}) ?([ap])?\.?m?\.?")
_NOON = 12


def _table(words: Mapping[Word, str]) -> dict[str, Word]:
    said = {plain_words(text): word for word, texts in words.items() for text in texts.split(",")}
    return {plain_words(word.value): word for word in words} | said


ACTIVITIES = _table(_ACTIVITIES)
MEDIA = _table(_MEDIA)
STATUSES = _table(_STATUSES)
"""What each word means; `-` and blanks are the same. docs/import.md lists them."""


class Roster:
    """Finds whom or what a cell names: by id, or by one of its names, whatever the case."""

    def __init__(self, kind: str, names: Iterable[tuple[str, str | None]]) -> None:
        """Take pairs of id and name; an id may come several times."""
        self._kind = kind
        self._ids: dict[str, set[str]] = {}
        for known_id, name in names:
            for text in (known_id, name):
                if text:
                    self._ids.setdefault(_as_said(text), set()).add(known_id)

    def find(self, text: str) -> str:
        """Return the id. Raises ValueError when nothing, or more than one, is called so."""
        found = self._ids.get(_as_said(text)) or self._ids.get(_as_said(_turned(text))) or set()
        if not found:
            raise ValueError(f"there is no {self._kind} {text!r} here")
        if len(found) > 1:
            ids = ", ".join(sorted(found))
            raise ValueError(f"{text!r} could be {ids}: write the id")
        return next(iter(found))


def roster_of_people(people: Iterable[Person]) -> Roster:
    """Return whom cells can name: by id, board-registered or chosen name."""
    pairs = [(p.id, name) for p in people for name in (p.registered_name, p.chosen_name)]
    return Roster("person", pairs)


def roster_of_settings(settings: Iterable[Setting]) -> Roster:
    """Return which settings cells can name: by id or name."""
    return Roster("setting", [(one.id, one.name) for one in settings])


def read_word(text: str, words: Mapping[str, Word], what: str) -> Word:
    """Return what a word means. Raises ValueError naming the words there are."""
    found = words.get(plain_words(text))
    if found is None:
        plain = ", ".join(dict.fromkeys(word.value for word in words.values()))
        raise ValueError(f"{text!r} is no {what} known here: write one of {plain}")
    return found


def read_minutes(text: str) -> int:
    """Read whole minutes. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise ValueError(f"{text!r} is not a whole number of minutes")
    return int(text)


def read_hours(text: str) -> int:
    """Read `1.5`, `1,5` or `1:30` hours as whole minutes, exactly. Raises ValueError."""
    if found := re.fullmatch(r"([0-9]{1,3}):([0-5][0-9])", text):
        return int(found[1]) * 60 + int(found[2])
    if not re.fullmatch(r"[0-9]{0,3}[.,]?[0-9]{1,4}", text):
        raise ValueError(f"{text!r} is not a number of hours")
    minutes = Fraction(text.replace(",", ".")) * 60
    if minutes.denominator != 1:
        raise ValueError(f"{text} hours is no whole number of minutes: write the minutes")
    return int(minutes)


def read_clock_cell(text: str) -> time:
    """Read `17:30`, `17.30` or `5:30 pm`. Raises ValueError."""
    found = _CLOCK.fullmatch(text.casefold())
    if found is None:
        raise ValueError(f"{text!r} is not a time of day such as 17:30")
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half is not None:
        if not 1 <= hour <= _NOON:
            raise ValueError(f"there is no {text} on the clock")
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(f"there is no {text} on the clock") from None


def _as_said(text: str) -> str:
    return " ".join(text.casefold().split())


def _turned(text: str) -> str:
    family, comma, given = text.partition(",")
    return f"{given} {family}" if comma else text
