"""Tells a person what counts by one pack and why: hours, then what needs them, then totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from witnessmark.cli.page import Page, amount, bar, days, marks, may_be_added, short
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.rules.experience import Experience
from witnessmark.rules.expiring import DAYS_AHEAD
from witnessmark.rules.findings import (
    Bucket,
    Evaluation,
    Finding,
    Requirement,
    Severity,
    Tally,
    WindowTally,
)
from witnessmark.rules.pack import Pack
from witnessmark.rules.telling import hours
from witnessmark.rules.versions import Chosen
from witnessmark.rules.windows import Period

SHOWN = 8
"""More windows than these are summed up, unless all are asked for."""

WHOLE = "What the board asks for in the end (in brackets: what may be added)"
TITLE = 20
"""A title that would be cut to less than this gets a line of its own."""

HEADS = (("", ("", "", "does not", "over the", "does not")),)
SECOND = ("", ("logged", "counts", "count yet", "maximum", "count"))

_FALLEN = {
    Bucket.HELD: "Does not count yet",
    Bucket.OVERFLOW: "Over the maximum",
    Bucket.VOID: "Does not count",
}
_TOLD = {
    Severity.BLOCKS: "Needs attention",
    Severity.REDUCES: "Needs attention",
    Severity.WARNS: "Needs attention",
    Severity.ADVISES: "To know",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What one pack says of one person's hours. `whole` shows each window and each finding."""

    case: Experience
    chosen: Chosen
    read: Evaluation
    whole: bool = False

    @property
    def pack(self) -> Pack:
        """The pack itself."""
        return self.chosen.pack

    @property
    def name(self) -> str:
        """How the pack was asked for."""
        return self.chosen.name

    @property
    def person(self) -> str:
        """What the person goes by."""
        return name_in(self.case, self.case.person)

    def place(self, setting: SettingId | None) -> str:
        """Return a setting's name; empty for what belongs to none."""
        known = self.case.settings.get(setting) if setting else None
        return known.name if known else ""


def name_in(case: Experience, person: PersonId) -> str:
    """Return what a person goes by; the id of somebody nothing is known of."""
    known = case.people.get(person)
    return known.chosen_name or known.registered_name if known else person


def show(page: Page, sight: Sight) -> None:
    """Show one person's hours by one pack."""
    opening(page, sight)
    page.line()
    _hours(page, sight)
    if sight.read.findings:
        page.heading("What does not count, and what needs attention")
        findings(page, sight)
    if sight.read.requirements:
        page.heading(WHOLE)
        requirements(page, sight.read.requirements, sight.read.still_needed)


def opening(page: Page, sight: Sight) -> None:
    """Say what is to be known before any number, then whose hours and which rules these are."""
    for note in sight.read.notes:
        page.wrapped(note, hang=2, style="yellow")
    page.wrapped(
        f"{sight.person} by {sight.read.pack} ({sight.read.version}), as of {sight.read.on}",
        hang=2,
        style="bold",
    )


def _hours(page: Page, sight: Sight) -> None:
    windows = shown(sight)
    rows = [(_label(sight, one), cells(one.tally)) for one in windows]
    left_out = len(sight.read.windows) - len(windows)
    total = "All together" if left_out else "Together"
    if len(rows) != 1 or left_out:
        rows.append((total, cells(sight.read.total)))
    page.table([*HEADS, SECOND, *rows], heads=2)
    if left_out:
        page.wrapped(
            f"{left_out} of {len(sight.read.windows)} are not shown: all of their hours count"
            " (--all shows them).",
            hang=2,
        )


def shown(sight: Sight) -> Sequence[WindowTally]:
    """Return the windows to show: of many, those in which something does not count."""
    windows = sight.read.windows
    if sight.whole or len(windows) <= SHOWN:
        return windows
    told = [(one.period, one.setting) for one in sight.read.findings if one.setting is not None]
    return [
        one
        for one in windows
        if one.tally.credited != one.tally.logged or (one.period, one.setting) in told
    ]


def _label(sight: Sight, window: WindowTally) -> str:
    several = len({one.setting for one in sight.read.windows}) > 1
    place = sight.place(window.setting)
    return days(window.period) + (f", {place}" if several and place else "")


def cells(tally: Tally) -> tuple[str, ...]:
    """Return the five numbers of a line; a dash where there is nothing."""
    numbers = (tally.logged, tally.credited, tally.held, tally.overflow, tally.void)
    return tuple(short(number) for number in numbers)


