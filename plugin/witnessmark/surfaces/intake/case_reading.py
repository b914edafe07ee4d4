"""Reads a case file into domain values: shape, names and times are checked, nothing is kept."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from witnessmark.application.case_contents import (
    AttestationFact,
    CaseContents,
    Known,
    WeekFact,
)
from witnessmark.application.references import broken_references
from witnessmark.declared import Declared, Path_, load, read_bytes
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Method
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.ids import (
    AgreementId,
    AttestationId,
    ClinicId,
    ConsultationId,
    GroupId,
    LeaveId,
    PersonId,
    SessionId,
    SettingId,
)
from witnessmark.domain.people import Leave
from witnessmark.domain.sessions import Attendance, Said, Session
from witnessmark.domain.settings import Setting
from witnessmark.errors import DeclarationError, DomainError, Problem
from witnessmark.ports.store import Clinic
from witnessmark.surfaces.intake.case_boards import candidacy_of, form_of
from witnessmark.surfaces.intake.case_file import AttestationItem, CaseFile, SessionItem
from witnessmark.surfaces.intake.case_people import (
    entry_of,
    group_of,
    people_named,
    person_of,
)
from witnessmark.surfaces.intake.case_scans import read_scan
from witnessmark.surfaces.intake.moments import LocalTimeError, instant_in

NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A file that was read. `digest` is the SHA-256 of its bytes."""

    contents: CaseContents
    source: str
    digest: str
    declared: Declared[CaseFile]

    def line_of(self, path: str) -> int | None:
        """Return the line on which a case-file path such as `entries[3].day` stands."""
        return self.declared.problem("", _keys(path), message="", mend="").line


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A file whose shape is right. `clinic` tells in whose store its names are to be looked up."""

    clinic: Clinic
    source: str
    digest: str
    declared: Declared[CaseFile]


def open_case_file(path: Path) -> CaseOpened:
    """Read a case file's shape, YAML or JSON. Raises DeclarationError with every problem in it."""
    digest = hashlib.sha256(read_bytes(path)).hexdigest()
    declared = load(path, CaseFile)
    said = declared.value.clinic
    clinic = Clinic(ClinicId(said.id), said.name, said.time_zone)
    return CaseOpened(clinic, str(path), digest, declared)


def read_case_file(file: Path | CaseOpened, known: Known = NOTHING_KNOWN) -> CaseRead:
    """Read a case file; it may name what `known` holds without bringing it.

    Raises DeclarationError with all problems at once and their lines: first those of its shape,
    and once the shape is right, those of its names and times.
    """
    opened = open_case_file(file) if isinstance(file, Path) else file
    declared = opened.declared
    reader = _Reader(opened, known)
    read = CaseRead(reader.contents(), opened.source, opened.digest, declared)
    problems = reader.problems + [
        declared.problem(found.code, _keys(found.path), message=found.message, mend=found.mend)
        for found in broken_references(read.contents, known)
    ]
    if problems:
        raise DeclarationError(sorted(problems, key=lambda problem: problem.line or 0))
    return read


def _keys(path: str) -> Path_:
    return tuple(
        int(index) if index else key for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)
    )


@dataclass(slots=True)
class _Reader:
    opened: CaseOpened
    known: Known
    problems: list[Problem] = field(default_factory=list)

    @property
    def declared(self) -> Declared[CaseFile]:
        return self.opened.declared

    def contents(self) -> CaseContents:
        file = self.declared.value
        settings = tuple(
            Setting(SettingId(one.id), one.name, one.time_zone, one.week_start, one.kind)
            for one in file.settings
        )
        self.known = self.known.with_more(settings=settings)
        return CaseContents(
            clinic=self.opened.clinic,
            marked=file.marked,
            people=tuple(person_of(one) for one in file.people),
            settings=settings,
            agreements=self._agreements(),
            groups=tuple(group_of(one) for one in file.groups),
            sessions=tuple(self._session(one, n) for n, one in enumerate(file.sessions)),
            consultations=self._consultations(),
            leaves=self._leaves(),
            entries=tuple(entry_of(one) for one in file.entries),
            weeks=self._weeks(),
            attestations=self._attestations(),
            candidacies=tuple(candidacy_of(one) for one in file.candidacies),
            forms=tuple(form_of(one) for one in file.forms),
        )

    def _instant(self, moment: datetime, setting: str, *path: str | int) -> datetime:
        there = self.known.settings.get(SettingId(setting))
        if there is None and moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)  # the unknown setting is told with the other names
        try:
            return moment.astimezone(UTC) if there is None else instant_in(there, moment)
        except LocalTimeError as error:
            message = str(error) + "."
            self.problems.append(
                self.declared.problem("local_time_unclear", path, message=message, mend=error.mend)
            )
            return moment.replace(tzinfo=UTC)

    def _scan(self, one: AttestationItem, number: int) -> bytes | None:
        if one.scan is None:
            return None
        try:
            return read_scan(Path(self.opened.source), one.scan)
        except DomainError as error:
            path = ("attestations", number, "scan")
            self.problems.append(
                self.declared.problem(error.code, path, message=error.message, mend=error.mend)
            )
            return None

    def _session(self, one: SessionItem, number: int) -> Session:
        where = ("sessions", number)
        return Session(
            id=SessionId(one.id),
            setting=SettingId(one.setting),
            start=self._instant(one.start, one.setting, *where, "start"),
            end=self._instant(one.end, one.setting, *where, "end"),
            status=one.status,
            led_by=people_named(one.led_by),
            attended=tuple(
                Attendance(PersonId(a.person), a.minutes, a.observed) for a in one.attended
            ),
            medium=one.medium,
            real_time=one.real_time,
            group=None if one.group is None else GroupId(one.group),
            said=Said(None if one.presenter is None else PersonId(one.presenter), one.topics),
        )

    def _agreements(self) -> tuple[Agreement, ...]:
        return tuple(
            Agreement(
                AgreementId(one.id),
                PersonId(one.supervisor),
                PersonId(one.supervisee),
                SettingId(one.setting),
                one.starts,
                one.ends,
                one.signed_on,
                one.structure,
                one.employed_there,
                one.barred_relation,
            )
            for one in self.declared.value.agreements
        )

    def _consultations(self) -> tuple[Consultation, ...]:
        return tuple(
            Consultation(ConsultationId(one.id), one.day, one.minutes, people_named(one.people))
            for one in self.declared.value.consultations
        )

    def _leaves(self) -> tuple[Leave, ...]:
        return tuple(
            Leave(
                LeaveId(one.id),
                PersonId(one.person),
                one.first_day,
                one.last_day,
                one.approved_in_writing_on,
            )
            for one in self.declared.value.leaves
        )

    def _weeks(self) -> tuple[WeekFact, ...]:
        return tuple(
            WeekFact(
                PersonId(one.supervisee),
                SettingId(one.setting),
                one.week_of,
                self._instant(one.submitted_at, one.setting, "weeks", number, "submitted_at"),
                PersonId(one.recorded_by),
            )
            for number, one in enumerate(self.declared.value.weeks)
        )

    def _attestations(self) -> tuple[AttestationFact, ...]:
        return tuple(
            AttestationFact(
                AttestationId(one.id),
                PersonId(one.supervisee),
                SettingId(one.setting),
                one.week_of,
                PersonId(one.supervisor),
                one.signed_on,
                PersonId(one.recorded_by),
                self._instant(one.recorded_at, one.setting, "attestations", number, "recorded_at"),
                self._scan(one, number),
                Method(one.method),
                tuple(entry_of(entry) for entry in one.signed_entries),
            )
            for number, one in enumerate(self.declared.value.attestations)
        )
