"""What each shelf keeps: its table, the columns it is asked by, and what is sealed of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Table

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.forms import Form
from witnessmark.domain.groups import StandingGroup
from witnessmark.domain.hours import HourLog
from witnessmark.domain.people import Leave, Person
from witnessmark.domain.requests import Request, StrayNote
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import Verification
from witnessmark.store import tables


class Identified(Protocol):
    """Anything with an opaque id."""

    @property
    def id(self) -> str:
        """The id."""
        ...


K = TypeVar("K", bound=Identified)


def _no_columns(_value: object) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind(Generic[K]):
    """One kind of thing. `private` are dotted paths that stand in the sealed column alone."""

    table: Table
    type: type[K]
    private: tuple[str, ...] = ()
    columns: Callable[[K], Mapping[str, object]] = _no_columns

    @property
    def name(self) -> str:
        """The shelf's name, which is its table's."""
        return self.table.name


PERSON = Kind(tables.person, Person)
SETTING = Kind(tables.setting, Setting)
AGREEMENT = Kind(tables.agreement, Agreement)
STANDING_GROUP = Kind(tables.standing_group, StandingGroup, ("ledger",))
SESSION = Kind(tables.session, Session, ("said",))
CONSULTATION = Kind(tables.consultation, Consultation, ("day", "minutes", "people"))
LEAVE = Kind(tables.leave, Leave)
CANDIDACY = Kind(tables.candidacy, Candidacy)
FORM = Kind(tables.form, Form)
HOUR_LOG = Kind(
    tables.hour_log,
    HourLog,
    ("returned.reason",),
    lambda log: {
        "supervisee": log.supervisee,
        "setting": log.setting,
        "week_start": log.week_start.isoformat(),
    },
)
ATTESTATION = Kind(
    tables.attestation, Attestation, ("revoked.reason",), lambda given: {"log": given.log}
)
VERIFICATION = Kind(tables.verification, Verification)
REQUEST = Kind(tables.request, Request, ("note", "proof"))
STRAY_NOTE = Kind(tables.stray_note, StrayNote, ("note",))
