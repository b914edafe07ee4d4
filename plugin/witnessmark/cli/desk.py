"""Opens what a command works on: the installation, one clinic, and the operator's act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import Context
from witnessmark.bootstrap import Installation, open_installation
from witnessmark.cli.talk import Everywhere, Talk
from witnessmark.domain.ids import ClinicId
from witnessmark.errors import DomainError, UnknownRecordError, WitnessmarkError
from witnessmark.ports.host import Connection
from witnessmark.ports.store import Clinic


@dataclass(frozen=True, slots=True)
class Desk:
    """One clinic in one installation, with someone to talk to."""

    talk: Talk
    installation: Installation
    clinic: Clinic
    context: Context

    def act(self) -> Act:
        """Return the operator's act of this moment."""
        return self.installation.act()

    def connections(self) -> list[Connection]:
        """Return the clinic's connections. Raises DomainError when there is none."""
        with self.context.store.look(self.clinic.id) as work:
            found = [
                in_force(work, self.context.manifest, one.connection)
                for one in work.connections.all()
            ]
        if not found:
            raise DomainError("not_connected", "No EHR is connected.", "Run `witnessmark connect`.")
        return found

    def connection(self, wanted: str = "") -> Connection:
        """Return the connection of that id, or the clinic's only one. Raises DomainError."""
        found = {one.id: one for one in self.connections()}
        if wanted:
            if wanted not in found:
                raise UnknownRecordError("connection", wanted)
            return found[wanted]
        if len(found) > 1:
            message, mend = "Several EHRs are connected.", f"Name one of {', '.join(found)}."
            raise DomainError("which_connection", message, mend)
        return next(iter(found.values()))


def at_desk(everywhere: Everywhere, work: Callable[[Desk], int], *, create: bool = False) -> int:
    """Run a command's work on its clinic; every error ends in one clear message and exit code."""
    talk = Talk(machine=everywhere.json)
    try:
        with opened(everywhere, talk, create=create) as desk:
            return work(desk)
    except WitnessmarkError as error:
        return talk.failed(error)


@contextmanager
def opened(everywhere: Everywhere, talk: Talk, *, create: bool = False) -> Iterator[Desk]:
    """Open the installation and choose the clinic. Raises StoreError, DomainError."""
    with open_installation(
        everywhere.home, manifest=everywhere.manifest, create=create
    ) as installation:
        clinic = choose_clinic(installation.store.clinics(), everywhere.clinic)
        yield Desk(talk, installation, clinic, installation.context(clinic.id))


def choose_clinic(clinics: tuple[Clinic, ...], wanted: str) -> Clinic:
    """Return the clinic that was named, or the only one. Raises DomainError."""
    for clinic in clinics:
        if clinic.id == ClinicId(wanted) or (not wanted and len(clinics) == 1):
            return clinic
    if wanted:
        raise UnknownRecordError("clinic", wanted)
    if not clinics:
        mend = "Run `witnessmark import FILE` with a case file first."
        raise DomainError("no_clinic", "The store holds no clinic.", mend)
    mend = "Name one with --clinic: " + ", ".join(clinic.id for clinic in clinics) + "."
    raise DomainError("which_clinic", "The store holds several clinics.", mend)
