"""What people worked out by hand (`vectors/expected.yaml`), and what an evaluation says else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field, RootModel

from witnessmark.declared import load
from witnessmark.rules.findings import Evaluation, Finding, Measure, Tally
from witnessmark.rules.rule import OnShortfall
from witnessmark.rules.words import Day, Exact, Many, Name, Section, Text, Word

VECTORS = Path(__file__).parent / "vectors"


class Mark(StrEnum):
    """Where a number comes from."""

    PUBLISHED = "published"
    COMPUTED = "computed"
    OUR_POLICY = "our-policy"


class Minutes(Section):
    """Logged minutes and what becomes of them."""

    logged: int
    credited: int = 0
    held: int = 0
    overflow: int = 0
    void: int = 0

    @property
    def tally(self) -> Tally:
        """The same as the evaluator says it."""
        return Tally(self.logged, self.credited, self.held, self.overflow, self.void)


class WindowMinutes(Minutes):
    """Those of one window."""

    first: Day
    setting: Text | None = None


class Told(Section):
    """What one finding says; what is not given is not asked."""

    minutes: int | None = None
    first: Day | None = None
    last: Day | None = None
    by_when: Day | None = None
    happened: Text | None = None

    def is_said_by(self, finding: Finding) -> bool:
        """Whether a finding says this."""
        period = finding.period
        asked = (self.minutes, self.first, self.last, self.by_when)
        said = (finding.minutes, period.first, period.last, finding.by_when)
        words = self.happened is None or self.happened in finding.happened
        pairs = zip(asked, said, strict=True)
        return words and all(one is None or one == other for one, other in pairs)


class Needed(Section):
    """What is done of what is needed."""

    measure: Word[Measure] = Measure.MINUTES
    done: Exact
    needed: Exact


class Expected(Section):
    """One case file read through one pack."""

    case: Name
    pack: Name
    version: Name | None = None
    on: Day
    mark: Word[Mark]
    source: Text
    on_shortfall: Word[OnShortfall] | None = None
    total: Minutes
    by_category: Mapping[Name, Minutes] = Field(default_factory=dict)
    windows: Many[WindowMinutes] = ()
    falls: Mapping[str, int] | None = None
    tells: Mapping[str, Told] = Field(default_factory=dict)
    silent: Many[Text] = ()
    short: Mapping[str, Many[Day]] = Field(default_factory=dict)
    needs: Mapping[Name, Needed] = Field(default_factory=dict)
    equivalents: Mapping[Name, Exact] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The vector, as a test's id."""
        return " ".join([self.case, self.pack, *([self.on_shortfall] if self.on_shortfall else [])])

    def differences(self, found: Evaluation) -> Iterator[str]:
        """Yield everything that an evaluation says otherwise."""
        yield from _minutes("in all", self.total, found.total)
        for name, minutes in self.by_category.items():
            yield from _minutes(name, minutes, found.by_category.get(name, Tally()))
        for window in self.windows:
            yield from _minutes(
                f"window of {window.first}", window, _window(found, window.first, window.setting)
            )
        yield from self._findings(found)
        for name, number in self.equivalents.items():
            if found.equivalents.get(name) != number:
                yield f"{name}: {found.equivalents.get(name)}, not {number}"
        asked = {one.rule: (one.measure, one.done, one.needed) for one in found.requirements}
        for rule, wanted in self.needs.items():
            if asked.get(rule) != (wanted.measure, wanted.done, wanted.needed):
                yield f"{rule}: {asked.get(rule)}, not {wanted}"

    def _findings(self, found: Evaluation) -> Iterator[str]:
        told: dict[str, list[Finding]] = defaultdict(list)
        for finding in found.findings:
            told[finding.code].append(finding)
        falls = {code: sum(one.minutes for one in said) for code, said in told.items()}
        taken = {code: minutes for code, minutes in falls.items() if minutes}
        if self.falls is not None and taken != self.falls:
            yield f"falls: {taken}, not {dict(self.falls)}"
        for code, wanted in self.tells.items():
            if not any(wanted.is_said_by(one) for one in told[code]):
                yield f"nothing tells {code} {wanted}: {told[code]}"
        yield from (f"{code} is told" for code in self.silent if told[code])
        for code, days in self.short.items():
            if [one.period.first for one in told[code]] != list(days):
                yield f"{code} in {[str(one.period.first) for one in told[code]]}"


class Table(RootModel[Many[Expected]]):
    """All of them."""


def vectors() -> tuple[Expected, ...]:
    """Return the table, in its order."""
    return load(VECTORS / "expected.yaml", Table).value.root


def _minutes(what: str, wanted: Minutes, found: Tally) -> Iterator[str]:
    if found != wanted.tally:
        yield f"{what}: {found}, not {wanted.tally}"


def _window(found: Evaluation, first: date, setting: str | None) -> Tally:
    tallies = (
        one.tally
        for one in found.windows
        if one.period.first == first and setting in (None, one.setting)
    )
    return sum(tallies, start=Tally())
