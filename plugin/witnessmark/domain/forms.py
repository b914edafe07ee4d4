"""Forms of a board: which were signed by whom and when. What they say has no place here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from witnessmark.domain.ids import FormId, PersonId, SettingId


class SignatureKind(StrEnum):
    """How a form was signed. Some boards do not take a typed name."""

    INK = "ink"
    ELECTRONIC = "electronic"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class FormSignature:
    """One person's signature on a form."""

    person: PersonId
    on: date
    kind: SignatureKind = SignatureKind.INK


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a rule pack names (`m-fvf`), for a supervisee or for a supervisor alone.

    `first_day` and `last_day` are the period it speaks of, where it speaks of one; `received_on`
    is when the board had it, where it goes to the board.
    """

    id: FormId
    form: str
    supervisee: PersonId | None = None
    supervisor: PersonId | None = None
    setting: SettingId | None = None
    first_day: date | None = None
    last_day: date | None = None
    signatures: tuple[FormSignature, ...] = ()
    received_on: date | None = None