def findings(page: Page, sight: Sight) -> None:
    """Show what was found: what falls the most first; what is the same in many places, once."""
    grouped: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    now = [one for one in sight.read.findings if sight.whole or not _is_far(one, sight.read.on)]
    for one in now:
        alone = (str(one.period.first), one.happened) if sight.whole else ()
        grouped[one.rule, one.code, fallen(sight.read, one), *alone].append(one)
    for (_rule, _code, became, *_alone), same in sorted(
        grouped.items(), key=lambda item: (-sum(one.minutes for one in item[1]), item[0])
    ):
        _finding(page, sight, became, same=same)
    if later := len(sight.read.findings) - len(now):
        page.wrapped(f"{later} more to be done, in more than {DAYS_AHEAD} days (--all).", hang=2)


def _is_far(finding: Finding, on: date) -> bool:
    """Whether it takes nothing, and there is plenty of time to do something about it."""
    by_when = finding.by_when or on
    return not finding.minutes and by_when > on + timedelta(days=DAYS_AHEAD)


def _finding(page: Page, sight: Sight, became: str, *, same: Sequence[Finding]) -> None:
    first, minutes = same[0], sum(one.minutes for one in same)
    law = f"{first.citation}{marks(first.doubt)}"
    where = _where(sight, same)
    more = f"For instance, {days(first.period)}: " if len(same) > 1 else ""
    if minutes:
        page.wrapped(f"* {became}: {hours(minutes)}, {where} ({law})", hang=2, style="bold")
        page.wrapped(more + first.happened, indent=2)
    else:
        page.wrapped(f"* {became}, {where}: {more}{first.happened} ({law})", hang=2)
    page.wrapped(_cure(first, sight, several=len(same) > 1), indent=2, style="green")
    if first.doubt and sight.whole:
        page.wrapped(f"[{first.doubt}]", indent=2, style="dim")


def _cure(finding: Finding, sight: Sight, *, several: bool) -> str:
    if finding.by_when is None or several:
        return f"Cure: {finding.cure}"
    if finding.by_when < sight.read.on:
        return f"Would have helped until {finding.by_when}: {finding.cure}"
    return f"Cure, until {finding.by_when}: {finding.cure}"


def _where(sight: Sight, same: Sequence[Finding]) -> str:
    span = Period(min(one.period.first for one in same), max(one.period.last for one in same))
    places = list(dict.fromkeys(sight.place(one.setting) for one in same if one.setting))
    place = f", {places[0]}" if len(places) == 1 and len(sight.case.settings) > 1 else ""
    return (f"{len(same)} times, " if len(same) > 1 else "") + days(span) + place


def fallen(read: Evaluation, finding: Finding) -> str:
    """Return in words what became of a finding's hours: what most of them became."""
    if not finding.minutes:
        return _TOLD[finding.severity]
    found: dict[Bucket, int] = defaultdict(int)
    for bucket, minutes in _cuts(read, finding):
        found[bucket] += minutes
    return _FALLEN[max(found, key=lambda one: found[one], default=Bucket.VOID)]


def _cuts(read: Evaluation, finding: Finding) -> Iterator[tuple[Bucket, int]]:
    for one in read.judged:
        here = finding.setting in (None, one.piece.setting) and one.piece.day in finding.period
        for cut in one.cuts if here else ():
            if (cut.rule, cut.code) == (finding.rule, finding.code):
                yield cut.bucket, cut.minutes


def requirements(page: Page, needs: Sequence[Requirement], still: Sequence[Requirement]) -> None:
    """Show each requirement in one line, with a small picture of it; in two where that is short."""
    widest = max(len(_amount(one)) for one in needs)
    open_ = {one.rule for one in still}
    for one in needs:
        start = f"{bar(one)} {_amount(one).rjust(widest)}  "
        end = _standing(one, settled=one.rule not in open_)
        room = page.width - len(start) - len(end)
        if room < TITLE:
            page.wrapped(one.title + end, hang=2)
            page.wrapped(f"{bar(one)} {_amount(one)}", indent=4, hang=2)
            continue
        title = one.title if len(one.title) <= room else one.title[: room - 2].rstrip() + ".."
        page.line(start + title + end)


def _amount(requirement: Requirement) -> str:
    held = may_be_added(requirement)
    return amount(requirement) + (f" (+{held})" if held else "")


def _standing(requirement: Requirement, *, settled: bool) -> str:
    said = ": met" if requirement.met else ""
    if settled and not requirement.met:
        said = ": not needed, another is met"
    elif requirement.any_of and not requirement.met:
        said = ", or another"
    return said + marks(requirement.doubt)
