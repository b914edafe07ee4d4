"""Minutes and periods as people read them."""

from __future__ import annotations

from fractions import Fraction

from witnessmark.domain.candidacies import Milestone
from witnessmark.rules.findings import Bucket
from witnessmark.rules.selecting import Hours
from witnessmark.rules.windows import Period, Window

_DURING = {
    Window.ROLLING7: "In these 7 days",
    Window.TWO_WEEKS: "In these two weeks",
    Window.YEAR: "In these twelve months",
    Window.LIFETIME: "So far",
}

_DAYS = {
    Milestone.MATRICULATED: "matriculation",
    Milestone.DEGREE: "the degree",
    Milestone.FINGERPRINTED: "the fingerprints",
    Milestone.REGISTRATION_RECEIVED: "receipt of the application for registration",
    Milestone.REGISTERED: "the registration",
    Milestone.APPLICATION_RECEIVED: "receipt of the application",
    Milestone.LICENSED: "the licence",
}


def day_of(milestone: Milestone) -> str:
    """Return `The day of the degree`, to begin a sentence about a milestone."""
    return f"The day of {_DAYS[milestone]}"


def hours(minutes: int | Fraction) -> str:
    """Return `12 h`, `7 h 30 min` or `45 min` for minutes; part minutes are cut off."""
    whole, rest = divmod(int(minutes), 60)
    if not whole:
        return f"{rest} min"
    return f"{whole:,} h {rest} min" if rest else f"{whole:,} h"


def days(period: Period) -> str:
    """Return `2026-03-09 to 2026-03-15`, or the one day."""
    if period.first == period.last:
        return str(period.first)
    return f"{period.first} to {period.last}"


def during(window: Window) -> str:
    """Return `In this week`, to begin a sentence about one window."""
    return _DURING.get(window, f"In this {window.value}")


def kind_of(selected: Hours) -> str:
    """Return `group supervision`, `direct hours` or `hours` for what a rule selects."""
    if selected.supervision:
        return f"{' or '.join(selected.supervision)} supervision"
    names = (*selected.category, *selected.activity)
    return f"{' or '.join(names).replace('-', ' ')} hours".lstrip()


def fallen(minutes: int, bucket: Bucket | None) -> str:
    """Return ` Does not count yet: 8 h.`, to end what happened; nothing where no minutes fell."""
    if not minutes:
        return ""
    return f" {_FALLEN[bucket or Bucket.HELD]}: {hours(minutes)}."


_FALLEN = {
    Bucket.HELD: "Does not count yet",
    Bucket.OVERFLOW: "Over the maximum",
    Bucket.VOID: "Does not count",
}


def percent(share: Fraction) -> str:
    """Return `58.3%`; what is smaller than a tenth of a percent is cut off."""
    whole, tenth = divmod(int(share * 1000), 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
