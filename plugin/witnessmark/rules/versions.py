"""Which version of a pack's rules holds for which day, and what decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from witnessmark.domain.candidacies import Candidacy, Milestone
from witnessmark.errors import DomainError
from witnessmark.rules.pack import Pack, Version
from witnessmark.rules.rule import AppliesBy, Rule

DECIDED_BY: Mapping[AppliesBy, Milestone] = {
    AppliesBy.APPLICATION: Milestone.APPLICATION_RECEIVED,
    AppliesBy.REGISTRATION: Milestone.REGISTERED,
    AppliesBy.MATRICULATION: Milestone.MATRICULATED,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pack, and the version that was asked for; None where the pack's own days decide."""

    pack: Pack
    version: str | None = None

    @property
    def name(self) -> str:
        """How it was asked for: `bacb-trainee@2027`."""
        return self.pack.pack + (f"@{self.version}" if self.version else "")


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a pack for one person on one day of evaluation.

    `asked` is the version somebody asked for by name; otherwise the pack's own days decide.
    """

    pack: Pack
    candidacy: Candidacy | None
    on: date
    asked: str | None = None

    def __post_init__(self) -> None:
        if self.asked is not None and self.asked not in {one.id for one in self.pack.versions}:
            there = ", ".join(one.id for one in self.pack.versions)
            raise DomainError(
                "unknown_version",
                f"The pack {self.pack.pack!r} has no version {self.asked!r}.",
                f"Choose one of: {there}.",
            )

    def of(self, day: date) -> str:
        """Return the version for hours of a day; the last one begun where none covers it."""
        if self.asked is not None:
            return self.asked
        covering = [one for one in self.pack.versions if self._covers(one, day)]
        if covering:
            return covering[-1].id
        begun = [
            one for one in self.pack.versions if self._deciding(one.applies_by, day) >= _first(one)
        ]
        return (begun or self.pack.versions[:1])[-1].id

    @property
    def current(self) -> str:
        """The version that holds on the day of evaluation."""
        return self.of(self.on)

    @property
    def taken_for_granted(self) -> Milestone | None:
        """The milestone that decides the version and is not known; None where it is."""
        if self.asked is not None or len(self.pack.versions) == 1:
            return None
        for one in self.pack.versions:
            milestone = DECIDED_BY.get(one.applies_by)
            if milestone is not None and self._day_of(milestone) is None:
                return milestone
        return None

    def hold(self, rule: Rule, day: date) -> bool:
        """Whether a rule holds for hours of a day."""
        if rule.versions and self.of(day) not in rule.versions:
            return False
        deciding = self._deciding(rule.applies_by, day)
        return (rule.valid_from or date.min) <= deciding <= (rule.valid_to or date.max)

    def _covers(self, version: Version, day: date) -> bool:
        deciding = self._deciding(version.applies_by, day)
        return _first(version) <= deciding <= (version.valid_to or date.max)

    def _deciding(self, applies_by: AppliesBy, day: date) -> date:
        milestone = DECIDED_BY.get(applies_by)
        if milestone is None:
            return day
        return self._day_of(milestone) or self.on

    def _day_of(self, milestone: Milestone) -> date | None:
        return None if self.candidacy is None else self.candidacy.day_of(milestone)


def _first(version: Version) -> date:
    return version.valid_from or date.min
