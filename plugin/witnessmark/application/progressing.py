"""Tells one supervisee how far they are. It is for them alone: no role sees somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from witnessmark.application.acts import Act
from witnessmark.application.experiences import experience_in
from witnessmark.application.rule_packs import packs_for, refuse_unread
from witnessmark.application.stored_cases import contents_about
from witnessmark.domain.actors import Action
from witnessmark.domain.ids import PersonId
from witnessmark.manifest.settings import SettingValues
from witnessmark.ports.store import Work
from witnessmark.rules.experience import Experience
from witnessmark.rules.progress import Progress, progress
from witnessmark.rules.versions import Chosen

PACKS = "packs"
"""The clinic's setting that names the packs of its boards."""
UNREVIEWED_PACKS = "unreviewed_packs"
"""The clinic's setting that lets packs with unread numbers run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked. `packs` as they are written on a command line; empty: those they go for.

    `what_if` is so much a week: `direct=15 h,supervision=1 h`.
    """

    on: date
    packs: str = ""
    what_if: str = ""
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One person's progress by each pack."""

    case: Experience
    packs: tuple[Chosen, ...]
    progress: tuple[Progress, ...]


def see_progress(work: Work, person: PersonId, wanted: Wanted, *, act: Act) -> Way:
    """Return how far a person is, by each pack. Raises NotAllowedError, UnknownRecordError.

    Raises DomainError too where nothing says by which pack, where one has numbers that nobody read
    and neither asks for it nor the clinic's setting, or where the what-if cannot be read.
    """
    act.permit(Action.SEE_PROGRESS, about=person)
    work.people.get(person)
    case = experience_in(contents_about(work, person), person)
    values = SettingValues(act.settings, work.values.all())
    otherwise = values.text(PACKS) if PACKS in act.settings else ""
    return way_of(case, wanted, otherwise=otherwise, may=act.boolean(work, UNREVIEWED_PACKS))


def way_of(case: Experience, wanted: Wanted, *, otherwise: str = "", may: bool = False) -> Way:
    """Return the same of an experience at hand. `may`: packs with unread numbers run anyway."""
    packs = packs_for(wanted.packs, [case], otherwise=otherwise)
    refuse_unread(packs, asked=wanted.unreviewed or may)
    return Way(
        case,
        packs,
        tuple(progress(case, one, on=wanted.on, what_if=wanted.what_if) for one in packs),
    )
