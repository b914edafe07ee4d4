"""Lines for people who read hours: short times, days, bars; and the mark of unreviewed rules."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from fractions import Fraction

from witnessmark.cli.talk import Talk
from witnessmark.rules.findings import Measure, Requirement
from witnessmark.rules.rule import Doubting
from witnessmark.rules.windows import Period, month_of

NARROWEST, WIDEST = 40, 100
UNREVIEWED = "unreviewed "
NOTHING = "-"
BAR = 10

_UNIT = re.compile(r"(?<=\d) (?=(?:h|min)\b)")
_HARD = "\N{NO-BREAK SPACE}"


class Page:
    """Says lines that fit a screen. A page of unreviewed rules says so on every line."""

    def __init__(self, talk: Talk, *, unreviewed: bool = False) -> None:
        self._talk = talk
        self._mark = UNREVIEWED if unreviewed else ""
        self.width = min(max(talk.console.width, NARROWEST), WIDEST) - len(self._mark)

    def line(self, text: str = "", *, style: str = "") -> None:
        """Say one line."""
        self._talk.say((self._mark + text).rstrip() if text else text, style=style)

    def wrapped(self, text: str, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Say a text in as many lines as it needs; all but the first hang in by `hang` more.

        A number and its unit stay on one line.
        """
        lines = textwrap.wrap(
            _UNIT.sub(_HARD, text),
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_on_hyphens=False,
        )
        for line in lines:
            self.line(line.replace(_HARD, " "), style=style)

    def heading(self, text: str) -> None:
        """Say what follows, after a free line."""
        self.line()
        self.wrapped(text, hang=2, style="bold")

    def table(self, rows: Sequence[tuple[str, Sequence[str]]], *, heads: int = 1) -> None:
        """Say rows of a label and cells, which stand to the right; the first rows are heads.

        A label that leaves no room for the cells gets a line of its own; where the cells alone are
        too wide for the screen, each does.
        """
        columns = list(zip(*(cells for _label, cells in rows), strict=True))
        widths = [max(len(cell) for cell in column) + 2 for column in columns]
        room = self.width - sum(widths)
        if room < 0:
            self._listed(rows[heads:], [" ".join(column[:heads]).strip() for column in columns])
            return
        for number, (label, cells) in enumerate(rows):
            said = "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
            style = "bold" if number < heads else ""
            if len(label) > room or not any(cells):
                self.wrapped(label, hang=2)
                label = ""  # noqa: PLW2901 - it stands on its own line
            if any(cells):
                self.line(label.ljust(room) + said, style=style)

    def _listed(self, rows: Sequence[tuple[str, Sequence[str]]], heads: Sequence[str]) -> None:
        for label, cells in rows:
            self.wrapped(label, hang=2)
            for head, cell in zip(heads, cells, strict=True):
                if cell:
                    self.wrapped(f"{head}: {cell}", indent=4, hang=2)


def short(minutes: int | Fraction, *, nothing: str = NOTHING) -> str:
    """Return `21 h`, `7 h 30` or `0 h 45` for minutes, which are cut to whole ones."""
    whole, rest = divmod(int(minutes), 60)
    if not whole and not rest:
        return nothing
    return f"{whole:,} h" + (f" {rest:02}" if rest else "")


def days(period: Period) -> str:
    """Return `2026-03-09 to 03-15`, the one day, or the month."""
    first, last = period.first, period.last
    if first == last:
        return str(first)
    if period == month_of(first):
        return f"{first:%Y-%m}"
    return f"{first} to " + (f"{last:%m-%d}" if first.year == last.year else str(last))


def bar(requirement: Requirement) -> str:
    """Return a small picture: full for what is done, half for what may still count."""
    needed = requirement.needed or Fraction(1)
    done = min(BAR, int(requirement.done * BAR / needed))
    held = min(BAR - done, int((requirement.done + requirement.held) * BAR / needed) - done)
    return "\u2588" * done + "\u2592" * max(held, 0) + "\u2591" * (BAR - done - max(held, 0))


def amount(requirement: Requirement) -> str:
    """Return `21 h of 1,750 h`, `36 of 52 weeks (of 104)` or `58.3% of 60%`."""
    done, needed = (
        _said(requirement.measure, one) for one in (requirement.done, requirement.needed)
    )
    unit = {Measure.WEEKS: " weeks", Measure.MONTHS: " months"}.get(requirement.measure, "")
    out_of = f" (of {requirement.of})" if requirement.of else ""
    return f"{done} of {needed}{unit}{out_of}"


def may_be_added(requirement: Requirement) -> str:
    """Return `2 h` for the most that may come on top; empty where nothing is held."""
    return _said(requirement.measure, requirement.held) if requirement.held else ""


def _said(measure: Measure, number: Fraction) -> str:
    match measure:
        case Measure.MINUTES:
            return short(number, nothing="0 h")
        case Measure.SHARE:
            return f"{decimal(number * 100)}%"
        case _:
            return decimal(number)


def decimal(number: Fraction) -> str:
    """Return an exact number with at most two decimals; more are cut off."""
    whole, rest = divmod(int(number * 100), 100)
    return f"{whole:,}" + (f".{rest:02}".rstrip("0") if rest else "")


def marks(doubt: str | None) -> str:
    """Return `[unread]` or `[disputed, policy]` for a doubt, in the words it begins with."""
    if doubt is None:
        return ""
    words = dict.fromkeys(part.partition(":")[0].strip() for part in doubt.split("; "))
    return f" [{', '.join(word for word in words if word in set(Doubting))}]"
