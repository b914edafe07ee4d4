"""Shows one log by several packs side by side: a column a pack, then what each has to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from witnessmark.cli.page import Page, days, short
from witnessmark.cli.rules_text import SHOWN, WHOLE, Sight, findings, opening, requirements
from witnessmark.cli.talk import Talk
from witnessmark.domain.ids import SettingId
from witnessmark.rules.bench import NOWHERE
from witnessmark.rules.findings import Tally
from witnessmark.rules.windows import Period, Window, period_of

Place = tuple[Period, SettingId]
Tallies = Mapping[Place, Mapping[int, Tally]]

LABEL = 26
_ROWS: Mapping[str, Callable[[Tally], int]] = {
    "logged": lambda tally: tally.logged,
    "counts": lambda tally: tally.credited,
    "does not count yet": lambda tally: tally.held,
    "over the maximum": lambda tally: tally.overflow,
    "does not count": lambda tally: tally.void,
}
_ALWAYS = frozenset({"logged", "counts"})


def show_side_by_side(talk: Talk, sights: Sequence[Sight]) -> None:
    """Show the windows of the first pack, in each what counts by every pack; then each pack's own.

    A line that speaks of any unreviewed pack says so.
    """
    page = Page(talk, unreviewed=any(one.pack.unread for one in sights))
    for one in sights:
        opening(Page(talk, unreviewed=one.pack.unread), one)
    talk.say()
    for columns in _fitting(page, sights):
        _table(page, columns, sights[0].pack.shown_by)
    for one in sights:
        own = Page(talk, unreviewed=one.pack.unread)
        if one.read.findings:
            own.heading(f"{one.name}: what does not count, and what needs attention")
            findings(own, one)
        if one.read.requirements:
            own.heading(f"{one.name}: {WHOLE[0].lower()}{WHOLE[1:]}")
            requirements(own, one.read.requirements, one.read.still_needed)


def _fitting(page: Page, sights: Sequence[Sight]) -> Iterator[Sequence[Sight]]:
    """Yield as many packs at once as there is room for."""
    row: list[Sight] = []
    for one in sights:
        if row and LABEL + sum(len(each.name) + 2 for each in [*row, one]) > page.width:
            yield row
            row = []
        row.append(one)
    yield row


def _table(page: Page, sights: Sequence[Sight], shown_by: Window) -> None:
    tallies = _tallies(sights, shown_by)
    told = {place: found for place, found in tallies.items() if _has_something_to_tell(found)}
    shown = tallies if sights[0].whole or len(tallies) <= SHOWN else told
    rows: list[tuple[str, list[str]]] = [("", [one.name for one in sights])]
    for (period, setting), found in sorted(shown.items()):
        place = sights[0].place(setting)
        rows += _lines(days(period) + (f", {place}" if place else ""), found, of=len(sights))
    totals = {column: one.read.total for column, one in enumerate(sights)}
    if len(shown) != 1 or len(tallies) != 1:
        rows += _lines("All together", totals, of=len(sights))
    page.table(rows)
    if len(shown) < len(tallies):
        left = len(tallies) - len(shown)
        page.wrapped(f"{left} of {len(tallies)} are not shown: all of their hours count (--all).")


def _lines(title: str, found: Mapping[int, Tally], *, of: int) -> list[tuple[str, list[str]]]:
    columns = numbers([found.get(column, Tally()) for column in range(of)])
    return [(title, [""] * of), *((f"  {name}", cells) for name, cells in columns)]


def numbers(tallies: Sequence[Tally]) -> Iterator[tuple[str, list[str]]]:
    """Yield a row of each number that any of these has; what is logged and what counts, always."""
    for name, number_of in _ROWS.items():
        found = [number_of(one) for one in tallies]
        if name in _ALWAYS or any(found):
            yield name, [short(number) for number in found]


def _has_something_to_tell(found: Mapping[int, Tally]) -> bool:
    return any(one.credited != one.logged for one in found.values())


def _tallies(sights: Sequence[Sight], shown_by: Window) -> Tallies:
    found: dict[Place, dict[int, Tally]] = defaultdict(dict)
    for column, sight in enumerate(sights):
        for one in sight.read.judged:
            piece, first = one.piece, sight.read.judged[0].piece
            setting = NOWHERE if piece.setting is None else sight.case.settings[piece.setting]
            whole = Period(first.day, sight.read.judged[-1].piece.day)
            period = period_of(shown_by, piece.day, setting=setting, whole=whole)
            here = found[period, setting.id]
            here[column] = here.get(column, Tally()) + one.tally
    return found
