"""What a file makes of the weeks, before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from witnessmark.application.case_contents import WeekFact, WeekKey
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.hours import HourLog, LogState
from witnessmark.domain.ids import AttestationId
from witnessmark.errors import Problem


@dataclass(slots=True)
class PlannedWeek:
    """A week as the file leaves it, beside what the store has of it at which version.

    `past` are versions that come before, of a week that was corrected after it was signed. Once
    something is wrong with a week, what else the file says of it is not judged.
    """

    log: HourLog
    stored: HourLog | None
    stored_version: int
    submission: WeekFact | None = None
    troubled: bool = False
    past: list[HourLog] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the file makes a new version."""
        return self.log != (self.past[-1] if self.past else self.stored)

    @property
    def version(self) -> int:
        """The version it will have in the store."""
        return self.stored_version + len(self.past) + self.changed

    @property
    def submitted_version(self) -> int:
        """The version that is submitted last; a correction may stand after it."""
        return self.version - (self.log.state is LogState.CORRECTING)


@dataclass(slots=True)
class PlannedWeeks:
    """What the file makes of all weeks, and what stands against it.

    `attestations` are new; to those in `scanned`, recorded before, the file brings the scan.
    """

    weeks: dict[WeekKey, PlannedWeek] = field(default_factory=dict)
    attestations: list[Attestation] = field(default_factory=list)
    scanned: list[Attestation] = field(default_factory=list)
    scans: dict[AttestationId, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
